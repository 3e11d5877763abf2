import { randomUUID } from 'crypto';
import { Crash, FaultPoint } from './fault-points';
import type { Runtime } from '../../../lambda/rotation/engine/handler';
import { InvocationContext, ROTATION_STEPS, RotationStep } from '../../../lambda/rotation/engine/rotation-event';
import { RotationMemory } from '../../../lambda/rotation/engine/rotation-memory';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { holderOf, SecretRecord } from '../../../tools/secrets-manager/secret-record';
import { newPassword } from '../../../tools/servers/new-password';

export interface Invocation {
  /** The process dies at this fault point, counted from 0. */
  readonly crashAt?: number;
  /** The time of the function is over from this fault point on. */
  readonly outOfTimeAt?: number;
  /** Waits for the turn of a runner. */
  readonly gate?: (call: string) => Promise<void>;
  readonly token?: string;
}

export type Ending = 'done' | 'failed' | 'crashed';

const TIME_MS = 30_000;

/** Calls to Secrets Manager after which a secret may be another. */
export const CHANGES_OF_SECRET: readonly string[] = ['PutSecretValue', 'UpdateSecretVersionStage'];

/** One secret, what it opens, and all that must hold of them while the steps of a rotation come, die and come again. */
export abstract class RotationWorld {
  public faultPoints = 0;
  public token = '';
  /** Of the process that does the steps, until that dies. */
  public memory = new RotationMemory();
  protected readonly said: string[] = [];
  protected readonly rotationToken = newPassword();
  private readonly filled = new Map<string, string>();
  private violation?: Error;

  protected constructor(public readonly secretsManager: FakeSecretsManager, public readonly secretArn: string) {}

  /** As RotateSecret does: a version with AWSPENDING and no value, or the one that is not finished. */
  public begin(): void {
    this.token = this.rotating() ? holderOf(this.secret(), 'AWSPENDING')!.id : randomUUID();
    if (this.rotating()) return;
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
      if (when === 'before') await invocation.gate?.(call);
      if (when === 'after') await this.watch(call).catch((error: Error) => this.violation ??= error);
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
      await this.beforeNextAttempt();
    }
    this.move('AWSPENDING');
    await this.checkCurrent('after a whole rotation');
  }

  public textOf(stage: string): string | undefined {
    return holderOf(this.secret(), stage)?.text;
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

  /** Everything that was logged or thrown, searched for every value that there was. */
  public checkNothingLeaked(): void {
    const said = this.said.join('\n');
    if ([this.rotationToken, ...this.values()].some(value => said.includes(value))) throw new Error('a secret value was logged or thrown');
  }

  /** Texts that were stored in a version. */
  protected texts(): string[] {
    return [...this.filled.values()];
  }

  /** What must not be logged: passwords, keys. */
  protected abstract values(): string[];

  /** Throws when the value in use does not work. */
  public abstract checkCurrent(when: string): Promise<void>;

  protected abstract handlerWith(point: FaultPoint, runtime: Omit<Runtime, 'environment'>):
  (event: unknown, context: InvocationContext) => Promise<unknown>;

  /** Throws when a promise was broken by this call. */
  protected abstract afterCall(call: string): Promise<void>;

  /** What goes by until Secrets Manager tries again. */
  protected async beforeNextAttempt(): Promise<void> {
    return undefined;
  }

  private async watch(call: string): Promise<void> {
    this.checkFilledStay();
    await this.afterCall(call);
  }

  private async allSteps(): Promise<boolean> {
    for (const step of ROTATION_STEPS) {
      if (await this.invoke(step) !== 'done') return false;
    }
    return true;
  }

  private async handle(step: RotationStep, point: FaultPoint, remaining: () => number, token: string): Promise<Ending> {
    const say = (message: string, fields: object) => {
      this.said.push(`${message} ${JSON.stringify(fields)}`);
    };
    const handler = this.handlerWith(point, {
      secretsManager: this.hookedClient(point),
      sink: { info: say, warn: say, error: say },
      sleep: async ms => this.secretsManager.advance(ms),
      now: () => this.secretsManager.now(),
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

  private checkFilledStay(): void {
    for (const { id, text } of this.secret().versions) {
      if (text === undefined) continue;
      if ((this.filled.get(id) ?? text) !== text) throw new Error('a value that was stored has changed');
      this.filled.set(id, text);
    }
  }
}
