import { passesKindSuite } from './shared-suite';
import type { DirectoryLogin } from '../../../../tools/servers/ldap-client';
import { LocalSamba, SAMBA_FOLDER } from '../../../../tools/servers/local-samba';
import { newPassword } from '../../../../tools/servers/new-password';
import { HostileDirectory } from '../../../support/attacks/hostile-directory';
import {
  ACTIVE_DIRECTORY_KIND, directoryStand, DirectoryStandOptions, directoryValueIn as valueIn, kindsOfActiveDirectory,
} from '../../../support/kinds/directory-user';
import { STEPS } from '../../../support/kinds/kind-stand';
import { whenAtHand } from '../../../support/servers/at-hand';
import { Fault, FaultProxy } from '../../../support/servers/fault-proxy';
import { SAMBA } from '../../../support/servers/servers-at-hand';

/** Times in Active Directory are negative, in units of 100 nanoseconds. */
const ONE_DAY = '-864000000000';
const DISABLED = '514';
const ENABLED = '512';

whenAtHand(SAMBA, (server) => {
  let samba: LocalSamba;
  beforeAll(async () => {
    samba = await server();
  });

  type Options = Partial<DirectoryStandOptions> & { readonly at?: LocalSamba };
  async function standOf({ at = samba, user, administrator = at.administrator, ...others }: Options = {}) {
    return directoryStand(ACTIVE_DIRECTORY_KIND, at, { user: user ?? await at.user(), administrator, ...others });
  }
  const refusedLogins = async (user: DirectoryLogin) => Number(String((await samba.entryOf(user, 'badPwdCount')).attributes.get('badpwdcount')));

  /** While a rule is another one for all users. */
  async function withRule(rule: Parameters<LocalSamba['setRule']>, before: string, work: () => Promise<void>): Promise<void> {
    await samba.setRule(...rule);
    try {
      await work();
    } finally {
      await samba.setRule(rule[0], before);
    }
  }

  describe.each([['the user itself', 'none'], ['an administrator', undefined]] as const)('changed by %s', (_, administrator) => {
    test('the current password logs in, and no other', async () => {
      const { user, stand } = await standOf({ administrator });
      const values = [user];
      for (let rotation = 1; rotation <= 3; rotation++) {
        await stand.rotate();
        values.unshift(valueIn(stand));
        const taken: boolean[] = [];
        for (const value of values) taken.push(await samba.isTaken(value));
        expect(taken).toEqual([true, false, false, false].slice(0, values.length));
        expect(await samba.isTakenByCli(values[0])).toBe(true);
      }
      expect(valueIn(stand)).toEqual({ username: user.username, password: expect.stringMatching(/^\w{32}$/), host: 'localhost', port: samba.port });
    });

    test('a rotation makes one refused login, and the count is back at none when it is over', async () => withRule(['lockoutThreshold', '50'], '0', async () => {
      const { user, stand } = await standOf({ administrator });
      stand.begin();
      const counts: number[] = [];
      for (const step of STEPS) {
        await stand.step(step);
        counts.push(await refusedLogins(user));
      }
      expect([Math.max(...counts) <= 1, counts.at(-1)]).toEqual([true, 0]);
      const refused = (await samba.log()).split('\n').filter((line) => line.includes('status [NT_STATUS_WRONG_PASSWORD]') && line.includes(`[${user.username}]`));
      expect(refused).toHaveLength(1);
    }));

    test('an attempt that fails counts one refused login', async () => withRule(['lockoutThreshold', '50'], '0', async () => {
      const { user, stand } = await standOf({ administrator: administrator ?? await samba.user() });
      stand.begin();
      await stand.step('createSecret');
      if (administrator === 'none') await samba.setPassword({ ...user, password: newPassword() });
      for (const attempt of [1, 2, 3]) {
        expect(await stand.failure('setSecret')).toMatchObject(administrator === 'none' ? { kind: 'refused' } : { kind: 'configuration', code: expect.stringContaining('LDAP 50') });
        // AWSCURRENT, which was the password before, is refused as well and not counted.
        expect(await refusedLogins(user)).toBe(attempt);
      }
    }));

    test('whoever may only write the secret can neither have another user changed, nor send a password elsewhere', async () => {
      const { user, stand } = await standOf({ administrator });
      const another = await samba.user();
      const elsewhere = await HostileDirectory.start(() => undefined);
      stand.store('AWSCURRENT', JSON.stringify({ ...user, host: '127.0.0.1', port: elsewhere.port }));
      await stand.rotate();
      expect(elsewhere.connections).toBe(0);
      await elsewhere.stop();
      stand.begin();
      await stand.step('createSecret');
      const { password } = valueIn(stand, 'AWSPENDING');
      for (const username of [another.username, '*', '*)(objectClass=*', `${user.username}\0`, samba.administrator.username, 'CORP\\Administrator']) {
        stand.store('AWSPENDING', JSON.stringify({ username, password }));
        for (const step of STEPS.slice(1)) expect(await stand.failure(step)).toMatchObject({ kind: 'configuration', message: expect.stringContaining('another `username`') });
      }
      expect([await samba.isTaken(another), await samba.isTaken(valueIn(stand))]).toEqual([true, true]);
    });

    test('an account that is disabled is told, and enabled again it is rotated', async () => {
      const { user, stand } = await standOf({ administrator });
      const setControl = async (value: string) => samba.change((await samba.entryOf(user)).dn, { operation: 'replace', attribute: 'userAccountControl', values: [value] });
      stand.begin();
      await stand.step('createSecret');
      await stand.step('setSecret');
      await setControl(DISABLED);
      expect(await stand.failure('testSecret')).toMatchObject({ kind: 'configuration', code: 'LDAP 49 533', message: expect.stringContaining('enable it') });
      await setControl(ENABLED);
      await stand.steps(...STEPS);
    });

    test('an account that is locked is told, and unlocked again it is rotated', async () => withRule(['lockoutThreshold', '3'], '0', async () => {
      const { user, stand } = await standOf({ administrator });
      stand.begin();
      await stand.steps('createSecret', 'setSecret');
      for (let wrong = 0; wrong < 4; wrong++) await samba.isTaken({ ...user, password: newPassword() });
      expect(await stand.failure('testSecret')).toMatchObject({ kind: 'locked', code: 'LDAP 49 775', message: expect.stringContaining('unlock it') });
      await samba.change((await samba.entryOf(user)).dn, { operation: 'replace', attribute: 'lockoutTime', values: ['0'] });
      await stand.steps(...STEPS);
    }));

    test('a password that must be changed at the next login is told', async () => {
      const { user, stand } = await standOf({ administrator });
      stand.begin();
      await stand.steps('createSecret', 'setSecret');
      await samba.change((await samba.entryOf(user)).dn, { operation: 'replace', attribute: 'pwdLastSet', values: ['0'] });
      expect(await stand.failure('testSecret')).toMatchObject({ kind: 'configuration', code: 'LDAP 49 773', message: expect.stringContaining('must change the password first') });
    });

    test.each<[string, string, string | Buffer, string]>([
      ['an account that has expired', 'accountExpires', '130000000000000000', '701'], ['a user who may log in at no hour', 'logonHours', Buffer.alloc(21), '530'],
      ['a user who may log in elsewhere', 'userWorkstations', 'elsewhere', '531'],
    ])('%s is told', async (__, attribute, value, data) => {
      const { user, stand } = await standOf({ administrator });
      stand.begin();
      await stand.steps('createSecret', 'setSecret');
      await samba.change((await samba.entryOf(user)).dn, { operation: 'replace', attribute, values: [value] });
      expect(await stand.failure('testSecret')).toMatchObject({ kind: 'configuration', code: `LDAP 49 ${data}` });
    });

    test('a user that is missing is told, and nothing is stored', async () => {
      const { stand } = await standOf({ administrator, user: { username: 'nobody@corp.example.com', password: newPassword() } });
      stand.begin();
      if (administrator !== 'none') {
        expect(await stand.failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('no user with the `userPrincipalName`') });
        expect(stand.textOf('AWSPENDING')).toBeUndefined();
        return;
      }
      await stand.step('createSecret');
      expect(await stand.failure('setSecret')).toMatchObject({ kind: expect.stringMatching(/refused|configuration/) });
    });
  });

  test('a password that is younger than the minimum age is not changed by the user itself, which is told, but is set by an administrator', async () =>
    withRule(['minPwdAge', ONE_DAY], '0', async () => {
      const { user, stand } = await standOf({ administrator: 'none' });
      stand.begin();
      await stand.step('createSecret');
      const error = await stand.failure('setSecret');
      expect(error).toMatchObject({ kind: 'configuration', code: 'LDAP 19 0000052D', message: expect.stringContaining('minimum password age') });
      expect(error.message).not.toContain(valueIn(stand, 'AWSPENDING').password);
      expect(await samba.isTaken(user)).toBe(true);
      const { stand: byAdministrator } = await standOf({ user });
      await byAdministrator.rotate();
      expect(await samba.isTaken(valueIn(byAdministrator))).toBe(true);
    }));

  test('a password that is too simple is refused by the directory, and told', async () => {
    const { stand } = await standOf({ environment: { EXCLUDE_NUMBERS: 'true', EXCLUDE_UPPERCASE: 'true' } });
    stand.begin();
    await stand.step('createSecret');
    expect(await stand.failure('setSecret')).toMatchObject({ kind: 'configuration', code: 'LDAP 19 0000052D', message: expect.stringContaining('too simple') });
  });

  test('the first rotation by an administrator needs no password, and one that was lost is set again', async () => {
    const { user, stand } = await standOf({ isFirst: true });
    await stand.rotate();
    expect([await samba.isTaken(user), await samba.isTaken(valueIn(stand))]).toEqual([false, true]);
    await samba.setPassword({ ...user, password: newPassword() });
    await stand.rotate();
    expect(await samba.isTakenByCli(valueIn(stand))).toBe(true);
  });

  test('a user who changes its own password and has lost it is told, and goes on when it is stored', async () => {
    const { user, stand } = await standOf({ administrator: 'none' });
    const byHand = { ...user, password: newPassword() };
    await samba.setPassword(byHand);
    stand.begin();
    await stand.step('createSecret');
    expect(await stand.failure('setSecret')).toMatchObject({ kind: 'refused', message: expect.stringContaining('changed by hand') });
    stand.store('AWSCURRENT', JSON.stringify(byHand));
    await stand.steps(...STEPS);
    expect(await samba.isTaken(valueIn(stand))).toBe(true);
  });

  test('a password may hold what a text in quotes, a filter or a name may not', async () => {
    const others = '!#$%&\'+,-./:;<=>?@[]^_`{|}~';
    const { stand } = await standOf({ environment: { EXCLUDE_PUNCTUATION: 'false', EXCLUDE_CHARACTERS: others, PASSWORD_LENGTH: '100' } });
    await stand.rotate();
    expect(valueIn(stand).password).toMatch(/["\\*()]/);
    expect(await samba.isTakenByCli(valueIn(stand))).toBe(true);
  });

  test.each(['', '   ', '\0'])('a password like %j is refused before the domain is asked', async (password) => {
    const { user, stand } = await standOf({ administrator: 'none' });
    stand.store('AWSCURRENT', JSON.stringify({ ...user, password }));
    expect(await stand.begin().failure('createSecret')).toMatchObject({ kind: 'configuration', message: expect.stringContaining('AWSCURRENT must hold') });
    expect(await refusedLogins(user)).toBe(0);
  });

  test('all steps come again when the password is set and the answer was lost', async () => {
    const { stand } = await standOf({ administrator: 'none' });
    stand.begin();
    await stand.steps('createSecret', 'setSecret');
    const { password } = valueIn(stand, 'AWSPENDING');
    await stand.steps(...STEPS);
    expect(valueIn(stand).password).toBe(password);
    expect(await samba.isTaken(valueIn(stand))).toBe(true);
  });

  test.each<[string, () => object, object]>([
    ['is refused', () => ({ ...samba.administrator, password: newPassword() }), { kind: 'refused', message: expect.stringContaining('refuses the administrator') }],
    ['has no password', () => ({ username: samba.administrator.username }), { kind: 'configuration', message: expect.stringContaining('must hold `password`') }],
  ])('an administrator that %s is told', async (_, administrator, failure) => {
    const { stand } = await standOf({ administrator: administrator() });
    expect(await stand.begin().failure('createSecret')).toMatchObject(failure);
  });

  test.each<[string, Fault]>([['is closed at once', { kind: 'refuse' }], ['says nothing', { kind: 'blackHole' }], ['is cut in the handshake', { kind: 'cut', afterBytes: 400 }]])(
    'a connection that %s is no refusal', async (_, fault) => {
      const proxy = await FaultProxy.start(samba);
      try {
        const { stand } = await standOf({ environment: { DIRECTORY_PORT: String(proxy.port) } });
        proxy.fault = fault;
        expect(await stand.begin().failure('createSecret', 3_000)).toMatchObject({ kind: 'network' });
      } finally {
        await proxy.stop();
      }
    });

  test('where the older password has a time of grace it still logs in, of which no rotation takes notice', async () => {
    const graceful = await LocalSamba.start(process.env[SAMBA_FOLDER]!, { graceMinutes: 60 });
    try {
      const { user, stand } = await standOf({ at: graceful, administrator: 'none' });
      await stand.rotate();
      expect([await graceful.isTaken(user), await graceful.isTaken(valueIn(stand))]).toEqual([true, true]);
      await stand.rotate();
      expect([await graceful.isTaken(user), await graceful.isTaken(valueIn(stand))]).toEqual([false, true]);
    } finally {
      await graceful.stop();
    }
  }, 120_000);

  test('no password is in what the domain controller writes, nor in a message or a line of the log', async () => {
    const { stand } = await standOf();
    await stand.rotate();
    const seen = `${await samba.log()}${stand.lines.join('\n')}`;
    const passwords = [samba.administrator.password, ...stand.texts().map((text) => (JSON.parse(text) as DirectoryLogin).password)];
    expect(passwords.filter((password) => seen.includes(password))).toEqual([]);
    expect(seen.includes('Auth: [LDAP,simple bind/TLS]')).toBe(true);
  });

  // A domain controller takes ten times as long as other servers for a password, so the function dies in one rotation alone.
  for (const kind of kindsOfActiveDirectory(server)) passesKindSuite(kind, { runs: 5, rotationsBefore: [0], timeoutMs: 240_000 });
});
