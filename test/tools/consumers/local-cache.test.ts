import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LocalCache, LocalCacheOptions, TOKEN_HEADER } from '../../../tools/consumers/local-cache';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { serveSecretsManager } from '../../../tools/secrets-manager/http-server';

const TOKEN = 'token-of-the-session';
const closes: (() => Promise<void>)[] = [];
const fake = new FakeSecretsManager();
let client: SecretsManagerClient;

beforeAll(async () => {
  const { endpoint, close } = await serveSecretsManager(fake);
  closes.push(close);
  client = new SecretsManagerClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  fake.perform('CreateSecret', { Name: 'app', SecretString: 'first' });
});

afterAll(async () => { for (const close of closes) await close(); });

/** What the cache answers; a refusal is a status. */
async function asking(options: Partial<LocalCacheOptions>) {
  const cache = await LocalCache.start({ secretsManager: client, token: TOKEN, ttlMs: 60_000, takesRefreshNow: true, ...options });
  closes.unshift(async () => cache.stop());
  return async (query: string, init: RequestInit = { headers: { [TOKEN_HEADER]: TOKEN } }) => {
    const answer = await fetch(`${cache.endpoint}${query}`, init);
    return answer.ok ? (await answer.json() as { SecretString: string }).SecretString : answer.status;
  };
}

function put(value: string): void {
  fake.perform('PutSecretValue', { SecretId: 'app', SecretString: value, ClientRequestToken: `${value}-`.padEnd(32, '0') });
}

describe('the protocol of extension and agent', () => {
  test('answers whoever has the token, on this path, by GET, with the value of the secret', async () => {
    const ask = await asking({});

    expect(await ask('/secretsmanager/get?secretId=app')).toBe('first');
    expect(await ask('/secretsmanager/get?secretId=app', {})).toBe(403);
    expect(await ask('/secretsmanager/get?secretId=app', { headers: { [TOKEN_HEADER]: 'another' } })).toBe(403);
    expect(await ask('/secretsmanager/get?secretId=app', { headers: { [TOKEN_HEADER]: TOKEN, 'X-Forwarded-For': '192.0.2.1' } })).toBe(400);
    expect(await ask('/secretsmanager/get?secretId=app', { method: 'POST', headers: { [TOKEN_HEADER]: TOKEN } })).toBe(405);
    expect(await ask('/elsewhere')).toBe(404);
    expect(await ask('/secretsmanager/get')).toBe(400);
    expect(await ask('/secretsmanager/get?secretId=unknown')).toBe(400);
  });

  test('keeps a value for its time to live, each label for itself', async () => {
    const ask = await asking({});
    put('second');
    expect(await ask('/secretsmanager/get?secretId=app')).toBe('second');
    put('third');

    expect(await ask('/secretsmanager/get?secretId=app')).toBe('second');
    expect(await ask('/secretsmanager/get?secretId=app&versionStage=AWSPREVIOUS')).toBe('second');
    expect(await ask('/secretsmanager/get?secretId=app&refreshNow=true')).toBe('third');
    expect(await ask('/secretsmanager/get?secretId=app')).toBe('third');
  });

  test('as the extension, has no way around the cache', async () => {
    const ask = await asking({ takesRefreshNow: false });
    expect(await ask('/secretsmanager/get?secretId=app')).toBe('third');
    put('fourth');

    expect(await ask('/secretsmanager/get?secretId=app&refreshNow=true')).toBe('third');
  });

  test('keeps nothing with a time to live of 0', async () => {
    const ask = await asking({ ttlMs: 0 });
    put('fifth');
    expect(await ask('/secretsmanager/get?secretId=app')).toBe('fifth');
    put('sixth');

    expect(await ask('/secretsmanager/get?secretId=app')).toBe('sixth');
  });
});
