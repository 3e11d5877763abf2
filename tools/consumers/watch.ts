import { setTimeout as sleep } from 'timers/promises';
import { deployedBy, Strategy } from './strategies';
import { Way, WAYS } from './ways';
import type { DeployedRotation } from '../rotate/deployed-rotation';
import { Close, LocalStand } from '../rotate/local-stand';
import { ClientFigures, ReconnectingClient } from '../rotate/reconnecting-client';

/** Between two rotations, and before the first: longer than a value may age in any way that synthesis takes. */
const REST_MS = 2_000;
/** Longer than a client may have an older value in any way. */
const PATIENCE_MS = 15_000;
/** So few clients at once that two processors serve them all. */
const AT_ONCE = 2;

/** What the clients of one strategy and one way went through. */
export interface Watched {
  readonly strategy: Strategy;
  readonly way: Way;
  readonly figures: ClientFigures;
  readonly seconds: number;
  /** How long a request may wait; 0 where none may be refused. */
  readonly promisedMs: number;
}

/** Rotates so many times for each of the ways, while its client makes ten requests a second. */
export async function watch(strategy: Strategy, rotations: number, ways: readonly Way[] = WAYS): Promise<Watched[]> {
  if (ways.length === 0) return [];
  return [...await watchTogether(strategy, rotations, ways.slice(0, AT_ONCE)), ...await watch(strategy, rotations, ways.slice(AT_ONCE))];
}

async function watchTogether(strategy: Strategy, rotations: number, ways: readonly Way[]): Promise<Watched[]> {
  const closes: Close[] = [];
  const closing = (close: Close) => void closes.unshift(close);
  try {
    const deployed = deployedBy(strategy, closing);
    const stand = await LocalStand.open(deployed, await strategy.start!(deployed, closing), closing);
    const clients = await Promise.all(ways.map(async way => {
      const client = new ReconnectingClient({ source: await way.open(stand, closing), server: stand.server, patienceMs: PATIENCE_MS });
      closing(async () => void await client.stop());
      return { way, client };
    }));
    const started = Date.now();
    const changeMs = await rotateTimes(rotations, stand, deployed);
    return await Promise.all(clients.map(async ({ way, client }) => {
      const figures = await client.stop();
      return { strategy, way, figures, seconds: (Date.now() - started) / 1_000, promisedMs: strategy.hasOverlap ? 0 : changeMs + way.ageMs };
    }));
  } finally {
    for (const close of closes) await close();
  }
}

/** The longest time from the beginning of setSecret, which changes the password, to the end of finishSecret, which moves AWSCURRENT. */
async function rotateTimes(rotations: number, stand: LocalStand, deployed: DeployedRotation): Promise<number> {
  let longestMs = 0;
  for (let rotation = 1; rotation <= rotations; rotation++) {
    await sleep(REST_MS);
    let started = 0;
    const succeeded = await stand.rotate(deployed.rotator.arn, async event => {
      if (event.Step === 'setSecret') started = Date.now();
      const { failure } = await stand.rotator.invoke(event);
      if (failure !== undefined) throw new Error(failure);
    }, true);
    if (!succeeded) throw new Error(`rotation ${rotation} failed`);
    longestMs = Math.max(longestMs, Date.now() - started);
  }
  await sleep(REST_MS);
  return longestMs;
}

/** A login may take some time by itself, on a machine that does much else. */
const LOGIN_MS = 1_000;

/** What was promised and not kept, in words. */
export function brokenPromises({ strategy, way, figures, promisedMs }: Watched): string[] {
  if (!way.isWithinOverlap) return [];
  const { connections, retried, failures, longestWaitMs } = figures;
  const limitMs = promisedMs + LOGIN_MS;
  const broken = [
    ...connections === 0 ? ['made no request'] : [],
    ...failures.length > 0 ? [`lost ${failures.length} requests (${[...new Set(failures)].join(', ')})`] : [],
    ...strategy.hasOverlap && retried > 0 ? [`was refused ${retried} times`] : [],
    ...!strategy.hasOverlap && longestWaitMs > limitMs ? [`waited for ${longestWaitMs} ms, and ${limitMs} are promised`] : [],
  ];
  return broken.map(what => `${strategy.title}, ${way.title}: the client ${what}`);
}

/** The table of the guide. */
export function tableOf(all: readonly Watched[]): string[][] {
  return [
    ['Strategy', 'Way to consume', 'Requests', 'A second', 'Refused at first', 'Failed', 'Longest wait'],
    ...all.map(({ strategy, way, seconds, figures: { connections, failures, retried, longestWaitMs } }) => {
      const requests = connections + failures.length;
      return [strategy.title, way.title, ...[requests, (requests / seconds).toFixed(1), retried, failures.length].map(String), `${longestWaitMs} ms`];
    }),
  ];
}
