import { createPrivateKey, createPublicKey, JsonWebKey, sign, verify } from 'crypto';
import type { Close } from './local-stand';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { HTTP_CREDENTIAL_VARIABLE } from '../../src/rotation/contract/http-credential';
import { isPlaceholder } from '../../src/rotation/contract/placeholder';
import { entraClient } from '../../src/rotation/private/oauth-descriptions';
import { FakeEntra } from '../servers/identity-providers';

/** The other side of a credential, on this machine, and who uses it. */
export interface KindClient {
  /** What stands here for the other side. */
  readonly title: string;
  /** The value before the first rotation. @default - what the template generates: a placeholder, or a text */
  readonly text?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Further secrets, by the variable that names each to the function, where it has that. */
  readonly others?: Readonly<Record<string, string>>;
  /** In place of what the template sets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether a client gets through with a value that it has read as AWSCURRENT. */
  use(text: string): Promise<boolean>;
}

/** By the value of CREDENTIAL_KIND. A kind that is not here cannot be watched. */
export const KIND_CLIENTS: Record<string, (closing: (close: Close) => void) => Promise<KindClient>> = {
  signingKey: async () => new TokenService(),
  randomToken: async () => new TokenComparison(),
  httpCredential: async closing => oauthClient(closing),
};

interface KeySet {
  readonly active: string;
  readonly keys: readonly (JsonWebKey & { readonly kid: string; readonly alg: string })[];
}

/** A service signs with the active key, and a verifier with public keys that it fetched before that service read the secret. */
class TokenService implements KindClient {
  public readonly title = 'a service that signs with the active key, and a verifier whose keys are as old as the last rotation but one';
  private readonly seen: string[] = [];

  public async use(text: string): Promise<boolean> {
    if (!isPlaceholder(text) && this.seen.at(-1) !== text) this.seen.push(text);
    const { active, keys } = JSON.parse(text) as KeySet;
    const key = keys.find(({ kid }) => kid === active)!;
    const published = publicKeys(this.seen.at(-2) ?? text);
    const data = Buffer.from('token');
    const options = { dsaEncoding: 'ieee-p1363' as const };
    const hash = key.alg === 'EdDSA' ? null : `sha${key.alg.slice(2)}`;
    const signature = sign(hash, data, { key: createPrivateKey({ key, format: 'jwk' }), ...options });
    const known = published.find(({ kid }) => kid === active);
    return known !== undefined && verify(hash, data, { key: createPublicKey({ key: known, format: 'jwk' }), ...options }, signature);
  }
}

/** What a signer publishes: the set without the private halves. */
function publicKeys(text: string): (JsonWebKey & { kid: string })[] {
  return (JSON.parse(text) as KeySet).keys.map(({ kid, alg, kty, crv, x, y, n, e }) => ({ kid, alg, kty, crv, x, y, n, e }));
}

/** Two services that share a token, one of which has not read the secret since the last rotation. */
class TokenComparison implements KindClient {
  public readonly title = 'two services that share a token; the one that checks it takes AWSCURRENT and AWSPREVIOUS';

  public async use(text: string): Promise<boolean> {
    return text.length >= 8;
  }
}

/** Entra ID itself cannot be had here. */
async function oauthClient(closing: (close: Close) => void): Promise<KindClient> {
  const provider = await new FakeEntra().start();
  closing(async () => provider.stop());
  const { clientId, tenantId, url, ca, administrator } = provider;
  const description = entraClient({ clientId, tenantId, login: url, graph: url, authentication: 'client_secret_post', tokenParameters: {} });
  return {
    title: 'an application that asks a fake of Entra ID for tokens, which does what its public documents say',
    environment: { [HTTP_CREDENTIAL_VARIABLE]: JSON.stringify(description), [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: ca },
    others: { [ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]: JSON.stringify(administrator) },
    use: async text => provider.isTaken((JSON.parse(text) as { clientSecret: string }).clientSecret),
  };
}
