import { Logger } from '@aws-lambda-powertools/logger';
import { Environment, RotationSettings, settingsIn } from './environment';
import { failureOf } from './failure';
import { LogSink, RotationLog } from './log';
import { rotate } from './rotate';
import type { Rotated, Rotation } from './rotation';
import { InvocationContext, RotationEvent, rotationEventIn } from './rotation-event';
import { RotationMemory } from './rotation-memory';
import { SecretStore } from './secret-store';
import { SecretsManager, secretsManagerIn } from './secrets-manager';
import { TimeBudget } from './time-budget';

export type RotationHandler = (event: unknown, context: InvocationContext) => Promise<void>;

/** What a handler has of the world outside; tests have another one. */
export interface Runtime {
  readonly secretsManager: SecretsManager;
  readonly environment: Environment;
  readonly sink: LogSink;
  readonly sleep: (ms: number) => Promise<void>;
  /** In milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Of a process that is warm. @default - a new one */
  readonly memory?: RotationMemory;
}

/** What is rotated, for one invocation. */
export type RotatedIn = (rotation: Rotation, event: RotationEvent, settings: RotationSettings) => Rotated;

export function lambdaRuntime(): Runtime {
  return {
    secretsManager: secretsManagerIn(process.env),
    environment: process.env,
    sink: new Logger({ serviceName: 'rotation' }),
    sleep: async ms => new Promise(resolve => setTimeout(resolve, ms)),
  };
}

/** Runs one step in the time that Lambda leaves, logs how it ended, and throws one error when it failed: Secrets Manager tries again. */
export function rotationHandler(rotatedIn: RotatedIn, runtime: Runtime): RotationHandler {
  const { memory = new RotationMemory() } = runtime;
  return async (received, context) => {
    const event = rotationEventIn(received);
    const log = new RotationLog(runtime.sink, { step: event.Step, secretArn: event.SecretId, versionId: event.ClientRequestToken });
    const started = Date.now();
    try {
      const budget = new TimeBudget(() => context.getRemainingTimeInMillis());
      const settings = settingsIn(runtime.environment);
      const store = new SecretStore(runtime.secretsManager, event, { budget, memory, sleep: runtime.sleep });
      const rotation = { store, budget, log };
      const rotated = rotatedIn(rotation, event, settings);
      const outcome = await budget.spend(async () => rotate(event, rotation, rotated));
      log.info('Step done.', { outcome, ...rotated.log, durationMs: Date.now() - started });
    } catch (error) {
      const failure = failureOf(event, error);
      log.error('Step failed.', {
        errorKind: failure.kind,
        errorCode: failure.code,
        reason: failure.message,
        remainingMs: context.getRemainingTimeInMillis(),
        durationMs: Date.now() - started,
      });
      throw failure;
    }
  };
}
