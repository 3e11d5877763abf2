import { httpCredential } from '../../../../lambda/rotation/kinds/http-credential';
import type { HttpCredentialDescription } from '../../../../src/rotation/contract/http-credential';
import { keycloakClient, registeredClient } from '../../../../src/rotation/private/oauth-descriptions';
import { LocalKeycloak } from '../../../../tools/servers/local-keycloak';
import { LocalOidcProvider } from '../../../../tools/servers/local-oidc-provider';
import { newPassword } from '../../../../tools/servers/new-password';
import { KindStand, STEPS } from '../../../support/kinds/kind-stand';
import { Probe } from '../../../support/kinds/probe';
import { proves } from '../../../support/proofs';
import { Crash } from '../../../support/rotation/fault-points';
import { whenAtHand } from '../../../support/servers/at-hand';
import { KEYCLOAK } from '../../../support/servers/servers-at-hand';

interface Value { readonly clientId: string; readonly clientSecret: string }

function standOf(description: HttpCredentialDescription, ca: string, administrator: object): KindStand {
  const environment = { HTTP_CREDENTIAL: JSON.stringify(description), TLS_CA_BUNDLE: ca };
  return new KindStand({ kind: httpCredential(environment), environment, administrator });
}

const secretOf = (stand: KindStand) => stand.stored<Value>('AWSCURRENT').clientSecret;

/** Dies at each call to Secrets Manager in turn; answers how often. `check` is made after each rotation. */
async function dieEverywhere(stand: KindStand, check: () => Promise<void>): Promise<number> {
  const points = { met: 0, dying: 0 };
  stand.secretsManager.hook = async () => {
    if (++points.met === points.dying) throw new Crash();
  };
  for (let crashes = 0; ; crashes++) {
    Object.assign(points, { met: 0, dying: crashes + 1 });
    stand.begin();
    const [failure] = await Promise.allSettled([stand.steps(...STEPS)]);
    points.dying = 0;
    if (failure.status === 'rejected') await stand.steps(...STEPS);
    await check();
    if (failure.status === 'fulfilled') return crashes;
  }
}

describe('a registered client of oidc-provider', () => {
  let provider: LocalOidcProvider;
  beforeAll(async () => {
    provider = await LocalOidcProvider.start();
  }, 60_000);
  afterAll(async () => provider.stop());
  proves(async () => ({ credential: 'OAuth clients that are registered', strategies: ['one value at a time'], server: provider.product() }));

  async function registered() {
    const client = await provider.register();
    const { clientId, configurationUrl, registrationToken } = client;
    const description = registeredClient({ clientId, configurationUrl, tokenUrl: provider.tokenUrl, authentication: 'client_secret_basic', tokenParameters: {} });
    return { client, description, stand: standOf(description, provider.ca, { token: registrationToken }) };
  }

  test('begins with the secret that it has, and gets a new one with each rotation', async () => {
    const { client: { clientId, clientSecret }, stand } = await registered();
    await stand.rotate();
    expect(stand.stored('AWSCURRENT')).toEqual({ clientId, clientSecret });
    let before = clientSecret;
    for (let rotation = 0; rotation < 3; rotation++) {
      await stand.rotate();
      const current = secretOf(stand);
      expect(await Promise.all([current, before].map(async each => provider.isTaken(clientId, each)))).toEqual([true, false]);
      before = current;
    }
  });

  test('dying at every call to Secrets Manager ends with one secret that works', async () => {
    const { client: { clientId }, stand } = await registered();
    await stand.rotate();
    const crashes = await dieEverywhere(stand, async () => expect(await provider.isTaken(clientId, secretOf(stand))).toBe(true));
    expect(crashes).toBeGreaterThan(8);
  }, 60_000);

  test('a registration token that is wrong is one error, and no secret stands in what is logged', async () => {
    const { description, stand } = await registered();
    await stand.rotate();
    const wrong = standOf(description, provider.ca, { token: newPassword() }).begin();
    expect(await wrong.failure('createSecret')).toMatchObject({ kind: 'configuration', code: 'HTTP_401', message: expect.stringContaining('invalid_token') });
    expect(`${provider.log()}${stand.lines.join('\n')}`).not.toContain(secretOf(stand));
  });
});

describe('a client of Keycloak', () => whenAtHand(KEYCLOAK, server => {
  let keycloak: LocalKeycloak;
  beforeAll(async () => {
    keycloak = await server();
  });
  proves(async () => ({ credential: 'OAuth clients of Keycloak', strategies: ['the value before stays valid'], server: await keycloak.product() }));

  async function client() {
    const { clientId, id } = await keycloak.client();
    const { url: host, realm, ca, administrator } = keycloak;
    const description = keycloakClient({
      clientId, id, host, realm, rotationPolicy: true, authentication: 'client_secret_post', tokenParameters: {},
    });
    return { clientId, stand: standOf(description, ca, administrator) };
  }

  test('of four rotations each leaves the current secret and the one before valid', async () => {
    const { clientId, stand } = await client();
    const secrets: string[] = [];
    for (let rotation = 0; rotation < 4; rotation++) {
      await stand.rotate();
      secrets.unshift(secretOf(stand));
      const [current, before = true, last = false] = await Promise.all(secrets.slice(0, 3).map(async each => keycloak.isTaken(clientId, each)));
      expect([current, before, last]).toEqual([true, true, false]);
    }
    expect(new Set(secrets).size).toBe(4);
  }, 120_000);

  test('dying at every call to Secrets Manager loses no login of a client that uses AWSCURRENT all the time', async () => {
    const { clientId, stand } = await client();
    await stand.rotate();
    const probe = new Probe(async () => keycloak.isTaken(clientId, secretOf(stand)));
    const crashes = await dieEverywhere(stand, async () => expect(await keycloak.isTaken(clientId, secretOf(stand))).toBe(true));
    const { refused, tries } = await probe.stop();
    expect({ refused, crashes: crashes > 8, enough: tries > crashes }).toEqual({ refused: 0, crashes: true, enough: true });
  }, 300_000);

  test('a secret that a person sets is taken over, and the one in use stays valid', async () => {
    const { clientId, stand } = await client();
    await stand.rotate();
    stand.begin();
    await stand.step('createSecret');
    const before = secretOf(stand);
    // The function dies before its value is stored anywhere else: the next rotation finds the secret that Keycloak has.
    const lost = stand.stored<Value>('AWSPENDING').clientSecret;
    stand.begin();
    await stand.steps('createSecret', 'setSecret', 'testSecret');
    expect(await Promise.all([before, lost].map(async each => keycloak.isTaken(clientId, each)))).toEqual([true, true]);
    await stand.step('finishSecret');
    expect(secretOf(stand)).toBe(lost);
  }, 120_000);

  test('Keycloak has logged no secret', async () => {
    const { stand } = await client();
    await stand.rotate();
    expect(keycloak.log()).not.toBe('');
    expect(keycloak.log()).not.toContain(secretOf(stand));
  }, 60_000);
}));
