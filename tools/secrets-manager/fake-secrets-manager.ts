import { Input, Operations, Output } from './operations';
import { ResourcePolicies } from './resource-policies';
import { RotationFunction, RotationResult, RotationService } from './rotation-service';
import type { SecretRecord } from './secret-record';
import { Secrets } from './secrets';
import type { SecretsManager } from '../../lambda/rotation/engine/secrets-manager';

export interface Call {
  readonly operation: string;
  readonly input: Input;
}

/** Sees every call before it is done and after it was, and may throw, as a process does that dies there. */
export type CallHook = (when: 'before' | 'after', call: Call) => Promise<void>;

type OperationName = keyof Operations | keyof ResourcePolicies | 'RotateSecret' | 'CancelRotateSecret';

/** Secrets Manager, as far as rotation uses it. It agrees with responses recorded against AWS; see recorded-responses.test.ts. */
export class FakeSecretsManager {
  /** Every call since the beginning, in order. */
  public readonly calls: Call[] = [];
  /** Reads see what was so long ago. */
  public lagMs = 0;
  /** Replicas are in progress for so long after a change. */
  public replicationMs = 0;
  public hook?: CallHook;
  private readonly secrets: Secrets;
  private readonly operations: Operations;
  private readonly rotations: RotationService;
  private readonly policies: ResourcePolicies;
  private readonly failures: { operation: OperationName; error: Error; times: number }[] = [];
  private jumpedMs = 0;

  constructor(private readonly realNow: () => number = Date.now) {
    const now = () => this.now();
    this.secrets = new Secrets(now, () => this.lagMs);
    this.operations = new Operations(this.secrets, { now, replicationMs: () => this.replicationMs });
    this.rotations = new RotationService(this.secrets, now);
    this.policies = new ResourcePolicies(this.secrets);
  }

  public now(): number {
    return this.realNow() + this.jumpedMs;
  }

  /** Lets time pass. */
  public advance(ms: number): void {
    this.jumpedMs += ms;
  }

  /** Makes the next calls of an operation fail. */
  public fail(operation: OperationName, error: Error, times = 1): void {
    this.failures.push({ operation, error, times });
  }

  /** The client of a process inside this one: errors have the names of the SDK's, and nothing is retried. */
  public client(): SecretsManager {
    const send = async (command: { input: Input; constructor: { name: string } }) =>
      this.execute(command.constructor.name.replace(/Command$/, ''), command.input);
    return { send } as SecretsManager;
  }

  public async execute(operation: string, input: Input): Promise<Output> {
    const call = { operation, input };
    this.calls.push(call);
    await this.hook?.('before', call);
    this.throwIfToFail(operation);
    const output = this.perform(operation, input);
    await this.hook?.('after', call);
    return output;
  }

  /** Without being counted, hooked or failed: for the test itself. */
  public perform(operation: string, input: Input): Output {
    const owners = [this.operations, this.rotations, this.policies] as unknown as Record<string, ((given: Input) => Output) | undefined>[];
    const owner = /^[A-Z]/.test(operation) ? owners.find(each => operation in each) : undefined;
    const method = owner?.[operation];
    if (!method) throw new Error(`the fake has no operation ${operation}`);
    return withoutAbsent(method.call(owner, input));
  }

  public addFunction(arn: string, handler: RotationFunction): void {
    this.rotations.addFunction(arn, handler);
  }

  public async rotationOf(secretArn: string): Promise<RotationResult> {
    return this.rotations.finished(secretArn);
  }

  /** As it is stored, without lag. When it was read is no part of that: a read changes nothing. */
  public secret(id: string): SecretRecord {
    const copy = structuredClone(this.secrets.latest(id));
    for (const record of [copy, ...copy.versions, ...copy.replicas]) delete record.accessed;
    return copy;
  }

  /** For what AWS does by itself, such as a replica that fails. */
  public edit(id: string, change: (secret: SecretRecord) => void): void {
    this.secrets.change(id, change);
  }

  /** How often each operation was called. */
  public countsOf(calls: readonly Call[] = this.calls): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  private throwIfToFail(operation: string): void {
    const failure = this.failures.find(({ operation: failing, times }) => failing === operation && times > 0);
    if (!failure) return;
    failure.times -= 1;
    throw failure.error;
  }
}

function withoutAbsent(output: Output): Output {
  return Object.fromEntries(Object.entries(output).filter(([, value]) => value !== undefined));
}
