import type { Victim } from './hostile-server';
import type { ServerCertificate } from '../../../tools/servers/certificates';

/** What a server does once a user has asked to log in; the first packet of the server then has this number. */
export type Login = (victim: Victim, username: string) => Promise<void>;

/** Bits, of which each is added once. */
const SSL = 0x800;
const MULTI_FACTOR = 0x10000000;
/** Long passwords, a database, local files, protocol 4.1, transactions, secure connections, plugins. */
const OTHERS = 0x1 + 0x8 + 0x80 + 0x200 + 0x2000 + 0x8000 + 0x80000;
export const NONCE = Buffer.alloc(20, 'n');

/** A packet of the protocol: its length, its number, its contents. */
export function packet(number: number, contents: Buffer | string): Buffer {
  const head = Buffer.alloc(4);
  head.writeUIntLE(contents.length, 0, 3);
  head.writeUInt8(number % 256, 3);
  return Buffer.concat([head, Buffer.from(contents)]);
}

export interface Greeting {
  readonly plugin?: string;
  readonly nonce?: Buffer;
  readonly ssl?: boolean;
  readonly multiFactor?: boolean;
  readonly version?: string;
}

export function greeting({ plugin = 'mysql_native_password', nonce = NONCE, ssl = true, multiFactor, version = '8.4.0' }: Greeting = {}): Buffer {
  const capabilities = Buffer.alloc(4);
  capabilities.writeUInt32LE(OTHERS + (ssl ? SSL : 0) + (multiFactor ? MULTI_FACTOR : 0));
  const numbers = Buffer.alloc(18);
  capabilities.copy(numbers, 0, 0, 2);
  numbers.writeUInt8(255, 2);
  numbers.writeUInt16LE(2, 3);
  capabilities.copy(numbers, 5, 2, 4);
  numbers.writeUInt8(21, 7);
  return packet(0, Buffer.concat([
    Buffer.from(`\x0a${version}\0`), Buffer.from([1, 0, 0, 0]), nonce.subarray(0, 8), Buffer.alloc(1), numbers, nonce.subarray(8), Buffer.from(`\0${plugin}\0`),
  ]));
}

export const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);
export const switchTo = (plugin: string, data: Buffer = NONCE) => Buffer.concat([Buffer.from(`\xfe${plugin}\0`, 'latin1'), data, Buffer.alloc(1)]);
export const nextFactor = (plugin: string) => Buffer.concat([Buffer.from(`\x02${plugin}\0`, 'latin1'), NONCE, Buffer.alloc(1)]);
export const moreData = (data: Buffer | string) => Buffer.concat([Buffer.from([1]), Buffer.from(data)]);
export const FULL_AUTHENTICATION = moreData(Buffer.from([4]));
export const refusal = (number: number) => Buffer.concat([Buffer.from([0xff, number % 256, Math.floor(number / 256)]), Buffer.from('#28000no')]);
export const localInfile = (file: string) => Buffer.from(`\xfb${file}`, 'latin1');

/** The contents of the next packet of the client. */
export async function answer(victim: Victim): Promise<Buffer> {
  const head = await victim.read(4);
  return victim.read(head.readUIntLE(0, 3));
}

/** Greets, takes part in the handshake of TLS, and then does what the attack says. */
export function withinTls(certificate: Omit<ServerCertificate, 'ca'>, login: Login, greets: Greeting = {}) {
  return async (victim: Victim): Promise<void> => {
    victim.write(greeting(greets));
    await answer(victim);
    await victim.secure({ cert: certificate.certificate, key: certificate.key });
    const response = (await answer(victim)).subarray(32);
    await login(victim, response.subarray(0, response.indexOf(0)).toString());
  };
}

/** Sends one packet after the other, each after an answer of the client, numbered as the protocol wants it. */
export function asks(...contents: Buffer[]): Login {
  return async (victim) => {
    for (const [index, each] of contents.entries()) {
      victim.write(packet(3 + 2 * index, each));
      await answer(victim);
    }
  };
}
