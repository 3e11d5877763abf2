import { httpCredential } from '../../../../lambda/rotation/kinds/http-credential';
import type { HttpCredentialDescription } from '../../../../src/rotation/contract/http-credential';
import { Answering, HttpsServer, newCertificate, Received, Reply } from '../../../../tools/servers/https-server';
import { newPassword } from '../../../../tools/servers/new-password';
import { KindStand } from '../../../support/kinds/kind-stand';

/** A service of which every answer can be another one, and the function that rotates an API key there. */

const TOKEN = newPassword();
let server: HttpsServer;
let key: string;

/** What the service does when nothing is wrong. */
const well: Record<string, () => Reply> = {
  'POST /keys': () => ({ status: 201, body: { key, id: 'key-2' } }),
  'GET /keys': () => ({ body: { keys: [{ id: 'key-1' }] } }),
  'DELETE /keys/key-0': () => ({ status: 204 }),
  'GET /me': () => ({ body: {} }),
};
const answers = (wrong: Record<string, Answering>): Answering => request => {
  const call = `${request.method} ${request.path}`;
  return (wrong[call] ?? well[call])?.(request) ?? { status: 404 };
};

beforeAll(async () => {
  server = await HttpsServer.start(answers({}));
});
afterAll(async () => server.stop());
beforeEach(() => {
  key = newPassword();
  server.answering = answers({});
  server.received.splice(0);
});

function description(): HttpCredentialDescription {
  const url = `${server.url}/keys`;
  return {
    slots: 2,
    secretField: 'apiKey',
    idField: 'secretId',
    constants: {},
    authorization: { header: { name: 'Authorization', scheme: 'Bearer' } },
    create: { method: 'POST', url, json: { name: '{owner}' }, secretAt: '/key', idAt: '/id' },
    list: { method: 'GET', url, itemsAt: '/keys', idAt: '/id' },
    revoke: [{ method: 'DELETE', url: `${url}/{id}` }],
    verify: { method: 'GET', url: `${server.url}/me`, headers: { 'x-api-key': '{secret}' }, refuses: [401] },
  };
}

const CURRENT = newPassword();

interface Options {
  readonly text?: string;
  readonly administrator?: object;
  readonly ca?: string;
  readonly changes?: Partial<HttpCredentialDescription>;
  readonly raw?: string;
}

function standOf(options: Options = {}): KindStand {
  const { raw = JSON.stringify({ ...description(), ...options.changes }), ca = server.ca } = options;
  const environment = { HTTP_CREDENTIAL: raw, TLS_CA_BUNDLE: ca };
  const text = options.text ?? JSON.stringify({ apiKey: CURRENT, secretId: 'key-1' });
  return new KindStand({ kind: httpCredential(environment), environment, text, administrator: options.administrator ?? { token: TOKEN } }).begin();
}

/** The error says nothing of a value, and neither does the log. */
async function failing(stand: KindStand, step: Parameters<KindStand['failure']>[0] = 'createSecret', remainingMs = 4_000) {
  const error = await stand.failure(step, remainingMs);
  for (const value of [TOKEN, key, CURRENT, 'hunter2']) expect(`${error.message} ${error.code} ${stand.lines.join('\n')}`).not.toContain(value);
  return error;
}

test('a rotation makes a key, tries it, and ends none but the one before the last', async () => {
  const stand = standOf();
  await stand.rotate();
  expect(stand.stored('AWSCURRENT')).toEqual({ apiKey: key, secretId: 'key-2' });
  expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /keys', 'POST /keys', 'GET /me', 'GET /me', 'GET /me']);
  expect(server.received[1]).toMatchObject({ headers: { authorization: `Bearer ${TOKEN}` }, body: expect.stringMatching(/^{"name":"cdk-managed-secrets [0-9a-f]{24}"}$/) });
  expect(server.received[2].headers).toMatchObject({ 'x-api-key': key });
  expect(server.received[2].headers.authorization).toBeUndefined();
});

describe('a service that answers', () => {
  const echo = ({ headers, body }: Received): Reply => ({ status: 400, body: { error: `hunter2 ${JSON.stringify(headers)} ${body}`, key } });

  test.each<[string, Answering, { kind: string; message: RegExp; code?: string }]>([
    ['a redirect', () => ({ status: 307, headers: { location: 'https://attacker.example/keys' } }), { kind: 'configuration', message: /status 307; redirects are not followed/, code: 'HTTP_307' }],
    ['a redirect to metadata', () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }), { kind: 'configuration', message: /status 302/ }],
    ['more than it may', () => ({ body: { key, id: 'key-2', more: 'x'.repeat(70_000) } }), { kind: 'configuration', message: /more than 65536 bytes/ }],
    ['never', () => 'silence', { kind: 'network', message: /did not answer within \d+ ms/, code: 'ETIMEDOUT' }],
    ['by hanging up', () => 'hangUp', { kind: 'network', message: /cannot be reached/, code: 'ECONNRESET' }],
    ['with a page', () => ({ body: '<html>hunter2</html>' }), { kind: 'configuration', message: /without JSON/ }],
    ['with nothing', () => ({ status: 204 }), { kind: 'configuration', message: /without JSON/ }],
    ['with what it was sent', echo, { kind: 'configuration', message: /status 400; check the URL/, code: 'HTTP_400' }],
    ['that it is not allowed', () => ({ status: 403, body: { error: 'insufficient_scope' } }), { kind: 'configuration', message: /status 403 and insufficient_scope; give/ }],
    ['that the token is wrong', () => ({ status: 401, body: { error: 'invalid_token' } }), { kind: 'configuration', message: /status 401 and invalid_token; check the secret that authorizes/ }],
    ['that it has failed', () => ({ status: 500, body: 'hunter2' }), { kind: 'transient', message: /status 500/, code: 'HTTP_500' }],
    ['to come in a day', () => ({ status: 429, headers: { 'retry-after': '86400' } }), { kind: 'transient', message: /status 429/ }],
    ['always to come again', () => ({ status: 429, headers: { 'retry-after': '1' } }), { kind: 'transient', message: /status 429/ }],
    ['with a key that is no text', () => ({ body: { key: { $ne: 1 }, id: 'key-2' } }), { kind: 'configuration', message: /must have the new secret at \/key/ }],
    ['with a key that ends a header', () => ({ body: { key: 'a\r\nx-admin: 1', id: 'key-2' } }), { kind: 'configuration', message: /printable characters/ }],
    ['with a key of inherited properties', () => ({ body: { id: 'key-2' } }), { kind: 'configuration', message: /must have the new secret/ }],
    ['with an id that leads elsewhere', () => ({ body: { key, id: '../admin' } }), { kind: 'configuration', message: /must have an id at \/id/ }],
    ['with the key that is in use', () => ({ body: { key: CURRENT, id: 'key-2' } }), { kind: 'configuration', message: /in use already/ }],
  ])('%s', async (_, answer, expected) => {
    server.answering = answers({ 'POST /keys': answer });
    const stand = standOf();
    const error = await failing(stand);
    expect(error).toMatchObject({ ...expected, message: expect.stringMatching(expected.message) });
    expect(stand.textOf('AWSPENDING')).toBeUndefined();
  });

  test('to come again is asked again, as late as it says, and then no more', async () => {
    let asked = 0;
    server.answering = answers({ 'POST /keys': () => ++asked < 3 ? { status: 429, headers: { 'retry-after': '2' } } : well['POST /keys']() });
    const stand = standOf();
    const before = stand.secretsManager.now();
    await stand.step('createSecret');
    expect([asked, stand.secretsManager.now() - before]).toEqual([3, expect.any(Number)]);
    expect(stand.secretsManager.now() - before).toBeGreaterThanOrEqual(4_000);
  });

  test('a key is refused by 401 alone', async () => {
    const stand = standOf();
    await stand.steps('createSecret');
    for (const [status, kind] of [[401, 'refused'], [403, 'configuration'], [500, 'transient'], [302, 'configuration']] as const) {
      server.answering = answers({ 'GET /me': () => ({ status, body: { echo: key } }) });
      expect(await failing(stand, 'testSecret')).toMatchObject({ kind });
    }
  });
});

// Without its age, a key that another run of the function has just made would pass for one that was left behind.
test.each([undefined, null, 1_764_000_000, 'yesterday', ''])('a key in the list that was made at %p ends no key, and makes none', async created => {
  server.answering = answers({ 'GET /keys': () => ({ body: { keys: [{ id: 'key-1', created: '2030-01-01T00:00:00Z' }, { id: 'key-9', created }] } }) });
  const list = { ...description().list!, createdAt: '/created' };
  const error = await failing(standOf({ changes: { list, isDedicated: true } }));
  expect(error).toMatchObject({ kind: 'configuration', message: expect.stringMatching(/must have a time of ISO 8601 at \/created/) });
  expect(server.received.map(({ method }) => method)).toEqual(['GET']);
});

test('a certificate of another authority gets nothing of the calls', async () => {
  const other = await HttpsServer.start(answers({}), newCertificate());
  const error = await failing(standOf({ ca: other.ca }));
  await other.stop();
  expect(error).toMatchObject({ kind: 'tls' });
  expect(server.received).toEqual([]);
});

describe('whoever may only write the secret', () => {
  test('has no other host called, and no other key ended', async () => {
    const text = JSON.stringify({ apiKey: CURRENT, secretId: 'key-1', url: 'https://attacker.example', host: 'attacker.example', HTTP_CREDENTIAL: '{}' });
    const stand = standOf({ text });
    await stand.step('createSecret');
    expect(server.received.map(({ method }) => method)).not.toContain('DELETE');
    expect(stand.stored('AWSPENDING')).toMatchObject({ apiKey: key });
  });

  test.each(['../me', 'a/b', '..', '?x=1', '', 'a b', '%2e%2e', 'x'.repeat(300)])('cannot lead a call elsewhere by the id %j', async id => {
    const stand = standOf({ text: JSON.stringify({ apiKey: CURRENT, secretId: id }) });
    expect(await failing(stand)).toMatchObject({ kind: 'configuration', message: expect.stringMatching(/`secretId` of AWSCURRENT must be the id/) });
    expect(server.received).toEqual([]);
  });

  test('cannot hide the key in use, so that it would be ended', async () => {
    const stand = standOf({ text: JSON.stringify({ apiKey: CURRENT }), changes: { isDedicated: true } });
    expect(await failing(stand)).toMatchObject({ message: expect.stringContaining('AWSCURRENT must have `secretId`') });
    expect(server.received).toEqual([]);
  });

  test('cannot begin a header by the key that is tried', async () => {
    const stand = standOf();
    await stand.step('createSecret');
    stand.store('AWSPENDING', JSON.stringify({ apiKey: 'a\r\nauthorization: hunter2', secretId: 'key-2' }));
    expect(await failing(stand, 'testSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('printable ASCII') });
  });
});

test('a key that is somebody else\'s is never ended', async () => {
  server.answering = answers({ 'GET /keys': () => ({ body: { keys: [{ id: 'key-1' }, { id: 'theirs' }] } }) });
  expect(await failing(standOf())).toMatchObject({ kind: 'configuration', message: expect.stringContaining('no slot is free') });
  expect(server.received.map(({ method }) => method)).toEqual(['GET']);
});

describe('fifteen values that are none', () => {
  test.each([
    '', 'null', '[]', '42', `"${CURRENT}"`, CURRENT, `{"apiKey":"${CURRENT}"`, '{}', '{"apiKey":""}', '{"apiKey":7}', `{"apiKey":["${CURRENT}"]}`,
    `{"APIKEY":"${CURRENT}"}`, `{"apiKey":"${CURRENT}","secretId":7}`, `{"apiKey":"${CURRENT}","secretId":null}`, `[{"apiKey":"${CURRENT}"}]`,
  ])('%#', async text => {
    const stand = standOf({ text });
    const error = await failing(stand);
    expect(error).toMatchObject({ kind: 'configuration', message: expect.stringMatching(/AWSCURRENT.* must (be|hold)/) });
    expect(server.received).toEqual([]);
  });
});

test.each<[string, Parameters<typeof standOf>[0], RegExp]>([
  ['no description', { raw: '' }, /`HTTP_CREDENTIAL` must hold the description/],
  ['an administrator without a token', { administrator: { password: 'hunter2' } }, /the secret that authorizes the calls must hold `token`, a text that is not empty/],
  ['an administrator that is no object', { administrator: ['hunter2'] }, /the secret that authorizes the calls must be a JSON object/],
  ['an administrator whose token ends a header', { administrator: { token: 'a\r\nb: hunter2' } }, /printable ASCII/],
  ['a URL without TLS', { changes: { list: { method: 'GET', url: 'http://localhost/keys', itemsAt: '', idAt: '/id' } } }, /over https/],
])('%s', async (_, options, message) => {
  expect(await failing(standOf(options))).toMatchObject({ kind: 'configuration', message: expect.stringMatching(message) });
  expect(server.received).toEqual([]);
});

test('what is put into the token of the administrator is not filled in', async () => {
  await standOf({ administrator: { token: 'abc{secret}' } }).step('createSecret');
  expect(server.received[1].headers.authorization).toBe('Bearer abc{secret}');
});
