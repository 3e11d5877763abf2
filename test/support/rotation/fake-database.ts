import type { ConnectOptions, DatabaseAdapter, DatabaseSession, Login, OwnedUser } from '../../../lambda/rotation/engine/database-adapter';
import { RotationError } from '../../../lambda/rotation/engine/errors';
import type { GrantDescription } from '../../../src/rotation/contract/database-user';
import type { RotatedEngine } from '../../../src/rotation/contract/engines';

interface User {
  /** The newer first; the older one is there after a dual password change. */
  passwords: string[];
  readonly superuser?: boolean;
  /** Whose permissions it has. */
  like?: string;
  /** Nothing in the database shows that it takes turns with another. */
  stranger?: boolean;
  /** For whom it was made. */
  owner?: string;
  grants?: readonly GrantDescription[];
}

/** A server in memory that behaves as the contract of the adapter says, and fails as it is told. */
export class FakeDatabase {
  public readonly users = new Map<string, User>();
  /** Every connection that was tried. */
  public readonly attempts: { login: Login; options: ConnectOptions }[] = [];
  public changes = 0;
  /** Sessions that are not closed. */
  public open = 0;
  /** What the next connections fail with. */
  public broken?: RotationError;

  public createUser(username: string, password: string, superuser = false): void {
    this.users.set(username, { passwords: [password], superuser });
  }

  public logsIn(username: string, password: string): boolean {
    return this.users.get(username)?.passwords.includes(password) ?? false;
  }

  public user(username: string): User {
    const user = this.users.get(username);
    if (!user) throw new RotationError('configuration', 'there is no such user', 'FAKE_NO_USER');
    return user;
  }
}

export type FakeAdapterOptions = Partial<RotatedEngine>;

const FAKE_ENGINE: RotatedEngine = {
  name: 'fake',
  aliases: ['aurora-fake'],
  title: 'Fake',
  handler: 'fake',
  defaultPort: 4242,
  usernameLimit: { max: 32, unit: 'characters' },
  refusedCharacters: '',
  keepsOldPassword: true,
};

export class FakeAdapter implements DatabaseAdapter {
  public readonly engine: RotatedEngine;
  public readonly defaultDatabase = 'main';

  constructor(private readonly database: FakeDatabase, options: FakeAdapterOptions = {}) {
    this.engine = { ...FAKE_ENGINE, ...options };
  }

  public async connect(login: Login, options: ConnectOptions): Promise<DatabaseSession | undefined> {
    this.database.attempts.push({ login, options });
    if (this.database.broken) throw this.database.broken;
    if (!this.database.logsIn(login.username, login.password)) return undefined;
    this.database.open += 1;
    return new FakeSession(this.database, login);
  }
}

class FakeSession implements DatabaseSession {
  constructor(private readonly database: FakeDatabase, private readonly login: Login) {}

  public async probe(): Promise<void> {
    this.user();
  }

  public async setOwnPassword(password: string): Promise<void> {
    const { passwords } = this.user();
    this.database.changes += 1;
    passwords[0] = password;
  }

  public async setOwnPasswordRetainingCurrent(password: string): Promise<void> {
    const user = this.user();
    this.database.changes += 1;
    user.passwords = [password, user.passwords[0] === this.login.password ? this.login.password : user.passwords[1] ?? this.login.password];
  }

  public async cloneUser(original: string, clone: string, password: string, proof?: () => Promise<boolean>): Promise<void> {
    this.asSuperuser();
    this.database.user(original);
    const present = this.database.users.get(clone);
    if (present?.stranger && !await proof?.()) throw new RotationError('configuration', 'the user is somebody else\'s', 'FAKE_STRANGER');
    this.database.changes += 1;
    this.database.users.set(clone, { ...present, passwords: [password], like: original, stranger: false });
  }

  public async setPasswordOf(username: string, password: string): Promise<void> {
    await this.setPassword(username, password);
  }

  public async ensureUser({ username, owner }: OwnedUser, takeOver: boolean): Promise<void> {
    this.asSuperuser();
    const present = this.database.users.get(username);
    if (present && present.owner !== owner && !takeOver) throw new RotationError('configuration', 'the user is somebody else\'s', 'FAKE_STRANGER');
    this.database.users.set(username, { passwords: [], ...present, owner });
  }

  public async ownsUser({ username, owner }: OwnedUser): Promise<boolean> {
    return this.database.users.get(username)?.owner === owner;
  }

  public async databasesFor(): Promise<readonly string[]> {
    return [];
  }

  public async setGrants(username: string, grants: readonly GrantDescription[]): Promise<void> {
    this.asSuperuser();
    this.database.user(username).grants = grants;
  }

  public async setPassword(username: string, password: string): Promise<void> {
    this.asSuperuser();
    this.database.changes += 1;
    this.database.user(username).passwords = [password];
  }

  public async dropUser({ username }: OwnedUser): Promise<void> {
    this.asSuperuser();
    this.database.users.delete(username);
  }

  public async close(): Promise<void> {
    this.database.open -= 1;
  }

  private asSuperuser(): void {
    if (!this.user().superuser) throw new RotationError('configuration', 'the user may not create users', 'FAKE_DENIED');
  }

  private user(): User {
    return this.database.user(this.login.username);
  }
}
