import { randomBytes } from 'crypto';
import { FaultPoint, FaultyAdapter } from './fault-points';
import { CHANGES_OF_SECRET, RotationWorld } from './rotation-world';
import { databasesOf } from '../../../lambda/rotation/engine/credentials';
import type { ConnectOptions, DatabaseAdapter, Login } from '../../../lambda/rotation/engine/database-adapter';
import { databaseHandler } from '../../../lambda/rotation/engine/database-handler';
import type { Runtime } from '../../../lambda/rotation/engine/handler';
import { OVERLAPS, type RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { newPassword } from '../../../tools/servers/new-password';

/** What the model needs of a server; a `DatabaseUnderTest` of the adapter contract is one. */
export interface ModelDatabase {
  readonly superuser: Login;
  readonly options: Pick<ConnectOptions, 'ca' | 'serverName'>;
  createUser(username: string, password: string): Promise<void>;
  /** Name and version, as the server itself says. @default - it is none */
  product?(): Promise<string>;
  /** Everything that the server has logged, which is searched for the passwords. @default - the server keeps no log */
  serverLog?(): Promise<string>;
}

export interface WorldOptions {
  readonly adapter: DatabaseAdapter;
  readonly database: ModelDatabase;
  readonly strategy: RotationStrategyName;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** After these, the secret or the database may be another. */
const CHANGES = [...CHANGES_OF_SECRET, 'setOwnPassword', 'setOwnPasswordRetainingCurrent', 'setPasswordOf', 'cloneUser'];

/** One secret, its user in the database, and all that must hold of them. */
export class World extends RotationWorld {
  public static async make(options: WorldOptions): Promise<World> {
    const { adapter, database } = options;
    const username = `m${randomBytes(5).toString('hex')}`;
    const password = newPassword();
    await database.createUser(username, password);
    const { host, port, database: dbname, username: superuser, password: superuserPassword } = database.superuser;
    const common = { engine: adapter.engine.name, host, port, dbname };
    const secretsManager = new FakeSecretsManager();
    const create = (Name: string, document: object) =>
      String(secretsManager.perform('CreateSecret', { Name, SecretString: JSON.stringify(document) }).ARN);
    const masterarn = create('superuser', { ...common, username: superuser, password: superuserPassword });
    return new World(options, secretsManager, create('app', { ...common, username, password, masterarn, note: 'kept' }));
  }

  private constructor(public readonly options: WorldOptions, secretsManager: FakeSecretsManager, secretArn: string) {
    super(secretsManager, secretArn);
  }

  public stored(stage: string): Record<string, string> | undefined {
    const text = this.textOf(stage);
    return text === undefined ? undefined : JSON.parse(text) as Record<string, string>;
  }

  public async logsIn(document: Record<string, string>): Promise<boolean> {
    const session = await this.connect(document);
    await session?.close();
    return session !== undefined;
  }

  public async connect({ username, password }: Record<string, string>) {
    const { adapter, database } = this.options;
    return adapter.connect({ ...database.superuser, username, password }, { ...database.options, timeoutMs: CONNECT_TIMEOUT_MS });
  }

  public async connectSuperuser() {
    const { adapter, database: { superuser, options } } = this.options;
    const login = { ...superuser, ...databasesOf({ adapter, database: superuser.database }) };
    return adapter.connect(login, { ...options, timeoutMs: CONNECT_TIMEOUT_MS });
  }

  public async checkCurrent(when: string): Promise<void> {
    if (!await this.logsIn(this.stored('AWSCURRENT')!)) throw new Error(`AWSCURRENT does not log in ${when}`);
  }

  /** Those that were stored. */
  public passwords(): string[] {
    return this.texts().map(text => (JSON.parse(text) as { password: string }).password);
  }

  protected values(): string[] {
    return [this.options.database.superuser.password, ...this.passwords()];
  }

  protected handlerWith(point: FaultPoint, runtime: Omit<Runtime, 'environment'>) {
    const { adapter, database, strategy } = this.options;
    const environment = { ROTATION_STRATEGY: strategy, TLS_CA_BUNDLE: database.options.ca.join('\n'), TLS_SERVER_NAME: database.options.serverName };
    return databaseHandler([new FaultyAdapter(adapter, point)], { ...runtime, environment });
  }

  /** What must hold at every instant. */
  protected async afterCall(call: string): Promise<void> {
    if (!CHANGES.includes(call)) return;
    if (OVERLAPS[this.options.strategy] !== 'none') return this.checkCurrent(`after ${call}`);
    for (const stage of ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS']) {
      const document = this.stored(stage);
      if (document && await this.logsIn(document)) return;
    }
    throw new Error(`no stored version logs in after ${call}`);
  }
}
