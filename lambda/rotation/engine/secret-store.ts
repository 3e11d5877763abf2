import {
  DescribeSecretCommand, DescribeSecretCommandOutput, GetSecretValueCommand, PutSecretValueCommand, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Tags } from './database-server';
import { RotationError } from './errors';
import type { RotationEvent } from './rotation-event';
import type { KnownVersions, RotationMemory } from './rotation-memory';
import type { SecretsManager } from './secrets-manager';
import { isNamed, secretsManagerFailure } from './secrets-manager-failure';
import type { TimeBudget } from './time-budget';

/** Waits for a new label or value to become visible everywhere: 3.1 s in all. */
export const VISIBILITY_DELAYS_MS = [100, 200, 400, 800, 1_600];

/** Secrets Manager answers so while a version or its label has not arrived, and also when it never will. */
const NOT_VISIBLE = ['ResourceNotFoundException', 'InvalidRequestException'];

/** Where a rotation stands. */
export interface SecretState {
  readonly arn: string;
  readonly tags: Tags;
  /** Of the version that is being made. */
  readonly stages: readonly string[];
  readonly currentVersionId?: string;
  readonly rotationEnabled?: boolean;
  readonly deleted: boolean;
  readonly replicas: readonly string[];
}

/** The labels whose values a step reads. */
export type ReadStage = 'AWSCURRENT' | 'AWSPENDING';

interface StoredValue {
  readonly text: string;
  readonly versionId?: string;
}

export interface StoreOptions {
  readonly budget: TimeBudget;
  readonly memory: RotationMemory;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A secret, and the version of it that is being made; none is called by an empty token. */
export type SecretVersion = Pick<RotationEvent, 'SecretId' | 'ClientRequestToken' | 'RotationToken'>;

/** One version being made of one secret: the only place that calls Secrets Manager. */
export class SecretStore {
  private readonly values = new Map<ReadStage, Promise<StoredValue>>();
  private readonly seen = new Set<string>();
  private readonly known: KnownVersions;
  private currentVersionId?: string;
  private state?: SecretState;

  constructor(
    private readonly client: SecretsManager,
    private readonly event: SecretVersion,
    private readonly options: StoreOptions,
  ) {
    this.known = options.memory.of(event.SecretId, event.ClientRequestToken);
  }

  public async describe(): Promise<SecretState> {
    const secret = await this.call('describing the secret', async () => this.client
      .send(new DescribeSecretCommand({ SecretId: this.event.SecretId })));
    const state = stateOf(secret, this.event);
    this.currentVersionId = state.currentVersionId;
    this.state = state;
    return state;
  }

  /** The last description; the ARN and the tags of a secret are the same throughout an invocation. */
  public async described(): Promise<SecretState> {
    return this.state ?? this.describe();
  }

  /** Describes the secret until the version that is being made has a label; it may just have got it. */
  public async describeLabelled(): Promise<SecretState> {
    let state = await this.describe();
    for (const delay of VISIBILITY_DELAYS_MS) {
      if (state.stages.length > 0 || state.deleted) break;
      await this.wait(delay, 'waiting for the label of the version');
      state = await this.describe();
    }
    return state;
  }

  /** Reads these values, if they are there, while something else is done. What goes wrong is told when a value is asked for. */
  public async readAhead(stages: readonly ReadStage[]): Promise<void> {
    const token = this.event.ClientRequestToken;
    await Promise.allSettled(stages.map(async (stage) => {
      if (stage === 'AWSPENDING') return this.known.textOf(token) === undefined ? this.pendingNow() : undefined;
      return this.known.hasOtherThan(token) ? undefined : this.current();
    }));
  }

  /** A value that was read ahead may be older than the description: then it is read again. */
  public async current(): Promise<string> {
    const ahead = this.values.has('AWSCURRENT') ? await this.values.get('AWSCURRENT') : undefined;
    if (ahead && [undefined, ahead.versionId].includes(this.currentVersionId)) return ahead.text;
    const reading = this.readCurrent();
    this.values.set('AWSCURRENT', reading);
    const { text, versionId } = await reading;
    this.currentVersionId = versionId;
    return text;
  }

  /** Whether the version of this rotation was current when AWSCURRENT was read: another runner has finished. */
  public async readAsCurrent(): Promise<boolean> {
    const current = await this.values.get('AWSCURRENT')?.catch(() => undefined);
    return current?.versionId === this.event.ClientRequestToken;
  }

  /** `undefined` when there is none, which is so until the first rotation. */
  public async previous(): Promise<string | undefined> {
    return this.unlessMissing(async () => (await this.get(this.event.SecretId, 'AWSPREVIOUS')).text);
  }

  /** The value that createSecret stored; waits for it to become visible. */
  public async pending(): Promise<string> {
    return (await this.once('AWSPENDING', async () => {
      const { ClientRequestToken, SecretId } = this.event;
      const remembered = this.remembered(ClientRequestToken);
      if (remembered) return remembered;
      for (const delay of VISIBILITY_DELAYS_MS) {
        const value = await this.pendingNow();
        if (value) return value;
        await this.wait(delay, 'waiting for the pending value');
      }
      return this.get(SecretId, 'AWSPENDING', ClientRequestToken);
    })).text;
  }

  /** The pending value if it is there already. */
  public async pendingNow(): Promise<StoredValue | undefined> {
    return this.unlessMissing(async () => {
      const found = await this.get(this.event.SecretId, 'AWSPENDING', this.event.ClientRequestToken);
      this.values.set('AWSPENDING', Promise.resolve(found));
      return found;
    });
  }

  /** The pending value of a rotation that is going on, whichever that is. */
  public async anyPending(): Promise<string | undefined> {
    return this.unlessMissing(async () => (await this.get(this.event.SecretId, 'AWSPENDING')).text);
  }

  /** AWSCURRENT of another secret. `what` names it in messages. */
  public async valueOf(arn: string, what: string): Promise<string> {
    return (await this.get(arn, 'AWSCURRENT', undefined, what)).text;
  }

  /** Of the last description; every step begins with one. */
  public tags(): Tags {
    return this.state?.tags ?? {};
  }

  /** Goes before what cannot be undone: a slow run may belong to a rotation that is over, and a later one has made its own value. */
  public async requireUnchanged(): Promise<void> {
    const before = this.currentVersionId;
    const { stages, currentVersionId } = await this.describe();
    if (stages.includes('AWSPENDING') && [undefined, currentVersionId].includes(before)) return;
    throw new RotationError('transient', 'another run has finished this rotation, or begun another one, while this one was at work; '
      + 'nothing is to be done, for Secrets Manager goes on with that one');
  }

  /** Stores the value unless the version has one: a value that was stored once is never replaced. */
  public async putPending(text: string): Promise<'stored' | 'alreadyStored'> {
    const { SecretId, ClientRequestToken, RotationToken } = this.event;
    try {
      await this.call('storing the pending value', async () => this.client.send(new PutSecretValueCommand({
        SecretId, ClientRequestToken, RotationToken, SecretString: text, VersionStages: ['AWSPENDING'],
      })));
      this.known.keep(ClientRequestToken, text);
      return 'stored';
    } catch (error) {
      if (isNamed(error, 'ResourceExistsException')) return 'alreadyStored';
      throw error;
    }
  }

  /** `changed` when AWSCURRENT is no longer where it was. */
  public async promote(currentVersionId: string | undefined): Promise<'promoted' | 'changed'> {
    const { SecretId, ClientRequestToken } = this.event;
    try {
      await this.call('moving AWSCURRENT', async () => this.client.send(new UpdateSecretVersionStageCommand({
        SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: currentVersionId,
      })));
      return 'promoted';
    } catch (error) {
      if (isNamed(error, 'InvalidParameterException')) return 'changed';
      throw error;
    }
  }

  /** The pending value works. */
  public keepTested(): void {
    this.known.tested = true;
  }

  /** Whether this function, while it was warm, has seen the pending value work. */
  public isTested(): boolean {
    return this.known.tested;
  }

  /** Adds what is a secret although it was not read. */
  public withhold(value: string): void {
    this.seen.add(value);
  }

  /** What must not be part of any message. */
  public valuesRead(): readonly string[] {
    return [...this.seen];
  }

  public async wait(ms: number, activity: string): Promise<void> {
    this.options.budget.enter(activity);
    await this.options.sleep(ms);
  }

  private async readCurrent(): Promise<StoredValue> {
    return this.remembered(this.currentVersionId) ?? this.get(this.event.SecretId, 'AWSCURRENT');
  }

  /** One value is read once in an invocation. */
  private async once(stage: ReadStage, read: () => Promise<StoredValue>): Promise<StoredValue> {
    const value = this.values.get(stage) ?? read();
    this.values.set(stage, value);
    return value;
  }

  private remembered(versionId: string | undefined): StoredValue | undefined {
    const text = this.known.textOf(versionId);
    if (text === undefined) return undefined;
    this.seen.add(text);
    return { text, versionId };
  }

  private async get(secretId: string, stage: string, versionId?: string, what = stage): Promise<StoredValue> {
    const ofThisSecret = secretId === this.event.SecretId;
    const found = await this.call(`reading ${what}`, async () => this.client.send(new GetSecretValueCommand({
      SecretId: secretId, VersionStage: stage, VersionId: versionId,
    })));
    if (found.SecretString === undefined) {
      throw new RotationError('configuration', `${what} holds binary data; store JSON in the secret's string`);
    }
    this.seen.add(found.SecretString);
    if (ofThisSecret) this.known.keep(found.VersionId, found.SecretString);
    return { text: found.SecretString, versionId: found.VersionId };
  }

  private async unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (NOT_VISIBLE.some(name => isNamed(error, name))) return undefined;
      throw error;
    }
  }

  private async call<T>(activity: string, send: () => Promise<T>): Promise<T> {
    this.options.budget.enter(activity);
    try {
      return await send();
    } catch (error) {
      throw secretsManagerFailure(error, activity);
    }
  }
}

function stateOf(secret: DescribeSecretCommandOutput, { SecretId, ClientRequestToken: token }: SecretVersion): SecretState {
  const stages = secret.VersionIdsToStages ?? {};
  return {
    arn: secret.ARN ?? SecretId,
    tags: Object.fromEntries((secret.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    stages: stages[token] ?? [],
    currentVersionId: Object.keys(stages).find(id => stages[id].includes('AWSCURRENT')),
    rotationEnabled: secret.RotationEnabled,
    deleted: secret.DeletedDate !== undefined,
    replicas: (secret.ReplicationStatus ?? []).map(({ Status }) => Status ?? 'InSync'),
  };
}
