import { needsSuperuser, ROTATION_STRATEGIES } from '../../../../src/rotation/contract/strategies';
import { ROTATION_TAGS } from '../../../../src/rotation/contract/tags';
import { FixtureOptions, HOST, PORT, RotationFixture } from '../../../support/rotation/rotation-fixture';

const { DATABASE_HOST, DATABASE_PORT, SUPERUSER_SECRET } = ROTATION_TAGS;
const TAGS = { [DATABASE_HOST]: HOST, [DATABASE_PORT]: String(PORT) };
const EVIL = 'db.evil.example';

/** As those that Amazon RDS manages. */
const NAMES_NO_SERVER = { host: undefined, port: undefined, engine: undefined };
const BY_SUPERUSER = ROTATION_STRATEGIES.filter(needsSuperuser);
const superuserLogins = ({ database }: RotationFixture) => database.attempts.filter(({ login }) => login.username === 'root').map(({ login: { host, port } }) => ({ host, port }));

/** What a writer stores with `grantWrite`: that writer does not know the password, and needs none. */
function overwrite({ secretsManager, secretArn, stored }: { stored: object } & Pick<RotationFixture, 'secretsManager' | 'secretArn'>): void {
  secretsManager.perform('PutSecretValue', { SecretId: secretArn, SecretString: JSON.stringify(stored) });
}

describe.each(ROTATION_STRATEGIES)('%s: a secret whose tags name the server', strategy => {
  test.each([
    ['the same', {}],
    ['in upper case', { host: HOST.toUpperCase() }],
    ['with a final dot', { host: `${HOST}.` }],
    ['without a port, at the default one of the engine', { port: undefined }],
    ['with the port as a text', { port: String(PORT) }],
  ])('rotates when its value names it %s', async (_, secret) => {
    const fixture = new RotationFixture({ strategy, tags: TAGS, secret });
    await fixture.rotate();
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  });

  const OTHERS: [string, Record<string, unknown>][] = [
    ['another host', { host: EVIL }], ['another port', { port: PORT + 1 }], ['a host that ends alike', { host: `evil-${HOST}` }],
    ['a host that begins alike', { host: `${HOST}.evil.example` }], ['an address', { host: '127.0.0.1' }],
  ];

  test.each(OTHERS)('stores no password beside %s in AWSCURRENT', async (_, secret) => {
    const fixture = new RotationFixture({ strategy, tags: TAGS, secret }).begin();
    const error = await fixture.failure('createSecret');
    expect(error).toMatchObject({ kind: 'configuration' });
    expect(error.message).toMatch(/AWSCURRENT names another host or port than the tags .*correct the value/);
    expect(fixture.textOf('AWSPENDING')).toBeUndefined();
  });

  test.each(OTHERS)('connects to nobody when AWSCURRENT is exchanged for %s half-way', async (_, secret) => {
    const fixture = new RotationFixture({ strategy, tags: TAGS }).begin();
    await fixture.step('createSecret');
    overwrite({ ...fixture, stored: { ...fixture.stored('AWSCURRENT'), ...secret } });
    expect((await fixture.failure('setSecret')).message).toMatch(/AWSCURRENT names another host or port than the tags/);
    expect(fixture.database.attempts).toEqual([]);
  });

  test.each(OTHERS)('connects to nobody when AWSPENDING names %s', async (_, secret) => {
    const fixture = new RotationFixture({ strategy, tags: TAGS });
    fixture.begin(undefined, JSON.stringify({ ...fixture.stored('AWSCURRENT'), ...secret }));
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) {
      expect((await fixture.failure(step)).message).toMatch(/AWSPENDING names another host or port than the tags/);
    }
    expect(fixture.database.attempts).toEqual([]);
  });

  test.each([
    ['the port is missing', { [DATABASE_HOST]: HOST }], ['the host is missing', { [DATABASE_PORT]: '5432' }], ['the port is no number', { ...TAGS, [DATABASE_PORT]: 'x' }],
  ])('fails closed when %s among the tags', async (_, tags) => {
    const fixture = new RotationFixture({ strategy, tags }).begin();
    expect((await fixture.failure('createSecret')).message).toMatch(/tags .* must both be there; deploy the secret again/);
  });
});

describe.each(BY_SUPERUSER)('%s: the password of the superuser goes to', strategy => {
  const bySuperuser = (options: FixtureOptions) => new RotationFixture({ strategy, ...options });

  test('the server of the tags, when its own secret names none', async () => {
    const fixture = bySuperuser({ tags: TAGS, superuserSecret: NAMES_NO_SERVER });
    await fixture.rotate();
    expect(superuserLogins(fixture)).toEqual([{ host: HOST, port: PORT }]);
  });

  test('the server of the tags, when its own secret names the same', async () => {
    const fixture = bySuperuser({ tags: TAGS, superuserSecret: { host: `${HOST.toUpperCase()}.`, port: undefined } });
    await fixture.rotate();
    expect(superuserLogins(fixture)).toEqual([{ host: HOST, port: PORT }]);
  });

  test('nobody, when only the value of the rotated secret says where', async () => {
    const fixture = bySuperuser({ superuserSecret: NAMES_NO_SERVER }).begin();
    await fixture.step('createSecret');
    expect((await fixture.failure('setSecret')).message).toMatch(/names no `host`, .*put `host` and `port` into the superuser secret, or make the rotated secret a RotatedDatabaseSecret/);
    expect(superuserLogins(fixture)).toEqual([]);
  });

  test.each([
    ['another host than the tags', TAGS, { host: EVIL }],
    ['another port than the tags', TAGS, { port: PORT + 1 }],
    ['the port of the engine, by naming none, where the database has another', { ...TAGS, [DATABASE_PORT]: '5433' }, { port: undefined }],
    ['the port of the engine, by naming none, where the writer of the rotated secret chose another', {}, { port: undefined }],
  ])('nobody, when its secret names %s', async (_, tags, superuserSecret) => {
    const fixture = bySuperuser({ tags, superuserSecret, secret: { port: tags === TAGS ? PORT : 5433 } }).begin();
    await fixture.step('createSecret');
    expect((await fixture.failure('setSecret')).message).toMatch(/the superuser secret names another host or port than the rotated secret/);
    expect(superuserLogins(fixture)).toEqual([]);
  });
});

describe.each(BY_SUPERUSER)('%s: the superuser of a secret is the one that its tags name', strategy => {
  /** Two superusers that one shared rotator may read; the fixture's own is that of this secret. */
  function withTwoSuperusers(secret: Record<string, unknown>) {
    const fixture = new RotationFixture({ strategy, superuserSecret: NAMES_NO_SERVER, secret });
    const other = String(fixture.secretsManager.perform('CreateSecret', {
      Name: 'rds!cluster-other', SecretString: JSON.stringify({ username: 'root', password: fixture.superuserPassword }),
    }).ARN);
    const tag = (arn: string) => fixture.secretsManager.edit(fixture.secretArn, record => {
      record.tags = Object.entries({ ...TAGS, [SUPERUSER_SECRET]: arn.split(':')[6].replace('!', ' ') }).map(([Key, Value]) => ({ Key, Value }));
    });
    const reads = () => fixture.secretsManager.calls.filter(({ operation, input }) => operation === 'GetSecretValue' && input.SecretId !== fixture.secretArn)
      .map(({ input }) => input.SecretId);
    return { fixture, other, tag, reads };
  }

  test('whatever `masterarn` its value holds', async () => {
    const { fixture, other, tag, reads } = withTwoSuperusers({});
    tag(fixture.superuserArn);
    overwrite({ ...fixture, stored: { ...fixture.stored('AWSCURRENT'), masterarn: other } });
    await fixture.rotate();
    expect(reads()).toEqual([fixture.superuserArn]);
  });

  test('also without one, and when Amazon RDS manages its secret, which has an exclamation mark', async () => {
    const { fixture, other, tag, reads } = withTwoSuperusers({ masterarn: undefined });
    tag(other);
    await fixture.rotate();
    expect(reads()).toEqual([other]);
  });
});
