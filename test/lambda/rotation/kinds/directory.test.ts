import { createServer as createPlainServer } from 'net';
import * as fc from 'fast-check';
import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { BER, element, elementsIn, noLdap, take } from '../../../../lambda/rotation/kinds/directory/ber';
import { isRefusal, requireDone } from '../../../../lambda/rotation/kinds/directory/directory-failure';
import { isNoPassword, Ldap } from '../../../../lambda/rotation/kinds/directory/ldap';
import { hashed, sameDn } from '../../../../lambda/rotation/kinds/directory/open-ldap';
import { CertificateAuthority } from '../../../../tools/servers/certificates';
import { newPassword } from '../../../../tools/servers/new-password';
import { Attack, HostileDirectory, message, result } from '../../../support/attacks/hostile-directory';
import { knownEncodings } from '../../../support/attacks/known-encodings';
import { ACTIVE_DIRECTORY_KIND, environmentFor, OPEN_LDAP_KIND, tagsOf } from '../../../support/kinds/directory-user';
import { KindStand } from '../../../support/kinds/kind-stand';

describe('elements of the encoding', () => {
  test('what is written is read again, whatever it is and however it is cut', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 20 }), (content, more) => {
      const bytes = element(BER.OCTETS, Buffer.from(content));
      const answer = { tag: BER.OCTETS, content: Buffer.from(content) };
      expect(take(Buffer.concat([bytes, Buffer.from(more)]))).toEqual({ answer, length: bytes.length });
      for (let length = 0; length < bytes.length; length += 7) expect(take(bytes.subarray(0, length))).toBeUndefined();
    }));
  });

  test('bytes of any sort are read, waited for or refused, and nothing else happens', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      for (const read of [take, elementsIn]) {
        try {
          read(Buffer.from(bytes));
        } catch (error) {
          expect(error).toEqual(noLdap());
        }
      }
    }), { numRuns: 2_000 });
  });

  test.each(['3080', '3085', '30847fffffff', '308400100000', '30ff'])('%s says that it is larger than any answer, or does not say', (hex) => {
    expect(() => take(Buffer.from(hex, 'hex'))).toThrow(expect.objectContaining({ kind: 'configuration' }));
  });
});

test('passwords that a directory may take for none', () => {
  for (const none of ['', ' ', '\t\n', '\0', `\0${newPassword()}`, `${newPassword()}\0`]) expect(isNoPassword(none)).toBe(true);
  for (const one of [newPassword(), ` ${newPassword()} `, 'ü']) expect(isNoPassword(one)).toBe(false);
});

test('distinguished names are compared as a directory does, and an empty one is nobody\'s', () => {
  expect(sameDn('UID=app, OU=Services,dc=example ,dc=com', 'uid=app,ou=services,dc=example,dc=com')).toBe(true);
  expect(sameDn('uid=app2,ou=services', 'uid=app,ou=services')).toBe(false);
  expect(sameDn('', '')).toBe(false);
});

test('a hash has a salt of its own each time, and nothing of the password', () => {
  const password = newPassword();
  const hashes = [hashed(password), hashed(password)];
  expect(hashes[0]).not.toBe(hashes[1]);
  for (const hash of hashes) {
    expect(hash).toMatch(/^\{SSHA\}[\w+/]{48}$/);
    for (const known of knownEncodings(password, 'app')) expect(Buffer.from(hash.slice(6), 'base64').includes(known)).toBe(false);
  }
});

describe('what a directory answers to a login', () => {
  const ofActiveDirectory = (data: string) => ({ code: 49, diagnostic: `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data ${data}, v1db1` });

  test('a wrong password is a refusal, and an entry without one, and nothing else', () => {
    for (const refusal of [{ code: 49, diagnostic: '' }, { code: 48, diagnostic: '' }, ofActiveDirectory('52e')]) expect(isRefusal(refusal)).toBe(true);
    for (const other of [{ code: 0, diagnostic: '' }, { code: 53, diagnostic: '' }, ofActiveDirectory('532')]) expect(isRefusal(other)).toBe(false);
  });

  test.each([
    ['525', 'configuration', 'no such user'], ['530', 'configuration', 'logon hours'], ['531', 'configuration', 'workstations'],
    ['532', 'configuration', 'has expired'], ['533', 'configuration', 'is disabled; enable it'], ['701', 'configuration', 'the account has expired'],
    ['773', 'configuration', 'must change the password first'], ['775', 'locked', 'is locked; unlock it'],
  ])('%s is no refusal but explained', (data, kind, words) => {
    expect(isRefusal(ofActiveDirectory(data))).toBe(false);
    expect(() => requireDone(ofActiveDirectory(data), 'logging in')).toThrow(expect.objectContaining({
      kind, code: `LDAP 49 ${data}`, message: expect.stringMatching(new RegExp(`^logging in .*${words}`)),
    }));
  });

  test.each([
    [19, '0000052D: Constraint violation - check_password_restrictions: the password is too young', 'configuration', 'minimum password age'],
    [19, '00000056: AtrErr: DSID-03191083', 'refused', 'AWSCURRENT is not the password'],
    [53, '0000001F: SvcErr: DSID-031A12D2', 'configuration', 'needs TLS'],
    [19, 'Password policy only allows one password value', 'configuration', 'two values of `userPassword`'],
    [50, '', 'configuration', 'not permitted'], [51, '', 'transient', 'busy'], [52, '', 'transient', 'not available'], [10, '', 'configuration', 'is not followed'],
    [123, '', 'configuration', 'look up the code'],
  ])('%i with "%s" tells what to do', (code, diagnostic, kind, words) => {
    const said = newPassword();
    let error: unknown;
    try {
      requireDone({ code, diagnostic: `${diagnostic} ${said}` }, 'setting the password');
    } catch (reason) {
      error = reason;
    }
    expect(error).toMatchObject({ kind, message: expect.stringContaining(words) });
    expect(`${(error as RotationError).message}${(error as RotationError).code}`).not.toContain(said);
  });
});

const USER = 'uid=app,ou=services,dc=example,dc=com';
const [BIND, SEARCH, EXTENDED] = [0x60, 0x63, 0x77];
const identity = (id: number, name: string) => message(id, 0x78, ...result(0, '', element(0x8b, name)));
const attribute = (name: string, value: string) => element(BER.SEQUENCE, element(BER.OCTETS, name), element(BER.SET, element(BER.OCTETS, value)));
const takesLogin = (then: Attack): Attack => (request, socket) =>
  request.tag === BIND ? message(request.id, 0x61, ...result(0)) : then(request, socket);
const isUser = (then: Attack): Attack => takesLogin((request, socket) =>
  request.tag === EXTENDED ? identity(request.id, `dn:${USER}`) : then(request, socket));

/** The attack, and the kind of failure that it may end in at most. */
const ATTACKS: Record<string, [Attack, string, string?]> = {
  'takes every login for that of nobody': [takesLogin(({ id }) => identity(id, '')), 'configuration', 'that of nobody'],
  'takes a login for that of another': [takesLogin(({ id }) => identity(id, `dn:${USER}x`)), 'configuration', 'of another entry'],
  'takes a login for a name that is none': [takesLogin(({ id }) => identity(id, USER)), 'configuration', 'that of nobody'],
  'does not say who is logged in': [takesLogin(({ id }) => message(id, 0x78, ...result(2))), 'configuration', 'Who am I?'],
  'refers a login elsewhere': [({ id }) => message(id, 0x61, ...result(10, '', element(0xa3, element(BER.OCTETS, 'ldaps://elsewhere/')))), 'configuration', 'not followed'],
  'refers a search elsewhere': [isUser(({ id }) => message(id, 0x65, ...result(10))), 'configuration', 'not followed'],
  'announces two gigabytes': [() => Buffer.from('30847fffffff', 'hex'), 'configuration', 'no directory'],
  'never says how long it is': [() => Buffer.from('3080', 'hex'), 'configuration', 'no directory'],
  'sends half an answer': [({ id }) => message(id, 0x61, ...result(0)).subarray(0, 5), 'network'],
  'finds entries without end': [isUser(({ id }) => Buffer.concat(Array.from({ length: 9 }, () => message(id, 0x64, element(BER.OCTETS, USER), element(BER.SEQUENCE))))), 'configuration'],
  'refers without end': [isUser(({ id }, socket) => {
    const more = setInterval(() => socket.destroyed ? clearInterval(more) : socket.write(message(id, 0x73, element(BER.OCTETS, 'ldaps://elsewhere/'))), 1);
    return undefined;
  }), 'network'],
  'answers another request': [
    ({ id, tag }) => tag === BIND ? message(id + 1, 0x61, ...result(0)) : tag === EXTENDED ? identity(id + 1, `dn:${USER}`) : message(id + 1, 0x65, ...result(0)),
    'configuration', 'no directory',
  ],
  'answers with another answer': [({ id }) => message(id, 0x67, ...result(0)), 'configuration', 'no directory'],
  'answers with nothing in it': [({ id }) => message(id, 0x61), 'configuration', 'no directory'],
  'says goodbye': [() => message(0, 0x78, ...result(52)), 'network'],
  'speaks HTTP': [() => `HTTP/1.1 400 Bad Request\r\nContent-Length: 200\r\n\r\n${'x'.repeat(200)}`, 'configuration'],
  'says nothing': [() => undefined, 'network'],
  'hangs up': [(_, socket) => void socket.destroy(), 'network'],
  'refuses every password': [({ id }) => message(id, 0x61, ...result(49)), 'refused', 'AWSCURRENT'],
};

describe('a directory with the right certificate that', () => {
  const running: HostileDirectory[] = [];
  afterAll(async () => Promise.all(running.map(async (each) => each.stop())));

  test.each(Object.entries(ATTACKS))('%s ends the rotation by one error, in time, and nothing is stored', async (_, [attack, kind, words = '']) => {
    const password = newPassword();
    const directory = await HostileDirectory.start(attack);
    running.push(directory);
    const login = { username: USER, password };
    const stand = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf(login), environment: environmentFor(directory), text: JSON.stringify(login) });
    const error = await stand.begin().failure('createSecret', 2_000);
    expect(error).toMatchObject({ name: 'RotationError', kind, message: expect.stringContaining(words) });
    expect(`${error.message}${stand.lines.join()}`).not.toContain(password);
    expect(stand.textOf('AWSPENDING')).toBeUndefined();
  });

  test('quotes the password in its answer is not quoted again', async () => {
    const login = { username: USER, password: newPassword() };
    const directory = await HostileDirectory.start(({ id }) => message(id, 0x61, ...result(80, `0000052D: ${login.password}, data ${login.password}`)));
    running.push(directory);
    const stand = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf(login), environment: environmentFor(directory), text: JSON.stringify(login) });
    const error = await stand.begin().failure('createSecret', 2_000);
    expect(`${error.message}${error.code}${stand.lines.join()}`).not.toContain(login.password);
  });

  test('names no domain and nobody who is logged in is not believed', async () => {
    const login = { username: 'app@corp.example.com', password: newPassword() };
    const directory = await HostileDirectory.start(takesLogin(({ id, tag }) => tag === SEARCH ? message(id, 0x65, ...result(0)) : undefined));
    running.push(directory);
    const environment = environmentFor(directory);
    const stand = new KindStand({ kind: ACTIVE_DIRECTORY_KIND, tags: tagsOf(login), environment, administrator: login, text: JSON.stringify(login) });
    expect(await stand.begin().failure('createSecret', 2_000)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('that of nobody') });
  });

  test('takes the administrator for nobody gets no change from it', async () => {
    const login = { username: USER, password: newPassword() };
    const directory = await HostileDirectory.start(takesLogin(({ id, tag }) => tag === EXTENDED ? identity(id, '') : message(id, 0x65, ...result(0))));
    running.push(directory);
    const stand = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf(login), environment: environmentFor(directory), administrator: login });
    expect(await stand.begin().failure('createSecret', 2_000)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('that of nobody') });
  });

  test('takes the administrator for the user itself, by whatever name it logs in, gets no change from it', async () => {
    const login = { username: `${USER.toUpperCase()} `, password: newPassword() };
    const directory = await HostileDirectory.start(isUser(({ id }) => message(id, 0x65, ...result(0))));
    running.push(directory);
    const stand = new KindStand({
      kind: OPEN_LDAP_KIND, tags: tagsOf({ ...login, username: USER }), environment: environmentFor(directory), administrator: login,
    });
    expect(await stand.begin().failure('createSecret', 2_000)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('must be another user') });
  });

  test('takes a user of a domain for another is not believed', async () => {
    const login = { username: 'app@corp.example.com', password: newPassword() };
    const values = { defaultNamingContext: 'DC=corp', tokenGroups: 'sid of another', objectSid: 'sid' };
    const attributes = Object.entries(values).map(([name, value]) => attribute(name, value));
    const directory = await HostileDirectory.start(takesLogin(({ id }) => Buffer.concat([
      message(id, 0x64, element(BER.OCTETS, 'CN=app'), element(BER.SEQUENCE, ...attributes)), message(id, 0x65, ...result(0)),
    ])));
    running.push(directory);
    const environment = environmentFor(directory);
    const stand = new KindStand({ kind: ACTIVE_DIRECTORY_KIND, tags: tagsOf(login), environment, text: JSON.stringify(login) });
    stand.begin();
    await stand.step('createSecret');
    expect(await stand.failure('setSecret', 2_000)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('of another entry') });
  });

  test('finds two users of one name is refused, and neither is changed', async () => {
    const login = { username: 'app@corp.example.com', password: newPassword() };
    const entry = (id: number, ...attributes: Buffer[]) => message(id, 0x64, element(BER.OCTETS, 'CN=app'), element(BER.SEQUENCE, ...attributes));
    const directory = await HostileDirectory.start(takesLogin(({ id }) => Buffer.concat([
      entry(id, attribute('defaultNamingContext', 'DC=corp'), attribute('tokenGroups', 'S-1')), ...id === 2 ? [] : [entry(id)], message(id, 0x65, ...result(0)),
    ])));
    running.push(directory);
    const stand = new KindStand({ kind: ACTIVE_DIRECTORY_KIND, tags: tagsOf(login), environment: environmentFor(directory), administrator: login });
    expect(await stand.begin().failure('createSecret', 2_000)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('several users') });
    expect(directory.heard.some((bytes) => bytes.includes('unicodePwd'))).toBe(false);
  });

  test.each([['an empty', ''], ['a blank', ' '], ['a NUL for a', '\0'], ['a cut', `x\0${newPassword()}`]])('would take %s password for none never hears of it', async (_, password) => {
    const directory = await HostileDirectory.start(isUser(() => undefined));
    running.push(directory);
    const login = { username: USER, password };
    const stand = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf(login), environment: environmentFor(directory), text: JSON.stringify(login) });
    expect(await stand.begin().failure('createSecret', 2_000)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('AWSCURRENT must hold') });
    const administrator = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf(login), environment: environmentFor(directory), administrator: login });
    expect(await administrator.begin().failure('createSecret', 2_000)).toMatchObject({ kind: 'configuration' });
    expect(Buffer.concat(directory.heard)).toHaveLength(0);
  });
});

test('a name that is empty is no login either', async () => {
  const written: unknown[] = [];
  const socket = { write: (bytes: unknown) => written.push(bytes), [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }) }) };
  await expect(new Ldap(socket as never, { title: 'directory' }).bind('', newPassword())).rejects.toMatchObject({ kind: 'configuration' });
  expect(written).toEqual([]);
});

test.each(['without TLS', 'whose certificate is of an unknown authority', 'whose certificate has another name'])('a directory %s hears no password', async (which) => {
  const login = { username: USER, password: newPassword() };
  const heard: Buffer[] = [];
  const plain = createPlainServer((socket) => void socket.on('data', (bytes) => heard.push(bytes)).on('error', () => undefined).write(message(1, 0x61, ...result(0))));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const hostile = await HostileDirectory.start(() => undefined);
  const { certificate } = await CertificateAuthority.create();
  const environment = {
    'without TLS': environmentFor({ host: 'localhost', port: (plain.address() as { port: number }).port, ca: hostile.ca }),
    'whose certificate is of an unknown authority': environmentFor({ host: 'localhost', port: hostile.port, ca: certificate }),
    'whose certificate has another name': { ...environmentFor(hostile), TLS_SERVER_NAME: 'other.example.com' },
  }[which];
  const stand = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf(login), environment, text: JSON.stringify(login) });
  expect(await stand.begin().failure('createSecret', 3_000)).toMatchObject({ kind: 'tls', message: expect.stringContaining('the directory') });
  const said = Buffer.concat([...heard, ...hostile.heard]);
  for (const form of knownEncodings(login.password, USER)) expect(said.includes(form)).toBe(false);
  plain.close();
  await hostile.stop();
});

test.each<Record<string, string>>([{}, { DIRECTORY_HOST: 'localhost' }, { DIRECTORY_HOST: 'localhost', DIRECTORY_PORT: 'ldaps' }, { DIRECTORY_PORT: '636' }])('an environment of %j is told', async (environment) => {
  const login = { username: USER, password: newPassword() };
  const stand = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf(login), environment, text: JSON.stringify(login) });
  expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('`DIRECTORY_HOST` and `DIRECTORY_PORT`') });
});

test('a user without a present password and without an administrator is told what to store', async () => {
  const stand = new KindStand({ kind: OPEN_LDAP_KIND, tags: tagsOf({ username: USER, password: '' }), environment: { DIRECTORY_HOST: 'localhost', DIRECTORY_PORT: '636' } });
  expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('store `username` and `password`') });
});
