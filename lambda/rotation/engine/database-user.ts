import { checkUsernameLength, type Credentials, parseCredentials, parseSuperuser } from './credentials';
import type { DatabaseAccess, DatabaseLogin } from './database-access';
import type { DatabaseAdapter, DatabaseSession, OwnedUser } from './database-adapter';
import { checkServer, type DatabaseServer, serverIn, superuserArnIn } from './database-server';
import { RotationError } from './errors';
import type { SecretState, SecretStore } from './secret-store';
import { isNamed } from './secrets-manager-failure';
import type { UserRequest } from './user-request';
import { fingerprintOf } from '../../../src/rotation/contract/database-user';
import type { RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { ROTATION_TAGS } from '../../../src/rotation/contract/tags';
import { otherOfTwo } from '../../../src/rotation/contract/usernames';

export interface DatabaseUserOptions {
  readonly adapters: readonly DatabaseAdapter[];
  readonly store: SecretStore;
  readonly access: DatabaseAccess;
  readonly strategy: RotationStrategyName;
}

export type UserOutcome = 'userReady' | 'userDropped' | 'userKept';

/** What CloudFormation is told. */
export interface UserResult {
  readonly outcome: UserOutcome;
  /** Another one means another user: CloudFormation then has the former one deleted. */
  readonly physicalId: string;
}

/**
 * Makes the user of a secret before its first rotation, and brings it up to date later.
 *
 * Who it is and what it may do says the request, which the tag of the secret must vouch for; server and superuser are those of the tags.
 * Of the value of the secret it takes the password, and no more.
 */
export class DatabaseUser {
  constructor(private readonly request: UserRequest, private readonly options: DatabaseUserOptions) {}

  public async run(): Promise<UserResult> {
    return this.request.type === 'Delete' ? this.remove() : this.ensure();
  }

  private async ensure(): Promise<UserResult> {
    const state = await this.options.store.describe();
    if (!this.isVouchedFor(state)) throw notVouchedFor();
    const server = serverOf(state);
    const current = await this.current(server);
    const superuser = await this.superuser(state, current, server);
    const { user: { username, takeOver, grants, database } } = this.request;
    const owned = this.owned(state);
    let databases: readonly string[] = [];
    await this.asSuperuser(superuser, async (session) => {
      this.options.access.enter('creating the user');
      await session.ensureUser(owned, takeOver);
      databases = await session.databasesFor(username, grants);
    });
    for (const each of new Set([database, ...databases])) {
      await this.asSuperuser({ ...superuser, database: each }, async (session) => {
        this.options.access.enter('setting the grants of the user');
        await session.setGrants(username, grants);
      });
    }
    await this.ensurePassword(current, superuser);
    return { outcome: 'userReady', physicalId: this.physicalId(server) };
  }

  /**
   * The user goes only when the secret goes with it, as the tag tells: it vouches for the request until then. Whoever may only invoke the
   * function has no user dropped that the app wants to keep.
   */
  private async remove(): Promise<UserResult> {
    const kept: UserResult = { outcome: 'userKept', physicalId: this.request.physicalId ?? 'none' };
    if (!this.request.user.drop) return kept;
    const state = await this.describedIfThere();
    if (state === undefined || !this.isVouchedFor(state)) return kept;
    const server = serverOf(state);
    if (this.physicalId(server) !== this.request.physicalId) return kept;
    return await this.drop(state, server) ? { ...kept, outcome: 'userDropped' } : kept;
  }

  private async drop(state: SecretState, server: DatabaseServer): Promise<boolean> {
    const superuser = await this.superuser(state, await this.current(server), server);
    const { username } = this.request.user;
    const owned = this.owned(state);
    let databases: readonly string[] | undefined;
    await this.asSuperuser(superuser, async (session) => {
      if (await session.ownsUser(owned)) databases = await session.databasesFor(username, []);
    });
    if (databases === undefined) return false;
    for (const database of new Set([superuser.database, ...databases])) {
      await this.asSuperuser({ ...superuser, database }, async (session) => session.setGrants(username, []));
    }
    await this.asSuperuser(superuser, async (session) => {
      this.options.access.enter('dropping the user');
      await session.dropUser(owned);
    });
    return true;
  }

  private async describedIfThere(): Promise<SecretState | undefined> {
    return this.options.store.describe().catch((error: unknown) => {
      if (isNamed(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    });
  }

  private isVouchedFor({ tags }: SecretState): boolean {
    return tags[ROTATION_TAGS.DATABASE_USER] === fingerprintOf(this.request.text);
  }

  /** Without the suffix that a secret of the same name gets anew: a deployment that failed may have left the user behind. */
  private owned({ arn }: SecretState): OwnedUser {
    return { username: this.request.user.username, owner: arn.replace(/-[A-Za-z0-9]{6}$/, '') };
  }

  private physicalId({ host, port }: DatabaseServer): string {
    return `${this.request.user.username}@${host}:${port}`;
  }

  private async current(server: DatabaseServer): Promise<Credentials> {
    const current = parseCredentials(await this.options.store.current(), 'AWSCURRENT', this.options.adapters);
    checkServer('AWSCURRENT', current, server);
    const { username } = this.request.user;
    checkUsernameLength(username, current.adapter);
    const names = this.options.strategy === 'alternatingUsers' ? [username, otherOfTwo(username)] : [username];
    if (names.includes(current.username)) return current;
    throw new RotationError('configuration', 'AWSCURRENT names another user than the app; correct `username` in the value of the secret, '
      + 'or in the app');
  }

  private async superuser({ tags, arn }: SecretState, current: Credentials, server: DatabaseServer): Promise<DatabaseLogin> {
    const superuserArn = superuserArnIn(tags, arn);
    if (superuserArn === undefined) throw notVouchedFor();
    const login = parseSuperuser(await this.options.store.valueOf(superuserArn, 'the superuser secret'), current, server);
    return { ...login, adapter: current.adapter, database: this.request.user.database };
  }

  private async asSuperuser(superuser: DatabaseLogin, work: (session: DatabaseSession) => Promise<void>): Promise<void> {
    if (await this.options.access.as('superuser', superuser, work)) return;
    throw new RotationError('refused', 'the database refuses the superuser; check its secret, and deploy again');
  }

  /** A password that logs in stays; so does one that a rotation has just set. */
  private async ensurePassword(current: Credentials, superuser: DatabaseLogin): Promise<void> {
    const isClone = current.username !== this.request.user.username;
    if (!isClone && (await this.logsIn('AWSCURRENT', current) || await this.pendingLogsIn(current))) return;
    await (isClone ? this.renewClone(current, superuser) : this.setPassword(current, superuser));
    if (await this.logsIn('AWSCURRENT', current)) return;
    throw new RotationError('refused', 'the database refuses AWSCURRENT right after its password was set; check that the user may log in '
      + 'from the network of the function, has not expired and is not locked');
  }

  private async setPassword({ username, password }: Credentials, superuser: DatabaseLogin): Promise<void> {
    await this.asSuperuser(superuser, async (session) => {
      this.options.access.enter('setting the password of the user');
      await session.setPassword(username, password);
    });
  }

  /** Of two users that take turns, the clone is current: it gets what its original has, and keeps its password. */
  private async renewClone(current: Credentials, superuser: DatabaseLogin): Promise<void> {
    const { username } = this.request.user;
    await this.asSuperuser(superuser, async (session) => {
      this.options.access.enter('renewing the other of the two users');
      await session.cloneUser(username, current.username, current.password, async () => this.logsIn('AWSCURRENT', current));
    });
  }

  private async pendingLogsIn(current: Credentials): Promise<boolean> {
    const text = await this.options.store.anyPending();
    if (text === undefined) return false;
    const pending = parseCredentials(text, 'AWSPENDING', [current.adapter]);
    return pending.username === current.username && this.logsIn('AWSPENDING', { ...current, password: pending.password });
  }

  private async logsIn(which: string, credentials: Credentials): Promise<boolean> {
    return this.options.access.as(which, credentials, async session => session.probe());
  }
}

function serverOf({ tags }: SecretState): DatabaseServer {
  const server = serverIn(tags);
  if (server === undefined) throw notVouchedFor();
  return server;
}

function notVouchedFor(): RotationError {
  return new RotationError('configuration', 'the tags of the secret do not vouch for the user of this event; deploy the app, which writes '
    + 'them, and let nobody else change them');
}
