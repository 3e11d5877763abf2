import { Binary, type Document } from 'bson';
import type { Victim } from './hostile-server';
import type { ServerCertificate } from '../../../tools/servers/certificates';
import { credentialFor, type MechanismName, ScramConversation } from '../../../tools/servers/mongod/scram-server';
import { answerTo, type Request, requestsIn } from '../../../tools/servers/mongod/wire';

/** What a server does with the commands of a client that has begun to log in. */
export type Login = (client: MongoVictim, username: string) => Promise<void>;

const HELLO = { ok: 1, maxWireVersion: 21, minWireVersion: 0, isWritablePrimary: true, saslSupportedMechs: ['SCRAM-SHA-256'] };

/** A client, command by command. */
export class MongoVictim {
  /** The names of the commands that have come. */
  public readonly commands: string[] = [];
  private last?: Request;

  constructor(private readonly victim: Victim) {}

  /** The next command; none may come while an answer is owed. */
  public async command(): Promise<Document> {
    const length = await this.victim.read(4);
    const rest = await this.victim.read(length.readInt32LE(0) - 4);
    [this.last] = requestsIn(Buffer.concat([length, rest])).requests;
    this.commands.push(Object.keys(this.last.document)[0]);
    return this.last.document;
  }

  public answer(document: Document): void {
    this.victim.write(answerTo(this.last!, document));
  }

  /** Bytes of any kind; `answersTo` is the number of the command. */
  public write(bytes: (request: Request) => Buffer): void {
    this.victim.write(bytes(this.last!));
  }
}

/** Takes part in the handshake of TLS and in the greeting, and then does what the attack says. */
export function withinTls(certificate: Omit<ServerCertificate, 'ca'>, login: Login, hello: Document = HELLO) {
  return async (victim: Victim): Promise<void> => {
    await victim.secure({ cert: certificate.certificate, key: certificate.key });
    const client = new MongoVictim(victim);
    const { saslSupportedMechs } = await client.command();
    client.answer({ ...HELLO, ...hello });
    await login(client, String(saslSupportedMechs).replace(/^admin\./, ''));
  };
}

export function payloadOf(said: string): { payload: Binary } {
  return { payload: new Binary(Buffer.from(said)) };
}

export function refusal(code: number): Document {
  return { ok: 0, code, errmsg: 'no' };
}

/** Says yes to whatever comes, as if it were done, and knows every user: so that a client that believes too much goes on. */
export async function obliging(client: MongoVictim): Promise<void> {
  for (;;) {
    const { usersInfo } = await client.command();
    client.answer({ ok: 1, done: true, users: [{ ...usersInfo, roles: [] }], cursor: { firstBatch: [] }, ...payloadOf('') });
  }
}

/** Answers each command with the next of these, and then says yes to all. */
export function says(...answers: Document[]): Login {
  return async (client) => {
    for (const answer of answers) {
      await client.command();
      client.answer(answer);
    }
    await obliging(client);
  };
}

/** SCRAM up to the proof of the client; `first` is what the server says, by the nonce of the client. */
export function scram(first: (nonce: string) => string, ...then: Document[]): Login {
  return async (client) => {
    const { payload } = await client.command();
    const nonce = /,r=(.*)$/.exec(text(payload))![1];
    client.answer({ ok: 1, conversationId: 1, done: false, ...payloadOf(first(nonce)) });
    await says(...then)(client, '');
  };
}

/** Lets in whoever knows the password, as a real server does. */
export async function lets(client: MongoVictim, username: string, password: string): Promise<boolean> {
  const { mechanism, payload } = await client.command();
  const credential = credentialFor(mechanism as MechanismName, username, password);
  const conversation = new ScramConversation(mechanism as MechanismName, text(payload));
  client.answer({ ok: 1, conversationId: 1, done: false, ...payloadOf(conversation.first(credential)) });
  const final = conversation.final(text((await client.command()).payload), credential);
  client.answer(final === undefined ? refusal(18) : { ok: 1, conversationId: 1, done: true, ...payloadOf(final) });
  return final !== undefined;
}

function text(payload: unknown): string {
  return payload instanceof Binary ? Buffer.from(payload.buffer.subarray(0, payload.position)).toString() : '';
}
