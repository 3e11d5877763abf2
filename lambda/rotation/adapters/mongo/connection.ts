import type { TLSSocket } from 'tls';
import { deserialize, type Document, serialize } from 'bson';
import { mongoError, unknownAnswer } from './errors';
import { RotationError } from '../../engine/errors';
import { REMEDIES } from '../../engine/remedies';
import { Answers } from '../../kinds/tls-connection';

/** @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
/** Flags, cursor, offset and number of documents. */
const REPLY_BYTES = 20;
/** Flags, and the kind of the one section. */
const MSG_BYTES = 5;
/** The one flag that an answer may have: four bytes at its end, which TLS makes needless. */
const CHECKSUM = 1;

/** Far more than a user with all its roles takes. */
const MOST_BYTES = 1_000_000;

const SHORTEST_MESSAGE = HEADER_BYTES + MSG_BYTES;

/**
 * One connection, over a socket that is verified already: one command after the other, and no other server than this one, whatever it
 * says of its replica set.
 */
export class MongoConnection {
  private readonly answers: Answers;
  private requests = 0;

  constructor(private readonly socket: TLSSocket) {
    this.answers = new Answers(socket, { title: 'database' }, MOST_BYTES);
  }

  /** The first message of every client, in the form that servers of all versions take. */
  public async hello(command: Document): Promise<Document> {
    const query = Buffer.concat([int32(0), Buffer.from('admin.$cmd\0'), int32(0), int32(-1), serialize(command)]);
    return succeeded(await this.exchange(OP_QUERY, query, OP_REPLY, (reply) => reply.subarray(REPLY_BYTES)));
  }

  /** Runs a command in a database. One that the server refuses is a `RotationError` with the server's code. */
  public async command(database: string, command: Document): Promise<Document> {
    const message = Buffer.concat([int32(0), Buffer.from([0]), serialize({ ...command, $db: database })]);
    return succeeded(await this.exchange(OP_MSG, message, OP_MSG, sectionOf));
  }

  /** The server keeps a session until the connection ends, and no longer. */
  public destroy(): void {
    this.socket.destroy();
  }

  private async exchange(opcode: number, body: Buffer, expected: number, documentIn: (message: Buffer) => Buffer): Promise<Document> {
    if (this.socket.destroyed) throw new RotationError('network', `the connection to the database was closed; ${REMEDIES.network}`);
    const request = ++this.requests;
    this.socket.write(Buffer.concat([int32(HEADER_BYTES + body.length), int32(request), int32(0), int32(opcode), body]));
    const message = await this.answers.next(wholeMessage);
    const [answersTo, kind] = [message.readInt32LE(8), message.readInt32LE(12)];
    if (answersTo !== request || kind !== expected) throw unknownAnswer();
    return documentOf(documentIn(message.subarray(HEADER_BYTES)));
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** As soon as its length is known it is clear whether the rest is worth waiting for. */
function wholeMessage(bytes: Buffer): { answer: Buffer; length: number } | undefined {
  if (bytes.length < 4) return undefined;
  const length = bytes.readInt32LE(0);
  if (length < SHORTEST_MESSAGE || length > MOST_BYTES) throw unknownAnswer();
  return bytes.length < length ? undefined : { answer: bytes.subarray(0, length), length };
}

/** One section, which is one document: more was not asked for. */
function sectionOf(message: Buffer): Buffer {
  const [flags, kind] = [message.readInt32LE(0), message[4]];
  if (![0, CHECKSUM].includes(flags) || kind !== 0) throw unknownAnswer();
  return message.subarray(MSG_BYTES, message.length - (flags === CHECKSUM ? 4 : 0));
}

/** A reader of BSON throws on what is none, and where documents lie too deep in each other. */
function documentOf(bytes: Buffer): Document {
  try {
    return deserialize(bytes);
  } catch {
    throw unknownAnswer();
  }
}

/** A write that failed stands in an answer that says it went well. */
function succeeded(answer: Document): Document {
  if (Number(answer.ok) !== 1) throw mongoError(answer.code);
  const [failed] = Array.isArray(answer.writeErrors) ? answer.writeErrors as Document[] : [];
  if (failed !== undefined) throw mongoError(failed?.code);
  return answer;
}
