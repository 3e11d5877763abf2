import { Binary, type Document } from 'bson';
import type { MongoConnection } from './connection';
import { hasCode, REFUSED, unknownAnswer } from './errors';
import { type Mechanism, Scram, unknownLogin } from './scram';
import { RotationError } from '../../engine/errors';

/** That of MongoDB 3.6, the first with the messages that are sent here. */
const OLDEST_WIRE_VERSION = 6;

/** What the log of the server shows. */
const CLIENT = {
  application: { name: 'cdk-managed-secrets rotation' },
  driver: { name: 'cdk-managed-secrets', version: '1' },
  os: { type: 'Linux' },
};

export interface MongoLogin {
  readonly username: string;
  readonly password: string;
  /** The authentication database. */
  readonly database: string;
}

/** `false` when the server refuses the credentials, and then alone. */
export async function logIn(connection: MongoConnection, login: MongoLogin): Promise<boolean> {
  const { username, database } = login;
  const hello = await connection.hello({ isMaster: 1, helloOk: true, saslSupportedMechs: `${database}.${username}`, client: CLIENT });
  if (!(Number(hello.maxWireVersion) >= OLDEST_WIRE_VERSION)) {
    throw new RotationError('configuration', 'the database is older than MongoDB 3.6, or no MongoDB; give the endpoint of another');
  }
  try {
    await converse(connection, database, new Scram(mechanismFor(hello), login));
    return true;
  } catch (error) {
    if (hasCode(error, [REFUSED])) return false;
    throw error;
  }
}

/** Of a user that is not there, and by Amazon DocumentDB, nothing is said. */
function mechanismFor({ saslSupportedMechs: known }: Document): Mechanism {
  if (known === undefined) return 'SCRAM-SHA-1';
  const mechanism = Array.isArray(known) && (['SCRAM-SHA-256', 'SCRAM-SHA-1'] as const).find((each) => known.includes(each));
  return mechanism || refuse();
}

function refuse(): never {
  throw unknownLogin();
}

async function converse(connection: MongoConnection, database: string, scram: Scram): Promise<void> {
  const { mechanism } = scram;
  const options = { skipEmptyExchange: true };
  const first = await connection.command(database, { saslStart: 1, mechanism, payload: bytes(scram.first()), autoAuthorize: 1, options });
  const next = async (payload: string) =>
    connection.command(database, { saslContinue: 1, conversationId: first.conversationId, payload: bytes(payload) });
  const final = await next(await scram.proof(textOf(first)));
  scram.verify(textOf(final));
  if (final.done !== true && (await next('')).done !== true) throw unknownAnswer();
}

function bytes(text: string): Binary {
  return new Binary(Buffer.from(text));
}

function textOf({ payload }: Document): string {
  if (payload instanceof Binary) return Buffer.from(payload.buffer.subarray(0, payload.position)).toString();
  throw unknownAnswer();
}
