import { aws_docdb as docdb, aws_docdbelastic as elastic, aws_ec2 as ec2, Token } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseGrant, DatabasePrivilege, DatabaseRotator, DatabaseUser, PasswordPolicy, RotationStrategy, RotationTarget, SecretContent,
  TablePrivilege,
} from 'cdk-managed-secrets';
import { alternatingUsers, deployedBefore, endpoint, HOST, idsOf, instance, Props, resourceOf, resourcesOf, rotated, World, world } from './rotated-databases';

const MONGODB = DatabaseEngine.MONGODB;

function documentDb({ stack, vpc }: World, props: Partial<docdb.DatabaseClusterProps> = {}): docdb.DatabaseCluster {
  return new docdb.DatabaseCluster(stack, 'Documents', {
    vpc, masterUser: { username: 'administrator' }, instanceType: ec2.InstanceType.of(ec2.InstanceClass.R6G, ec2.InstanceSize.LARGE), ...props,
  });
}

function elasticCluster({ stack }: World): elastic.CfnCluster {
  return new elastic.CfnCluster(stack, 'Elastic', {
    adminUserName: 'operations', authType: 'SECRET_ARN', clusterName: 'elastic', shardCapacity: 2, shardCount: 1,
  });
}

function groups({ stack, vpc }: World): ec2.ISecurityGroup[] {
  return [new ec2.SecurityGroup(stack, 'Groups', { vpc })];
}

function templateOf({ stack }: World): Record<string, unknown> {
  const { Properties } = resourceOf(stack, 'AWS::SecretsManager::Secret', 'Credentials');
  const text = Properties.GenerateSecretString.SecretStringTemplate;
  return JSON.parse(typeof text === 'string' ? text : text['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : '…').join(''));
}

describe('a cluster with instances', () => {
  test('is attached to the secret, whose value says that clients use TLS', () => {
    const where = world();
    const cluster = documentDb(where);
    rotated(where.stack, { database: RotationTarget.fromDocumentDbCluster(cluster), vpc: where.vpc });
    expect(templateOf(where)).toEqual({ username: 'app', ssl: 'true' });
    expect(resourceOf(where.stack, 'AWS::SecretsManager::SecretTargetAttachment', 'Credentials').Properties).toMatchObject({
      TargetType: 'AWS::DocDB::DBCluster', TargetId: where.stack.resolve(cluster.clusterIdentifier),
    });
  });

  test('opens its port to the rotation function, which comes after its instances', () => {
    const where = world();
    rotated(where.stack, { database: RotationTarget.fromDocumentDbCluster(documentDb(where)), vpc: where.vpc });
    const ingress = Object.values(resourcesOf(where.stack)).filter(({ Type, Properties }) => Type === 'AWS::EC2::SecurityGroupIngress'
      && JSON.stringify(Properties).includes('Credentials'));
    expect(ingress).toHaveLength(1);
    const [schedule] = idsOf(where.stack, 'AWS::SecretsManager::RotationSchedule');
    expect([...deployedBefore(where.stack, schedule)]).toEqual(expect.arrayContaining(idsOf(where.stack, 'AWS::DocDB::DBInstance')));
  });

  test('that is imported needs its endpoint', () => {
    const where = world();
    const cluster = docdb.DatabaseCluster.fromDatabaseClusterAttributes(where.stack, 'Imported', {
      clusterIdentifier: 'documents', clusterEndpointAddress: HOST, port: 27_018, securityGroup: groups(where)[0],
    });
    rotated(where.stack, { database: RotationTarget.fromDocumentDbCluster(cluster), vpc: where.vpc });
    expect(resourceOf(where.stack, 'AWS::SecretsManager::Secret', 'Credentials').Properties.Tags).toEqual(expect.arrayContaining([
      { Key: 'cdk-managed-secrets:database-host', Value: HOST }, { Key: 'cdk-managed-secrets:database-port', Value: '27018' },
    ]));
  });
});

test('an elastic cluster stands in the template of the secret, because no attachment is known for it', () => {
  const where = world();
  rotated(where.stack, { database: RotationTarget.fromDocumentDbElasticCluster(elasticCluster(where), groups(where)), vpc: where.vpc });
  expect(templateOf(where)).toEqual({ username: 'app', engine: 'mongo', host: '…', port: '27017', ssl: 'true' });
  expect(idsOf(where.stack, 'AWS::SecretsManager::SecretTargetAttachment')).toEqual([]);
});

test('a server of one\'s own is named with the database that holds the user', () => {
  const where = world();
  rotated(where.stack, { database: endpoint(MONGODB), databaseName: 'shop' });
  expect(templateOf(where)).toEqual({ username: 'app', engine: 'mongo', host: HOST, port: '27017', dbname: 'shop', ssl: 'true' });
});

test('a user that the deployment makes has the roles of its grants, and logs in where users are', () => {
  const where = world();
  rotated(where.stack, {
    database: endpoint(MONGODB),
    strategy: alternatingUsers(where.stack),
    user: DatabaseUser.create({
      grants: [DatabaseGrant.onDatabase({ database: 'shop', privileges: [DatabasePrivilege.READ_WRITE] }), DatabaseGrant.role('reporting')],
    }),
  });
  const { Properties } = resourceOf(where.stack, 'Custom::DatabaseUser');
  expect(JSON.parse(Properties.User)).toEqual({
    username: 'app',
    takeOver: false,
    drop: false,
    grants: [{ on: 'database', database: 'shop', privileges: ['readWrite'] }, { on: 'role', role: 'reporting' }],
  });
});

/** A secret of MongoDB that would be right, but for these props. */
type Wrong = (where: World) => Props;

const granting = (grant: DatabaseGrant, further: Props = {}): Wrong => ({ stack }) => ({
  database: endpoint(MONGODB), strategy: alternatingUsers(stack), user: DatabaseUser.create({ grants: [grant] }), ...further,
});
const adopting = (template: Record<string, string>): Wrong => () => ({
  database: endpoint(MONGODB), content: SecretContent.generatedField({ template }),
});

const WRONG: readonly [string, Wrong, string][] = [
  ['a cluster of Amazon RDS', (where) => ({ database: RotationTarget.fromDocumentDbCluster(instance(where) as never), vpc: where.vpc }),
    '`database` must be a cluster of Amazon DocumentDB, got AWS::RDS::DBInstance; use RotationTarget.fromCluster'],
  ['nothing for a cluster', () => ({ database: RotationTarget.fromDocumentDbCluster(undefined as never) }),
    '`database` must be a cluster of Amazon DocumentDB, got none'],
  ['an import without its endpoint', (where) => ({
    vpc: where.vpc,
    database: RotationTarget.fromDocumentDbCluster(docdb.DatabaseCluster.fromDatabaseClusterAttributes(where.stack, 'Imported', {
      clusterIdentifier: 'documents', securityGroup: groups(where)[0],
    })),
  }), '`database` must know its endpoint'],
  ['a cluster with instances for an elastic one', (where) => ({ database: RotationTarget.fromDocumentDbElasticCluster(documentDb(where) as never) }),
    '`database` must be an elastic cluster of Amazon DocumentDB'],
  ['the administrator of an elastic cluster', (where) => ({
    username: 'Operations', vpc: where.vpc, database: RotationTarget.fromDocumentDbElasticCluster(elasticCluster(where), groups(where)),
  }), 'whose password Amazon DocumentDB changes by docdb-elastic:UpdateCluster alone'],
  ['the master user', (where) => ({ username: 'Administrator', vpc: where.vpc, database: RotationTarget.fromDocumentDbCluster(documentDb(where)) }),
    '`username` must not be the master user "administrator", whose password Amazon DocumentDB rotates itself'],
  ['a VPC without the groups of an elastic cluster', (where) => ({
    vpc: where.vpc, database: RotationTarget.fromDocumentDbElasticCluster(elasticCluster(where)),
  }), '`securityGroups` of the database must be known'],
  ['an elastic cluster without the VPC', (where) => ({ database: RotationTarget.fromDocumentDbElasticCluster(elasticCluster(where)) }),
    '`vpc` must be given, because the database is reached from its VPC alone'],
  ['a cluster in a VPC without the VPC', (where) => ({ database: RotationTarget.fromDocumentDbCluster(documentDb(where)) }), '`vpc` must be given'],
  ['another database of users in Amazon DocumentDB', (where) => ({
    databaseName: 'shop', vpc: where.vpc, database: RotationTarget.fromDocumentDbCluster(documentDb(where)),
  }), '`databaseName` must be admin, in which Amazon DocumentDB keeps all users, got "shop"'],
  ['users of another service', () => ({ databaseName: '$external', database: endpoint(MONGODB) }), 'users of $external have no password'],
  ['the endpoint of a reader', () => ({ database: endpoint(MONGODB, { host: 'documents.cluster-ro-abc123.eu-west-1.docdb.amazonaws.com' }) }),
    '`host` must be the writer'],
  ['a connection string', () => ({ database: endpoint(MONGODB, { host: `mongodb+srv://app:${'x'.repeat(9)}@db.example.com/shop` }) }),
    '`host` must be a host name or an address alone'],
  ['dual password', () => ({ database: endpoint(MONGODB), strategy: RotationStrategy.dualPassword() }), '`strategy` must not be dual password for mongo'],
  ['a password longer than Amazon DocumentDB takes', () => ({ database: endpoint(MONGODB), passwordPolicy: PasswordPolicy.of({ length: 101 }) }),
    '`passwordPolicy.length` must be a whole number from 8 to 100, got 101'],
  ['a user name with its clone that is too long', ({ stack }) => ({ database: endpoint(MONGODB), username: 'u'.repeat(58), strategy: alternatingUsers(stack) }),
    '`username` and its _clone must have at most 63 bytes for mongo, got 64'],
  ['a deployed secret without TLS', adopting({ username: 'app', engine: 'mongo', host: HOST, ssl: 'false' }), '`ssl` of `content` must be true'],

  ['a deployed secret of another engine', adopting({ username: 'app', engine: 'postgres', host: HOST }), '`engine` of `content` must be that of `database`'],
  ['a grant on tables', granting(DatabaseGrant.onTables({ database: 'shop', privileges: [TablePrivilege.SELECT] })), 'MongoDB has no grants on tables'],
  ['a privilege of SQL', granting(DatabaseGrant.onDatabase({ database: 'shop', privileges: [DatabasePrivilege.CONNECT] })),
    '`privileges` on a database must be of MongoDB: read, readWrite, dbAdmin, got "CONNECT"'],
  ['a grant without its database', granting(DatabaseGrant.onDatabase({ privileges: [DatabasePrivilege.READ] }), { databaseName: 'shop' }),
    '`database` of a grant must be given'],
  ['a grant on admin', granting(DatabaseGrant.onDatabase({ database: 'admin', privileges: [DatabasePrivilege.READ] })), '`database` of a grant must not be admin'],
  ['a grant on no database', granting(DatabaseGrant.onDatabase({ database: 'a.b', privileges: [DatabasePrivilege.READ] })), 'must be a name of a database of MongoDB'],
  ['a role of administrators', granting(DatabaseGrant.role('root')), '`role` of a grant must not be root'],
  ['a role that reads what logs others in', granting(DatabaseGrant.role('backup')), '`role` of a grant must not be backup, which has power over the users'],
  ['a role that stops the server', granting(DatabaseGrant.role('hostManager')), '`role` of a grant must not be hostManager'],
  ['a grant where users are marked as made by a rotation',
    granting(DatabaseGrant.onDatabase({ database: 'cdk_managed_secrets', privileges: [DatabasePrivilege.READ_WRITE] })),
    '`database` of a grant must not be cdk_managed_secrets'],
  ['a statement', granting(DatabaseGrant.statement('db.dropDatabase()')), 'DatabaseGrant.statement must not be given for MongoDB'],
];

test('fifteen of them, at least', () => expect(WRONG.length).toBeGreaterThanOrEqual(15));

test.each(WRONG)('refuses %s', (_, props, message) => {
  const where = world();
  const wrong = props(where);
  const before = where.stack.node.findAll().length;
  expect(() => rotated(where.stack, wrong)).toThrow(message);
  // Nothing is left of the attempt.
  expect(where.stack.node.findAll()).toHaveLength(before);
});

test('no text of a connection string comes into an error', () => {
  const password = `p${'x'.repeat(9)}`;
  expect(() => rotated(world().stack, { database: endpoint(MONGODB, { host: `mongodb://app:${password}@db.example.com` }) }))
    .toThrow(expect.objectContaining({ message: expect.not.stringContaining(password) }));
});

test('what only the deployment knows is taken as it is', () => {
  const where = world();
  const name = Token.asString({ Ref: 'Name' });
  rotated(where.stack, { database: endpoint(MONGODB), username: name, databaseName: name });
  new DatabaseRotator(where.stack, 'Rotator', { engine: MONGODB });
});
