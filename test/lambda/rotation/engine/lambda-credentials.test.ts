import { randomUUID } from 'crypto';
import { createServer } from 'http';
import type { AddressInfo } from 'net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { lambdaCredentials } from '../../../../lambda/rotation/engine/lambda-credentials';
import { secretsManagerIn } from '../../../../lambda/rotation/engine/secrets-manager';

const NAMES = [
  'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN', 'AWS_REGION',
];
const before = { ...process.env };
const keys = { accessKeyId: `AKIA${randomUUID()}`, secretAccessKey: randomUUID(), sessionToken: randomUUID() };

beforeEach(() => NAMES.forEach(name => delete process.env[name]));
afterAll(() => NAMES.forEach(name => (before[name] === undefined ? delete process.env[name] : process.env[name] = before[name])));

function setKeys() {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey, AWS_SESSION_TOKEN: keys.sessionToken,
  });
}

/** Answers every request, and tells what came. */
async function serve(answer: object) {
  const headers: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    headers.push(request.headers.authorization);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, headers, close: async () => new Promise(resolve => server.close(resolve)) };
}

test('are those of the environment', async () => {
  setKeys();
  expect(await lambdaCredentials()).toMatchObject(keys);
});

test('come over HTTP where the environment has none', async () => {
  const { url, close } = await serve({ AccessKeyId: keys.accessKeyId, SecretAccessKey: keys.secretAccessKey, Token: keys.sessionToken, Expiration: '2100-01-01T00:00:00Z' });
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${url}/credentials`;
  expect(await lambdaCredentials().finally(close)).toMatchObject(keys);
});

test('are none where neither has any: no file of the machine is read', async () => {
  await expect(lambdaCredentials()).rejects.toThrow(/No HTTP credential provider host/);
});

test.each([
  ['the client of a rotation', secretsManagerIn],
  ['a client that is given none', ({ SECRETS_MANAGER_ENDPOINT }: Record<string, string>) => new SecretsManagerClient({ endpoint: SECRETS_MANAGER_ENDPOINT })],
])('%s signs with them', async (_, clientIn) => {
  setKeys();
  process.env.AWS_REGION = 'eu-west-1';
  const { url, headers, close } = await serve({ SecretString: 'x' });
  await clientIn({ SECRETS_MANAGER_ENDPOINT: url }).send(new GetSecretValueCommand({ SecretId: 'x' })).finally(close);
  expect(headers).toEqual([expect.stringContaining(`Credential=${keys.accessKeyId}/`)]);
});
