import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import { run, synthesize } from './fixture';
import { needsSuperuser, type RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { GivenServer, PASSWORD_VARIABLE } from '../../../tools/rotate/given-server';
import { rehearsalServer } from '../../../tools/rotate/servers-at-hand';
import { LocalMysql } from '../../../tools/servers/local-mysql';
import { LocalPostgres } from '../../../tools/servers/local-postgres';
import { onServer } from '../../support/servers/on-server';
import { ENV } from '../../support/test-app';

const folder = mkdtempSync(path.join(tmpdir(), 'rehearsal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => { delete process.env[PASSWORD_VARIABLE]; });

type Strategies = RotationStrategyName;

type Engine = 'mysql' | 'mariadb' | 'postgres';

/** An app with a secret of a database of that engine, for each of the strategies. */
function app(engine: Engine, strategies: Strategies[]): string {
  const outdir = path.join(folder, `${engine}-${strategies.join('-')}`);
  synthesize(outdir, scope => strategies.forEach(strategy => build(scope, engine, strategy)));
  return outdir;
}

const ENGINES = {
  mysql: rds.DatabaseInstanceEngine.MYSQL, mariadb: rds.DatabaseInstanceEngine.MARIADB, postgres: rds.DatabaseInstanceEngine.POSTGRES,
};

function build(scope: App, engine: Engine, strategy: Strategies): void {
  const stack = new Stack(scope, strategy, { env: ENV });
  const database = rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Database', {
    instanceIdentifier: 'shop',
    instanceEndpointAddress: 'shop.c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
    engine: ENGINES[engine],
    port: 3306,
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'SecurityGroup', 'sg-0a1b2c3d4e5f60714')],
  });
  const superuserSecret = secretsmanager.Secret.fromSecretCompleteArn(
    stack, 'Superuser', `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:superuser-a1b2c3`);
  new RotatedDatabaseSecret(stack, 'Credentials', {
    namespace: new SecretNamespace(stack, 'Secrets', { environment: strategy.toLowerCase(), service: 'shop' }),
    purpose: 'db-credentials',
    username: 'shop_app',
    database: RotationTarget.fromInstance(database),
    strategy: needsSuperuser(strategy) ? RotationStrategy[strategy]({ superuserSecret }) : RotationStrategy[strategy](),
    schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '3' }),
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-0a1b2c3d'], privateSubnetRouteTableIds: ['rtb-0a1b2c3d'],
    }),
  });
}

function addressOf({ superuser, ca }: { superuser: { port: number; username: string; password: string }; ca: string }, protocol: string) {
  const caFile = path.join(folder, `${protocol}-ca.pem`);
  writeFileSync(caFile, ca);
  process.env[PASSWORD_VARIABLE] = superuser.password;
  return { url: `${protocol}://${superuser.username}@localhost:${superuser.port}`, caFile };
}

describe.each([
  ['MySQL', 'mysql', ['singleUser', 'alternatingUsers', 'dualPassword', 'superuserSets'] as Strategies[]],
  ['MariaDB', 'mariadb', ['singleUser', 'alternatingUsers'] as Strategies[]],
] as const)('an empty server of one\'s own: %s', (kind, engine, strategies) => {
  onServer(kind, server => {
    const emptied = async (): Promise<LocalMysql> => {
      const local = await server();
      await local.server.query('DROP DATABASE IF EXISTS app');
      return local;
    };

    test.each(strategies)('rotates %s, and leaves nothing there', async strategy => {
      const { server: local } = await emptied();
      const secret = `${strategy.toLowerCase()}/shop/db-credentials`;
      const { result, error } = await run(app(engine, [...strategies]), { secret, server: addressOf(local, 'mysql') });
      expect(error).toBeUndefined();
      expect(result).toMatch(/^Rotated (once|twice), shop_app.*: \d+ logins, none failed\.$/);
      const users = await local.query('SELECT User FROM mysql.user WHERE User LIKE \'%shop%\'');
      const databases = await local.query('SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE \'%rehearsal%\'');
      expect([users, databases]).toEqual([[], []]);
    }, 120_000);

    test('refuses one that somebody uses, and changes nothing', async () => {
      const local = await emptied();
      await local.server.query('CREATE DATABASE orders');
      const { error } = await run(app(engine, [...strategies]), { server: addressOf(local.server, 'mysql') });
      expect(error).toMatch(/^the server localhost:\d+ is not empty: it has database orders\. .*a server that nobody needs$/);
      await local.server.query('DROP DATABASE orders');
    }, 60_000);
  });
});

describe('PostgreSQL', () => {
  test('an empty server of one\'s own, and one that is not what the secret is of', async () => {
    const local = await LocalPostgres.start();
    try {
      const address = addressOf({ superuser: local.server.superuser, ca: local.server.ca.join('\n') }, 'postgres');
      const { result } = await run(app('postgres', ['alternatingUsers']), { server: address });
      expect(result).toMatch(/^Rotated twice, shop_app -> shop_app_clone -> shop_app: \d+ logins, none failed\.$/);
      expect(await local.server.query('SELECT rolname FROM pg_roles WHERE rolname LIKE \'%shop%\'')).toEqual([]);
      const { error } = await run(app('mysql', ['singleUser']), { server: address });
      expect(error).toMatch(/is of a database of \S*mysql\S*, and the server of --server is PostgreSQL/);
    } finally {
      await local.server.stop();
    }
  }, 120_000);

  test('a database of another engine without a server says what to give', async () => {
    const { error } = await run(app('mysql', ['singleUser']));
    expect(error).toMatch(/only PostgreSQL can be started here\. Start an empty server of .* with --server, .* and its password in REHEARSAL_SERVER_PASSWORD$/);
  });
});

test.each([
  ['no address', 'somewhere', 'secret', /--server takes the address of an empty server/],
  ['another protocol', 'http://root@localhost', 'secret', /--server takes the address of an empty server/],
  ['no user', 'mysql://localhost', 'secret', /--server takes the address of an empty server/],
  ['a password in it', 'mysql://root:hunter@localhost', 'secret', /must not hold a password, which others could see/],
  ['no password', 'mysql://root@localhost', '', /REHEARSAL_SERVER_PASSWORD holds no password of root/],
  ['nobody there', 'postgres://root@localhost:1', 'secret', /does not let root in over TLS \(ECONNREFUSED\)/],
])('an address with %s is refused', async (_, url, password, message) => {
  process.env[PASSWORD_VARIABLE] = password;
  const error: Error = await GivenServer.open({ url }).then(() => new Error('opened'), each => each);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('hunter');
});

test.each(['redshift', 'mongo'])('a rotation of %s cannot be rehearsed, which is said before anything is started', engine => {
  const deployed = { engine, secret: { path: 'Shop/Credentials' }, rotator: { environment: {} } };
  for (const address of [undefined, { url: 'mysql://root@localhost' }]) {
    expect(() => rehearsalServer(deployed as never, address)).toThrow(/^Shop\/Credentials is of a database of (redshift|mongo), .*cannot be rehearsed$/);
  }
});
