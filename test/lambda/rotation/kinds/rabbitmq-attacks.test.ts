import { createHash } from 'crypto';
import { AddressInfo, createServer as createPlainServer, Server, Socket } from 'net';
import { createServer } from 'tls';
import { longText, methodFrame, METHODS, shortText, takeMethod } from '../../../../lambda/rotation/kinds/rabbitmq/amqp';
import { hashed } from '../../../../lambda/rotation/kinds/rabbitmq/password-hash';
import { RabbitMqUserKind } from '../../../../lambda/rotation/kinds/rabbitmq/rabbitmq-user';
import { markOf } from '../../../../lambda/rotation/kinds/secret-mark';
import { CertificateAuthority, ServerCertificate } from '../../../../tools/servers/certificates';
import { Answering, HttpsServer, Received, Reply } from '../../../../tools/servers/https-server';
import { newPassword } from '../../../../tools/servers/new-password';
import { FalseCertificate, falseCertificates } from '../../../support/attacks/false-certificates';
import { KindStand } from '../../../support/kinds/kind-stand';

/** A broker of which every answer can be another one. rabbitmq.test.ts has a real one. */

const ADMINISTRATOR = { username: 'root', password: newPassword() };
const CURRENT = { username: 'app', password: newPassword() };
const { START, START_OK, TUNE, OPEN_OK, CLOSE } = METHODS;

const MOST = 65_536;

describe('frames', () => {
  const frame = methodFrame(TUNE, Buffer.from('content'));

  test('a method is taken when it is complete, and no more than it', () => {
    for (let length = 0; length < frame.length; length++) expect(takeMethod(frame.subarray(0, length), MOST)).toBeUndefined();
    expect(takeMethod(Buffer.concat([frame, frame]), MOST)).toEqual({ answer: { name: TUNE, content: Buffer.from('content') }, length: frame.length });
  });

  const changed = (at: number, byte: number) => Buffer.from(frame.map((each, index) => index === at ? byte : each));
  test.each<[string, Buffer]>([
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n')], ['another version of AMQP', Buffer.from('AMQP\x00\x01\x00\x00')], ['a frame of content', changed(0, 2)],
    ['a heartbeat', changed(0, 8)], ['another channel', changed(2, 1)], ['no end', changed(frame.length - 1, 0)], ['a size that no login needs', changed(4, 1)],
    ['a size that is too small', changed(6, 3)], ['the largest size', Buffer.from([1, 0, 0, 0xff, 0xff, 0xff, 0xff])],
  ])('%s is refused, before more of it is waited for', (_, bytes) => {
    expect(() => takeMethod(bytes, MOST)).toThrow(expect.objectContaining({ kind: 'configuration', message: expect.stringContaining('does not speak AMQP 0-9-1') }));
  });

  test('a name is never longer than its length says', () => {
    expect(shortText('ü'.repeat(127))).toHaveLength(255);
    expect(() => shortText('ü'.repeat(128))).toThrow(/at most 255 bytes/);
  });
});

describe('the hash of a password', () => {
  test.each([
    ['rabbit_password_hashing_sha256', 'sha256', 'rabbit_password_hashing_sha256'], ['rabbit_password_hashing_sha512', 'sha512', 'rabbit_password_hashing_sha512'],
    ['rabbit_password_hashing_md5', 'sha256', 'rabbit_password_hashing_sha256'], ['constructor', 'sha256', 'rabbit_password_hashing_sha256'],
    [undefined, 'sha256', 'rabbit_password_hashing_sha256'], [['rabbit_password_hashing_sha512'], 'sha256', 'rabbit_password_hashing_sha256'],
  ])('where the user has %s it is one of %s', (module, digest, named) => {
    const password = newPassword('ü');
    const { password_hash: hash, hashing_algorithm: algorithm } = hashed(password, module);
    const bytes = Buffer.from(hash, 'base64');
    expect(algorithm).toBe(named);
    expect(bytes.subarray(4)).toEqual(createHash(digest).update(bytes.subarray(0, 4)).update(password, 'utf8').digest());
    expect(hashed(password, module).password_hash).not.toBe(hash);
  });
});

test('a value that cannot be read is refused by one error, which quotes nothing', () => {
  const kind = new RabbitMqUserKind(true);
  const value = newPassword();
  const wrong = [
    '', 'null', '[]', '42', 'true', `"${value}"`, value, `{"username":"${value}"`, '{}', JSON.stringify({ username: value }), JSON.stringify({ password: value }),
    JSON.stringify({ username: '', password: value }), JSON.stringify({ username: value, password: '' }), JSON.stringify({ username: value, password: 7 }),
    JSON.stringify({ username: value, password: [value] }), JSON.stringify({ Username: value, Password: value }), JSON.stringify([value, value]),
  ];
  for (const text of wrong) {
    expect(() => kind.parse(text, 'AWSCURRENT')).toThrow(expect.objectContaining({ kind: 'configuration', message: expect.stringMatching(/^AWSCURRENT must .*; correct the secret$/) }));
    expect(() => kind.parse(text, 'AWSCURRENT')).not.toThrow(value);
  }
});

/** What a broker says of AMQP to one client. */
type Talk = (socket: Socket) => void | Promise<void>;

let certificate: ServerCertificate;
let authority: CertificateAuthority;
let management: HttpsServer;
let amqp: Server;
let talk: Talk;
let shown: Omit<ServerCertificate, 'ca'>;
let heard: Buffer[] = [];
const sockets = new Set<Socket>();

const start = (mechanisms: string) => methodFrame(START, Buffer.concat([Buffer.from([0, 9]), longText(Buffer.alloc(0)), longText(Buffer.from(mechanisms)), longText(Buffer.from('en_US'))]));
const close = (code: number) => methodFrame(CLOSE, Buffer.concat([Buffer.from([Math.floor(code / 256), code % 256]), shortText('hunter2'), Buffer.alloc(4)]));
const tune = methodFrame(TUNE, Buffer.alloc(8));

/** Waits until a client has said so much, or the test is over. */
async function until(what: (said: Buffer) => boolean): Promise<void> {
  const ofTest = heard;
  while (heard === ofTest && !what(Buffer.concat(heard))) await new Promise(resolve => setTimeout(resolve, 2));
}
const saidLogin = async () => until(said => said.includes('PLAIN'));
const answering = (answer: Buffer): Talk => async socket => {
  socket.write(start('PLAIN AMQPLAIN'));
  await saidLogin();
  socket.write(answer);
};

/** Lets in whoever asks. */
const letIn = answering(tune);
const refuse = answering(close(403));

function listen(socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => undefined).on('data', chunk => heard.push(chunk));
  void talk(socket);
}

async function startAmqp(isPlain = false): Promise<void> {
  const { certificate: cert, key } = shown;
  amqp = isPlain ? createPlainServer(listen) : createServer({ cert, key }, listen).on('tlsClientError', () => undefined);
  await new Promise<void>(resolve => amqp.listen(0, '127.0.0.1', resolve));
}

let falsehoods: FalseCertificate[];
beforeAll(async () => {
  authority = await CertificateAuthority.create();
  certificate = await authority.issue();
  falsehoods = await falseCertificates(authority);
  management = await HttpsServer.start(() => ({ status: 404 }), Promise.resolve(certificate));
});
afterAll(async () => management.stop());

beforeEach(async () => {
  [heard, talk, shown] = [[], refuse, certificate];
  management.received.splice(0);
  management.answering = answers({});
  await startAmqp();
});
afterEach(async () => {
  heard = [];
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise(resolve => amqp.close(resolve));
});

const RIGHTS = { vhost: '/', configure: '', write: '.*', read: '.*' };

/** What the management API does when nothing is wrong: `app` is there, and its clone is not. */
const well: Record<string, Answering> = {
  'GET /api/users/app': () => ({ body: { name: 'app', tags: [], hashing_algorithm: 'rabbit_password_hashing_sha256' } }),
  'GET /api/users/app/permissions': () => ({ body: [{ user: 'app', ...RIGHTS }] }),
  'GET /api/users/app/topic-permissions': () => ({ body: [] }),
  'GET /api/user-limits/app': () => ({ body: [] }),
};
const CLONE = '/api/users/app_clone';
/** A clone is there when it was made, with its tag. */
const cloneAsMade = (): Reply => {
  const made = management.received.find(({ method, path }) => method === 'PUT' && path === CLONE);
  return made ? { body: { name: 'app_clone', tags: (JSON.parse(made.body) as { tags: string }).tags } } : { status: 404 };
};
const answers = (wrong: Record<string, Answering>): Answering => request => {
  const call = `${request.method} ${request.path}`;
  const clone = call === `GET ${CLONE}` ? cloneAsMade() : undefined;
  return wrong[call]?.(request) ?? clone ?? well[call]?.(request) ?? { status: request.method === 'GET' ? 404 : 204 };
};

interface Options {
  readonly alternates?: boolean;
  readonly user?: string;
  readonly text?: string;
  readonly environment?: Record<string, string>;
  readonly administrator?: object;
}

function standOf({ alternates = true, user = 'app', text, environment, administrator = ADMINISTRATOR }: Options = {}): KindStand {
  return new KindStand({
    kind: new RabbitMqUserKind(alternates),
    tags: { 'cdk-managed-secrets:user': user },
    environment: {
      RABBITMQ_HOST: 'localhost',
      RABBITMQ_PORT: String((amqp.address() as AddressInfo).port),
      RABBITMQ_MANAGEMENT_PORT: new URL(management.url).port,
      TLS_CA_BUNDLE: certificate.ca,
      EXCLUDE_PUNCTUATION: 'true',
      ...environment,
    },
    administrator,
    text: text ?? JSON.stringify(CURRENT),
  }).begin();
}

/** The error says nothing of a value, and neither does the log. */
async function failing(stand: KindStand, step: Parameters<KindStand['failure']>[0] = 'createSecret', remainingMs = 4_000) {
  const error = await stand.failure(step, remainingMs);
  const values = [ADMINISTRATOR.password, CURRENT.password, 'hunter2', ...stand.texts().flatMap(text => /"password":"([^"]+)"/.exec(text)?.[1] ?? [])];
  const said = `${error.message} ${error.code} ${stand.lines.join('\n')}`;
  expect(values.filter(value => said.includes(value))).toEqual([]);
  return error;
}

const changes = () => management.received.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

/** AWSPENDING is made, and what comes next is told. */
async function atSet(options?: Options): Promise<KindStand> {
  const stand = standOf(options);
  await stand.step('createSecret');
  return stand;
}

test('a clone is made without a password, gets what the user may do, and its password last, as a salted hash', async () => {
  const stand = await atSet();
  const pending = stand.stored<{ username: string; password: string }>('AWSPENDING');
  // AWSCURRENT logs in, and AWSPENDING does not.
  let logins = 0;
  talk = async socket => (logins++ === 1 ? letIn : refuse)(socket);
  const tags = `cdk-managed-secrets:${markOf(stand.secretArn)}`;
  management.answering = answers({
    'GET /api/users/app_clone/permissions': () => ({ body: changes().includes('PUT /api/permissions/%2F/app_clone') ? [{ user: 'app_clone', ...RIGHTS }] : [] }),
  });
  await stand.step('setSecret');
  const made = management.received.filter(({ method }) => method === 'PUT');
  expect(made.map(({ path }) => path)).toEqual(['/api/users/app_clone', '/api/permissions/%2F/app_clone', '/api/users/app_clone']);
  expect(JSON.parse(made[0].body)).toEqual({ password_hash: '', hashing_algorithm: 'rabbit_password_hashing_sha256', tags });
  expect(JSON.parse(made[2].body)).toEqual({ password_hash: expect.stringMatching(/^[\w+/]{48}$/), hashing_algorithm: 'rabbit_password_hashing_sha256', tags });
  expect(JSON.stringify(management.received)).not.toContain(pending.password);
});

describe('a management API that answers', () => {
  const echo = ({ headers, body }: Received): Reply => ({ status: 400, body: { error: `hunter2 ${JSON.stringify(headers)} ${body}` } });

  test.each<[string, Answering, { kind: string; message: RegExp; code?: string }]>([
    ['a redirect', () => ({ status: 301, headers: { location: 'https://attacker.example/api/' } }), { kind: 'configuration', message: /is redirected, which is not followed/, code: 'HTTP_301' }],
    ['a redirect to metadata', () => ({ status: 307, headers: { location: 'http://169.254.169.254/' } }), { kind: 'configuration', message: /is redirected/ }],
    ['more than it may', () => ({ body: { name: 'app', tags: ['x'.repeat(70_000)] } }), { kind: 'configuration', message: /more than 65536 bytes/ }],
    ['never', () => 'silence', { kind: 'network', message: /did not answer within \d+ ms/, code: 'ETIMEDOUT' }],
    ['by hanging up', () => 'hangUp', { kind: 'network', message: /cannot be reached/, code: 'ECONNRESET' }],
    ['with a page', () => ({ body: '<html>hunter2</html>' }), { kind: 'configuration', message: /something else where the user was asked for/ }],
    ['with nothing', () => ({ status: 204 }), { kind: 'configuration', message: /something else/ }],
    ['with null', () => ({ body: null }), { kind: 'configuration', message: /something else/ }],
    ['what it was sent', echo, { kind: 'configuration', message: /reading the user fails with status 400/, code: 'HTTP_400' }],
    ['that the administrator is none', () => ({ status: 401, body: { error: 'not_authorised' } }), { kind: 'refused', message: /has the tag `administrator`/, code: 'HTTP_401' }],
    ['that it has failed', () => ({ status: 503, body: 'hunter2' }), { kind: 'transient', message: /status 503/, code: 'HTTP_503' }],
    ['that there is no such user', () => ({ status: 404 }), { kind: 'configuration', message: /no such user; create it/ }],
    ['with another user', () => ({ body: { name: 'root', tags: [] } }), { kind: 'configuration', message: /something else/ }],
    ['without tags', () => ({ body: { name: 'app' } }), { kind: 'configuration', message: /something else/ }],
    ['with tags that are no texts', () => ({ body: { name: 'app', tags: [{ administrator: true }] } }), { kind: 'configuration', message: /something else/ }],
    ['with an administrator', () => ({ body: { name: 'app', tags: ['management', 'administrator'] } }), { kind: 'configuration', message: /has the tag `administrator`, so that whoever reads/ }],
    ['with an administrator, as older releases do', () => ({ body: { name: 'app', tags: 'management,administrator' } }), { kind: 'configuration', message: /has the tag `administrator`/ }],
  ])('%s', async (_, answer, expected) => {
    management.answering = answers({ 'GET /api/users/app': answer });
    const stand = standOf();
    expect(await failing(stand)).toMatchObject({ ...expected, message: expect.stringMatching(expected.message) });
    expect(stand.textOf('AWSPENDING')).toBeUndefined();
    expect(changes()).toEqual([]);
  });

  test.each<[string, Record<string, Answering>, RegExp]>([
    ['a permission without a pattern', { 'GET /api/users/app/permissions': () => ({ body: [{ vhost: '/', configure: '' }] }) }, /something else where the permissions/],
    ['permissions that are no list', { 'GET /api/users/app/permissions': () => ({ body: { vhost: '/' } }) }, /something else where the permissions/],
    ['a virtual host that leads upwards', { 'GET /api/users/app/permissions': () => ({ body: [{ ...RIGHTS, vhost: '..' }] }) }, /may be called \. or \.\./],
    ['a topic permission of no exchange', { 'GET /api/users/app/topic-permissions': () => ({ body: [{ vhost: '/', write: '', read: '' }] }) }, /something else where the topic permissions/],
    ['a limit that is a text', { 'GET /api/user-limits/app': () => ({ body: [{ user: 'app', value: { 'max-connections': '5' } }] }) }, /something else where the limits/],
    ['a limit without a value', { 'GET /api/user-limits/app': () => ({ body: [{ user: 'app' }] }) }, /something else where the limits/],
    ['permissions that never come', { 'PUT /api/permissions/%2F/app_clone': () => ({ status: 204 }) }, /do not become the same/],
    ['that a user it has just told of is gone', { 'PUT /api/permissions/%2F/app_clone': () => ({ status: 404 }) }, /changing what the user may do fails with status 404/],
  ])('%s: the clone gets no password', async (_, wrong, message) => {
    const stand = await atSet();
    let logins = 0;
    talk = async socket => (logins++ === 0 ? refuse : letIn)(socket);
    management.answering = answers(wrong);
    expect((await failing(stand, 'setSecret')).message).toMatch(message);
    const passwords = management.received.filter(({ body }) => body.includes('password_hash')).map(({ body }) => JSON.parse(body).password_hash as string);
    expect(passwords).toEqual(['']);
  });

  test.each<[string, Answering]>([
    ['the tag of a clone', () => ({ body: { name: 'app_clone', tags: [] } })], ['the clone', () => ({ status: 404 })],
  ])('as if it did not keep %s: that is told, and the clone gets no password', async (_, answer) => {
    const stand = await atSet();
    let [logins, asked] = [0, 0];
    talk = async socket => (logins++ === 0 ? refuse : letIn)(socket);
    management.answering = answers({ 'GET /api/users/app_clone': request => asked++ === 0 ? { status: 404 } : answer(request) });
    expect(await failing(stand, 'setSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('does not keep the tag') });
    expect(changes()).toEqual(['PUT /api/users/app_clone']);
    expect(management.received.at(-2)!.body).toContain('"password_hash":""');
  });

  test('a topic permission that goes becomes one that allows all, for the API would take those of the other exchanges too', async () => {
    const stand = await atSet();
    let logins = 0;
    talk = async socket => (logins++ === 0 ? refuse : letIn)(socket);
    const kept = { vhost: '/', exchange: 'kept', write: '^a', read: '^a' };
    management.answering = answers({
      'GET /api/users/app/topic-permissions': () => ({ body: [kept] }),
      'GET /api/users/app_clone/topic-permissions': () => ({ body: [kept, { ...kept, exchange: 'gone' }] }),
    });
    await stand.failure('setSecret');
    expect(changes().slice(0, 3)).toEqual(['PUT /api/users/app_clone', 'PUT /api/permissions/%2F/app_clone', 'PUT /api/topic-permissions/%2F/app_clone']);
    expect(JSON.parse(management.received.find(({ method, path }) => method === 'PUT' && path.includes('topic'))!.body))
      .toEqual({ exchange: 'gone', write: '.*', read: '.*' });
    expect(changes().filter(change => change.startsWith('DELETE'))).toEqual([]);
  });

  test('a name of a virtual host or of a limit is one part of a path', async () => {
    const stand = await atSet();
    let logins = 0;
    talk = async socket => (logins++ === 0 ? refuse : letIn)(socket);
    management.answering = answers({
      'GET /api/users/app/permissions': () => ({ body: [{ ...RIGHTS, vhost: '../users/root?x=1#y' }] }),
      'GET /api/user-limits/app': () => ({ body: [{ user: 'app', value: { 'a/../../users/root': 1 } }] }),
    });
    await stand.failure('setSecret');
    expect([...new Set(changes())]).toEqual([
      'PUT /api/users/app_clone', 'PUT /api/user-limits/app_clone/a%2F..%2F..%2Fusers%2Froot', 'PUT /api/permissions/..%2Fusers%2Froot%3Fx%3D1%23y/app_clone',
    ]);
  });

  test.each(['app/../root', '../root', 'root?x', 'a%2Fb', 'a#b', 'a b', '/'])('a user called %s in a tag is no other user', async (user) => {
    const stand = standOf({ user, text: JSON.stringify({ ...CURRENT, username: user }) });
    expect(await failing(stand)).toMatchObject({ message: expect.stringContaining('no such user') });
    expect(management.received.map(({ path }) => path)).toEqual([`/api/users/${encodeURIComponent(user)}`]);
  });

  test.each(['.', '..'])('a user called %s in a tag is asked for nowhere', async (user) => {
    expect(await failing(standOf({ user, text: JSON.stringify({ ...CURRENT, username: user }) }))).toMatchObject({ message: expect.stringContaining('which no URL can name') });
    expect(management.received).toEqual([]);
  });
});

describe('a broker whose AMQP', () => {
  test.each<[string, Talk, { kind: string; message: RegExp; code?: string }]>([
    ['is another protocol', socket => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'), { kind: 'configuration', message: /does not speak AMQP 0-9-1/ }],
    ['is another version', socket => void socket.write('AMQP\x00\x01\x00\x00'), { kind: 'configuration', message: /does not speak AMQP 0-9-1/ }],
    ['announces a huge frame', socket => void socket.write(Buffer.from([1, 0, 0, 0x7f, 0xff, 0xff, 0xff])), { kind: 'configuration', message: /does not speak AMQP 0-9-1/ }],
    ['floods', socket => void socket.write(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0xff, 0xf0]), Buffer.alloc(200_000)])), { kind: 'configuration', message: /does not speak|says more/ }],
    ['offers AMQPLAIN alone', socket => void socket.write(start('AMQPLAIN')), { kind: 'configuration', message: /does not offer PLAIN/ }],
    ['offers ANONYMOUS alone', socket => void socket.write(start('ANONYMOUS')), { kind: 'configuration', message: /does not offer PLAIN/ }],
    ['offers what begins like PLAIN', socket => void socket.write(start('PLAINER EXTERNAL RABBIT-CR-DEMO')), { kind: 'configuration', message: /does not offer PLAIN/ }],
    ['offers nothing', socket => void socket.write(start('')), { kind: 'configuration', message: /does not offer PLAIN/ }],
    ['ends in its list of mechanisms', socket => void socket.write(methodFrame(START, Buffer.from([0, 9, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1]))), { kind: 'configuration', message: /does not offer PLAIN/ }],
    ['has a table without an end', socket => void socket.write(methodFrame(START, Buffer.from([0, 9, 0xff, 0xff, 0xff, 0xff]))), { kind: 'configuration', message: /does not offer PLAIN/ }],
    ['lets in without a greeting', socket => void socket.write(tune), { kind: 'configuration', message: /something else than AMQP 0-9-1 says to/ }],
    ['never says anything', () => undefined, { kind: 'network', message: /did not answer within \d+ ms/, code: 'ETIMEDOUT' }],
    ['hangs up', socket => void socket.end(), { kind: 'network', message: /the broker closed the connection/ }],
  ])('%s gets no password, and refuses none', async (_, attack, expected) => {
    const stand = await atSet();
    talk = attack;
    for (const step of ['setSecret', 'testSecret'] as const) {
      expect(await failing(stand, step)).toMatchObject({ ...expected, message: expect.stringMatching(expected.message) });
    }
    const said = Buffer.concat(heard).toString('latin1');
    expect([CURRENT, stand.stored<{ password: string }>('AWSPENDING')].filter(({ password }) => said.includes(password))).toEqual([]);
    expect(changes()).toEqual([]);
  });

  test.each<[string, Buffer, string]>([
    ['another challenge', methodFrame('10.20', longText(Buffer.from('more'))), 'configuration'], ['a fault of its own', close(541), 'configuration'],
    ['that its virtual host is gone', close(530), 'configuration'], ['a code without an end', methodFrame(CLOSE, Buffer.from([1])), 'configuration'],
    ['an open connection at once', methodFrame(OPEN_OK, Buffer.from([0])), 'configuration'], ['itself', methodFrame(START_OK, Buffer.alloc(9)), 'configuration'],
  ])('answers a login with %s refuses nothing, and accepts nothing', async (_, answer, kind) => {
    const stand = await atSet();
    talk = answering(answer);
    for (const step of ['setSecret', 'testSecret'] as const) expect(await failing(stand, step)).toMatchObject({ kind });
    expect(changes()).toEqual([]);
  });

  test('hangs up after a login is no refusal', async () => {
    const stand = await atSet();
    talk = async socket => {
      socket.write(start('PLAIN'));
      await saidLogin();
      socket.end();
    };
    expect(await failing(stand, 'setSecret')).toMatchObject({ kind: 'network' });
    expect(changes()).toEqual([]);
  });

  test('does not know the virtual host: that is told, and is no refusal', async () => {
    const stand = await atSet({ environment: { RABBITMQ_VIRTUAL_HOST: '/orders' } });
    talk = async socket => {
      await letIn(socket);
      await until(said => said.includes('/orders'));
      socket.write(close(530));
    };
    expect(await failing(stand, 'testSecret')).toMatchObject({ kind: 'configuration', code: 'AMQP_530', message: expect.stringContaining('refuses the virtual host; check that it is there') });
  });

  test('is not encrypted gets no password', async () => {
    await new Promise(resolve => amqp.close(resolve));
    await startAmqp(true);
    talk = socket => void socket.write(start('PLAIN'));
    const stand = await atSet();
    expect(await failing(stand, 'setSecret')).toMatchObject({ kind: 'tls', message: expect.stringContaining('the broker') });
    expect(Buffer.concat(heard).toString('latin1')).not.toContain(stand.stored<{ password: string }>('AWSPENDING').password);
  });

  test('shows a certificate that is not its own gets nothing, and neither does such a management API', async () => {
    const stand = await atSet();
    for (const falsehood of falsehoods) {
      await new Promise(resolve => amqp.close(resolve));
      shown = falsehood.shown;
      await startAmqp();
      const there = new KindStand({
        kind: new RabbitMqUserKind(true),
        tags: { 'cdk-managed-secrets:user': 'app' },
        environment: {
          RABBITMQ_HOST: 'localhost', RABBITMQ_PORT: String((amqp.address() as AddressInfo).port), RABBITMQ_MANAGEMENT_PORT: String((amqp.address() as AddressInfo).port), TLS_CA_BUNDLE: certificate.ca,
        },
        administrator: ADMINISTRATOR,
        text: stand.textOf('AWSCURRENT'),
      }).begin();
      expect([falsehood.what, await failing(there)]).toEqual([falsehood.what, expect.objectContaining({ kind: 'tls' })]);
      there.store('AWSPENDING', stand.textOf('AWSPENDING')!);
      expect([falsehood.what, await failing(there, 'testSecret')]).toEqual([falsehood.what, expect.objectContaining({ kind: 'tls' })]);
    }
    expect(Buffer.concat(heard).toString('latin1')).toBe('');
  });

  test('that is reached by an alias shows the name that was given, and no other, by both protocols', async () => {
    shown = await authority.issue({ names: ['broker.example.com'] });
    await new Promise(resolve => amqp.close(resolve));
    await startAmqp();
    talk = letIn;
    const aliased = await HttpsServer.start(answers({}), Promise.resolve({ ...shown, ca: certificate.ca }));
    try {
      const environment = { RABBITMQ_MANAGEMENT_PORT: new URL(aliased.url).port };
      expect(await failing(standOf({ environment }))).toMatchObject({ kind: 'tls' });
      const stand = standOf({ environment: { ...environment, TLS_SERVER_NAME: 'broker.example.com' } });
      await stand.step('createSecret');
      await stand.step('testSecret');
      const unnamed = standOf();
      unnamed.store('AWSPENDING', stand.textOf('AWSPENDING')!);
      expect(await failing(unnamed, 'testSecret')).toMatchObject({ kind: 'tls' });
      expect(await failing(standOf({ environment: { TLS_SERVER_NAME: 'other.example.com' } }))).toMatchObject({ kind: 'tls' });
    } finally {
      await aliased.stop();
    }
  });
});

describe('whoever may only write the secret', () => {
  test.each<[string, 'AWSCURRENT' | 'AWSPENDING', object]>([
    ['the administrator', 'AWSCURRENT', { username: 'root', password: newPassword() }], ['another user', 'AWSCURRENT', { username: 'other', password: newPassword() }],
    ['the administrator', 'AWSPENDING', { username: 'root', password: newPassword() }], ['a path', 'AWSPENDING', { username: '../root', password: newPassword() }],
    ['the clone of a clone', 'AWSPENDING', { username: 'app_clone_clone', password: newPassword() }],
  ])('cannot have %s changed by %s', async (_, stage, value) => {
    const stand = await atSet();
    stand.store(stage, JSON.stringify(value));
    if (stage === 'AWSPENDING') expect(await failing(stand, 'setSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('another `username` than its tags name') });
    else expect(await failing(stand.begin())).toMatchObject({ kind: 'configuration', message: expect.stringContaining('another `username` than its tags name') });
    expect(changes()).toEqual([]);
  });

  test('cannot have the user changed that clients use', async () => {
    const stand = await atSet();
    stand.store('AWSPENDING', JSON.stringify({ username: 'app', password: newPassword() }));
    expect(await failing(stand, 'setSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('AWSPENDING holds the user of AWSCURRENT') });
    stand.store('AWSPENDING', JSON.stringify({ username: 'app_clone', password: newPassword() }));
    stand.store('AWSCURRENT', JSON.stringify({ username: 'app', password: newPassword() }));
    expect(await failing(stand, 'setSecret')).toMatchObject({ kind: 'refused', message: expect.stringContaining('the broker refuses AWSCURRENT') });
    expect(changes()).toEqual([]);
  });
});

describe('what the deployment got wrong is told before anything is stored', () => {
  test.each<[string, Options, RegExp]>([
    ['an administrator that is the user', { administrator: CURRENT }, /the administrator must be another user/],
    ['an administrator that is the clone', { administrator: { ...CURRENT, username: 'app_clone' } }, /the administrator must be another user/],
    ['an administrator without a password', { administrator: { username: 'root' } }, /the secret of the administrator must hold `password`/],
    ['no host', { environment: { RABBITMQ_HOST: '' } }, /`RABBITMQ_HOST` must be the host of the broker/],
    ['no port', { environment: { RABBITMQ_PORT: 'amqps' } }, /`RABBITMQ_PORT` must be a port/],
    ['no port of the management API', { environment: { RABBITMQ_MANAGEMENT_PORT: '' } }, /`RABBITMQ_MANAGEMENT_PORT` must be a port/],
    ['no user in the tags', { user: '' }, /must have the tag `cdk-managed-secrets:user`/],
  ])('%s', async (_, options, message) => {
    const stand = standOf(options);
    const error = await stand.failure('createSecret');
    expect(error).toMatchObject({ kind: 'configuration', message: expect.stringMatching(message) });
    expect(stand.textOf('AWSPENDING')).toBeUndefined();
    expect(management.received).toEqual([]);
  });

  test('a clone that somebody else has made', async () => {
    management.answering = answers({ 'GET /api/users/app_clone': () => ({ body: { name: 'app_clone', tags: ['cdk-managed-secrets:000000000000000000000000'] } }) });
    const stand = standOf();
    expect(await failing(stand)).toMatchObject({ kind: 'configuration', message: expect.stringContaining(`give it the tag \`cdk-managed-secrets:${markOf(stand.secretArn)}\``) });
  });
});
