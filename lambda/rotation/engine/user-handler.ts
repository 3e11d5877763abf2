import { DatabaseAccess } from './database-access';
import type { DatabaseAdapter } from './database-adapter';
import { DatabaseUser, type UserResult } from './database-user';
import { settingsIn } from './environment';
import { RotationError } from './errors';
import { explained } from './failure';
import type { Runtime } from './handler';
import { RotationLog } from './log';
import type { InvocationContext } from './rotation-event';
import { RotationMemory } from './rotation-memory';
import { SecretStore } from './secret-store';
import { TimeBudget } from './time-budget';
import { type UserRequest, userRequestIn } from './user-request';
import { USER_PROPERTIES } from '../../../src/rotation/contract/database-user';

/** What the function that answers CloudFormation hands on. It holds nothing that the template does not. */
export interface UserAnswer {
  readonly PhysicalResourceId: string;
  readonly Data: Readonly<Record<string, string>>;
}

/** Permissions that were granted in the same deployment take a while to hold; a database or its network, too. */
const PASSING_KINDS = ['transient', 'network', 'readOnly'];
const PASSING_CODES = ['AccessDeniedException', 'DecryptionFailure', 'KMSAccessDeniedException'];
const FIRST_PAUSE_MS = 1_000;

/** An attempt that has less time than this would end without a reason. */
const SHORTEST_ATTEMPT_MS = 5_000;

/** Makes the user of a secret for CloudFormation, which asks once: what may pass is tried again while there is time. */
export async function provideUser(
  adapters: readonly DatabaseAdapter[], runtime: Runtime, event: unknown, context: InvocationContext,
): Promise<UserAnswer> {
  const request = userRequestIn(event);
  const log = new RotationLog(runtime.sink, { secretArn: request.secretArn });
  const started = Date.now();
  try {
    const budget = new TimeBudget(() => context.getRemainingTimeInMillis());
    const work = async () => attempt(adapters, runtime, { request, log, budget });
    const { outcome, physicalId } = await budget.spend(async () => persistently(work, budget, runtime.sleep));
    log.info('User done.', { outcome, durationMs: Date.now() - started });
    return { PhysicalResourceId: physicalId, Data: { [USER_PROPERTIES.SECRET_ARN]: request.secretArn } };
  } catch (error) {
    const { kind, message, code } = explained(error);
    const failure = new RotationError(kind, `${request.secretArn}: the database user is not ready: ${message}`, code);
    log.error('User failed.', { errorKind: kind, errorCode: code, reason: failure.message, durationMs: Date.now() - started });
    throw failure;
  }
}

interface Attempt {
  readonly request: UserRequest;
  readonly log: RotationLog;
  readonly budget: TimeBudget;
}

/** Nothing that one attempt has read is believed in the next. */
async function attempt(adapters: readonly DatabaseAdapter[], runtime: Runtime, { request, log, budget }: Attempt): Promise<UserResult> {
  const settings = settingsIn(runtime.environment);
  const secret = { SecretId: request.secretArn, ClientRequestToken: '' };
  const store = new SecretStore(runtime.secretsManager, secret, { budget, memory: new RotationMemory(), sleep: runtime.sleep });
  const access = new DatabaseAccess({ settings, budget, log });
  return new DatabaseUser(request, { adapters, store, access, strategy: settings.strategy }).run();
}

async function persistently<T>(work: () => Promise<T>, budget: TimeBudget, sleep: Runtime['sleep']): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || budget.left() < pause + SHORTEST_ATTEMPT_MS) throw error;
      await sleep(pause);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof RotationError && (PASSING_KINDS.includes(error.kind) || PASSING_CODES.includes(error.code ?? ''));
}
