import { createCipheriv, createHash, randomBytes } from 'crypto';

/** Of AES-256-GCM, as SOPS has it. */
const IV_BYTES = 32;

export interface SopsKey {
  /** Of the key of AWS KMS under which the file is encrypted. */
  readonly keyArn: string;
  /** That of the file, in plain text. */
  readonly dataKey: Buffer;
  /** What KMS made of the data key. */
  readonly encryptedKey: Buffer;
}

/** A JSON file as `sops --encrypt --kms <arn>` writes it: names in plain text, each value encrypted for its place, and a code over all values. */
export function sopsFile(values: Readonly<Record<string, string>>, { keyArn, dataKey, encryptedKey }: SopsKey, at = new Date()): string {
  const lastmodified = at.toISOString().replace(/\.\d+Z$/, 'Z');
  const code = createHash('sha512').update(Object.values(values).join('')).digest('hex').toUpperCase();
  const encrypted = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, encrypt(value, dataKey, `${name}:`)]));
  const kms = [{ arn: keyArn, created_at: lastmodified, enc: encryptedKey.toString('base64'), aws_profile: '' }];
  return `${JSON.stringify({ ...encrypted, sops: { kms, lastmodified, mac: encrypt(code, dataKey, lastmodified), version: '3.9.4' } }, undefined, 2)}\n`;
}

function encrypt(value: string, key: Buffer, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(value), cipher.final()]);
  return `ENC[AES256_GCM,data:${data.toString('base64')},iv:${iv.toString('base64')},tag:${cipher.getAuthTag().toString('base64')},type:str]`;
}
