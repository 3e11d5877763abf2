import { passesKindSuite } from './shared-suite';
import { hashed } from '../../../../lambda/rotation/kinds/directory/open-ldap';
import type { DirectoryLogin } from '../../../../tools/servers/ldap-client';
import type { LocalSlapd } from '../../../../tools/servers/local-slapd';
import { newPassword } from '../../../../tools/servers/new-password';
import { HostileDirectory } from '../../../support/attacks/hostile-directory';
import {
  directoryStand, DirectoryStandOptions, directoryValueIn as valueIn, kindsOfOpenLdap, OPEN_LDAP_KIND,
} from '../../../support/kinds/directory-user';
import { STEPS } from '../../../support/kinds/kind-stand';
import { whenAtHand } from '../../../support/servers/at-hand';
import { Fault, FaultProxy } from '../../../support/servers/fault-proxy';
import { SLAPD } from '../../../support/servers/servers-at-hand';

whenAtHand(SLAPD, (server) => {
  let slapd: LocalSlapd;
  beforeAll(async () => {
    slapd = await server();
  });

  function standOf({ user = slapd.user(), administrator = slapd.administrator, ...others }: Partial<DirectoryStandOptions> = {}) {
    return directoryStand(OPEN_LDAP_KIND, slapd, { user, administrator, ...others });
  }

  describe.each([['the user itself', 'none'], ['an administrator', undefined]] as const)('changed by %s', (_, administrator) => {
    test('the current password and the one before log in, and no third, of which the directory keeps hashes', async () => {
      const { user, stand } = standOf({ administrator });
      const values = [user];
      for (let rotation = 1; rotation <= 3; rotation++) {
        await stand.rotate();
        values.unshift(valueIn(stand));
        const taken: boolean[] = [];
        for (const value of values) taken.push(await slapd.isTaken(value));
        expect(taken).toEqual([true, true, false, false].slice(0, values.length));
        expect(await slapd.isTakenByCli(values[0])).toBe(true);
        expect(await slapd.passwordsOf(user.username)).toEqual([expect.stringMatching(/^\{SSHA\}/), expect.stringMatching(/^\{SSHA\}/)]);
      }
      expect(await slapd.isTakenByCli(values[3])).toBe(false);
      expect(valueIn(stand)).toEqual({ username: user.username, password: expect.stringMatching(/^\w{32}$/), host: 'localhost', port: slapd.port });
    });

    test('whoever may only write the secret can neither have another user changed, nor set a password of theirs, nor send one elsewhere', async () => {
      const { user, stand } = standOf({ administrator });
      const another = slapd.user();
      const elsewhere = await HostileDirectory.start(() => undefined);
      stand.store('AWSCURRENT', JSON.stringify({ ...user, host: '127.0.0.1', port: elsewhere.port }));
      await stand.rotate();
      expect(elsewhere.connections).toBe(0);
      await elsewhere.stop();
      stand.begin();
      await stand.step('createSecret');
      const { password } = valueIn(stand, 'AWSPENDING');
      for (const username of [another.username, `${user.username}\0`, `${user.username})(uid=*`, '*', 'cn=administrator,dc=example,dc=com', user.username.toUpperCase()]) {
        stand.store('AWSPENDING', JSON.stringify({ username, password }));
        for (const step of STEPS.slice(1)) expect(await stand.failure(step)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('another `username`') });
      }
      const mine = { username: user.username, password: newPassword() };
      stand.store('AWSCURRENT', JSON.stringify(mine));
      stand.begin();
      const step = administrator === 'none' ? 'createSecret' : 'setSecret';
      if (step === 'setSecret') await stand.step('createSecret');
      expect(await stand.failure(step)).toMatchObject({ kind: 'refused', message: expect.not.stringContaining(mine.password) });
      expect([await slapd.isTaken(mine), await slapd.isTaken(another)]).toEqual([false, true]);
    });

    test('a user that is missing is told, and nothing is stored', async () => {
      const { stand } = standOf({ administrator, user: { username: 'uid=nobody,ou=services,dc=example,dc=com', password: newPassword() } });
      expect(await stand.begin().failure('createSecret')).toMatchObject(administrator === 'none'
        ? { kind: 'refused', message: expect.stringContaining('refuses AWSCURRENT') }
        : { kind: 'configuration', code: 'LDAP 32', message: expect.stringContaining('no such entry') });
      expect(stand.textOf('AWSPENDING')).toBeUndefined();
    });
  });

  test('a directory that takes a login without a password for that of nobody does so here, and a rotation never asks it', async () => {
    const { user, stand } = standOf({ administrator: 'none' });
    expect(await slapd.isNobody(user.username)).toBe(true);
    for (const password of ['', '   ', '\0', `\0${user.password}`]) {
      stand.store('AWSCURRENT', JSON.stringify({ ...user, password }));
      expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('AWSCURRENT must hold') });
    }
    const { stand: byAdministrator } = standOf({ administrator: { ...slapd.administrator, password: '' } });
    expect(await byAdministrator.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('the secret of the administrator') });
  });

  test('the first rotation leaves the passwords that the user has, and the next one ends them', async () => {
    const { user, stand } = standOf({ isFirst: true });
    await stand.rotate();
    const first = valueIn(stand);
    expect([await slapd.isTaken(user), await slapd.isTaken(first)]).toEqual([true, true]);
    await stand.rotate();
    expect([await slapd.isTaken(user), await slapd.isTaken(first), await slapd.isTaken(valueIn(stand))]).toEqual([false, true, true]);
  });

  test('a user without a password gets one', async () => {
    const { user, stand } = standOf({ isFirst: true });
    await slapd.change(user.username, { operation: 'replace', attribute: 'userPassword', values: [] });
    await stand.rotate();
    expect(await slapd.isTakenByCli(valueIn(stand))).toBe(true);
  });

  test('a password that was changed by hand is not overwritten, and the rotation goes on when AWSCURRENT has it', async () => {
    const { user, stand } = standOf();
    const byHand = { ...user, password: newPassword() };
    await slapd.change(user.username, { operation: 'replace', attribute: 'userPassword', values: [hashed(byHand.password)] });
    stand.begin();
    await stand.step('createSecret');
    expect(await stand.failure('setSecret')).toMatchObject({ kind: 'refused', message: expect.stringContaining('changed by hand') });
    expect(await slapd.isTaken(byHand)).toBe(true);
    stand.store('AWSCURRENT', JSON.stringify(byHand));
    await stand.steps(...STEPS);
    expect([await slapd.isTaken(byHand), await slapd.isTaken(valueIn(stand))]).toEqual([true, true]);
  });

  test.each([['the user itself', 'none'], ['the root of the directory', undefined]] as const)(
    'where the password policy allows one password alone, a rotation by %s says so and changes nothing', async (_, administrator) => {
      const { user, stand } = standOf({ user: slapd.user('dc=policed,dc=example'), administrator });
      stand.begin();
      await stand.step('createSecret');
      expect(await stand.failure('setSecret')).toMatchObject({ kind: 'configuration', code: 'LDAP 19', message: expect.stringContaining('two values of `userPassword`') });
      expect(await slapd.isTaken(user)).toBe(true);
    });

  test.each<[string, () => object, object]>([
    ['is refused', () => ({ ...slapd.administrator, password: newPassword() }), { kind: 'refused', message: expect.stringContaining('refuses the administrator') }],
    ['has no password', () => ({ username: slapd.administrator.username }), { kind: 'configuration', message: expect.stringContaining('must hold `password`') }],
    ['has a name that is none', () => ({ ...slapd.administrator, username: 'administrator' }), { kind: 'configuration', code: 'LDAP 34' }],
  ])('an administrator that %s is told', async (_, administrator, failure) => {
    const { stand } = standOf({ administrator: administrator() });
    expect(await stand.begin().failure('createSecret')).toMatchObject(failure);
  });

  test('an administrator without the right is told, and nothing is changed', async () => {
    const { user, stand } = standOf({ administrator: slapd.user() });
    stand.begin();
    await stand.step('createSecret');
    expect(await stand.failure('setSecret')).toMatchObject({ kind: 'configuration', code: 'LDAP 50', message: expect.stringContaining('is not permitted') });
    expect(await slapd.passwordsOf(user.username)).toHaveLength(1);
  });

  test.each<[string, Fault]>([
    ['is closed at once', { kind: 'refuse' }], ['says nothing', { kind: 'blackHole' }], ['is cut in the handshake', { kind: 'cut', afterBytes: 400 }],
    ['stalls in the handshake', { kind: 'stall', afterBytes: 400 }],
  ])('a connection that %s is no refusal', async (_, fault) => {
    const proxy = await FaultProxy.start(slapd);
    try {
      const { stand } = standOf({ administrator: 'none', environment: { DIRECTORY_PORT: String(proxy.port) } });
      proxy.fault = fault;
      expect(await stand.begin().failure('createSecret', 3_000)).toMatchObject({ kind: 'network' });
      proxy.fault = { kind: 'none' };
      await stand.rotate();
    } finally {
      await proxy.stop();
    }
  });

  test('no password is in what the directory writes, nor in a message or a line of the log', async () => {
    const { stand } = standOf();
    await stand.rotate();
    await stand.rotate();
    const seen = `${await slapd.log()}${stand.lines.join('\n')}`;
    const passwords = [slapd.administrator.password, ...stand.texts().map((text) => (JSON.parse(text) as DirectoryLogin).password)];
    expect(passwords.filter((password) => seen.includes(password))).toEqual([]);
    for (const word of ['BIND dn=', 'MOD attr=userPassword', '{SSHA}']) expect(seen).toContain(word);
  });

  for (const kind of kindsOfOpenLdap(server)) passesKindSuite(kind, { runs: 5, timeoutMs: 240_000 });
});
