import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'crypto';
import type { Victim } from './hostile-server';
import type { ServerCertificate } from '../../../tools/servers/certificates';

/** What a server does once a user has asked to log in. */
export type Login = (victim: Victim, username: string) => Promise<void>;

const CODES = {
  ok: 0, kerberosV5: 2, clearText: 3, md5: 5, scmCredentials: 6, gss: 7, sspi: 9, sasl: 10, saslContinue: 11, saslFinal: 12, unknown: 99,
};
export type AuthenticationRequest = keyof typeof CODES;

export const READY = message('Z', Buffer.from('I'));

/** A message of the protocol: its kind, its length, its contents. */
export function message(kind: string, contents: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(contents.length + 4);
  return Buffer.concat([Buffer.from(kind), length, contents]);
}

export function request(what: AuthenticationRequest, more: Buffer | string = ''): Buffer {
  const code = Buffer.alloc(4);
  code.writeInt32BE(CODES[what]);
  return message('R', Buffer.concat([code, Buffer.from(more)]));
}

export function mechanisms(...names: string[]): Buffer {
  return request('sasl', `${names.join('\0')}\0\0`);
}

export function failure(code: string): Buffer {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0Mno\0\0`));
}

/** Takes part in the negotiation of TLS and in the handshake, and then does what the attack says. */
export function withinTls(certificate: Omit<ServerCertificate, 'ca'>, login: Login) {
  return async (victim: Victim): Promise<void> => {
    await victim.read(8);
    victim.write('S');
    await victim.secure({ cert: certificate.certificate, key: certificate.key });
    await login(victim, await startup(victim));
  };
}

/** The user who wants to log in. */
async function startup(victim: Victim): Promise<string> {
  const length = (await victim.read(4)).readInt32BE();
  const parameters = (await victim.read(length - 4)).subarray(4).toString().split('\0');
  return parameters[parameters.indexOf('user') + 1];
}

/** The contents of the next message of the client. */
export async function answer(victim: Victim): Promise<Buffer> {
  const head = await victim.read(5);
  return victim.read(head.readInt32BE(1) - 4);
}

/** Sends one request after the other, each after an answer of the client. */
export function asks(...requests: Buffer[]): Login {
  return async (victim) => {
    for (const each of requests) {
      victim.write(each);
      await answer(victim);
    }
  };
}

export interface ScramOptions {
  readonly offered?: string[];
  /** What comes instead of the genuine first or last message of the server. */
  readonly first?: (clientNonce: string) => string;
  readonly last?: (signature: string) => Buffer;
}

export interface ScramChoice {
  readonly mechanism: string;
  readonly binding: string;
}

/** A login by SCRAM with the password that the attacker knows, with what he changes of it. Gives what the client chose. */
export async function scram(victim: Victim, password: string, options: ScramOptions = {}): Promise<ScramChoice> {
  const { offered = ['SCRAM-SHA-256'], first, last } = options;
  victim.write(mechanisms(...offered));
  const initial = (await answer(victim)).toString('latin1');
  const mechanism = initial.slice(0, initial.indexOf('\0'));
  const bare = initial.slice(initial.indexOf('n=*'));
  const salt = randomBytes(16);
  const serverFirst = first?.(bare.slice(bare.indexOf('r=') + 2)) ?? `${bare.slice(bare.indexOf('r='))}evil,s=${salt.toString('base64')},i=4096`;
  victim.write(request('saslContinue', serverFirst));
  const final = (await answer(victim)).toString('latin1');
  const withoutProof = final.slice(0, final.lastIndexOf(',p='));
  const serverKey = hmac(pbkdf2Sync(password, salt, 4096, 32, 'sha256'), 'Server Key');
  const signature = `v=${hmac(serverKey, `${bare},${serverFirst},${withoutProof}`).toString('base64')}`;
  victim.write(last?.(signature) ?? Buffer.concat([request('saslFinal', signature), request('ok'), READY]));
  return { mechanism, binding: Buffer.from(withoutProof.slice(2, withoutProof.indexOf(',')), 'base64').toString('latin1') };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** What binds a login to the certificate, with tls-server-end-point. */
export function endPoint(certificate: Buffer): string {
  return `p=tls-server-end-point,,${createHash('sha256').update(certificate).digest().toString('latin1')}`;
}
