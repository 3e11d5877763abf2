import { createServer } from 'tls';
import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import type { Iam } from '../../../../lambda/rotation/kinds/iam/access-keys';
import { AccessKeyValue, IamAccessKeyKind, PROPAGATION_MS } from '../../../../lambda/rotation/kinds/iam/iam-access-key';
import { SesSmtpPasswordKind, sesSmtpPassword, SmtpValue } from '../../../../lambda/rotation/kinds/iam/ses-smtp-password';
import { smtpLogsIn } from '../../../../lambda/rotation/kinds/iam/smtp-login';
import { CertificateAuthority } from '../../../../tools/servers/certificates';
import { KeyPair, LocalIam, REGION } from '../../../../tools/servers/local-iam';
import { newPassword } from '../../../../tools/servers/new-password';
import { KindStand, STEPS } from '../../../support/kinds/kind-stand';
import { Probe } from '../../../support/kinds/probe';
import { rejection } from '../../../support/rejection';
import { Crash } from '../../../support/rotation/fault-points';
import { whenAtHand } from '../../../support/servers/at-hand';
import { IAM } from '../../../support/servers/servers-at-hand';

const MINUTES = 60_000;

/** Before and after each call to IAM and to Secrets Manager of a rotation that frees a slot; behind the last one nothing can die. */
const CRASHES = 29;

/** Keys and passwords that the Terraform provider for AWS, an independent implementation, holds its own against. */
test.each([
  ['some+secret+key', 'eu-central-1', 'BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2'],
  ['another+secret+key', 'eu-central-1', 'BBbphbrQmrKMx42d1N6+C7VINYEBGI5v9VsZeTxwskfh'],
  ['some+secret+key', 'us-west-1', 'BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj'],
])('the SMTP password of %s in %s', (key, region, password) => {
  expect(sesSmtpPassword(key, region)).toBe(password);
});

describe('the values', () => {
  const iam = new IamAccessKeyKind(() => { throw new Error('no IAM'); });
  const ses = new SesSmtpPasswordKind(() => { throw new Error('no IAM'); });
  const wrong = (value: string) => [
    '', 'null', '[]', '42', `"${value}"`, value, `{"userName":"${value}"`, '{}', JSON.stringify({ accessKeyId: value }),
    JSON.stringify({ userName: value, accessKeyId: value }), JSON.stringify({ userName: value, accessKeyId: '', secretAccessKey: value }),
    JSON.stringify({ userName: value, accessKeyId: 7, secretAccessKey: value }), JSON.stringify({ username: value, password: [value], host: value }),
    JSON.stringify({ username: value, password: value }), JSON.stringify({ username: null, password: value, host: value }),
    JSON.stringify({ UserName: value, AccessKeyId: value, SecretAccessKey: value }),
  ];

  test.each([['access key', iam], ['SMTP password', ses]] as const)('of an %s that cannot be read are refused by one error each, which quotes nothing', (_, kind) => {
    const value = newPassword();
    for (const text of wrong(value)) {
      expect(() => kind.parse(text, 'AWSCURRENT')).toThrow(expect.objectContaining({ kind: 'configuration', message: expect.stringMatching(/^AWSCURRENT must .*; correct the secret$/) }));
      expect(() => kind.parse(text, 'AWSCURRENT')).not.toThrow(value);
    }
  });
});

describe('the login by SMTP', () => {
  /** A server that says its lines, one for each of the client's. */
  async function serverThatSays(lines: string[]): Promise<{ port: number; ca: string; heard: () => string; stop: () => void }> {
    const { certificate: cert, key, ca } = await (await CertificateAuthority.create()).issue();
    let heard = '';
    const server = createServer({ cert, key }, (socket) => {
      let next = 0;
      const say = () => lines[next] === undefined ? socket.end() : socket.write(lines[next++]);
      say();
      socket.on('error', () => undefined).on('data', (chunk) => {
        heard += chunk.toString();
        say();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as { port: number }).port, ca, heard: () => heard, stop: () => void server.close() };
  }

  const login = { username: 'AKIAEXAMPLE', password: newPassword() };
  const encoded = Buffer.from(`\0${login.username}\0${login.password}`).toString('base64');

  test.each<[string, string[], boolean | string]>([
    ['lets in', ['220 hello\r\n', '250-one\r\n250 two\r\n', '235 ok\r\n', '221 bye\r\n'], true],
    ['refuses', ['220 hello\r\n', '250 one\r\n', '535 Authentication Credentials Invalid\r\n'], false],
    ['is busy', ['421 too many\r\n'], 'transient'],
    ['is no SMTP server', ['HTTP/1.1 400 Bad Request\r\n'], 'configuration'],
    ['hangs up', ['220 hello\r\n'], 'network'],
    ['knows no login', ['220 hello\r\n', '250 one\r\n', '503 what\r\n'], 'configuration'],
    ['says more than an answer', ['220-'.repeat(400_000)], 'configuration'],
  ])('at a server that %s', async (_, lines, expected) => {
    const server = await serverThatSays(lines);
    const attempt = smtpLogsIn(login, { host: 'localhost', port: server.port, ca: [server.ca], timeoutMs: 2_000 });
    if (typeof expected === 'boolean') expect(await attempt).toBe(expected);
    else expect(await rejection(attempt)).toMatchObject({ kind: expected, message: expect.not.stringContaining(login.password) });
    server.stop();
  });

  test('tells nothing to a server whose certificate does not verify', async () => {
    const server = await serverThatSays(['220 hello\r\n', '250 one\r\n', '235 ok\r\n']);
    const error = await rejection(smtpLogsIn(login, { host: 'localhost', port: server.port, ca: [], timeoutMs: 2_000 }));
    expect(error).toMatchObject({ kind: 'tls' });
    expect(server.heard()).toBe('');
    const stranger = await rejection(smtpLogsIn(login, { host: 'localhost', port: server.port, ca: [server.ca], serverName: 'email-smtp.eu-west-1.amazonaws.com', timeoutMs: 2_000 }));
    expect(stranger).toMatchObject({ kind: 'tls', code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(server.heard()).not.toContain(encoded);
    server.stop();
  });
});

whenAtHand(IAM, (server) => {
  let iam: LocalIam;
  beforeAll(async () => {
    iam = await server();
  });

  const accessKeys = (isRefused: () => boolean = () => false) => new IamAccessKeyKind(() => iam.client(), (key) => {
    if (!isRefused()) return iam.sts(key);
    return iam.sts({ ...key, accessKeyId: 'AKIAUNKNOWN000000000' });
  });
  const smtpPasswords = (client: () => Iam = () => iam.client()) => new SesSmtpPasswordKind(client, () => ({ host: 'localhost', port: iam.smtpPort, ca: [iam.ca] }));
  const tagsFor = (user: string, dedicated = true) => ({
    'cdk-managed-secrets:user': user,
    ...dedicated && { 'cdk-managed-secrets:dedicated': 'true' },
  });
  interface Options {
    readonly kind?: IamAccessKeyKind | SesSmtpPasswordKind;
    readonly user?: string;
    readonly dedicated?: boolean;
  }
  async function standOf(options: Options = {}) {
    const user = options.user ?? await iam.user();
    const stand = new KindStand({ kind: options.kind ?? accessKeys(), tags: tagsFor(user, options.dedicated), environment: { SES_REGION: REGION } });
    return { user, stand };
  }
  const keyIn = (stand: KindStand, stage = 'AWSCURRENT') => stand.stored<AccessKeyValue>(stage);
  const smtpTakes = async ({ username, password }: SmtpValue) => smtpLogsIn({ username, password }, { host: 'localhost', port: iam.smtpPort, ca: [iam.ca], timeoutMs: 5_000 });

  test('of four rotations each leaves the current key and the one before, and nothing else', async () => {
    const { user, stand } = await standOf();
    let before: AccessKeyValue | undefined;
    for (let rotation = 1; rotation <= 4; rotation++) {
      await stand.rotate();
      const current = keyIn(stand);
      expect(current).toEqual({ userName: user, accessKeyId: expect.stringMatching(/^AKIA/), secretAccessKey: expect.any(String) });
      expect(await iam.isTaken(current)).toBe(true);
      if (before) expect(await iam.isTaken(before)).toBe(true);
      expect((await iam.keysOf(user)).sort()).toEqual([current, before].flatMap((key) => key ? [key.accessKeyId] : []).sort());
      before = current;
    }
  });

  test('an SMTP password is made of the key, which is stored nowhere, and logs in', async () => {
    const { user, stand } = await standOf({ kind: smtpPasswords() });
    await stand.rotate();
    const first = stand.stored<SmtpValue>('AWSCURRENT');
    await stand.rotate();
    const second = stand.stored<SmtpValue>('AWSCURRENT');
    expect(second).toEqual({ username: expect.stringMatching(/^AKIA/), password: expect.any(String), host: `email-smtp.${REGION}.amazonaws.com`, port: 587 });
    expect(await Promise.all([first, second].map(smtpTakes))).toEqual([true, true]);
    await stand.rotate();
    expect(await smtpTakes(first)).toBe(false);
    expect(await iam.keysOf(user)).toHaveLength(2);
  });

  test.each(['accessKeys', 'smtpPasswords'] as const)('%s: dying before and after every call to IAM or Secrets Manager loses no login and leaves no key behind', async (name) => {
    const points = { met: 0, dying: 0 };
    const point = async () => {
      points.met += 1;
      if (points.met === points.dying) throw new Crash();
    };
    const client = iam.client();
    const dying = {
      send: async (command: object) => {
        await point();
        const answer: unknown = await client.send(command as never);
        await point();
        return answer;
      },
    } as never;
    const kind = name === 'accessKeys'
      ? new IamAccessKeyKind(() => dying, (key) => iam.sts(key))
      : new SesSmtpPasswordKind(() => dying, () => ({ host: 'localhost', port: iam.smtpPort, ca: [iam.ca] }));
    const { user, stand } = await standOf({ kind });
    await stand.rotate();
    const value = stand.stored<AccessKeyValue & SmtpValue>('AWSCURRENT');
    const probe = new Probe(async () => {
      const current = stand.stored<AccessKeyValue & SmtpValue>('AWSCURRENT') ?? value;
      return name === 'accessKeys' ? iam.isTaken(current) : smtpTakes(current);
    });
    stand.secretsManager.hook = point;
    let crashes = 0;
    for (let dyingAt = 1; ; dyingAt++) {
      Object.assign(points, { met: 0, dying: dyingAt });
      stand.secretsManager.advance(16 * MINUTES);
      stand.begin();
      const [failure] = await Promise.allSettled([stand.steps(...STEPS)]);
      const hasDied = points.met >= dyingAt;
      points.dying = 0;
      if (failure.status === 'rejected') {
        crashes += 1;
        // A function that died is not sure to be dead before 15 minutes.
        stand.secretsManager.advance(16 * MINUTES);
        await stand.steps(...STEPS);
      }
      expect((await iam.keysOf(user)).length).toBeLessThanOrEqual(2);
      expect(await iam.keysOf(user)).toContain(name === 'accessKeys' ? keyIn(stand).accessKeyId : stand.stored<SmtpValue>('AWSCURRENT').username);
      if (!hasDied) break;
    }
    const { refused, tries } = await probe.stop();
    stand.secretsManager.hook = undefined;
    expect({ refused, enough: tries > 2 * crashes, crashes }).toEqual({ refused: 0, enough: true, crashes: CRASHES });
  }, 120_000);

  /** A function that died after it had made a key. */
  async function orphanOf(user: string): Promise<string> {
    return (await iam.createKey(user)).accessKeyId;
  }

  test('a key whose secret was lost is deleted, when no function can still be about to store it', async () => {
    const { user, stand } = await standOf();
    await stand.rotate();
    const orphan = await orphanOf(user);
    stand.begin();
    expect(await stand.failure('createSecret')).toMatchObject({ kind: 'transient', message: expect.stringContaining('15 minutes') });
    expect(await iam.keysOf(user)).toContain(orphan);
    stand.secretsManager.advance(16 * MINUTES);
    await stand.steps(...STEPS);
    expect(await iam.keysOf(user)).not.toContain(orphan);
  });

  test('a key that somebody has used is not deleted, although the user is dedicated', async () => {
    const { user, stand } = await standOf();
    await stand.rotate();
    const persons = await iam.createKey(user);
    await iam.use(persons);
    stand.secretsManager.advance(16 * MINUTES);
    stand.begin();
    expect(await stand.failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('somebody else may use them') });
    expect(await iam.isTaken(persons)).toBe(true);
    expect(await iam.isTaken(keyIn(stand))).toBe(true);
    await iam.deleteKey(user, persons.accessKeyId);
    await stand.steps(...STEPS);
    expect(await iam.isTaken(keyIn(stand))).toBe(true);
  });

  test('a key of a rotation that was given up after its test is deleted', async () => {
    const { user, stand } = await standOf();
    await stand.rotate();
    stand.begin();
    await stand.steps('createSecret', 'setSecret', 'testSecret');
    const { accessKeyId } = keyIn(stand, 'AWSPENDING');
    stand.secretsManager.advance(16 * MINUTES);
    await stand.rotate();
    expect(await iam.keysOf(user)).not.toContain(accessKeyId);
  });

  test('of a user that others use too, a key that no version holds is never deleted, whether it was used or not', async () => {
    const { user, stand } = await standOf({ dedicated: false });
    await stand.rotate();
    const orphan = await orphanOf(user);
    stand.secretsManager.advance(16 * MINUTES);
    stand.begin();
    expect(await stand.failure('createSecret')).toMatchObject({ kind: 'configuration' });
    expect(await iam.keysOf(user)).toEqual(expect.arrayContaining([orphan, keyIn(stand).accessKeyId]));
  });

  test('beside a person\'s key there is one place, in which rotations go on', async () => {
    const user = await iam.user();
    const persons = await iam.createKey(user);
    const { stand } = await standOf({ user, dedicated: false });
    await stand.rotate();
    expect(await iam.isTaken(keyIn(stand))).toBe(true);
    stand.begin();
    expect(await stand.failure('createSecret')).toMatchObject({ kind: expect.stringMatching(/configuration|transient/) });
    expect(await Promise.all([persons, keyIn(stand)].map(async (key) => iam.isTaken(key)))).toEqual([true, true]);
  });

  test('a key that is known late is waited for, in bounds; then Secrets Manager tries again', async () => {
    let refusals = 6;
    const kind = accessKeys(() => refusals-- > 0);
    const { stand } = await standOf({ kind });
    const started = stand.secretsManager.now();
    await stand.rotate();
    expect(stand.secretsManager.now() - started).toBeGreaterThan(3_000);
    refusals = Infinity;
    stand.secretsManager.advance(16 * MINUTES);
    const before = keyIn(stand);
    stand.begin();
    await stand.steps('createSecret', 'setSecret');
    const waiting = stand.secretsManager.now();
    expect(await stand.failure('testSecret')).toMatchObject({ kind: 'refused' });
    expect(stand.secretsManager.now() - waiting).toBeLessThanOrEqual(PROPAGATION_MS + 10_000);
    expect(keyIn(stand)).toEqual(before);
    refusals = 0;
    await stand.steps(...STEPS);
    expect(await iam.isTaken(keyIn(stand))).toBe(true);
  });

  test('whoever may only write the secret cannot have another user\'s key handed out, nor a key deleted that it names', async () => {
    const { user, stand } = await standOf();
    await stand.rotate();
    const another = await iam.user();
    const key = await iam.createKey(another);
    stand.begin();
    await stand.step('createSecret');
    stand.store('AWSPENDING', JSON.stringify({ userName: another, ...key }));
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) {
      const error = await stand.failure(step);
      expect(error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('belongs to another user') });
      expect(error.message).not.toContain(key.secretAccessKey);
    }
    // A key of another user in AWSPREVIOUS or AWSCURRENT is none of the slots of the user that the tags name.
    stand.store('AWSCURRENT', JSON.stringify({ userName: another, ...key }));
    stand.secretsManager.advance(16 * MINUTES);
    stand.begin();
    await stand.step('createSecret').catch(() => undefined);
    expect(await iam.keysOf(another)).toEqual([key.accessKeyId]);
    expect((await iam.keysOf(user)).length).toBeLessThanOrEqual(2);
  });

  test('without the tag of the user, or without a region, nothing is made', async () => {
    const tagless = new KindStand({ kind: smtpPasswords(), environment: { SES_REGION: REGION } }).begin();
    expect(await tagless.failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('deploy its stack again') });
    const user = await iam.user();
    const nowhere = new KindStand({ kind: smtpPasswords(), tags: tagsFor(user) }).begin();
    expect(await nowhere.failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('must name a region') });
    expect(await iam.keysOf(user)).toEqual([]);
  });

  test('a user that does not exist, and a role that may not, are told apart', async () => {
    const { stand } = await standOf({ user: 'nobody-at-all' });
    expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('no such user') });
    const weak = await iam.user();
    const denied = await iam.createKey(weak);
    const kind = new IamAccessKeyKind(() => iam.client(denied), (key) => iam.sts(key));
    const other = (await standOf({ kind })).stand.begin();
    expect(await other.failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('is not allowed') });
  });

  test('no secret access key and no SMTP password is in a message or a log, and the key is stored nowhere', async () => {
    const client = iam.client();
    const keys: string[] = [];
    const overheard = {
      send: async (command: object) => {
        const answer = await client.send(command as never) as { AccessKey?: { SecretAccessKey: string } };
        if (answer.AccessKey) keys.push(answer.AccessKey.SecretAccessKey);
        return answer;
      },
    } as never;
    const { stand } = await standOf({ kind: smtpPasswords(() => overheard) });
    await stand.rotate();
    await stand.rotate();
    const passwords = stand.texts().flatMap((text) => (JSON.parse(text) as Partial<SmtpValue>).password ?? []);
    expect([passwords.length, keys.length]).toEqual([2, 2]);
    for (const value of [...passwords, ...keys]) expect(`${stand.lines.join('\n')}${iam.log()}`).not.toContain(value);
    for (const key of keys) expect(stand.texts().join('\n')).not.toContain(key);
  });

  /** So a key that is `Inactive` is not told from one that is active here: nothing of ours relies on it. */
  test('where moto is wrong about a key: one that is inactive is taken', async () => {
    const user = await iam.user();
    const key: KeyPair = await iam.createKey(user);
    await iam.client().send(new UpdateAccessKeyCommand({ UserName: user, AccessKeyId: key.accessKeyId, Status: 'Inactive' }));
    expect(await iam.isTaken(key)).toBe(true);
  });
});
