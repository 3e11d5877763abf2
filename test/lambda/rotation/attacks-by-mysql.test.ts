import { adapters } from '../../../lambda/rotation/adapters/mysql/adapter';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';
import { CertificateAuthority, ServerCertificate } from '../../../tools/servers/certificates';
import { newPassword } from '../../../tools/servers/new-password';
import { Aftermath, attackBy, AttackedRotation, Result, USERS } from '../../support/attacks/attacked-rotation';
import { falseCertificates } from '../../support/attacks/false-certificates';
import {
  answer, asks, FULL_AUTHENTICATION, Greeting, greeting, localInfile, Login, moreData, nextFactor, OK, packet, refusal, switchTo, withinTls,
} from '../../support/attacks/hostile-mysql';
import type { Victim } from '../../support/attacks/hostile-server';

const ACCESS_DENIED = 1045;

let authority: CertificateAuthority;
/** As if the attacker held the server itself: a worse one gets nowhere, as the second part shows. */
let genuine: ServerCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  genuine = await authority.issue();
});

const attackWith = async (behaviour: (victim: Victim) => Promise<void>, options: Partial<AttackedRotation> = {}): Promise<Result> =>
  attackBy(behaviour, { adapters, engine: 'mysql', strategy: 'singleUser', ca: authority.certificate, ...options });

/** Lets the user of AWSCURRENT in, refuses that of AWSPENDING, and attacks the superuser. */
function untilSuperuser(login: Login): Login {
  return async (victim, username) => {
    if (username === USERS.superuser) return login(victim, username);
    victim.write(packet(3, username === USERS.app ? OK : refusal(ACCESS_DENIED)));
    await answer(victim);
  };
}

function expectNothing({ error, leaked, written }: Aftermath): void {
  expect(leaked).toEqual([]);
  expect(error).toMatchObject({ name: 'RotationError', message: expect.stringMatching(/: setSecret failed: [^\n]+$/) });
  expect(written).not.toMatch(/undefined|unexpected error/);
}

const PLUGINS = [
  'mysql_clear_password', 'mysql_old_password', 'dialog', 'client_ed25519', 'parsec', 'auth_gssapi_client', 'authentication_ldap_sasl_client',
  'authentication_kerberos_client', 'authentication_webauthn_client', 'authentication_oci_client', 'nobody_knows', '__proto__', 'constructor', '',
];

const ATTACKS: [what: string, login: Login, greets?: Greeting][] = [
  ...PLUGINS.map((plugin): [string, Login] => [`switches to ${JSON.stringify(plugin)}`, asks(switchTo(plugin))]),
  ['greets with the clear-text plugin', asks(switchTo('mysql_clear_password')), { plugin: 'mysql_clear_password' }],
  ['switches as before version 4.1', asks(Buffer.from([0xfe]))],
  ['switches to native with an empty nonce', asks(switchTo('mysql_native_password', Buffer.alloc(0)))],
  ['switches to native with a nonce of zeros', asks(switchTo('mysql_native_password', Buffer.alloc(20)))],
  ['switches to caching_sha2 with an empty nonce', asks(switchTo('caching_sha2_password', Buffer.alloc(0)))],
  ['switches to caching_sha2, then to clear text', asks(switchTo('caching_sha2_password'), switchTo('mysql_clear_password'))],
  ['switches to native, then to clear text', asks(switchTo('mysql_native_password'), switchTo('mysql_clear_password'))],
  ['sends data for no plugin', asks(moreData('more'))],
  ['sends data that caching_sha2 does not know', asks(switchTo('caching_sha2_password'), moreData('more'))],
  ['asks for a second factor in clear text', asks(nextFactor('mysql_clear_password')), { multiFactor: true }],
  ['asks for a second factor without having said so', asks(nextFactor('mysql_clear_password'))],
  ['refuses whoever comes', async (victim) => victim.write(packet(3, refusal(ACCESS_DENIED)))],
  ['asks for a file in place of a login', asks(localInfile('/proc/self/environ'))],
  ['lets in, and asks for a file at the first statement', async (victim) => {
    victim.write(packet(3, OK));
    await answer(victim);
    victim.write(packet(1, localInfile('/proc/self/environ')));
    await answer(victim);
  }],
  ['announces a packet of sixteen megabytes', async (victim) => victim.write(Buffer.from([0xff, 0xff, 0xff, 3, 0xfe]))],
  ['sends half a packet and waits', async (victim) => {
    victim.write(packet(3, switchTo('mysql_clear_password')).subarray(0, 7));
    await answer(victim);
  }],
  ['sends an empty packet', asks(Buffer.alloc(0))],
  ['says nothing sensible', async (victim) => victim.write('HTTP/1.1 302 Found\r\nLocation: http://db.evil.example/\r\n\r\n')],
  ['hangs up', async () => undefined],
];

const REQUESTS = ATTACKS.map(([what, login, greets = {}]) => [what, { login, greets }] as const);

describe('a server that shows the right certificate', () => {
  test.each(REQUESTS)('and %s gets no password of the user', async (_, { login, greets }) => {
    expectNothing(await attackWith(withinTls(genuine, login, greets)));
  });

  test.each(REQUESTS)('and %s gets no password of the superuser', async (_, { login, greets }) => {
    expectNothing(await attackWith(withinTls(genuine, untilSuperuser(login), greets), { strategy: 'alternatingUsers' }));
  });

  test.each([
    ['caching_sha2_password, when it says that it has not cached it', asks(switchTo('caching_sha2_password'), FULL_AUTHENTICATION)],
    ['sha256_password', asks(switchTo('sha256_password'))],
  ])('gets the password of whoever logs in by the protocol of %s, and of nobody else', async (_, login) => {
    expect((await attackWith(withinTls(genuine, login))).leaked).toEqual(['current']);
    expect((await attackWith(withinTls(genuine, untilSuperuser(login)), { strategy: 'alternatingUsers' })).leaked).toEqual(['superuser']);
  });
});

test('a server that shows a certificate that is not the right one gets no password', async () => {
  for (const { what, shown } of await falseCertificates(authority)) {
    for (const plugin of ['mysql_clear_password', 'sha256_password']) {
      const aftermath = await attackWith(withinTls(shown, asks(switchTo(plugin)), { plugin }));
      expect({ what, kind: aftermath.error?.kind, leaked: aftermath.leaked }).toEqual({ what, kind: 'tls', leaked: [] });
      expectNothing(aftermath);
    }
  }
});

/** As one that asks LDAP or PAM does: it wants clear text, lets in who knows the password, and consents to every statement. */
function honest(password: string): Login {
  return async (victim) => {
    victim.write(packet(3, switchTo('mysql_clear_password', Buffer.alloc(0))));
    const known = (await answer(victim)).toString() === `${password}\0`;
    victim.write(packet(5, known ? OK : refusal(ACCESS_DENIED)));
    for (;;) {
      await answer(victim);
      victim.write(packet(1, OK));
    }
  };
}

describe('where mysql_clear_password is allowed', () => {
  const environment = { [ROTATION_ENVIRONMENT.LEGACY_AUTHENTICATION]: 'mysql_clear_password' };

  test('the user logs in with it within verified TLS, and sets its password', async () => {
    const password = newPassword();
    const { error, leaked } = await attackWith(withinTls(genuine, honest(password)), { password, environment });
    expect([error, leaked]).toEqual([undefined, ['current', 'pending']]);
  });

  test('a password that the server does not know is refused, and nothing is set', async () => {
    const { error, leaked } = await attackWith(withinTls(genuine, honest(newPassword())), { environment });
    expect(error).toMatchObject({ kind: 'refused' });
    expect(leaked).toContain('current');
  });

  test('a server without the right certificate gets nothing all the same', async () => {
    for (const { what, shown } of await falseCertificates(authority)) {
      const password = newPassword();
      const { error, leaked } = await attackWith(withinTls(shown, honest(password)), { password, environment });
      expect({ what, kind: error?.kind, leaked }).toEqual({ what, kind: 'tls', leaked: [] });
    }
  });

  test('a server asks in vain without it', async () => {
    const password = newPassword();
    expectNothing(await attackWith(withinTls(genuine, honest(password)), { password }));
  });
});

const FULL = [switchTo('caching_sha2_password'), FULL_AUTHENTICATION];
const inARow = (first: number, ...contents: Buffer[]) => Buffer.concat(contents.map((each, index) => packet(first + index, each)));

const NEGOTIATIONS: [string, (victim: Victim) => Promise<void>][] = [
  ['has no TLS', async (victim) => victim.write(greeting({ ssl: false }))],
  ['has no TLS and asks for clear text', async (victim) => victim.write(Buffer.concat([greeting({ ssl: false }), packet(2, switchTo('mysql_clear_password'))]))],
  ['is of protocol 9', async (victim) => victim.write(packet(0, '\x093.20\0'))],
  ['sends a switch to clear text before TLS', async (victim) => victim.write(Buffer.concat([greeting(), packet(2, switchTo('mysql_clear_password'))]))],
  ['sends a login by caching_sha2 before TLS', async (victim) => victim.write(Buffer.concat([greeting({ plugin: 'caching_sha2_password' }), inARow(2, ...FULL)]))],
  ['sends a switch to sha256_password before TLS', async (victim) => victim.write(Buffer.concat([greeting(), packet(2, switchTo('sha256_password'))]))],
  ['lets in before TLS', async (victim) => victim.write(Buffer.concat([greeting(), packet(2, OK)]))],
  ['refuses before TLS', async (victim) => victim.write(Buffer.concat([greeting(), packet(2, refusal(ACCESS_DENIED))]))],
  ['refuses before it greets', async (victim) => victim.write(packet(0, refusal(ACCESS_DENIED)))],
  ['goes on in clear text after the request for TLS', async (victim) => {
    victim.write(greeting({ plugin: 'sha256_password' }));
    await answer(victim);
    victim.write(inARow(2, switchTo('sha256_password'), ...FULL));
    await victim.read(1);
  }],
  ['hangs up', async () => undefined],
  ['greets and hangs up', async (victim) => victim.write(greeting())],
  ['says nothing sensible', async (victim) => victim.write('HTTP/1.1 302 Found\r\nLocation: http://db.evil.example/\r\n\r\n')],
  ['knows TLS 1.1 alone', async (victim) => {
    victim.write(greeting());
    await answer(victim);
    await victim.secure({ cert: genuine.certificate, key: genuine.key, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  }],
  ['knows no cipher with a certificate', async (victim) => {
    victim.write(greeting());
    await answer(victim);
    await victim.secure({ ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' });
  }],
];

test.each(NEGOTIATIONS)('a server that %s gets no password', async (_, negotiate) => {
  expectNothing(await attackWith(negotiate));
});

test('a server that only the value of the secret names is not even connected to', async () => {
  for (const strategy of ['singleUser', 'alternatingUsers', 'dualPassword'] as const) {
    const aftermath = await attackWith(withinTls(genuine, asks(...FULL)), { strategy, tagged: { host: 'db.example.com', port: 3306 } });
    expect(aftermath).toMatchObject({ connections: 0, leaked: [], error: { kind: 'configuration' } });
  }
});
