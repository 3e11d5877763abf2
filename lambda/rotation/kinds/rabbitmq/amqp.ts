import { RotationError } from '../../engine/errors';

/** Methods of AMQP 0-9-1 by class and number. @see https://www.rabbitmq.com/amqp-0-9-1-reference */
export const METHODS = {
  START: '10.10', START_OK: '10.11', TUNE: '10.30', TUNE_OK: '10.31', OPEN: '10.40', OPEN_OK: '10.41', CLOSE: '10.50',
} as const;

export interface AmqpMethod {
  /** Class and number, with a dot between. */
  readonly name: string;
  /** Its arguments. */
  readonly content: Buffer;
}

export const PROTOCOL_HEADER = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');

const METHOD_FRAME = 1;
const FRAME_END = 0xce;
const HEADER_BYTES = 7;
const NAME_BYTES = 4;
const MOST_SHORT_BYTES = 255;

/** A frame of the connection itself, which is channel 0. */
export function methodFrame(name: string, content: Buffer): Buffer {
  const [classId, methodId] = name.split('.').map(Number);
  const header = Buffer.alloc(HEADER_BYTES + NAME_BYTES);
  header.writeUInt8(METHOD_FRAME, 0);
  header.writeUInt32BE(NAME_BYTES + content.length, 3);
  header.writeUInt16BE(classId, 7);
  header.writeUInt16BE(methodId, 9);
  return Buffer.concat([header, content, Buffer.from([FRAME_END])]);
}

/** One method at the beginning of the bytes, when it is complete; fails on whatever is none, before it is waited for. */
export function takeMethod(bytes: Buffer, most: number): { readonly answer: AmqpMethod; readonly length: number } | undefined {
  if (bytes.length > 0 && bytes[0] !== METHOD_FRAME) throw notAmqp();
  if (bytes.length < HEADER_BYTES) return undefined;
  const size = bytes.readUInt32BE(3);
  const length = HEADER_BYTES + size + 1;
  if (size < NAME_BYTES || length > most || bytes.readUInt16BE(1) !== 0) throw notAmqp();
  if (bytes.length < length) return undefined;
  if (bytes[length - 1] !== FRAME_END) throw notAmqp();
  const content = bytes.subarray(HEADER_BYTES + NAME_BYTES, length - 1);
  return { answer: { name: `${bytes.readUInt16BE(7)}.${bytes.readUInt16BE(9)}`, content }, length };
}

export function isMethod({ name }: AmqpMethod, method: string): boolean {
  return name === method;
}

export function shortText(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > MOST_SHORT_BYTES) {
    throw new RotationError('configuration', `a name in AMQP must have at most ${MOST_SHORT_BYTES} bytes; correct the environment of the `
      + 'function');
  }
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

export function longText(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A long text or a table; nothing where the content ends before. */
export function textAt(content: Buffer, at: number): Buffer | undefined {
  const start = at + 4;
  if (content.length < start) return undefined;
  const end = start + content.readUInt32BE(at);
  return content.length < end ? undefined : content.subarray(start, end);
}

function notAmqp(): RotationError {
  return new RotationError('configuration', 'the broker does not speak AMQP 0-9-1 there; check that it is RabbitMQ, and the port');
}
