/** `all` turns a server that is missing into a failure. */
export const REQUIRE = 'ROTATION_TEST_REQUIRE';

/** What a suite starts and has to stop again. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** Stops what `starting` will have started when the tests are over. */
export type Keep = <T extends Stoppable>(starting: Promise<T>) => Promise<T>;

/**
 * For a start or a stop of all servers of a suite, on a machine that does much else. A single server gives up before, and says why.
 */
const HOOK_TIMEOUT_MS = 180_000;

/**
 * Starts the servers of the suite before its tests, and stops them afterwards: also when another one does not start, when the hook
 * fails, and when its time is over before a server has started.
 */
export function startsServers(start: (keep: Keep) => Promise<unknown>, timeoutMs = HOOK_TIMEOUT_MS): void {
  const kept: Promise<Stoppable>[] = [];
  let starting: Promise<unknown> = Promise.resolve();
  beforeAll(async () => {
    starting = start(async (server) => {
      kept.push(server);
      return server;
    });
    await starting;
  }, timeoutMs);
  afterAll(async () => {
    await starting.catch(() => undefined);
    // All of them, whatever happens to one.
    const stopped = await Promise.allSettled(kept.map(async (server) => server.then(async (started) => started.stop(), () => undefined)));
    for (const end of stopped) if (end.status === 'rejected') throw end.reason;
  }, HOOK_TIMEOUT_MS);
}
