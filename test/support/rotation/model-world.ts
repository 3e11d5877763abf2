import { randomBytes, randomUUID } from 'crypto';
import { Crash, FaultPoint, FaultyAdapter } from './fault-points';
import type { ConnectOptions, DatabaseAdapter, Login } from '../../../lambda/rotation/engine/database-adapter';
import { databaseHandler } from '../../../lambda/rotation/engine/database-handler';
import type { RotationStep } from '../../../lambda/rotation/engine/rotation-event';
import { RotationMemory } from '../../../lambda/rotation/engine/rotation-memory';
import type { RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { holderOf, SecretRecord } from '../../../tools/secrets-manager/secret-record';
import { newPassword } from '../../../tools/servers/new-password';

/** What the model needs of a server; a `DatabaseUnderTest` of the adapter contract is one. */
export interface ModelDatabase {
  readonly superuser: Login;
  readonly options: Pick<ConnectOptions, 'ca' | 'serverName'>;
  createUser(username: string, password: string): Promise<void>;
  /** Everything that the server has logged, which is searched for the passwords. @default - the server keeps no log */
  serverLog?(): Promise<string>;
}

export interface WorldOptions {
  readonly adapter: DatabaseAdapter;
  readonly database: ModelDatabase;
  readonly strategy: RotationStrategyName;
}

export interface Invocation {
  /** The process dies at this fault point, counted from 0. */
  readonly crashAt?: number;
  /** The time of the function is over from this fault point on. */
  readonly outOfTimeAt?: number;
  /** Waits for the turn of a runner. */
  readonly gate?: () => Promise<void>;
  readonly token?: string;
}

export type Ending = 'done' | 'failed' | 'crashed';

const TIME_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** After these, the secret or the database may be another. */
const SIDE_EFFECTS = [
  'PutSecretValue', 'UpdateSecretVersionStage', 'setOwnPassword', 'setOwnPasswordRetainingCurrent', 'cloneUser',
];

/** One secret, its user in the database, and all that must hold of them. */
export class World {
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

  public faultPoints = 0;
  public token = '';
  /** Of the process that does the steps, until that dies. */
  public memory = new RotationMemory();
  private readonly said: string[] = [];
  private readonly filled = new Map<string, string>();
  private readonly rotationToken = newPassword();
  private violation?: Error;

  private constructor(
    public readonly options: WorldOptions,
    public readonly secretsManager: FakeSecretsManager,
    public readonly secretArn: string,
  ) {}

  /** As RotateSecret does: a version with AWSPENDING and no value. */
  public begin(): void {
    if (this.rotating()) return;
    this.token = randomUUID();
    this.secretsManager.edit(this.secretArn, (secret) => {
      secret.versions.push({ id: this.token, created: this.secretsManager.now(), stages: [] });
    });
    this.move('AWSPENDING', this.token);
  }

  public rotating(): boolean {
    const pending = holderOf(this.secret(), 'AWSPENDING');
    return pending !== undefined && !pending.stages.includes('AWSCURRENT');
  }

  public async invoke(step: RotationStep, invocation: Invocation = {}): Promise<Ending> {
    let points = 0;
    let crashed = false;
    let remaining = TIME_MS;
    const point: FaultPoint = async (when, call) => {
      if (crashed) throw new Crash();
      if (when === 'before') await invocation.gate?.();
      if (when === 'after') await this.afterCall(call).catch((error: Error) => this.violation ??= error);
      const index = points++;
      this.faultPoints += 1;
      if (index === invocation.outOfTimeAt) remaining = 0;
      if (index === invocation.crashAt) {
        crashed = true;
        throw new Crash();
      }
    };
    const ending = await this.handle(step, point, () => remaining, invocation.token ?? this.token);
    if (this.violation) throw this.violation;
    if (crashed) this.memory = new RotationMemory();
    return crashed ? 'crashed' : ending;
  }

  /** The four steps, from the beginning after each failure, as Secrets Manager does. */
  public async rotateWholly(attempts = 3): Promise<void> {
    this.begin();
    for (let attempt = 1; ; attempt++) {
      if (await this.allSteps()) break;
      if (attempt === attempts) throw new Error(`the rotation does not converge: ${this.said.filter(line => line.includes('failed')).at(-1)}`);
    }
    this.move('AWSPENDING');
    await this.checkCurrentLogsIn('after a whole rotation');
  }

  public stored(stage: string): Record<string, string> | undefined {
    const text = holderOf(this.secret(), stage)?.text;
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

  public move(stage: string, to?: string): void {
    const from = holderOf(this.secret(), stage)?.id;
    this.secretsManager.perform('UpdateSecretVersionStage', {
      SecretId: this.secretArn, VersionStage: stage, MoveToVersionId: to, RemoveFromVersionId: from,
    });
  }

  public secret(): SecretRecord {
    return this.secretsManager.secret(this.secretArn);
  }

  public async checkCurrentLogsIn(when: string): Promise<void> {
    if (!await this.logsIn(this.stored('AWSCURRENT')!)) throw new Error(`AWSCURRENT does not log in ${when}`);
  }

  /** Those that were stored. */
  public passwords(): string[] {
    return [...this.filled.values()].map(text => (JSON.parse(text) as { password: string }).password);
  }

  /** Everything that was logged or thrown, searched for every password that there was. */
  public checkNothingLeaked(): void {
    const passwords = [this.rotationToken, this.options.database.superuser.password, ...this.passwords()];
    const said = this.said.join('\n');
    if (passwords.some(password => said.includes(password))) throw new Error('a password was logged or thrown');
  }

  private async allSteps(): Promise<boolean> {
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
      if (await this.invoke(step) !== 'done') return false;
    }
    return true;
  }

  private async handle(step: RotationStep, point: FaultPoint, remaining: () => number, token: string): Promise<Ending> {
    const { adapter, database, strategy } = this.options;
    const say = (message: string, fields: object) => {
      this.said.push(`${message} ${JSON.stringify(fields)}`);
    };
    const handler = databaseHandler([new FaultyAdapter(adapter, point)], {
      secretsManager: this.hookedClient(point),
      environment: { ROTATION_STRATEGY: strategy, TLS_CA_BUNDLE: database.options.ca.join('\n'), TLS_SERVER_NAME: database.options.serverName },
      sink: { info: say, warn: say, error: say },
      sleep: async ms => this.secretsManager.advance(ms),
      memory: this.memory,
    });
    try {
      const event = { Step: step, SecretId: this.secretArn, ClientRequestToken: token, RotationToken: this.rotationToken };
      await handler(event, { getRemainingTimeInMillis: remaining });
      return 'done';
    } catch (error) {
      this.said.push(`${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`);
      return 'failed';
    }
  }

  private hookedClient(point: FaultPoint) {
    const client = this.secretsManager.client();
    const send = async (command: Parameters<typeof client.send>[0]) => {
      const call = command.constructor.name.replace(/Command$/, '');
      await point('before', call);
      const output = await client.send(command);
      await point('after', call);
      return output;
    };
    return { send } as unknown as typeof client;
  }

  /** What must hold at every instant. */
  private async afterCall(call: string): Promise<void> {
    if (!SIDE_EFFECTS.includes(call)) return;
    this.checkFilledStay();
    if (this.options.strategy !== 'singleUser') return this.checkCurrentLogsIn(`after ${call}`);
    for (const stage of ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS']) {
      const document = this.stored(stage);
      if (document && await this.logsIn(document)) return;
    }
    throw new Error(`no stored version logs in after ${call}`);
  }

  private checkFilledStay(): void {
    for (const { id, text } of this.secret().versions) {
      if (text === undefined) continue;
      if ((this.filled.get(id) ?? text) !== text) throw new Error('a value that was stored has changed');
      this.filled.set(id, text);
    }
  }
}
