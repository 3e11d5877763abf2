import { X509Certificate } from 'crypto';
import { PostgresAdapter } from '../../../lambda/rotation/adapters/postgres/adapter';
import { RedshiftAdapter } from '../../../lambda/rotation/adapters/redshift/adapter';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';
import { CertificateAuthority, ServerCertificate } from '../../../tools/servers/certificates';
import { newPassword } from '../../../tools/servers/new-password';
import { Aftermath, attackBy, AttackedRotation, Result, USERS } from '../../support/attacks/attacked-rotation';
import { falseCertificates } from '../../support/attacks/false-certificates';
import {
  answer, asks, endPoint, failure, Login, mechanisms, message, READY, request, scram, withinTls,
} from '../../support/attacks/hostile-postgres';
import type { Victim } from '../../support/attacks/hostile-server';

const adapters = [new PostgresAdapter()];
const TEN_MILLION = 10_000_000;

let authority: CertificateAuthority;
/** As if the attacker held the server itself: a worse one gets nowhere, as the second part shows. */
let genuine: ServerCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  genuine = await authority.issue();
});

const attackWith = async (behaviour: (victim: Victim) => Promise<void>, options: Partial<AttackedRotation> = {}): Promise<Result> =>
  attackBy(behaviour, { adapters, engine: 'postgres', strategy: 'singleUser', ca: authority.certificate, ...options });

/** Lets the user of AWSCURRENT in, whose password the attacker stored there himself, and attacks who comes then. */
function untilSuperuser(password: string, login: Login): Login {
  return async (victim, username) => {
    if (username === USERS.superuser) return login(victim, username);
    if (username === USERS.clone) return void victim.write(failure('28P01'));
    await scram(victim, password);
    await answer(victim);
  };
}

function expectNothing({ error, leaked, written }: Aftermath): void {
  expect(leaked).toEqual([]);
  expect(error).toMatchObject({ name: 'RotationError', message: expect.stringMatching(/: setSecret failed: [^\n]+$/) });
  expect(written).not.toMatch(/undefined|unexpected error/);
}

const afterFirst = (...next: Buffer[]): Login => async (victim) => void await scram(victim, newPassword(), { last: () => Buffer.concat(next) });

const REQUESTS: [string, Login][] = [
  ['lets everybody in without a password', async (victim) => victim.write(Buffer.concat([request('ok'), READY]))],
  ['asks for clear text', asks(request('clearText'))],
  ['asks for clear text, and lets in at once', asks(Buffer.concat([request('clearText'), request('ok'), READY]))],
  ['asks for MD5', asks(request('md5', Buffer.alloc(4)))],
  ['asks for MD5, then for clear text', asks(request('md5', Buffer.alloc(4)), request('clearText'))],
  ['asks for Kerberos V5', asks(request('kerberosV5'))],
  ['asks for SCM credentials', asks(request('scmCredentials'))],
  ['asks for GSS', asks(request('gss'))],
  ['asks for SSPI', asks(request('sspi'))],
  ['asks for a method that nobody knows', asks(request('unknown'))],
  ['offers PLAIN alone', asks(mechanisms('PLAIN'))],
  ['offers OAUTHBEARER alone', asks(mechanisms('OAUTHBEARER'))],
  ['offers no mechanism', asks(mechanisms())],
  ['offers SCRAM, then asks for clear text', asks(mechanisms('SCRAM-SHA-256'), request('clearText'))],
  ['offers SCRAM, then asks for MD5', asks(mechanisms('SCRAM-SHA-256'), request('md5', Buffer.alloc(4)))],
  ['offers SCRAM and lets in after the first message', asks(mechanisms('SCRAM-SHA-256'), Buffer.concat([request('ok'), READY]))],
  ['ends SCRAM before it has begun', asks(mechanisms('SCRAM-SHA-256'), request('saslFinal', 'v=AAAA'))],
  ['answers with a nonce of its own', async (victim) => void await scram(victim, newPassword(), { first: () => 'r=mine,s=AAAA,i=1' })],
  ['answers with the nonce of the client', async (victim) => void await scram(victim, newPassword(), { first: (nonce) => `r=${nonce},s=AAAA,i=1` })],
  ['wants ten million iterations', async (victim) => void await scram(victim, newPassword(), { first: (nonce) => `r=${nonce}x,s=AAAA,i=${TEN_MILLION}` })],
  ['does not know the password, and lets in all the same', afterFirst(request('ok'), READY)],
  ['does not know the password, and proves that it does', afterFirst(request('saslFinal', `v=${'A'.repeat(43)}=`), request('ok'), READY)],
  ['does not know the password, and then asks for clear text', afterFirst(request('clearText'))],
  ['offers channel binding, does not know the password and lets in', async (victim) => void await scram(victim, newPassword(), {
    offered: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'], last: () => Buffer.concat([request('ok'), READY]),
  })],
  ['negotiates the protocol, then asks for clear text', asks(Buffer.concat([message('v', Buffer.alloc(8)), request('clearText')]))],
  ['gives notice, then asks for clear text', asks(Buffer.concat([message('N', Buffer.from('SNOTICE\0MTry again\0\0')), request('clearText')]))],
  ['wants data copied', asks(message('G', Buffer.alloc(3)))],
  ['refuses whoever comes', async (victim) => victim.write(failure('28P01'))],
  ['announces a message of two gigabytes', async (victim) => victim.write(Buffer.from('R\x7f\xff\xff\xff', 'latin1'))],
  ['sends half a message and waits', async (victim) => {
    victim.write(request('clearText').subarray(0, 6));
    await answer(victim);
  }],
  ['says nothing sensible', async (victim) => victim.write('HTTP/1.1 302 Found\r\nLocation: http://db.evil.example/\r\n\r\n')],
  ['hangs up', async () => undefined],
];

describe('a server that shows the right certificate', () => {
  test.each(REQUESTS)('and %s gets no password of the user', async (_, login) => {
    expectNothing(await attackWith(withinTls(genuine, login)));
  });

  test.each(REQUESTS)('and %s gets no password of the superuser', async (_, login) => {
    const password = newPassword();
    const aftermath = await attackWith(withinTls(genuine, untilSuperuser(password, login)), { strategy: 'alternatingUsers', password });
    // What the attacker put into AWSCURRENT is known to the attacker already.
    expectNothing(aftermath);
    expect(aftermath.connections).toBe(3);
  });

  test('gets MD5 where that is allowed by name, and no clear text', async () => {
    const environment = { [ROTATION_ENVIRONMENT.LEGACY_AUTHENTICATION]: 'md5' };
    expectNothing(await attackWith(withinTls(genuine, asks(request('md5', Buffer.alloc(4)), request('clearText'))), { environment }));
    expectNothing(await attackWith(withinTls(genuine, asks(request('clearText'))), { environment }));
  });
});

test('a login is bound to the certificate where the server offers that, and says so where it does not: who passes it on to the server is found out', async () => {
  const password = newPassword();
  const seen: { mechanism: string; binding: string }[] = [];
  for (const offered of [['SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'], ['SCRAM-SHA-256']]) {
    await attackWith(withinTls(genuine, async (victim) => {
      seen.push(await scram(victim, password, { offered }));
    }), { password });
  }
  expect(seen).toContainEqual({ mechanism: 'SCRAM-SHA-256-PLUS', binding: endPoint(new X509Certificate(genuine.certificate).raw) });
  // `y`: the client could have, and thinks that the server cannot.
  expect(seen).toContainEqual({ mechanism: 'SCRAM-SHA-256', binding: 'y,,' });
});

describe('a server that shows a certificate', () => {
  test('that is not the right one gets no password', async () => {
    for (const { what, shown } of await falseCertificates(authority)) {
      const aftermath = await attackWith(withinTls(shown, asks(request('clearText'))));
      expect({ what, kind: aftermath.error?.kind, leaked: aftermath.leaked }).toEqual({ what, kind: 'tls', leaked: [] });
      expectNothing(aftermath);
    }
  });
});

describe('a server that stands in for Amazon Redshift, whose users log in by MD5,', () => {
  const redshift = { adapters: [new RedshiftAdapter()], engine: 'redshift' };
  const of = (...begins: string[]) => REQUESTS.filter(([what]) => begins.some((begin) => what.startsWith(begin)));

  test.each(of('lets everybody in', 'asks for clear text', 'asks for MD5, then', 'asks for a method', 'does not know the password'))(
    'and %s gets no password of the user', async (_, login) => expectNothing(await attackWith(withinTls(genuine, login), redshift)));

  test('and is the one that MD5 was made for sees a proof that fits its own number alone, and no password', async () => {
    expectNothing(await attackWith(withinTls(genuine, asks(request('md5', Buffer.alloc(4)))), redshift));
  });

  test('and wants a login by a SHA-256 hash hears nothing, and the log says what to do', async () => {
    const aftermath = await attackWith(withinTls(genuine, asks(request('unknown'))), redshift);
    expectNothing(aftermath);
    expect(aftermath.error).toMatchObject({ kind: 'configuration', message: expect.stringContaining('set the password of the user once as an MD5 hash') });
  });

  test('and only the value of the secret names is not even connected to', async () => {
    const tagged = { host: 'db.abc123.eu-west-1.redshift.amazonaws.com', port: 5439 };
    const aftermath = await attackWith(withinTls(genuine, asks(request('md5', Buffer.alloc(4)))), { ...redshift, strategy: 'superuserSets', tagged });
    expect(aftermath).toMatchObject({ connections: 0, leaked: [], error: { kind: 'configuration' } });
  });
});

describe('where a superuser sets the password, a server with the right certificate', () => {
  test.each(REQUESTS.slice(0, 6))('that %s gets no password of the superuser', async (_, login) => {
    const password = newPassword();
    const aftermath = await attackWith(withinTls(genuine, untilSuperuser(password, login)), { strategy: 'superuserSets', password });
    expectNothing(aftermath);
    expect(aftermath.connections).toBe(2);
  });
});

const NEGOTIATIONS: [string, (victim: Victim) => Promise<void>][] = [
  ['declines TLS', async (victim) => victim.write('N')],
  ['declines TLS and asks for clear text', async (victim) => victim.write(Buffer.concat([Buffer.from('N'), request('clearText')]))],
  ['answers with an error', async (victim) => victim.write(failure('28P01'))],
  ['accepts and asks for clear text without TLS', async (victim) => victim.write(Buffer.concat([Buffer.from('S'), request('clearText')]))],
  ['accepts and, a moment later, asks for clear text without TLS', async (victim) => {
    victim.write('S');
    await victim.read(1);
    victim.write(request('clearText'));
  }],
  ['lets everybody in without TLS', async (victim) => victim.write(Buffer.concat([request('ok'), READY]))],
  ['answers with something else', async (victim) => victim.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['hangs up', async () => undefined],
  ['accepts and hangs up', async (victim) => victim.write('S')],
  ['knows TLS 1.1 alone', async (victim) => {
    victim.write('S');
    await victim.secure({ cert: genuine.certificate, key: genuine.key, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  }],
  ['knows no cipher with a certificate', async (victim) => {
    victim.write('S');
    await victim.secure({ ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' });
  }],
];

test.each(NEGOTIATIONS)('a server that %s gets no password', async (_, negotiate) => {
  const aftermath = await attackWith(async (victim) => {
    await victim.read(8);
    await negotiate(victim);
  });
  expectNothing(aftermath);
});

test('a server that only the value of the secret names is not even connected to', async () => {
  for (const strategy of ['singleUser', 'alternatingUsers'] as const) {
    const aftermath = await attackWith(withinTls(genuine, asks(request('clearText'))), { strategy, tagged: { host: 'db.example.com', port: 5432 } });
    expect(aftermath).toMatchObject({ connections: 0, leaked: [], error: { kind: 'configuration' } });
  }
});
