import { RotationError } from '../../engine/errors';

/** One element of an answer: its tag, and what stands in it. */
export interface BerElement {
  readonly tag: number;
  readonly content: Buffer;
}

interface Taken {
  readonly answer: BerElement;
  readonly length: number;
}

export const BER = { BOOLEAN: 0x01, INTEGER: 0x02, OCTETS: 0x04, ENUMERATED: 0x0a, SEQUENCE: 0x30, SET: 0x31 } as const;

const LONG_FORM = 0x80;

/** No element of what we ask for is larger. */
const MOST_BYTES = 1_000_000;

/** An element, with other elements or a text in it. @see https://www.itu.int/rec/T-REC-X.690 */
export function element(tag: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map(each => typeof each === 'string' ? Buffer.from(each) : each));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length);
  const length = content.length < LONG_FORM ? [content.length] : [LONG_FORM + size.length, ...size];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

/** A number below 128, under the tag of an INTEGER or of an ENUMERATED. */
export function small(tag: number, value: number): Buffer {
  return element(tag, Buffer.from([value]));
}

/** The element at the beginning of the bytes, when it is complete. One that says to be huge is not waited for. */
export function take(bytes: Buffer): Taken | undefined {
  if (bytes.length < 2) return undefined;
  const [tag, first] = bytes;
  const more = first < LONG_FORM ? 0 : first - LONG_FORM;
  // The indefinite form, which LDAP forbids, has none; and no length of ours has more than four.
  if (first === LONG_FORM || more > 4) throw noLdap();
  const start = 2 + more;
  if (bytes.length < start) return undefined;
  const size = more === 0 ? first : bytes.readUIntBE(2, more);
  if (size > MOST_BYTES) throw noLdap();
  const length = start + size;
  return bytes.length < length ? undefined : { answer: { tag, content: bytes.subarray(start, length) }, length };
}

/** All elements that stand one after the other. */
export function elementsIn(content: Buffer): BerElement[] {
  const elements: BerElement[] = [];
  for (let rest = content; rest.length > 0;) {
    const taken = take(rest);
    if (!taken) throw noLdap();
    elements.push(taken.answer);
    rest = rest.subarray(taken.length);
  }
  return elements;
}

export function numberIn(found: BerElement | undefined): number {
  const size = found?.content.length ?? 0;
  if (size < 1 || size > 4) throw noLdap();
  return found!.content.readUIntBE(0, size);
}

export function textIn(found: BerElement | undefined): string {
  return found?.content.toString('utf8') ?? '';
}

export function noLdap(): RotationError {
  return new RotationError('configuration', 'what answers is no directory that speaks LDAP, or says more than it was asked; check the host '
    + 'and port');
}
