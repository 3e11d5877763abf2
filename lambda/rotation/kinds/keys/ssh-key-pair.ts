import { generateKeyPair, JsonWebKey } from 'crypto';
import { promisify } from 'util';
import { settingIn } from './key-settings';
import { opensshPair, SshPair } from './openssh';
import { KEY_ENVIRONMENT, RSA_BITS, SSH_TYPES } from '../../../../src/rotation/contract/keys';
import type { CredentialKind, KindContext } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';
import { objectIn } from '../json-value';

/** A key pair, the one after it, and whom a server lets in. */
export interface SshKeyPairs extends SshPair {
  readonly next: SshPair;
  /** The public keys of the pair in use, of the next one and of the one before: a file `authorized_keys`. */
  readonly authorizedKeys: string;
}

const generated = promisify(generateKeyPair);
const PRIVATE_KEY = /^-----BEGIN OPENSSH PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END OPENSSH PRIVATE KEY-----\n?$/;
const PUBLIC_KEY = /^ssh-(ed25519|rsa) [A-Za-z0-9+/]+={0,2}( [^\n\r]*)?$/;

/**
 * Key pairs that take turns: a server knows the next public key one rotation before a client uses it, and that of the past for one more.
 */
export const sshKeyPair: CredentialKind<SshKeyPairs> = {
  name: 'sshKeyPair',
  slots: 2,
  createsOutside: false,
  parse: pairsIn,
  format: pairs => JSON.stringify(pairs),
  slotOf: ({ publicKey }) => publicKey,
  async generate(current, context) {
    const pair = current?.next ?? await made(context);
    const next = await made(context);
    const known = [pair, next, ...current ? [current] : []].map(({ publicKey }) => publicKey);
    const authorizedKeys = `${known.join('\n')}\n`;
    return { privateKey: pair.privateKey, publicKey: pair.publicKey, authorizedKeys, next };
  },
  apply: async () => undefined,
  verify: async pairs => [pairs, pairs.next].every(belongTogether)
    && [pairs, pairs.next].every(({ publicKey }) => pairs.authorizedKeys.split('\n').includes(publicKey)),
};

async function made({ environment, budget }: KindContext): Promise<SshPair> {
  budget.enter('making a key pair');
  const type = settingIn(environment, KEY_ENVIRONMENT.SSH_TYPE, SSH_TYPES);
  const bits = settingIn(environment, KEY_ENVIRONMENT.RSA_BITS, RSA_BITS.map(String), String(RSA_BITS[1]));
  const { privateKey } = type === 'rsa' ? await generated('rsa', { modulusLength: Number(bits) }) : await generated('ed25519');
  return opensshPair(privateKey.export({ format: 'jwk' }) as JsonWebKey, environment[KEY_ENVIRONMENT.SSH_COMMENT] ?? '');
}

/** The private half holds the public one, as OpenSSH writes it. */
function belongTogether({ privateKey, publicKey }: SshPair): boolean {
  const file = Buffer.from(privateKey.split('\n').slice(1, -1).join('').replace(/-.*/, ''), 'base64');
  return file.includes(Buffer.from(publicKey.split(' ')[1], 'base64'));
}

function pairsIn(text: string, which: string): SshKeyPairs {
  const pairs: Partial<SshKeyPairs> = objectIn(text, which);
  const { privateKey, publicKey, next, authorizedKeys } = pairs;
  for (const [name, pair] of [['', pairs], ['next.', next ?? {}]] as const) {
    if (!PRIVATE_KEY.test(pair.privateKey ?? '')) throw wrong(which, `must hold a file of OpenSSH in \`${name}privateKey\``);
    if (!PUBLIC_KEY.test(pair.publicKey ?? '')) throw wrong(which, `must hold a public key of SSH in \`${name}publicKey\``);
  }
  if (typeof authorizedKeys !== 'string') throw wrong(which, 'must hold public keys of SSH in `authorizedKeys`');
  return { privateKey: privateKey!, publicKey: publicKey!, authorizedKeys, next: next! };
}

function wrong(which: string, what: string): RotationError {
  return new RotationError('configuration', `${which} ${what}; correct the secret`);
}
