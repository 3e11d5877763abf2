import type { TLSSocket } from 'tls';
import { Answers, TlsServer } from '../tls-connection';

/** An error that the server answers with: its code, such as WRONGPASS, and nothing of its text. */
export class RespError {
  constructor(public readonly code: string) {}
}

export type RespAnswer = string | number | null | RespError | readonly RespAnswer[];

interface Taken<T> {
  readonly answer: T;
  readonly length: number;
}

const LINE_END = '\r\n';

/** Deeper than any answer that we ask for. */
const DEEPEST = 4;

/** Commands and answers of Valkey and Redis, version 2 of their protocol. @see https://valkey.io/topics/protocol/ */
export class Resp {
  private readonly answers: Answers;

  constructor(private readonly socket: TLSSocket, server: Pick<TlsServer, 'title'>) {
    this.answers = new Answers(socket, server);
  }

  public async send(...words: string[]): Promise<RespAnswer> {
    const parts = words.map(word => `$${Buffer.byteLength(word)}${LINE_END}${word}${LINE_END}`);
    this.socket.write(`*${words.length}${LINE_END}${parts.join('')}`);
    return this.answers.next(bytes => take(bytes, 0));
  }
}

/** One answer at the beginning of the bytes, when it is complete. */
export function take(bytes: Buffer, depth: number): Taken<RespAnswer> | undefined {
  const end = bytes.indexOf(LINE_END);
  if (end < 1 || depth > DEEPEST) return depth > DEEPEST ? { answer: new RespError('DEPTH'), length: bytes.length } : undefined;
  const line = bytes.toString('utf8', 1, end);
  const length = end + LINE_END.length;
  switch (String.fromCharCode(bytes[0])) {
    case '+': return { answer: line, length };
    case '-': return { answer: new RespError(/^[A-Z]{1,20}/.exec(line)?.[0] ?? 'ERR'), length };
    case ':': return { answer: Number(line), length };
    case '$': return takeText(bytes, length, Number(line));
    case '*': return takeList(bytes, length, Number(line), depth + 1);
    default: return { answer: new RespError('PROTOCOL'), length: bytes.length };
  }
}

function takeText(bytes: Buffer, start: number, size: number): Taken<string | null> | undefined {
  if (size < 0) return { answer: null, length: start };
  const end = start + size;
  return bytes.length < end + LINE_END.length ? undefined : { answer: bytes.toString('utf8', start, end), length: end + LINE_END.length };
}

function takeList(bytes: Buffer, start: number, size: number, depth: number): Taken<RespAnswer> | undefined {
  if (size < 0) return { answer: null, length: start };
  const list: RespAnswer[] = [];
  let length = start;
  while (list.length < size) {
    const taken = take(bytes.subarray(length), depth);
    if (!taken) return undefined;
    list.push(taken.answer);
    length += taken.length;
  }
  return { answer: list, length };
}
