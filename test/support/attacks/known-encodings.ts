import { createHash } from 'crypto';

/** Every form of a password that gives it away: itself, written otherwise, or hashed without anything that the server could not foresee. */
export function knownEncodings(password: string, username: string): Buffer[] {
  const bytes = Buffer.from(password);
  const md5 = hash('md5', Buffer.from(password + username));
  const sha1 = hash('sha1', bytes);
  const sha256 = hash('sha256', bytes);
  const ofMongo = hash('md5', Buffer.from(`${username}:mongo:${password}`));
  const hashes = [hash('md5', bytes), md5, ofMongo, sha1, hash('sha1', sha1), sha256, hash('sha256', sha256)];
  const texts = [
    bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(password), [...password].reverse().join(''),
    ...hashes.flatMap((each) => [each.toString('hex'), each.toString('hex').toUpperCase(), each.toString('base64')]),
  ];
  return [bytes, Buffer.from(password, 'utf16le'), Buffer.from(password, 'utf16le').swap16(), ...hashes, ...texts.map((text) => Buffer.from(text))];
}

function hash(algorithm: string, data: Buffer): Buffer {
  return createHash(algorithm).update(data).digest();
}
