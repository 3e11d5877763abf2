import { App, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Duration, Fn, Lazy, SecretValue, Stack } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, ManagedSecret, MasterUserRotation, RotationSchedule, RotationStrategy, RotationTarget,
  SecretContent, SecretEncryption,
} from 'cdk-managed-secrets';
import { expectOneError, refuses } from './failed-attempt';
import {
  alternatingUsers, AURORA_MYSQL, cluster, endpoint, instance, Props, proxyOf, rotated, serverlessCluster, SUPERUSER_ARN, World, world,
} from './rotated-databases';
import { ENGINES, titlesOf } from '../../src/rotation/contract/engines';
import { ENV, OTHER_ACCOUNT } from '../support/test-app';

const secretWith = (props: (at: World) => Props) => (at: World) => {
  const given = props(at);
  return () => rotated(at.stack, given);
};
const onHost = (host: (at: World) => string, engine = DatabaseEngine.MYSQL) =>
  secretWith(at => ({ database: RotationTarget.fromEndpoint({ engine, host: host(at) }) }));
const onInstance = (props: (at: World) => Partial<rds.DatabaseInstanceProps>, engine?: DatabaseEngine, own: Props = {}) =>
  secretWith(at => ({ database: RotationTarget.fromInstance(instance(at, props(at)), engine), ...own }));

const importedCluster = (at: World, attributes: object = {}) => rds.DatabaseCluster.fromDatabaseClusterAttributes(at.stack, 'Imported', {
  clusterIdentifier: 'imported', port: 3306, securityGroups: [new ec2.SecurityGroup(at.stack, 'Group', { vpc: at.vpc })], ...attributes,
});

/** An engine that CDK has no name for. */
class RdsEngine implements rds.IInstanceEngine {
  public readonly singleUserRotationApplication = undefined as never;
  public readonly multiUserRotationApplication = undefined as never;

  constructor(public readonly engineType: string) {}

  public bindToInstance() {
    return {};
  }
}

const ROTATED = titlesOf(Object.values(ENGINES));
const MASTER_PASSWORD = rds.Credentials.fromPassword('root', SecretValue.unsafePlainText('a reference would do as well'));
const PROXY = 'payments.proxy-c0a1b2c3d4e5.eu-west-1.rds.amazonaws.com';
const READER = 'payments.cluster-ro-c0a1b2c3d4e5.eu-west-1.rds.amazonaws.com';
const WRITER = 'payments.cluster-c0a1b2c3d4e5.eu-west-1.rds.amazonaws.com';
const isProxy = (prop: string) => new RegExp(`\`${prop}\` must not be an RDS Proxy: .*no new password can be set.*give the database behind it`);
const isReader = (what: string) => new RegExp(`\`host\` must be the writer, because a reader takes no new password, got ${what}; give the cluster's own endpoint`);
const isNoHost = (got: string) => new RegExp(`\`host\` must be a host name or an address alone, such as db.example.com, got ${JSON.stringify(got).replace(/[.[\]]/g, '\\$&')}; `
  + 'give the port as `port`, and leave out the rest of a URL');

describe('a database that cannot be rotated', () => {
  refuses([
    ['an RDS Proxy in place of a cluster', secretWith(at => ({ database: RotationTarget.fromCluster(proxyOf(at, cluster(at)) as never) })), isProxy('database')],
    ['an RDS Proxy in place of an instance', secretWith(at => ({ database: RotationTarget.fromInstance(proxyOf(at, instance(at)) as never) })), isProxy('database')],
    ['an imported RDS Proxy', secretWith(({ stack }) => ({
      database: RotationTarget.fromCluster(rds.DatabaseProxy.fromDatabaseProxyAttributes(stack, 'Imported', {
        dbProxyArn: 'arn', dbProxyName: 'proxy', endpoint: PROXY, securityGroups: [],
      }) as never),
    })), isProxy('database')],
    ['the host of an RDS Proxy', onHost(() => PROXY), isProxy('host')],
    ['the host of an RDS Proxy in capitals', onHost(() => PROXY.toUpperCase()), isProxy('host')],
    ['the host of an RDS Proxy in China', onHost(() => 'p.proxy-c0a1b2c3d4e5.rds.cn-north-1.amazonaws.com.cn'), isProxy('host')],
    ['the endpoint of an RDS Proxy of this app', onHost(at => proxyOf(at, cluster(at)).endpoint), isProxy('host')],
    ['a further endpoint of an RDS Proxy of this app', onHost(at => new rds.CfnDBProxyEndpoint(at.stack, 'Endpoint', {
      dbProxyEndpointName: 'e', dbProxyName: 'p', vpcSubnetIds: [],
    }).attrEndpoint), isProxy('host')],
    ['an RDS Proxy in place of an imported cluster\'s endpoint', onHost(at => importedCluster(at, { clusterEndpointAddress: PROXY }).clusterEndpoint.hostname), isProxy('host')],
    ['a reader endpoint', onHost(() => READER), isReader(READER)],
    ['the reader endpoint of a cluster of this app', onHost(at => cluster(at).clusterReadEndpoint.hostname), isReader('a reader endpoint')],
    ['the reader endpoint of an imported cluster', onHost(at => importedCluster(at, { readerEndpointAddress: READER }).clusterReadEndpoint.hostname), isReader(READER)],
    ['a read replica', secretWith(at => ({
      database: RotationTarget.fromInstance(new rds.DatabaseInstanceReadReplica(at.stack, 'Replica', {
        vpc: at.vpc, sourceDatabaseInstance: instance(at), instanceType: new ec2.InstanceType('t4g.small'),
      })),
    })), /`database` must be of a database that takes a new password, got the read replica Stack\/Replica; give its source/],
    ['a read replica of a cluster', secretWith(at => {
      const replica = instance(at);
      (replica.node.defaultChild as rds.CfnDBInstance).sourceDbClusterIdentifier = 'source';
      return { database: RotationTarget.fromInstance(replica) };
    }), /`database` must be of a database that takes a new password, got the read replica Stack\/Database; give its source/],
    ['the host of a read replica of this app', onHost(at => new rds.DatabaseInstanceReadReplica(at.stack, 'Replica', {
      vpc: at.vpc, sourceDatabaseInstance: instance(at), instanceType: new ec2.InstanceType('t4g.small'),
    }).dbInstanceEndpointAddress, DatabaseEngine.POSTGRESQL), /takes a new password, got the read replica Stack\/Replica; give its source/],
    ['a database that is not of Amazon RDS', secretWith(() => ({
      database: RotationTarget.fromCluster({ asSecretAttachmentTarget: () => ({ targetId: 'd', targetType: secretsmanager.AttachmentTargetType.DOCDB_DB_CLUSTER }) } as never),
    })), /must be an instance or a cluster of Amazon RDS, got AWS::DocDB::DBCluster; use RotationTarget.fromEndpoint/],
    ['Oracle', onInstance(() => ({ engine: rds.DatabaseInstanceEngine.oracleSe2({ version: rds.OracleEngineVersion.VER_19 }) })),
      new RegExp(`\`engine\` must be ${ROTATED}, got oracle; for a rotation function that AWS hosts use DatabaseRotator.hosted`)],
    ['SQL Server', onInstance(() => ({ engine: rds.DatabaseInstanceEngine.sqlServerEx({ version: rds.SqlServerEngineVersion.VER_16 }) })), /got sqlserver; .*DatabaseRotator.hosted/],
    ['Db2', onInstance(() => ({ engine: new RdsEngine('db2-se') })), /got db2; .*DatabaseRotator.hosted/],
    ['an engine that nobody rotates', onInstance(() => ({ engine: new RdsEngine('custom-oracle-ee') })),
      new RegExp(`\`database\` must be ${ROTATED}, got custom-oracle-ee; .*DatabaseEngine.of\\("custom-oracle-ee", .*DatabaseRotator.fromFunction`)],
    ['an engine of the user\'s own without a function of the user\'s own', secretWith(() => ({ database: endpoint(DatabaseEngine.of('oracle', { defaultPort: 1521 })) })),
      new RegExp(`\`engine\` must be ${ROTATED}, got oracle; .*for one of your own DatabaseRotator.fromFunction`)],
    ['an import whose engine is not known', secretWith(at => ({ database: RotationTarget.fromCluster(importedCluster(at)) })),
      /`engine` of Stack\/Imported is not known, because it is imported; import it with its engine, or give it/],
    ['an imported serverless cluster', secretWith(({ stack }) => ({
      database: RotationTarget.fromServerlessCluster(rds.ServerlessCluster.fromServerlessClusterAttributes(stack, 'Imported', { clusterIdentifier: 'c' })),
    })), /`engine` of Stack\/Imported is not known/],
    ['another engine than that of the database', onInstance(() => ({}), DatabaseEngine.MYSQL), /`engine` must be that of Stack\/Database, postgres, got mysql; leave it out/],
    ['another engine than that of an import', secretWith(at => ({
      database: RotationTarget.fromCluster(importedCluster(at, { engine: AURORA_MYSQL }), DatabaseEngine.MARIADB),
    })), /`engine` must be that of Stack\/Imported, aurora-mysql, got mariadb; leave it out/],
    ['no host', onHost(() => ''), /`host` must be given: the host name of the database/],
    ['a host and its port', onHost(() => 'db.example.com:5432'), isNoHost('db.example.com:5432')],
    ['the URL of a database', onHost(() => 'postgresql://db.example.com/orders'), isNoHost('postgresql://db.example.com/orders')],
    ['the URL of a database with a password, which stays out of the message', onHost(() => 'mysql://app:pass/w@rd@db.example.com/orders'), isNoHost('…db.example.com/orders')],
    ['the URL of a database with a password among its parameters', onHost(() => 'jdbc:mysql://db.example.com/orders?user=app&password=pass'), isNoHost('jdbc:mysql://db.example.com/orders…')],
    ['a host with a space', onHost(() => ' db.example.com'), isNoHost(' db.example.com')],
    ['a host with a path', onHost(() => 'db.example.com/orders'), isNoHost('db.example.com/orders')],
    ['an IPv6 address in brackets', onHost(() => '[2001:db8::1]'), isNoHost('[2001:db8::1]')],
    ['the socket address of a cluster of this app', onHost(at => cluster(at).clusterEndpoint.socketAddress), isNoHost('…:…')],
    ['port 0', secretWith(() => ({ database: endpoint(DatabaseEngine.MYSQL, { port: 0 }) })), /`port` must be a whole number from 1 to 65535, got 0/],
    ['port 65536', secretWith(() => ({ database: endpoint(DatabaseEngine.MYSQL, { port: 65_536 }) })), /`port` must be a whole number from 1 to 65535, got 65536/],
    ['half a port', secretWith(() => ({ database: endpoint(DatabaseEngine.MYSQL, { port: 3306.5 }) })), /`port` must be a whole number/],
  ]);

  test.each<[string, (at: World) => string]>([
    ['an IPv4 address', () => '192.0.2.1'],
    ['an IPv6 address', () => '2001:db8::1'],
    ['a host that is known at deployment', at => cluster(at).clusterEndpoint.hostname],
    ['a host of which a part is known at deployment', () => `db-1.${Lazy.string({ produce: () => 'internal' })}.example.com`],
  ])('but %s passes', (_, host) => {
    expect(onHost(host)(world())).not.toThrow();
  });
});

describe('a strategy that the engine does not have', () => {
  const DUAL = { strategy: RotationStrategy.dualPassword() };
  const noSuperuser = /`superuserSecret` must be given for alternating users: .*such as `cluster.secret`; or choose RotationStrategy.singleUser\(\)/;
  const noSuperuserToSet = /`superuserSecret` must be given for a password that a superuser sets: the secret of that superuser, such as `cluster.secret`; or/;
  const noDualPassword = (engine: string) => new RegExp(`\`strategy\` must not be dual password for ${engine}, .*choose RotationStrategy.singleUser\\(\\) or alternatingUsers`);
  const tooOld = (version: string) => new RegExp(`\`strategy\` must not be dual password for mysql of version ${version}, which has one password for a user; upgrade the database to version 8, or choose`);
  const MYSQL_57 = rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.of('5.7.44', '5.7') });
  const AURORA_MYSQL_2 = rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_2_11_1 });

  test.each<[string, (at: World) => Props]>([
    ['MySQL 8', at => ({ database: RotationTarget.fromInstance(instance(at, { engine: rds.DatabaseInstanceEngine.mysql({ version: rds.MysqlEngineVersion.VER_8_0_40 }) })) })],
    ['Aurora MySQL 3', at => ({ database: RotationTarget.fromCluster(cluster(at)) })],
    ['a version that is not given', at => ({ database: RotationTarget.fromInstance(instance(at, { engine: rds.DatabaseInstanceEngine.MYSQL })) })],
    ['a version that is known at deployment', at => {
      const database = cluster(at);
      (database.node.defaultChild as rds.CfnDBCluster).engineVersion = Lazy.string({ produce: () => '5.7' });
      return { database: RotationTarget.fromCluster(database) };
    }],
  ])('but dual password on %s passes', (_, props) => {
    expect(secretWith(at => ({ ...DUAL, ...props(at) }))(world())).not.toThrow();
  });

  refuses([
    ['alternating users without options', secretWith(() => ({ strategy: RotationStrategy.alternatingUsers(undefined as never) })), noSuperuser],
    ['alternating users with null', secretWith(() => ({ strategy: RotationStrategy.alternatingUsers(null as never) })), noSuperuser],
    ['alternating users without a superuser\'s secret', secretWith(() => ({ strategy: RotationStrategy.alternatingUsers({} as never) })), noSuperuser],
    ['alternating users of a database that knows no secret', secretWith(at => ({
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: cluster(at, { credentials: MASTER_PASSWORD }).secret! }),
    })), noSuperuser],
    ['a superuser who sets the password, without options', secretWith(() => ({ strategy: RotationStrategy.superuserSets() })), noSuperuserToSet],
    ['a superuser who sets the password, with null', secretWith(() => ({ strategy: RotationStrategy.superuserSets(null as never) })), noSuperuserToSet],
    ['dual password on PostgreSQL', secretWith(() => DUAL), noDualPassword('postgres')],
    ['dual password on MariaDB', secretWith(() => ({ ...DUAL, database: endpoint(DatabaseEngine.MARIADB) })), noDualPassword('mariadb')],
    ['dual password on an instance of PostgreSQL', onInstance(() => ({}), undefined, DUAL), noDualPassword('postgres')],
    ['dual password on MySQL 5.7', onInstance(() => ({ engine: MYSQL_57 }), undefined, DUAL), tooOld('5.7.44')],
    ['dual password on Aurora MySQL 2', secretWith(at => ({ ...DUAL, database: RotationTarget.fromCluster(cluster(at, { engine: AURORA_MYSQL_2 })) })), tooOld('5.7.mysql_aurora.2.11.1')],
    ['dual password on a serverless cluster of PostgreSQL', secretWith(at => ({ ...DUAL, database: RotationTarget.fromServerlessCluster(serverlessCluster(at)) })), noDualPassword('postgres')],
  ]);
});

describe('a superuser\'s secret that the rotation function cannot read', () => {
  const FOREIGN = SUPERUSER_ARN.replace(ENV.account, OTHER_ACCOUNT);
  const FAR = SUPERUSER_ARN.replace(ENV.region, 'us-east-1');
  const superuser = (superuserSecret: (at: World) => secretsmanager.ISecret, props: (at: World) => Props = () => ({})) =>
    secretWith(at => ({ strategy: RotationStrategy.alternatingUsers({ superuserSecret: superuserSecret(at) }), ...props(at) }));
  const imported = (arn: string) => ({ stack }: World) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', arn);
  const ofStack = (env?: typeof ENV) => ({ stack }: World) => new secretsmanager.Secret(new Stack(stack.node.root as App, 'Far', { env }), 'Superuser');
  const isElsewhere = (what: string) => new RegExp(`\`superuserSecret\` must be of the rotated secret's own ${what}; give one that is there`);
  const [otherRegion, otherAccount] = [
    isElsewhere('region eu-west-1, got Stack/Superuser of us-east-1'), isElsewhere('account 111122223333, got Stack/Superuser of 444455556666'),
  ];

  refuses([
    ['of another region', superuser(imported(FAR)), otherRegion],
    ['of another account', superuser(imported(FOREIGN)), otherAccount],
    ['of another account, for a shared rotator', superuser(imported(FOREIGN), ({ stack }) => ({
      rotator: new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, strategy: RotationStrategy.alternatingUsers() }),
    })), otherAccount],
    ['of another region, which this library imports', superuser(({ stack }) => ManagedSecret.fromArn(stack, 'Superuser', FAR, SecretEncryption.awsManagedKey())), otherRegion],
    ['of another region, which this app creates', superuser(ofStack({ ...ENV, region: 'us-east-1' })), isElsewhere('region eu-west-1, got Far/Superuser of us-east-1')],
  ]);

  test.each<[string, (at: World) => secretsmanager.ISecret]>([
    ['whose ARN is known at deployment', imported(Fn.importValue('SuperuserSecret'))],
    ['whose region is known at deployment', ofStack()],
    ['of another stack of this account and region', ofStack(ENV)],
  ])('but one %s passes', (_, secret) => {
    expect(superuser(secret)(world())).not.toThrow();
  });
});

describe('a schedule that Secrets Manager does not keep', () => {
  test.each<[string, () => RotationSchedule, RegExp]>([
    ['a window longer than the interval', () => RotationSchedule.every(Duration.hours(4), { window: Duration.hours(5) }), /`window` must be .*at most 4 .*got 5 hours/],
    ['a window past the UTC day', () => RotationSchedule.cron({ hour: '23', window: Duration.hours(2) }), /`window` must be .*at most 1 .*within its UTC day/],
    ['minutes', () => RotationSchedule.cron({ hour: '3', minute: '30' } as never), /`minute` must not be given; .*leave it out/],
    ['too short an interval', () => RotationSchedule.every(Duration.hours(1)), /`interval` must be whole hours or days from 4 hours/],
    ['a spread that has no room', () => RotationSchedule.spread({ fromHour: 3, toHour: 3 }), /`toHour` must be a whole number from 4 to 24/],
  ])('%s', (_, schedule, message) => {
    expectOneError(world(), secretWith(() => ({ schedule: schedule() })), message);
    expectOneError(world(), ({ stack }) => {
      const masterUserSecret = secretsmanager.Secret.fromSecretCompleteArn(stack, 'MasterSecret', SUPERUSER_ARN);
      return () => new MasterUserRotation(stack, 'Master', { database: endpoint(), schedule: schedule(), masterUserSecret });
    }, message, 'Stack/Master');
  });
});

describe('a user whose password is not to be rotated so', () => {
  const named = (username: unknown, props: (at: World) => Props = () => ({})) => secretWith(at => ({ ...props(at), username: username as string }));
  const clones = (engine: DatabaseEngine) => (at: World) => ({ database: endpoint(engine), strategy: alternatingUsers(at.stack) });
  const tooLong = (what: string, max: string, got: number) => new RegExp(`\`username\`${what} must have at most ${max}, got ${got}; rotate a user with a shorter name`);
  const master = (name: string) => new RegExp(`\`username\` must not be the master user "${name}", .*manageMasterUserPassword.*Stack/Database.*MasterUserRotation; .*create a user of their own`);

  refuses([
    ['no name', named(undefined), /`username` must be given: the database user whose password is rotated/],
    ['null', named(null), /`username` must be given/],
    ['an empty name', named(''), /`username` must be given/],
    ['a NUL in the name', named('a\0b'), /`username` must not hold a NUL character/],
    ['64 bytes on PostgreSQL', named('a'.repeat(64)), tooLong('', '63 bytes for postgres', 64)],
    ['32 characters of two bytes on PostgreSQL', named('ü'.repeat(32)), tooLong('', '63 bytes for postgres', 64)],
    ['33 characters on MySQL', named('a'.repeat(33), () => ({ database: endpoint(DatabaseEngine.MYSQL) })), tooLong('', '32 characters for mysql', 33)],
    ['81 characters on MariaDB', named('a'.repeat(81), () => ({ database: endpoint(DatabaseEngine.MARIADB) })), tooLong('', '80 characters for mariadb', 81)],
    ['58 bytes and their clone on PostgreSQL', named('a'.repeat(58), clones(DatabaseEngine.POSTGRESQL)), tooLong(' and its _clone', '63 bytes for postgres', 64)],
    ['27 characters and their clone on MySQL', named('ü'.repeat(27), clones(DatabaseEngine.MYSQL)), tooLong(' and its _clone', '32 characters for mysql', 33)],
    ['75 characters and their clone on MariaDB', named('a'.repeat(75), clones(DatabaseEngine.MARIADB)), tooLong(' and its _clone', '80 characters for mariadb', 81)],
    ['the second of alternating users', named('app_clone', clones(DatabaseEngine.MYSQL)), /`username` must be the first of the two users, .*got "app_clone"; leave the suffix out/],
    ['the master user', named('root', at => ({ database: RotationTarget.fromInstance(instance(at, { credentials: rds.Credentials.fromUsername('root') })) })), master('root')],
    ['the master user whose name is not given', named('postgres', at => ({ database: RotationTarget.fromInstance(instance(at)) })), master('postgres')],
    ['the master user without a generated secret', named('root', at => ({ database: RotationTarget.fromCluster(cluster(at, { credentials: MASTER_PASSWORD })) })), master('root')],
    ['the master user of a serverless cluster', named('postgres', at => ({ database: RotationTarget.fromServerlessCluster(serverlessCluster(at)) })), master('postgres')],
    ['the master user in capitals', named('ROOT', at => ({ database: RotationTarget.fromCluster(cluster(at, { credentials: rds.Credentials.fromUsername('root') })) })), master('root')],
  ]);

  test.each<[string, string, (at: World) => Props]>([
    ['63 bytes on PostgreSQL', 'a'.repeat(63), () => ({})],
    ['32 characters on MySQL', 'ü'.repeat(32), () => ({ database: endpoint(DatabaseEngine.MYSQL) })],
    ['80 characters on MariaDB', 'a'.repeat(80), () => ({ database: endpoint(DatabaseEngine.MARIADB) })],
    ['57 bytes and their clone on PostgreSQL', 'a'.repeat(57), clones(DatabaseEngine.POSTGRESQL)],
    ['26 characters and their clone on MySQL', 'ü'.repeat(26), clones(DatabaseEngine.MYSQL)],
    ['74 characters and their clone on MariaDB', 'a'.repeat(74), clones(DatabaseEngine.MARIADB)],
    ['a name that ends so, alone', 'app_clone', () => ({})],
    ['a name that is known at deployment', Lazy.string({ produce: () => 'app' }), clones(DatabaseEngine.MYSQL)],
    ['the user of an import, whose master user is not known', 'root', at => ({
      database: RotationTarget.fromCluster(importedCluster(at, { engine: AURORA_MYSQL, clusterEndpointAddress: WRITER })), vpc: at.vpc,
    })],
    ['a user of a database whose master user another secret names', 'root', at => ({
      database: RotationTarget.fromInstance(instance(at, { credentials: rds.Credentials.fromSecret(new secretsmanager.Secret(at.stack, 'Master')) })),
    })],
    ['a user of a database whose secret the L1 hides', 'root', at => {
      const database = instance(at);
      (database.node.findChild('Secret').node.defaultChild as secretsmanager.CfnSecret).generateSecretString = { generateStringKey: 'password' };
      return { database: RotationTarget.fromInstance(database) };
    }],
    ['another user than the master', 'app', at => ({ database: RotationTarget.fromInstance(instance(at, { credentials: rds.Credentials.fromUsername('root') })) })],
  ])('but %s passes', (_, username, props) => {
    const at = world();
    expect(() => rotated(at.stack, { username, ...props(at) })).not.toThrow();
  });
});

describe('a second schedule or attachment', () => {
  const HOSTED = { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser() };
  const content = SecretContent.generatedField({ template: { username: 'app' } });
  const managed = ({ stack }: World) => new ManagedSecret(stack, 'Managed', { purpose: 'managed', content });
  const once = /a secret must have one schedule, because Secrets Manager keeps one, and Stack\/Managed.*First\/Resource is there already; change that one/;

  refuses([
    ['a schedule of a secret that has its own', at => {
      const secret = rotated(at.stack);
      return () => secret.addRotationSchedule('Second', HOSTED);
    }, /a secret must have one schedule, .* and Stack\/Credentials\/.*RotationSchedule\/Resource is there already; change that one/],
    ['two schedules of one secret', at => {
      const secret = managed(at);
      secret.addRotationSchedule('First', HOSTED);
      return () => secret.addRotationSchedule('Second', HOSTED);
    }, once, 'Stack/Managed'],
    ['two schedules of an attached secret', at => {
      const secret = managed(at).attach(instance(at));
      secret.addRotationSchedule('First', HOSTED);
      return () => secret.addRotationSchedule('Second', HOSTED);
    }, once, 'Stack/Managed'],
    ['a schedule of a secret and one of its attachment', at => {
      const secret = managed(at);
      secret.addRotationSchedule('First', HOSTED);
      const attached = secret.attach(instance(at));
      return () => attached.addRotationSchedule('Second', HOSTED);
    }, once, 'Stack/Managed'],
    ['a schedule of an attachment and one of its secret', at => {
      const secret = managed(at);
      secret.attach(instance(at)).addRotationSchedule('First', HOSTED);
      return () => secret.addRotationSchedule('Second', HOSTED);
    }, once, 'Stack/Managed'],
    ['an RDS Proxy to which it is attached', at => {
      const [secret, proxy] = [rotated(at.stack), proxyOf(at, instance(at))];
      return () => secret.attach(proxy);
    }, /`attach` must not be called with an RDS Proxy, which has no password of its own; give the proxy this secret in `secrets`/],
    ['a database to which it is attached', at => {
      const [secret, database] = [rotated(at.stack), instance(at)];
      return () => secret.attach(database);
    }, /`attach` must not be called, because the secret belongs to `database`; .*`manageMasterUserPassword`.*MasterUserRotation/],
    ['a replica that is not there', at => {
      const secret = rotated(at.stack);
      return () => secret.replica('us-east-1');
    }, /`replica` must be asked for a region of the secret's replicas, got "us-east-1"; there are none/],
    ['a region that is added later', at => {
      const secret = rotated(at.stack);
      return () => secret.addReplicaRegion('us-east-1');
    }, /`replicas` must hold every region, .*add ReplicaRegion.of\("us-east-1"\) there/],
  ]);
});
