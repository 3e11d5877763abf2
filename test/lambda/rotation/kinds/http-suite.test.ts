import { passesKindSuite } from './shared-suite';
import { entraClient, oktaClient } from '../../../../src/rotation/private/oauth-descriptions';
import { FakeEntra, FakeOkta, IdentityProvider } from '../../../../tools/servers/identity-providers';
import { clientOf } from '../../../support/kinds/oauth-clients';

/** Fakes by the documents of the providers. One that has one secret at a time is in http-credential.test.ts and http-servers.test.ts. */

const FAKE = 'fake from its documents';

const started: IdentityProvider[] = [];
afterAll(async () => Promise.all(started.map(async each => each.stop())));

async function start<T extends IdentityProvider>(provider: T): Promise<T> {
  started.push(await provider.start());
  return provider;
}

const AUTHENTICATION = { authentication: 'client_secret_post', tokenParameters: {} } as const;

passesKindSuite({
  title: 'OAuth clients of Entra ID',
  provedOn: async () => FAKE,
  keepsPrevious: true,
  make: async () => {
    const entra = await start(new FakeEntra());
    const { clientId, tenantId, url } = entra;
    return clientOf(entra, entraClient({ ...AUTHENTICATION, clientId, tenantId, login: url, graph: url }));
  },
}, { runs: 10 });

passesKindSuite({
  title: 'OAuth clients of Okta',
  provedOn: async () => FAKE,
  keepsPrevious: true,
  make: async () => {
    const okta = await start(new FakeOkta());
    const { clientId, url: host } = okta;
    // Said to be dedicated: whoever adds a secret by hand loses it.
    return { ...clientOf(okta, oktaClient({ ...AUTHENTICATION, clientId, host, authorizationServer: 'default', dedicated: true })), stranger: undefined };
  },
}, { runs: 10 });
