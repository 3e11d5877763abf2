import { httpCredential } from '../../../../lambda/rotation/kinds/http-credential';
import type { HttpCredentialDescription } from '../../../../src/rotation/contract/http-credential';
import { auth0Client, entraClient, oktaClient } from '../../../../src/rotation/private/oauth-descriptions';
import { FakeAuth0, FakeEntra, FakeOkta, IdentityProvider } from '../../../../tools/servers/identity-providers';
import { KindStand, STEPS } from '../../../support/kinds/kind-stand';
import { Probe } from '../../../support/kinds/probe';
import { proves } from '../../../support/proofs';
import { Crash } from '../../../support/rotation/fault-points';

const MINUTES = 60_000;

interface Value { readonly clientId: string; readonly clientSecret: string; readonly keyId?: string; readonly secretId?: string }

/** A secret, the function that rotates it by a description, and the provider. */
interface Client {
  readonly stand: KindStand;
  readonly provider: IdentityProvider;
  isTaken(secret: string): Promise<boolean>;
}

function standOf(description: HttpCredentialDescription, ca: string, administrator: object, text?: string): KindStand {
  const environment = { HTTP_CREDENTIAL: JSON.stringify(description), TLS_CA_BUNDLE: ca };
  return new KindStand({ kind: httpCredential(environment), environment, administrator, text });
}

const AUTHENTICATION = { authentication: 'client_secret_post', tokenParameters: {} } as const;

const PROVIDERS: Record<string, { make: () => IdentityProvider; describe: (provider: any) => HttpCredentialDescription; slots: number }> = {
  'Entra ID': {
    make: () => new FakeEntra(),
    describe: ({ clientId, tenantId, url }: FakeEntra) => entraClient({ ...AUTHENTICATION, clientId, tenantId, login: url, graph: url }),
    slots: 2,
  },
  'Okta': {
    make: () => new FakeOkta(),
    describe: ({ clientId, url }: FakeOkta) => oktaClient({ ...AUTHENTICATION, clientId, host: url, authorizationServer: 'default', dedicated: true }),
    slots: 2,
  },
  'Auth0': { make: () => new FakeAuth0(), describe: ({ clientId, url }: FakeAuth0) => auth0Client({ ...AUTHENTICATION, clientId, host: url }), slots: 1 },
};

let provider: IdentityProvider | undefined;
afterEach(async () => provider?.stop());

async function clientAt(name: string, text?: (provider: IdentityProvider) => string): Promise<Client> {
  const { make, describe } = PROVIDERS[name];
  const started = provider = await make().start();
  if (started instanceof FakeAuth0) started.add();
  const stand = standOf(describe(started), started.ca, started.administrator, text?.(started));
  started.now = () => stand.secretsManager.now();
  return { stand, provider: started, isTaken: async secret => started.isTaken(secret) };
}

const current = ({ stand }: Client) => stand.stored<Value>('AWSCURRENT');

describe.each(Object.keys(PROVIDERS))('at %s', name => {
  const { slots } = PROVIDERS[name];
  const strategies = [slots === 2 ? 'the value before stays valid' : 'one value at a time'];
  proves(async () => ({ credential: `OAuth clients of ${name}`, strategies, server: 'fake from its documents' }));

  test('of four rotations each leaves what the provider keeps, and nothing else', async () => {
    const client = await clientAt(name);
    let before: Value | undefined;
    for (let rotation = 1; rotation <= 4; rotation++) {
      await client.stand.rotate();
      const now = current(client);
      expect(now).toMatchObject({ clientId: client.provider.clientId, clientSecret: expect.any(String) });
      expect(client.provider.isTaken(now.clientSecret)).toBe(true);
      if (before) expect(client.provider.isTaken(before.clientSecret)).toBe(slots === 2);
      expect(client.provider.secrets).toHaveLength(Math.min(rotation, slots));
      before = now;
    }
  });

  test('dying before and after every call leaves no secret behind, and with two of them loses no login', async () => {
    const client = await clientAt(name);
    const { stand } = client;
    await stand.rotate();
    const points = { met: 0, dying: 0 };
    const point = () => {
      points.met += 1;
      if (points.met === points.dying) throw new Crash();
    };
    client.provider.interruption = () => ++points.met === points.dying;
    stand.secretsManager.hook = async () => point();
    const probe = new Probe(async () => client.provider.isTaken(current(client).clientSecret));
    let crashes = 0;
    for (let dyingAt = 1; ; dyingAt++) {
      Object.assign(points, { met: 0, dying: dyingAt });
      stand.secretsManager.advance(16 * MINUTES);
      stand.begin();
      const [failure] = await Promise.allSettled([stand.steps(...STEPS)]);
      const hasDied = points.met >= dyingAt;
      points.dying = 0;
      if (failure.status === 'rejected') {
        crashes += 1;
        stand.secretsManager.advance(16 * MINUTES);
        await stand.steps(...STEPS);
      }
      expect(client.provider.isTaken(current(client).clientSecret)).toBe(true);
      expect(client.provider.secrets.length).toBeLessThanOrEqual(2);
      if (!hasDied) break;
    }
    const { refused, tries } = await probe.stop();
    stand.secretsManager.hook = undefined;
    expect(crashes).toBeGreaterThan(20);
    expect(tries).toBeGreaterThan(crashes);
    if (slots === 2) expect(refused).toBe(0);
  }, 120_000);
});
