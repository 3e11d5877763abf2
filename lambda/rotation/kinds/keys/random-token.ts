import type { CredentialKind } from '../../engine/credential-kind';
import { RotationError } from '../../engine/errors';

/** A random text that nobody but the readers of the secret knows: there is nothing to tell anybody, and nobody to ask. */
export const randomToken: CredentialKind<string> = {
  name: 'randomToken',
  slots: 2,
  createsOutside: false,
  parse(text, which) {
    if (text.length === 0) throw new RotationError('configuration', `${which} is empty; store a token, then rotate`);
    return text;
  },
  format: token => token,
  slotOf: () => 'token',
  generate: async (_, { randomText }) => randomText(),
  apply: async () => undefined,
  verify: async () => true,
};
