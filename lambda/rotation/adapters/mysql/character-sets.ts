import { RotationError } from '../../engine/errors';

/** How mysql2 calls the `utf8mb3` of MySQL; none of its characters has the four bytes in which CESU-8 differs from UTF-8. */
const UTF8MB3 = 'cesu8';

interface Decoder {
  write(bytes: Uint8Array): string;
  end(): string;
}

interface Encoder {
  write(text: string): Buffer;
  end(): undefined;
}

/**
 * What mysql2 wants of the package `iconv-lite`, in whose place this stands: tables of character sets were more than half of the
 * bundle. Our connections speak utf8mb4, which the driver reads without any; the rest is what Node.js knows itself.
 */
export function getDecoder(encoding: string): Decoder {
  const decoder = new TextDecoder(encoding === UTF8MB3 ? 'utf-8' : encoding, { fatal: true });
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

export function getEncoder(encoding: string): Encoder {
  if (encoding !== UTF8MB3) {
    throw new RotationError('configuration', 'the database wants another character set than UTF-8; set '
    + '`character_set_server` to utf8mb4');
  }
  return { write: (text) => Buffer.from(text, 'utf8'), end: () => undefined };
}
