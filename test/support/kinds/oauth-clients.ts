import { httpCredential } from '../../../lambda/rotation/kinds/http-credential';
import type { HttpCredentialDescription } from '../../../src/rotation/contract/http-credential';
import { IdentityProvider } from '../../../tools/servers/identity-providers';
import type { OwnerUnderTest } from '../rotation/kind-world';

/** A client of a provider on which nobody else has secrets, unless a stranger makes one. */
export function clientOf(provider: IdentityProvider, description: HttpCredentialDescription): OwnerUnderTest {
  const environment = { HTTP_CREDENTIAL: JSON.stringify(description), TLS_CA_BUNDLE: provider.ca };
  const kind = httpCredential(environment);
  return {
    // A secret is made at the time of the test, in which hours pass at once.
    kind: {
      ...kind,
      generate: async (current, context) => {
        provider.now = () => context.now();
        return kind.generate(current, context);
      },
    },
    environment,
    others: { SUPERUSER_SECRET_ARN: JSON.stringify(provider.administrator) },
    accepts: async text => provider.isTaken(secretIn(text)),
    valuesIn: text => [secretIn(text)],
    stranger: async () => {
      const { secret } = provider.add('theirs');
      return async () => provider.isTaken(secret);
    },
  };
}

function secretIn(text: string): string {
  return (JSON.parse(text) as { clientSecret: string }).clientSecret;
}
