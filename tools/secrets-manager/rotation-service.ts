import { randomUUID } from 'crypto';
import type { Input, Output } from './operations';
import { attach, detach, holderOf, SecretRecord } from './secret-record';
import type { Secrets } from './secrets';
import { FAILURES } from './service-failure';

/** A rotation function, as Secrets Manager sees it. */
export type RotationFunction = (event: Record<string, unknown>) => Promise<void>;

export interface RotationResult {
  readonly succeeded: boolean;
  readonly attempts: number;
  /** What the last attempt failed with. */
  readonly error?: Error;
}

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** After so many failures the service leaves the pending version as it is, until RotateSecret is called again. */
const ATTEMPTS = 5;

/** What Secrets Manager does when it rotates: four calls, all again after a failure, and the label taken away at the end. */
export class RotationService {
  private readonly functions = new Map<string, RotationFunction>();
  private readonly running = new Map<string, Promise<RotationResult>>();

  constructor(private readonly secrets: Secrets, private readonly now: () => number) {}

  /** Makes a function known, and lets Secrets Manager invoke it. */
  public addFunction(arn: string, handler: RotationFunction): void {
    this.functions.set(arn, handler);
  }

  public RotateSecret(input: Input): Output {
    const functionArn = input.RotationLambdaARN ?? this.secrets.latest(input.SecretId).rotation?.functionArn;
    if (functionArn === undefined) throw FAILURES.noFunction();
    const handler = this.functions.get(functionArn);
    if (!handler) throw FAILURES.cannotInvoke();
    const { secret, token, resumed } = this.secrets.change(input.SecretId, record => this.begin(record, functionArn, input));
    const immediately = input.RotateImmediately !== false;
    const event = { SecretId: secret.arn, ClientRequestToken: token, ...(input.RotationToken ? { RotationToken: input.RotationToken } : {}) };
    this.running.set(secret.arn, immediately || resumed ? this.rotate(event, handler) : this.testOnly(event, handler));
    if (resumed) throw FAILURES.previousRotation();
    return { ARN: secret.arn, Name: secret.name, VersionId: token };
  }

  /** Turns the schedule off and leaves the pending version, as AWS does. */
  public CancelRotateSecret(input: Input): Output {
    return this.secrets.change(input.SecretId, (secret) => {
      if (secret.rotation) secret.rotation.enabled = false;
      return { ARN: secret.arn, Name: secret.name };
    });
  }

  /** The end of the rotation that runs, or ran last. */
  public async finished(secretArn: string): Promise<RotationResult> {
    const result = this.running.get(secretArn);
    if (!result) throw new Error(`no rotation of ${secretArn} was begun`);
    return result;
  }

  private begin(secret: SecretRecord, functionArn: string, input: Input): { secret: SecretRecord; token: string; resumed: boolean } {
    if (secret.deleted !== undefined) throw FAILURES.deleted();
    secret.rotation = { enabled: true, functionArn, days: input.RotationRules?.AutomaticallyAfterDays ?? secret.rotation?.days ?? 30 };
    const pending = holderOf(secret, 'AWSPENDING');
    if (pending && !pending.stages.includes('AWSCURRENT')) return { secret, token: pending.id, resumed: true };
    const token = input.ClientRequestToken ?? randomUUID();
    const text = input.RotateImmediately === false ? holderOf(secret, 'AWSCURRENT')?.text : undefined;
    const version = { id: token, created: this.now(), stages: [], text };
    secret.versions.push(version);
    attach(secret, 'AWSPENDING', version);
    return { secret, token, resumed: false };
  }

  private async rotate(event: Input, handler: RotationFunction): Promise<RotationResult> {
    let error: Error | undefined;
    for (let attempts = 1; attempts <= ATTEMPTS; attempts++) {
      try {
        for (const Step of STEPS) await handler({ ...event, Step });
        this.secrets.change(event.SecretId, (secret) => {
          detach(holderOf(secret, 'AWSCURRENT')!, 'AWSPENDING');
          secret.lastRotated = this.now();
        });
        return { succeeded: true, attempts };
      } catch (failure) {
        error = failure as Error;
      }
    }
    return { succeeded: false, attempts: ATTEMPTS, error };
  }

  /** With RotateImmediately false, only whether the function can log in is tried, with the present value. */
  private async testOnly(event: Input, handler: RotationFunction): Promise<RotationResult> {
    const clean = () => this.secrets.change(event.SecretId, (secret) => {
      const pending = holderOf(secret, 'AWSPENDING');
      if (pending) detach(pending, 'AWSPENDING');
    });
    try {
      await handler({ ...event, Step: 'testSecret' });
      return { succeeded: true, attempts: 1 };
    } catch (error) {
      return { succeeded: false, attempts: 1, error: error as Error };
    } finally {
      clean();
    }
  }
}
