import { randomInt } from 'crypto';
import { createServer } from 'net';

/**
 * Below the ports that a system gives to whoever connects, or listens on any: one of those may be taken before the server is there. Each worker of
 * the tests has ports of its own, for the same reason.
 */
const FIRST = 12_000;
const PORTS_OF_WORKER = 2_000;
const WORKERS = 10;

const first = FIRST + Number(process.env.JEST_WORKER_ID ?? 0) % WORKERS * PORTS_OF_WORKER;
let next = randomInt(PORTS_OF_WORKER);

/** A port of the loopback interface that was free a moment ago, another one each time. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_OF_WORKER; tries++) {
    const port = first + next++ % PORTS_OF_WORKER;
    if (await isFree(port)) return port;
  }
  throw new Error(`every port from ${first} to ${first + PORTS_OF_WORKER - 1} is taken; end a server that nobody needs`);
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
