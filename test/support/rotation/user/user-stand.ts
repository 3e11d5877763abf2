import { randomBytes } from 'crypto';
import type { UserDatabase } from './user-database';
import { databaseHandler } from '../../../../lambda/rotation/engine/database-handler';
import { fingerprintOf, type UserDescription } from '../../../../src/rotation/contract/database-user';
import type { RotationStrategyName } from '../../../../src/rotation/contract/strategies';
import { ROTATION_TAGS, superuserTagFor } from '../../../../src/rotation/contract/tags';
import { FakeSecretsManager } from '../../../../tools/secrets-manager/fake-secrets-manager';
import { newPassword } from '../../../../tools/servers/new-password';
import { FaultPoint, FaultyAdapter } from '../fault-points';

export interface StandOptions {
  readonly strategy?: RotationStrategyName;
  /** Where the function finds the server, which may be a proxy. */
  readonly port?: number;
  readonly user?: Partial<UserDescription>;
}

export interface Answer {
  readonly PhysicalResourceId: string;
  readonly Data: Record<string, string>;
}

type RequestType = 'Create' | 'Update' | 'Delete';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:rotation';

/** One secret as a deployment makes it, and the function that makes its user. */
export class UserStand {
  public readonly secretsManager = new FakeSecretsManager();
  public readonly username = `u${randomBytes(5).toString('hex')}`;
  public readonly password = newPassword();
  public readonly secretArn: string;
  public readonly lines: string[] = [];
  public readonly passwords: string[] = [this.password];
  /** Where the process may die. */
  public point?: FaultPoint;
  public user: UserDescription;
  public physicalId?: string;
  private readonly port: number;

  constructor(public readonly database: UserDatabase, private readonly options: StandOptions = {}) {
    const { adapter, administrator } = database;
    this.port = options.port ?? administrator.port;
    this.user = { username: this.username, database: database.database, grants: database.grants, takeOver: false, drop: false, ...options.user };
    const server = { engine: adapter.engine.name, host: administrator.host, port: this.port };
    const superuserArn = this.createSecret('superuser', { ...server, username: administrator.username, password: administrator.password });
    const value = { ...server, dbname: database.database, username: this.username, password: this.password };
    this.secretArn = this.createSecret('prod/shop/db-credentials', value, {
      [ROTATION_TAGS.DATABASE_HOST]: administrator.host,
      [ROTATION_TAGS.DATABASE_PORT]: String(this.port),
      [ROTATION_TAGS.SUPERUSER_SECRET]: superuserTagFor(superuserArn),
    });
    this.secretsManager.hook = async (when, { operation }) => this.point?.(when, operation);
    this.secretsManager.addFunction(FUNCTION, async (event) => {
      await this.handler()(event, { getRemainingTimeInMillis: () => 60_000 });
    });
  }

  /** As CloudFormation does it: the tags of the secret come first, then its resource. */
  public async deploy(type: RequestType = 'Create', user: Partial<UserDescription> = {}): Promise<Answer> {
    this.user = { ...this.user, ...user };
    if (type !== 'Delete') this.tag(ROTATION_TAGS.DATABASE_USER, fingerprintOf(this.text()));
    const answer = await this.request({ RequestType: type, PhysicalResourceId: this.physicalId, ResourceProperties: this.properties() });
    this.physicalId = answer.PhysicalResourceId;
    return answer;
  }

  public properties(user: UserDescription = this.user): Record<string, string> {
    return { SecretArn: this.secretArn, User: this.text(user) };
  }

  public async request(event: Record<string, unknown>, timeMs = 60_000): Promise<Answer> {
    const until = Date.now() + timeMs;
    const answer = await this.handler()(event, { getRemainingTimeInMillis: () => until - Date.now() });
    return answer as Answer;
  }

  /** What a request fails with; nothing that was logged or told may hold a password. */
  public async failure(work: Promise<unknown>): Promise<Error & { kind: string }> {
    const error: unknown = await work.then(() => undefined, (reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error('the request did not fail');
    return error as Error & { kind: string };
  }

  public tag(key: string, value: string | undefined): void {
    this.secretsManager.edit(this.secretArn, (secret) => {
      secret.tags = [...secret.tags.filter(({ Key }) => Key !== key), ...value === undefined ? [] : [{ Key: key, Value: value }]];
    });
  }

  public current(): { username: string; password: string } & Record<string, unknown> {
    return JSON.parse(String(this.secretsManager.perform('GetSecretValue', { SecretId: this.secretArn }).SecretString));
  }

  /** Who writes values, and no more. */
  public write(change: Record<string, unknown>): void {
    this.secretsManager.perform('PutSecretValue', { SecretId: this.secretArn, SecretString: JSON.stringify({ ...this.current(), ...change }) });
  }

  /** AWSCURRENT does what its user may. */
  public async use(): Promise<void> {
    const { username, password } = this.current();
    this.passwords.push(password);
    await this.database.use({ ...this.database.administrator, database: this.database.database, username, password });
  }

  public async logsIn(password: string, username = this.username): Promise<boolean> {
    const login = { ...this.database.administrator, database: this.database.database, username, password };
    const session = await this.database.adapter.connect(login, { timeoutMs: 5_000, ca: this.database.ca });
    await session?.close();
    return session !== undefined;
  }

  public async rotate(): Promise<void> {
    const { secretsManager, secretArn: SecretId } = this;
    secretsManager.perform('RotateSecret', { SecretId, RotationLambdaARN: FUNCTION });
    const { succeeded, error } = await secretsManager.rotationOf(SecretId);
    if (!succeeded) throw error ?? new Error('the rotation failed');
  }

  private text(user: UserDescription = this.user): string {
    return JSON.stringify(user);
  }

  private handler() {
    const log = (message: string, fields: object) => {
      this.lines.push(JSON.stringify({ message, ...fields }));
    };
    const adapter = new FaultyAdapter(this.database.adapter, async (when, call) => this.point?.(when, call));
    return databaseHandler([adapter], {
      secretsManager: this.secretsManager.client(),
      environment: { ROTATION_STRATEGY: this.options.strategy ?? 'singleUser', TLS_CA_BUNDLE: this.database.ca.join('\n') },
      sink: { info: log, warn: log, error: log },
      sleep: async () => undefined,
    });
  }

  private createSecret(Name: string, document: object, tags: Record<string, string> = {}): string {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return String(this.secretsManager.perform('CreateSecret', { Name, SecretString: JSON.stringify(document), Tags }).ARN);
  }
}
