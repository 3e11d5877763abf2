import { JsonWebKey, randomBytes } from 'crypto';

/** A key pair in the files of OpenSSH. */
export interface SshPair {
  /** The file that a client keeps, without a passphrase. */
  readonly privateKey: string;
  /** A line of `authorized_keys`. */
  readonly publicKey: string;
}

const MAGIC = Buffer.from('openssh-key-v1\0');
const BLOCK = 8;
const LINE = 70;

/** @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key */
export function opensshPair(jwk: JsonWebKey, comment: string): SshPair {
  const parts = jwk.kty === 'OKP' ? ed25519Parts(jwk) : rsaParts(jwk);
  const publicBlob = Buffer.concat([lengthened(parts.type), ...parts.open]);
  const check = randomBytes(4);
  const section = Buffer.concat([check, check, lengthened(parts.type), ...parts.all, lengthened(comment)]);
  const file = Buffer.concat([
    MAGIC, lengthened('none'), lengthened('none'), lengthened(''), number(1), lengthened(publicBlob), lengthened(padded(section)),
  ]).toString('base64');
  const lines = file.match(new RegExp(`.{1,${LINE}}`, 'g'))!;
  return {
    privateKey: `${['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----'].join('\n')}\n`,
    publicKey: [parts.type, publicBlob.toString('base64'), ...comment === '' ? [] : [comment]].join(' '),
  };
}

interface Parts {
  readonly type: string;
  /** What the public key shows. */
  readonly open: Buffer[];
  readonly all: Buffer[];
}

function ed25519Parts({ x, d }: JsonWebKey): Parts {
  const [open, seed] = [bytes(x), bytes(d)];
  return { type: 'ssh-ed25519', open: [lengthened(open)], all: [lengthened(open), lengthened(Buffer.concat([seed, open]))] };
}

function rsaParts({ n, e, d, qi, p, q }: JsonWebKey): Parts {
  return { type: 'ssh-rsa', open: [e, n].map(mpint), all: [n, e, d, qi, p, q].map(mpint) };
}

function bytes(text: string | undefined): Buffer {
  return Buffer.from(text!, 'base64url');
}

/** A positive number: with a zero in front, where the first bit would say that it is negative. */
function mpint(text: string | undefined): Buffer {
  const value = bytes(text);
  return lengthened(value[0] >= 0x80 ? Buffer.concat([Buffer.from([0]), value]) : value);
}

function number(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function lengthened(value: string | Buffer): Buffer {
  const content = Buffer.from(value as string);
  return Buffer.concat([number(content.length), content]);
}

/** 1, 2, 3 and so on, up to a whole block. */
function padded(section: Buffer): Buffer {
  const missing = (BLOCK - section.length % BLOCK) % BLOCK;
  return Buffer.concat([section, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
