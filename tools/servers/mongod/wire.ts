import { deserialize, type Document, serialize } from 'bson';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const MSG_BYTES = 5;

/** A message of a client. */
export interface Request {
  readonly id: number;
  readonly opcode: number;
  readonly document: Document;
}

/** The messages that are complete, and what is left. */
export function requestsIn(bytes: Buffer): { requests: Request[]; rest: Buffer } {
  const requests: Request[] = [];
  let rest = bytes;
  while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
    const message = rest.subarray(0, rest.readInt32LE(0));
    rest = rest.subarray(message.length);
    const [id, opcode] = [message.readInt32LE(4), message.readInt32LE(12)];
    requests.push({ id, opcode, document: deserialize(opcode === OP_QUERY ? queryOf(message) : message.subarray(HEADER_BYTES + MSG_BYTES)) });
  }
  return { requests, rest };
}

/** An answer in the form of the question. */
export function answerTo({ id, opcode }: Pick<Request, 'id' | 'opcode'>, document: Document): Buffer {
  return messageOf(id, opcode === OP_QUERY ? OP_REPLY : OP_MSG, bodyOf(opcode, serialize(document)));
}

/** The same with any bytes for a document. */
export function rawAnswerTo({ id, opcode }: Pick<Request, 'id' | 'opcode'>, document: Uint8Array): Buffer {
  return messageOf(id, opcode === OP_QUERY ? OP_REPLY : OP_MSG, bodyOf(opcode, document));
}

export function messageOf(answersTo: number, opcode: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  [HEADER_BYTES + body.length, 1, answersTo, opcode].forEach((value, index) => header.writeInt32LE(value, index * 4));
  return Buffer.concat([header, body]);
}

function bodyOf(opcode: number, document: Uint8Array): Buffer {
  if (opcode === OP_MSG) return Buffer.concat([Buffer.alloc(MSG_BYTES), document]);
  const reply = Buffer.alloc(20);
  reply.writeInt32LE(8, 0);
  reply.writeInt32LE(1, 16);
  return Buffer.concat([reply, document]);
}

/** After flags, the name of the collection and two numbers. */
function queryOf(message: Buffer): Buffer {
  return message.subarray(message.indexOf(0, HEADER_BYTES + 4) + 1 + 8);
}
