import { randomUUID } from 'crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { LocalCache, TOKEN_HEADER } from './local-cache';
import type { Close, LocalStand } from '../rotate/local-stand';
import { CredentialSource, directRead } from '../rotate/reconnecting-client';

/** How old a value may be, in ways that let it age: a time to live, a cache, a refresh interval, a deployment. */
export const AGE_MS = 1_000;
/** Longer than the older value of any strategy lives here. */
export const OUTLIVING_MS = 7_000;

/** One way to consume a secret. */
export interface Way {
  readonly title: string;
  /** How long after AWSCURRENT has moved a client may still get the older value, whatever it does. */
  readonly ageMs: number;
  /** Whether no value is kept for longer than an older one logs in. A way that keeps one shows what is refused at synthesis, or warned of. */
  readonly isWithinOverlap: boolean;
  readonly open: (stand: LocalStand, closing: (close: Close) => void) => Promise<CredentialSource>;
}

export const WAYS: readonly Way[] = [
  {
    title: 'a read for each request, and another after a refusal',
    ageMs: 0,
    isWithinOverlap: true,
    open: async ({ client, secretArn }) => directRead(client, secretArn),
  },
  {
    title: 'Lambda extension, within its time to live',
    ageMs: AGE_MS,
    isWithinOverlap: true,
    open: async (stand, closing) => throughCache(stand, closing, { ttlMs: AGE_MS, takesRefreshNow: false }),
  },
  {
    title: 'Powertools with `maxAge`, `forceFetch` after a refusal',
    ageMs: 0,
    isWithinOverlap: true,
    open: async stand => withPowertools(stand),
  },
  {
    title: 'environment resolved at start, redeployed on the event',
    ageMs: AGE_MS,
    isWithinOverlap: true,
    open: async stand => resolvedAtStart(stand),
  },
  {
    title: 'Secrets Manager Agent, `refreshNow` after a refusal',
    ageMs: 0,
    isWithinOverlap: true,
    open: async (stand, closing) => throughCache(stand, closing, { ttlMs: AGE_MS, takesRefreshNow: true }),
  },
  {
    title: 'file that an operator refreshes by interval',
    ageMs: AGE_MS,
    isWithinOverlap: true,
    open: async (stand, closing) => fromFile(stand, closing),
  },
  {
    title: 'Lambda extension with a time to live longer than the overlap, for comparison',
    ageMs: OUTLIVING_MS,
    isWithinOverlap: false,
    open: async (stand, closing) => throughCache(stand, closing, { ttlMs: OUTLIVING_MS, takesRefreshNow: false }),
  },
];

async function throughCache({ client, secretArn }: LocalStand, closing: (close: Close) => void, how: { ttlMs: number; takesRefreshNow: boolean }) {
  const token = randomUUID();
  const cache = await LocalCache.start({ secretsManager: client, token, ...how });
  closing(async () => cache.stop());
  const url = `${cache.endpoint}/secretsmanager/get?secretId=${encodeURIComponent(secretArn)}`;
  return {
    read: async (isAgain: boolean) => {
      const answer = await fetch(isAgain && how.takesRefreshNow ? `${url}&refreshNow=true` : url, { headers: { [TOKEN_HEADER]: token } });
      if (!answer.ok) throw new CacheError(`HTTP ${answer.status}`);
      return (await answer.json() as { SecretString: string }).SecretString;
    },
  };
}

/** Its name says what was answered: a client reports names alone. */
class CacheError extends Error {
  constructor(public readonly code: string) {
    super(code);
  }
}

/** The package itself, with a cache of its own. */
function withPowertools({ client, secretArn }: LocalStand): CredentialSource {
  const provider = new SecretsProvider({ awsSdkV3Client: client });
  return { read: async isAgain => String(await provider.get(secretArn, isAgain ? { forceFetch: true } : { maxAge: AGE_MS / 1_000 })) };
}

/** Tasks that have the value that was current when they were started; new ones are there some time after the event. */
async function resolvedAtStart(stand: LocalStand): Promise<CredentialSource> {
  const { read } = directRead(stand.client, stand.secretArn);
  let resolved = await read(false);
  stand.whenCurrentMoves(() => {
    const started = read(false);
    setTimeout(() => void started.then(value => { resolved = value; }), AGE_MS);
  });
  return { read: async () => resolved };
}

async function fromFile(stand: LocalStand, closing: (close: Close) => void): Promise<CredentialSource> {
  const folder = mkdtempSync(path.join(tmpdir(), 'synced-'));
  const { read } = directRead(stand.client, stand.secretArn);
  const sync = async () => {
    writeFileSync(path.join(folder, 'next'), await read(false), { mode: 0o600 });
    renameSync(path.join(folder, 'next'), path.join(folder, 'credentials'));
  };
  await sync();
  let syncing = Promise.resolve();
  const timer = setInterval(() => { syncing = sync(); }, AGE_MS);
  closing(async () => {
    clearInterval(timer);
    await syncing;
    rmSync(folder, { recursive: true });
  });
  return { read: async () => readFileSync(path.join(folder, 'credentials'), 'utf8') };
}
