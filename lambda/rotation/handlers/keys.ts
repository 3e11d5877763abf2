import { kindHandler } from '../engine/kind';
import { keyRing } from '../kinds/keys/key-ring';
import { randomToken } from '../kinds/keys/random-token';
import { sshKeyPair } from '../kinds/keys/ssh-key-pair';

/** Keys and tokens that the function makes itself, and that no other service knows. */
export const handler = kindHandler([randomToken, keyRing('signingKey'), keyRing('encryptionKey'), keyRing('pepper'), sshKeyPair]);
