import type { Document } from 'bson';
import { type Credential, credentialFor, HASHES, type MechanismName } from './scram-server';

export interface RoleDocument {
  readonly role: string;
  readonly db: string;
}

export interface Account {
  readonly user: string;
  readonly db: string;
  roles: RoleDocument[];
  mechanisms: MechanismName[];
  credentials: Partial<Record<MechanismName, Credential>>;
  customData?: Document;
  authenticationRestrictions: Document[];
}

/** An error of the server: its number, as MongoDB gives it, and a text that nobody may repeat. */
export class ServerRefusal extends Error {
  constructor(public readonly code: number, public readonly codeName: string, message: string) {
    super(message);
  }
}

const FIELDS = ['pwd', 'roles', 'mechanisms', 'customData', 'authenticationRestrictions', '$db', '$readPreference', 'lsid'];
const BUILT_IN = [
  'read', 'readWrite', 'dbAdmin', 'userAdmin', 'dbOwner', 'readAnyDatabase', 'readWriteAnyDatabase', 'userAdminAnyDatabase', 'dbAdminAnyDatabase',
  'clusterAdmin', 'root',
];

/**
 * The users of a MongoDB server, as its manual describes the commands for them. No real one is at hand: Debian has none, and FerretDB keeps no roles.
 *
 * @see https://www.mongodb.com/docs/manual/reference/command/nav-user-management/
 */
export class Accounts {
  /** Roles of somebody's own, all in `admin`. */
  public readonly ownRoles = new Set(['changeOwnPassword', 'reporting', 'others']);
  private readonly all = new Map<string, Account>();

  public find(db: string, user: string): Account | undefined {
    return this.all.get(`${db}.${user}`);
  }

  public create(db: string, user: string, fields: Document): void {
    this.requireKnown(fields, 'createUser');
    if (this.find(db, user)) throw new ServerRefusal(51003, 'Location51003', `User "${user}@${db}" already exists`);
    if (!Array.isArray(fields.roles)) throw new ServerRefusal(40414, 'Location40414', 'BSON field \'createUser.roles\' is missing');
    const account: Account = { user, db, roles: [], mechanisms: [], credentials: {}, authenticationRestrictions: [] };
    this.change(account, { pwd: requireText(fields.pwd), ...fields });
    this.all.set(`${db}.${user}`, account);
  }

  public update(db: string, user: string, fields: Document): void {
    this.requireKnown(fields, 'updateUser');
    const account = this.find(db, user);
    if (!account) throw new ServerRefusal(11, 'UserNotFound', `User ${user}@${db} not found`);
    const changed = { ...account };
    this.change(changed, fields);
    this.all.set(`${db}.${user}`, changed);
  }

  public drop(db: string, user: string): void {
    if (!this.all.delete(`${db}.${user}`)) throw new ServerRefusal(11, 'UserNotFound', `User '${user}@${db}' not found`);
  }

  public info({ user, db, roles, mechanisms, customData, authenticationRestrictions }: Account, showsRestrictions: boolean): Document {
    return {
      _id: `${db}.${user}`, user, db, roles, mechanisms, ...customData && { customData }, ...showsRestrictions && { authenticationRestrictions },
    };
  }

  private change(account: Account, { pwd, roles, mechanisms, customData, authenticationRestrictions }: Document): void {
    if (roles !== undefined) account.roles = this.rolesIn(roles, account.db);
    if (customData !== undefined) account.customData = customData as Document;
    if (authenticationRestrictions !== undefined) account.authenticationRestrictions = authenticationRestrictions as Document[];
    if (pwd === undefined) return;
    // Whoever sets a password without a word of the mechanisms gets them all.
    account.mechanisms = mechanisms as MechanismName[] | undefined ?? Object.keys(HASHES).reverse() as MechanismName[];
    account.credentials = Object.fromEntries(account.mechanisms.map((each) => [each, credentialFor(each, account.user, requireText(pwd))]));
  }

  private rolesIn(roles: Document[], db: string): RoleDocument[] {
    return roles.map((each) => {
      const role = typeof each === 'string' ? { role: each, db } : { role: String(each.role), db: String(each.db) };
      if (BUILT_IN.includes(role.role) || (role.db === 'admin' && this.ownRoles.has(role.role))) return role;
      throw new ServerRefusal(31, 'RoleNotFound', `Could not find role: ${role.role}@${role.db}`);
    });
  }

  private requireKnown(fields: Document, command: string): void {
    const unknown = Object.keys(fields).find((field) => !FIELDS.includes(field));
    if (unknown !== undefined) throw new ServerRefusal(40415, 'Location40415', `BSON field '${command}.${unknown}' is an unknown field.`);
  }
}

function requireText(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ServerRefusal(2, 'BadValue', 'User passwords must not be empty');
}
