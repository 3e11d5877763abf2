import { DescribeSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { codeOf, LookError, lookError } from './errors';
import { SecretState, stateOf } from './secret-state';
import type { WatcherSettings } from './settings';
import type { SecretsManager } from '../../rotation/engine/secrets-manager';

/** The most that the service gives at once. */
const PAGE = 100;

/** Descriptions that are under way at a time; the service allows 40,000 a second. Of more, Node.js would warn: each listens to the one signal. */
const AT_ONCE = 10;

/** What a look has of the world outside. */
export interface Look {
  readonly client: SecretsManager;
  readonly settings: WatcherSettings;
  /** Ends the look. */
  readonly signal: AbortSignal;
  /** Is told each secret, once. */
  readonly see: (secret: SecretState) => void;
  /** Is told of a secret that could not be looked at. */
  readonly miss: (name: string, error: LookError) => void;
}

/** Looks at every secret that is watched. Fails when it does not know which there are. */
export async function lookAtSecrets(look: Look): Promise<void> {
  const seen = new Set<string>();
  const isNew = ({ arn }: SecretState) => !seen.has(arn) && seen.add(arn) !== undefined;
  for await (const page of pages(look)) await inTurns(look, page.filter(isNew).map(secret => describedIfNeeded(look, secret)));
  await inTurns(look, look.settings.secretArns.map(arn => async () => {
    const secret = await described(look, arn, 'named');
    if (secret && isNew(secret)) look.see(secret);
  }));
}

/** The secrets below the prefix, page by page: of the filter, that it finds beginnings is checked once more. */
async function* pages({ client, settings: { prefix }, signal }: Look): AsyncGenerator<SecretState[]> {
  if (prefix === undefined) return;
  let token: string | undefined;
  do {
    signal.throwIfAborted();
    const input = { Filters: [{ Key: 'name' as const, Values: [prefix] }], MaxResults: PAGE, NextToken: token };
    const page = await client.send(new ListSecretsCommand(input), { abortSignal: signal }).catch((error: unknown) => { throw lookError('listing the secrets', error); });
    if (page.NextToken !== undefined && page.NextToken === token) throw new LookError('listing the secrets failed; the service repeats a page');
    token = page.NextToken;
    yield (page.SecretList ?? []).map(stateOf).filter(({ name }) => name.startsWith(prefix));
  } while (token !== undefined);
}

/** The list tells all but the state of replicas. */
function describedIfNeeded(look: Look, listed: SecretState): () => Promise<void> {
  return async () => {
    const secret = look.settings.describesAll || listed.isReplicated ? await described(look, listed.arn, 'listed') : listed;
    if (secret) look.see(secret);
  };
}

/** Absent when the secret could not be looked at, and when it was listed and is gone or going since. */
async function described({ client, signal, miss }: Look, arn: string, known: 'listed' | 'named'): Promise<SecretState | undefined> {
  try {
    const secret = stateOf(await client.send(new DescribeSecretCommand({ SecretId: arn }), { abortSignal: signal }));
    return secret.isDeleted ? undefined : secret;
  } catch (error) {
    if (known === 'listed' && codeOf(error) === 'ResourceNotFoundException') return undefined;
    miss(arn, lookError('describing the secret', error));
    return undefined;
  }
}

/** Does not begin anything when the look is over: a process that Lambda thaws for the next one would go on with this. */
async function inTurns({ signal }: Look, tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const left = tasks.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const task of left) {
      signal.throwIfAborted();
      await task();
    }
  }));
}
