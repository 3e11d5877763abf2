import { LookError, lookError } from './errors';
import { findingsOf } from './findings';
import { Report } from './report';
import { lookAtSecrets } from './secrets';
import { Environment, settingsIn } from './settings';
import { SecretsManager, secretsManagerIn } from '../../rotation/engine/secrets-manager';

/** Kept back, so that what is known is told before Lambda ends the process. */
const RESERVE_MS = 5_000;

export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** What the watcher has of the world outside; tests have another one. */
export interface WatcherRuntime {
  readonly client: SecretsManager;
  readonly environment: Environment;
  readonly write: (line: string) => void;
  readonly now: () => number;
}

export function lambdaRuntime(): WatcherRuntime {
  return {
    client: secretsManagerIn(process.env),
    environment: process.env,
    write: line => void process.stdout.write(`${line}\n`),
    now: Date.now,
  };
}

/** Looks once. A look that is not complete says so by a metric, and fails: Lambda tries again, and keeps the event at last. */
export function watcherHandler(runtime: WatcherRuntime): (event: unknown, context: InvocationContext) => Promise<void> {
  return async (_, context) => {
    const started = runtime.now();
    const settings = settingsIn(runtime.environment);
    const report = new Report(settings.watched, runtime.write, started);
    const failure = await failureWithin(context.getRemainingTimeInMillis() - RESERVE_MS, async signal => lookAtSecrets({
      client: runtime.client,
      settings,
      signal,
      see: secret => report.see(secret, findingsOf(secret, settings, started)),
      miss: (secret, error) => report.miss(secret, error),
    })) ?? (report.missedSome ? new LookError('some secrets could not be looked at; the lines before name them') : undefined);
    report.end(failure, runtime.now() - started);
    if (failure) throw failure;
  };
}

/** Why something has failed, or was not done in time. */
async function failureWithin(ms: number, work: (signal: AbortSignal) => Promise<void>): Promise<LookError | undefined> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<LookError>((resolve) => {
    timer = setTimeout(() => resolve(new LookError('the time of the function was over before all secrets were looked at', 'Timeout')), Math.max(0, ms));
  });
  try {
    return await Promise.race([late, work(controller.signal).then(() => undefined, (error: unknown) => lookError('the look', error))]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
