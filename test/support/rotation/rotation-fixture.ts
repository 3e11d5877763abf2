import { randomUUID } from 'crypto';
import { FakeAdapter, FakeAdapterOptions, FakeDatabase } from './fake-database';
import { databaseHandler } from '../../../lambda/rotation/engine/database-handler';
import type { Runtime } from '../../../lambda/rotation/engine/handler';
import type { RotationStep } from '../../../lambda/rotation/engine/rotation-event';
import { RotationMemory } from '../../../lambda/rotation/engine/rotation-memory';
import type { RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { Call, FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { holderOf } from '../../../tools/secrets-manager/secret-record';
import { newPassword } from '../../../tools/servers/new-password';

export interface FixtureOptions {
  readonly strategy?: RotationStrategyName;
  readonly environment?: Record<string, string>;
  readonly adapter?: FakeAdapterOptions;
  /** Keys of the secret; `undefined` leaves one out. */
  readonly secret?: Record<string, unknown>;
  /** The text of the secret, instead of JSON of the keys. */
  readonly text?: string;
  readonly superuserSecret?: Record<string, unknown>;
  readonly replicaRegions?: string[];
  /** One process does all the steps, as on Lambda. @default - each step has a process of its own */
  readonly warm?: boolean;
  /** Of the rotated secret. */
  readonly tags?: Record<string, string>;
}

export interface StepOptions {
  readonly token?: string;
  readonly remainingMs?: () => number;
  readonly event?: Record<string, unknown>;
}

export const HOST = 'db.example.com';
export const PORT = 4242;

/** A secret in a fake Secrets Manager, its user in a fake database, and the handler of the engine between them. */
export class RotationFixture {
  public readonly database = new FakeDatabase();
  public readonly secretsManager = new FakeSecretsManager();
  public readonly adapter: FakeAdapter;
  public readonly secretArn: string;
  public readonly superuserArn: string;
  public readonly password = newPassword();
  public readonly superuserPassword = newPassword();
  /** What was logged, one JSON a line. */
  public readonly lines: string[] = [];
  public readonly slept: number[] = [];
  public token = '';
  private readonly runtime: Runtime;

  constructor(options: FixtureOptions = {}) {
    this.adapter = new FakeAdapter(this.database, options.adapter);
    this.database.createUser('app', this.password);
    this.database.createUser('root', this.superuserPassword, true);
    const server = { engine: 'fake', host: HOST, port: PORT };
    this.superuserArn = this.createSecret('superuser', { ...server, username: 'root', password: this.superuserPassword, ...options.superuserSecret });
    const secret = { ...server, username: 'app', password: this.password, masterarn: this.superuserArn, ...options.secret };
    this.secretArn = this.createSecret('app', secret, options);
    const log = (level: string) => (message: string, fields: object) => {
      this.lines.push(JSON.stringify({ level, message, ...fields }));
    };
    this.runtime = {
      secretsManager: this.secretsManager.client(),
      environment: { ROTATION_STRATEGY: options.strategy ?? 'singleUser', ...options.environment },
      memory: options.warm ? new RotationMemory() : undefined,
      sink: { info: log('info'), warn: log('warn'), error: log('error') },
      sleep: async (ms) => {
        this.slept.push(ms);
        this.secretsManager.advance(ms);
      },
    };
  }

  /** As RotateSecret does: an empty version with AWSPENDING. */
  public begin(token: string = randomUUID(), text?: string): this {
    this.token = token;
    this.secretsManager.edit(this.secretArn, (secret) => {
      for (const version of secret.versions) version.stages = version.stages.filter(stage => stage !== 'AWSPENDING');
      secret.versions.push({ id: token, created: this.secretsManager.now(), stages: ['AWSPENDING'], text });
    });
    return this;
  }

  public async step(Step: RotationStep, options: StepOptions = {}): Promise<void> {
    const event = { Step, SecretId: this.secretArn, ClientRequestToken: options.token ?? this.token, ...options.event };
    await databaseHandler([this.adapter], this.runtime)(event, { getRemainingTimeInMillis: options.remainingMs ?? (() => 30_000) });
  }

  public async steps(...steps: RotationStep[]): Promise<void> {
    for (const step of steps) await this.step(step);
  }

  public async rotate(): Promise<void> {
    this.begin();
    await this.steps('createSecret', 'setSecret', 'testSecret', 'finishSecret');
  }

  /** What a step failed with; nothing else may have been changed by it. */
  public async failure(step: RotationStep, options: StepOptions = {}): Promise<Error & { kind: string; code?: string }> {
    const error: unknown = await this.step(step, options).then(() => undefined, (reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error(`${step} did not fail`);
    return error as Error & { kind: string };
  }

  public stored(stage: string): Record<string, any> | undefined {
    const text = this.textOf(stage);
    return text === undefined ? undefined : JSON.parse(text) as Record<string, unknown>;
  }

  public textOf(stage: string): string | undefined {
    return holderOf(this.secretsManager.secret(this.secretArn), stage)?.text;
  }

  public versionOf(stage: string): string | undefined {
    return holderOf(this.secretsManager.secret(this.secretArn), stage)?.id;
  }

  /** Whether the credentials of a stage log in. */
  public logsIn(stage: string): boolean {
    const secret = this.stored(stage);
    return secret !== undefined && this.database.logsIn(secret.username, secret.password);
  }

  public calls(since = 0): string[] {
    return this.secretsManager.calls.slice(since).map(({ operation }: Call) => operation);
  }

  public outcomes(): unknown[] {
    return this.lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(({ message }) => message === 'Step done.').map(({ outcome }) => outcome);
  }

  /** Tried since, in order. */
  public logins(since = 0): string[] {
    return this.database.attempts.slice(since).map(({ login }) => login.username);
  }

  private createSecret(Name: string, keys: Record<string, unknown>, { text, replicaRegions, tags = {} }: FixtureOptions = {}): string {
    const AddReplicaRegions = replicaRegions?.map(Region => ({ Region }));
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return String(this.secretsManager.perform('CreateSecret', { Name, SecretString: text ?? JSON.stringify(keys), AddReplicaRegions, Tags }).ARN);
  }
}
