import { type Document, serialize } from 'bson';
import { adapters } from '../../../lambda/rotation/adapters/mongo/adapter';
import { CertificateAuthority, ServerCertificate } from '../../../tools/servers/certificates';
import { messageOf, rawAnswerTo, type Request } from '../../../tools/servers/mongod/wire';
import { newPassword } from '../../../tools/servers/new-password';
import { Aftermath, attackBy, AttackedRotation, PATIENT, Result, USERS } from '../../support/attacks/attacked-rotation';
import { falseCertificates } from '../../support/attacks/false-certificates';
import { lets, Login, MongoVictim, obliging, payloadOf, refusal, says, scram, withinTls } from '../../support/attacks/hostile-mongo';
import { HostileServer, Victim } from '../../support/attacks/hostile-server';

const TEN_MILLION = 10_000_000;
const OP_MSG = 2013;

let authority: CertificateAuthority;
/** As if the attacker held the server itself. */
let genuine: ServerCertificate;

beforeAll(async () => {
  authority = await CertificateAuthority.create();
  genuine = await authority.issue();
});

const attackWith = async (behaviour: (victim: Victim) => Promise<void>, options: Partial<AttackedRotation> = {}): Promise<Result> =>
  attackBy(behaviour, { adapters, engine: 'mongo', strategy: 'singleUser', ca: authority.certificate, ...options });

/** Lets the user of AWSCURRENT in, whose password the attacker stored there himself, and attacks who comes then. */
function untilSuperuser(password: string, login: Login): Login {
  return async (client, username) => {
    if (username === USERS.superuser) return login(client, username);
    if (username === USERS.clone) {
      await client.command();
      return client.answer(refusal(18));
    }
    await lets(client, username, password);
    await client.command();
  };
}

function expectNothing({ error, leaked, written }: Aftermath): void {
  expect(leaked).toEqual([]);
  expect(error).toMatchObject({ name: 'RotationError', message: expect.stringMatching(/: setSecret failed: [^\n]+$/) });
  expect(written).not.toMatch(/undefined|unexpected error/);
}

const salted = (rounds: number) => (nonce: string) => `r=${nonce}x,s=AAAAAAAA,i=${rounds}`;
const wellFormed = salted(15_000);

/** After the client has proved that it knows the password. */
const afterProof = (...answers: Document[]) => scram(wellFormed, ...answers);

/** A document that lies in another, and that in another. */
function nested(depth: number): Buffer {
  let document: Buffer = Buffer.from(serialize({}));
  for (let level = 0; level < depth; level++) {
    const body = Buffer.concat([Buffer.from([3, 0x61, 0]), document, Buffer.from([0])]);
    const length = Buffer.alloc(4);
    length.writeInt32LE(body.length + 4);
    document = Buffer.concat([length, body]);
  }
  return document;
}

const instead = (bytes: (client: MongoVictim) => void): Login => async (client) => {
  await client.command();
  bytes(client);
  await obliging(client);
};

/** What would be a good answer to the first message, but for its frame. */
const framed = (frame: (request: Request, body: Buffer) => Buffer): Login => async (client) => {
  const { payload } = await client.command();
  const nonce = /,r=(.*)$/.exec(Buffer.from(payload.buffer).toString())![1];
  const body = serialize({ ok: 1, conversationId: 1, done: false, ...payloadOf(wellFormed(nonce)) });
  client.write((request) => frame(request, Buffer.concat([Buffer.alloc(5), body])));
  await obliging(client);
};

/** Those that end before a proof is given: with it, whoever answers could try passwords. */
const WITHOUT_PROOF: [string, Login][] = [
  ['answers with a nonce of its own', scram(() => 'r=mine,s=AAAAAAAA,i=15000')],
  ['answers with the nonce of the client', scram((nonce) => `r=${nonce},s=AAAAAAAA,i=15000`)],
  ['wants one round', scram(salted(1))],
  ['wants ten million rounds', scram(salted(TEN_MILLION))],
  ['wants no number of rounds', scram((nonce) => `r=${nonce}x,s=AAAAAAAA,i=`)],
  ['gives no salt', scram((nonce) => `r=${nonce}x,s=,i=15000`)],
  ['asks for an extension', scram((nonce) => `m=plain,r=${nonce}x,s=AAAAAAAA,i=15000`)],
  ['answers another question', framed(({ id }, body) => messageOf(id + 1, OP_MSG, body))],
  ['answers in another form', framed(({ id }, body) => messageOf(id, 2012, body))],
  ['says that more will come', framed(({ id }, body) => messageOf(id, OP_MSG, Buffer.concat([Buffer.from([2]), body.subarray(1)])))],
  ['announces a message of two gigabytes', instead((client) => client.write(() => Buffer.from([0xff, 0xff, 0xff, 0x7f])))],
  ['announces a message of less than nothing', instead((client) => client.write(() => Buffer.from([0xff, 0xff, 0xff, 0xff])))],
  ['sends a document of a megabyte', instead((client) => client.write((request) => rawAnswerTo(request, serialize({ ok: 1, payload: 'x'.repeat(1_000_000) }))))],
  ['sends documents deep in each other', instead((client) => client.write((request) => rawAnswerTo(request, nested(5_000))))],
  ['sends what is no document', instead((client) => client.write((request) => rawAnswerTo(request, Buffer.alloc(40, 7))))],
];

const LOGINS: [string, Login][] = [
  ...WITHOUT_PROOF,
  ['lets everybody in without a proof', says({ ok: 1, conversationId: 1, done: true, ...payloadOf('') })],
  ['says that the login is done before it has begun', says({ ok: 1, done: true })],
  ['does not know the password, and lets in all the same', afterProof({ ok: 1, done: true, ...payloadOf('') })],
  ['does not know the password, and proves that it does', afterProof({ ok: 1, done: true, ...payloadOf(`v=${'A'.repeat(43)}=`) })],
  ['does not know the password, and asks for it', afterProof({ ok: 1, done: false, ...payloadOf('mechanism=PLAIN') })],
  ['sends a text for a payload', says({ ok: 1, conversationId: 1, done: false, payload: 'r=x,s=y,i=4096' })],
  ['refuses whoever comes', says(refusal(18))],
  ['fails with what nobody knows', says({ ok: 0 })],
  ['fails with a text for a code', says({ ok: 0, code: { $gt: 1 } })],
  ['sends the user elsewhere', says({ ok: 0, code: 10107, primary: 'evil.example.com:27017', hosts: ['evil.example.com:27017'] })],
  ['sends half a message and waits', instead((client) => client.write((request) => rawAnswerTo(request, serialize({ ok: 1 })).subarray(0, 20)))],
  ['never answers', instead(() => undefined)],
  ['hangs up', async () => undefined],
];

const GREETINGS: [string, Document][] = [
  ['offers PLAIN alone', { saslSupportedMechs: ['PLAIN'] }],
  ['offers a kind of login that nobody knows', { saslSupportedMechs: ['MONGODB-OIDC', 'GSSAPI'] }],
  ['offers no kind of login', { saslSupportedMechs: [] }],
  ['offers a text', { saslSupportedMechs: 'PLAIN' }],
  ['is too old', { maxWireVersion: 5 }],
  ['says no version', { maxWireVersion: null }],
  ['has begun the login itself', { saslSupportedMechs: ['PLAIN'], speculativeAuthenticate: { done: true, ...payloadOf('') } }],
];

describe('a server that shows the right certificate', () => {
  test.each(LOGINS)('and %s gets no password of the user', async (_, login) => {
    expectNothing(await attackWith(withinTls(genuine, login)));
  });

  test.each(WITHOUT_PROOF)('and %s gets no proof either', async (_, login) => {
    const commands: string[][] = [];
    const { error } = await attackWith(withinTls(genuine, async (client, username) => {
      commands.push(client.commands);
      await login(client, username);
    }), PATIENT);
    expect(error).toMatchObject({ message: expect.stringContaining('setSecret failed'), kind: 'configuration' });
    expect(commands).toEqual([['isMaster', 'saslStart']]);
  });

  test.each(LOGINS)('and %s gets no password of the superuser', async (_, login) => {
    const password = newPassword();
    for (const [strategy, connections] of [['alternatingUsers', 3], ['superuserSets', 2]] as const) {
      const aftermath = await attackWith(withinTls(genuine, untilSuperuser(password, login)), { strategy, password, remainingMs: 3_000 });
      expectNothing(aftermath);
      expect(aftermath.connections).toBe(connections);
    }
  });

  test.each(GREETINGS)('and %s gets no password, and no login is begun', async (_, hello) => {
    let begun = 0;
    const aftermath = await attackWith(withinTls(genuine, async (client) => {
      await client.command();
      begun++;
    }, hello), PATIENT);
    expectNothing(aftermath);
    expect([begun, aftermath.error]).toEqual([0, expect.objectContaining({ kind: 'configuration' })]);
  });

  test('and names other members of its replica set does not send the rotation there', async () => {
    const other = await HostileServer.start(async (victim) => void await victim.read(1));
    const hosts = [`127.0.0.1:${other.port}`];
    const hello = { hosts, primary: hosts[0], me: hosts[0], setName: 'rs0', isWritablePrimary: false, secondary: true };
    try {
      expectNothing(await attackWith(withinTls(genuine, says(refusal(10107)), hello)));
      expect(other.connections).toBe(0);
    } finally {
      await other.stop();
    }
  });

  test('and has SCRAM-SHA-1 alone sees a proof, and neither the password nor the digest that stands for it', async () => {
    const aftermath = await attackWith(withinTls(genuine, afterProof({ ok: 1, done: true, ...payloadOf(`v=${'A'.repeat(27)}=`) }), {
      saslSupportedMechs: ['SCRAM-SHA-1'],
    }));
    expectNothing(aftermath);
  });
});

test('a server that shows a certificate that is not the right one hears nothing', async () => {
  for (const { what, shown } of await falseCertificates(authority)) {
    let said = 0;
    const aftermath = await attackWith(withinTls(shown, async () => void said++), PATIENT);
    expect({ what, kind: aftermath.error?.kind, leaked: aftermath.leaked, said }).toEqual({ what, kind: 'tls', leaked: [], said: 0 });
    expectNothing(aftermath);
  }
});

const WITHOUT_TLS: [string, (victim: Victim) => Promise<void>][] = [
  ['greets in clear text', async (victim) => victim.write(messageOf(1, 1, Buffer.concat([Buffer.alloc(20), serialize({ ok: 1, maxWireVersion: 21 })])))],
  ['answers with something else', async (victim) => victim.write('HTTP/1.1 302 Found\r\nLocation: http://db.evil.example/\r\n\r\n')],
  ['hangs up', async () => undefined],
  ['says nothing', async (victim) => void await victim.read(100_000)],
  ['knows TLS 1.1 alone', async (victim) => victim.secure({
    cert: genuine.certificate, key: genuine.key, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0',
  })],
  ['knows no cipher with a certificate', async (victim) => victim.secure({ ciphers: 'aNULL:@SECLEVEL=0', maxVersion: 'TLSv1.2' })],
];

test.each(WITHOUT_TLS)('a server that %s gets no password', async (_, behaviour) => {
  expectNothing(await attackWith(behaviour));
});

test('a server that only the value of the secret names is not even connected to', async () => {
  for (const strategy of ['singleUser', 'alternatingUsers', 'superuserSets'] as const) {
    const aftermath = await attackWith(withinTls(genuine, says()), { strategy, tagged: { host: 'db.example.com', port: 27_017 } });
    expect(aftermath).toMatchObject({ connections: 0, leaked: [], error: { kind: 'configuration' } });
  }
});
