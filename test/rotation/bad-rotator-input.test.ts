import {
  App, Aws, aws_ec2 as ec2, aws_lambda as lambda, aws_logs as logs, aws_rds as rds,
  aws_secretsmanager as secretsmanager, Duration, Fn, Lazy,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, DatabaseRotatorProps, GuardRail, IDatabaseRotator, LegacyAuthentication, MasterUserRotation,
  MasterUserRotationProps, PasswordPolicy, RotationSchedule, RotationStrategy, RotationTarget,
  SecretContent, SecretNamespace, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import { BadInput, refuses } from './failed-attempt';
import {
  alternatingUsers, cluster, endpoint, HOST, instance, POSTGRES, Props, rotated, SUPERUSER_ARN, World, world,
} from './rotated-databases';
import { ENV, OTHER_ACCOUNT, testStack } from '../support/test-app';

const secretWith = (props: (at: World) => Props) => (at: World) => {
  const given = props(at);
  return () => rotated(at.stack, given);
};

const rotatorIn = ({ stack }: World, props: Partial<DatabaseRotatorProps> = {}) => new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, ...props });
const rotatorOf = (stack: World['stack'], env: typeof ENV) => new DatabaseRotator(testStack('Far', stack.node.root as App, env), 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
const functionIn = ({ stack }: World) => new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//') });
const importedRotator = (stack: World['stack'], region: string, account: string) => DatabaseRotator.fromFunction(stack, 'Rotator',
  lambda.Function.fromFunctionArn(stack, 'Theirs', `arn:aws:lambda:${region}:${account}:function:rotate`));
const otherVpc = ({ stack }: World) => new ec2.Vpc(stack, 'Other', { maxAzs: 1, natGateways: 1, restrictDefaultSecurityGroup: false });
const importedVpc = ({ stack }: World, vpcId: string, id = 'Other') => ec2.Vpc.fromVpcAttributes(stack, id, { vpcId, availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
/** The instance says that it is in an imported VPC, as one of another stack does. */
const instanceIn = (at: World, vpc: ec2.IVpc) => RotationTarget.fromInstance(new rds.DatabaseInstance(at.stack, 'Database', { engine: POSTGRES, vpc, vpcSubnets: { subnets: vpc.privateSubnets } }));

describe('a rotator that does not fit', () => {
  const inRotator = (props: (at: World) => Partial<DatabaseRotatorProps>, own: (at: World, rotator: IDatabaseRotator) => Props = () => ({})) =>
    secretWith(at => {
      const rotator = rotatorIn(at, props(at));
      return { rotator, ...own(at, rotator) };
    });

  refuses([
    ['of another engine', inRotator(() => ({ engine: DatabaseEngine.MYSQL })),
      /`rotator` must be one for postgres, the engine of the database, got Stack\/Rotator for mysql; give another, or none/],
    ['of MySQL for MariaDB', inRotator(() => ({ engine: DatabaseEngine.MYSQL }), () => ({ database: endpoint(DatabaseEngine.MARIADB) })), /must be one for mariadb, .*for mysql/],
    ['of another strategy', inRotator(() => ({}), ({ stack }) => ({ strategy: alternatingUsers(stack) })),
      /`strategy` must be that of `rotator` Stack\/Rotator, singleUser, got alternatingUsers; give a rotator of that strategy, or none/],
    ['of alternating users, without a superuser', inRotator(() => ({ strategy: RotationStrategy.alternatingUsers() })), /`superuserSecret` must be given for alternating users/],
    ['of another password policy', inRotator(() => ({}), () => ({ passwordPolicy: PasswordPolicy.ALPHANUMERIC })),
      /`passwordPolicy` must be that of `rotator` Stack\/Rotator, which makes every later password; leave it out, or give a rotator of that policy/],
    ['of another VPC', inRotator(at => ({ vpc: otherVpc(at) }), at => ({ database: RotationTarget.fromInstance(instance(at)) })),
      /`vpc` of the rotator must be that of the database, Stack\/Vpc, got Stack\/Other; .*use RotationTarget.fromEndpoint/],
    ['of a VPC with another id', inRotator(at => ({ vpc: importedVpc(at, 'vpc-0123456789abcdef0') }), at => ({
      database: instanceIn(at, importedVpc(at, 'vpc-1123456789abcdef0', 'Theirs')),
    })), /`vpc` of the rotator must be that of the database, Stack\/Theirs, got Stack\/Other/],
    ['without a VPC, for a database in one', inRotator(() => ({}), at => ({ database: RotationTarget.fromInstance(instance(at)) })),
      /`vpc` must be given, because the database stands behind security groups, .*use RotationTarget.fromEndpoint without `securityGroups`/],
    ['in a VPC, for a database without security groups', inRotator(({ vpc }) => ({ vpc })),
      /`securityGroups` of the database must be known, .*give them to RotationTarget.fromEndpoint, or to the import/],
    ['of another region', secretWith(({ stack }) => ({ rotator: rotatorOf(stack, { ...ENV, region: 'us-east-1' }) })),
      /`rotator` must be of the secret's own region eu-west-1, got Far\/Rotator of us-east-1; create one there/],
    ['of another account', secretWith(({ stack }) => ({ rotator: rotatorOf(stack, { ...ENV, account: OTHER_ACCOUNT }) })),
      /`rotator` must be of the secret's own account 111122223333, got Far\/Rotator of 444455556666; create one there/],
    ['of the user\'s own, of another region', secretWith(({ stack }) => ({ rotator: importedRotator(stack, 'us-east-1', ENV.account) })),
      /`rotator` must be of the secret's own region eu-west-1, got Stack\/Rotator of us-east-1; create one there/],
    ['of the user\'s own, of another account', secretWith(({ stack }) => ({ rotator: importedRotator(stack, ENV.region, OTHER_ACCOUNT) })),
      /`rotator` must be of the secret's own account 111122223333, got Stack\/Rotator of 444455556666; create one there/],
    ['a function in place of a rotator', secretWith(at => ({ rotator: functionIn(at) as never })), /`rotator` must be a DatabaseRotator; .*DatabaseRotator.fromFunction/],
    ['of the user\'s own, without a function', ({ stack }) => () => DatabaseRotator.fromFunction(stack, 'Rotator', undefined as never),
      /`rotationFunction` must be given: the function that rotates/, 'Stack/Rotator'],
  ]);

  test.each<[string, (at: World) => [ec2.IVpc, RotationTarget]]>([
    ['whose id is known at deployment', at => [importedVpc(at, Fn.importValue('Vpc')), RotationTarget.fromInstance(instance(at))]],
    ['whose database\'s VPC is known at deployment', at => [importedVpc(at, 'vpc-0123456789abcdef0'), instanceIn(at, importedVpc(at, Fn.importValue('Vpc'), 'Theirs'))]],
    ['that is imported twice', at => [importedVpc(at, 'vpc-0123456789abcdef0'), instanceIn(at, importedVpc(at, 'vpc-0123456789abcdef0', 'Theirs'))]],
  ])('but a VPC %s passes', (_, prepare) => {
    const at = world();
    const [vpc, database] = prepare(at);
    expect(() => rotated(at.stack, { vpc, database })).not.toThrow();
  });
});

describe('a network that does not reach', () => {
  const rotatorWith = (props: (at: World) => Partial<DatabaseRotatorProps>) => (at: World) => {
    const given = props(at);
    return () => rotatorIn(at, given);
  };
  const inSubnets = (subnets: (at: World) => ec2.ISubnet[]) => rotatorWith(at => ({ vpc: at.vpc, vpcSubnets: { subnets: subnets(at) } }));
  const throughEndpoint = (props: Partial<ec2.InterfaceVpcEndpointOptions>) => rotatorWith(({ vpc }) => ({
    vpc,
    endpoint: SecretsManagerEndpoint.fromInterfaceEndpoint(vpc.addInterfaceEndpoint('Existing', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, ...props })),
  }));
  const groups = ({ stack, vpc }: World) => [new ec2.SecurityGroup(stack, 'Group', { vpc })];

  const ROTATOR = 'Stack/Rotator';
  const logGroup = (id: string, place: Partial<typeof ENV>) => rotatorWith(({ stack }) => ({
    logGroup: logs.LogGroup.fromLogGroupName(testStack(id, stack.node.root as App, { ...ENV, ...place }), 'Log', 'rotations'),
  }));

  refuses([
    ['a log group of another region', logGroup('Far', { region: 'us-east-1' }), /`logGroup` must be of the function's own region eu-west-1, got Far\/Log of us-east-1; give one there/, ROTATOR],
    ['a log group of another account', logGroup('Foreign', { account: OTHER_ACCOUNT }), /`logGroup` must be of the function's own account 111122223333, got Foreign\/Log of 444455556666/, ROTATOR],
    ['a superuser of another region for every secret', rotatorWith(({ stack }) => ({
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', SUPERUSER_ARN.replace(ENV.region, 'us-east-1')) }),
    })), /`superuserSecret` must be of the rotated secret's own region eu-west-1, got Stack\/Superuser of us-east-1/, ROTATOR],
    ['a VPC beside a rotator', secretWith(at => ({ rotator: rotatorIn(at), vpc: at.vpc })), /`vpc` must be given to `rotator` Stack\/Rotator, which runs the function; leave it out here/],
    ['a VPC for a database without security groups', secretWith(({ vpc }) => ({ vpc })), /`securityGroups` of the database must be known/],
    ['a VPC for an import without security groups', secretWith(({ stack, vpc }) => ({
      vpc,
      database: RotationTarget.fromInstance(rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Imported', {
        instanceIdentifier: 'db', instanceEndpointAddress: HOST, port: 5432, securityGroups: [], engine: POSTGRES,
      })),
    })), /`securityGroups` of the database must be known, .*or to the import of the database/],
    ['no VPC for a database with security groups', secretWith(at => ({ database: endpoint(DatabaseEngine.MYSQL, { securityGroups: groups(at) }) })), /`vpc` must be given/],
    ['another VPC than the database\'s', secretWith(at => ({ database: RotationTarget.fromCluster(cluster(at)), vpc: otherVpc(at) })), /`vpc` of the rotator must be that of the database/],
    ['a way to log in that nobody knows', rotatorWith(() => ({ legacyAuthentication: ['plain' as LegacyAuthentication] })),
      /`legacyAuthentication` must hold none but those of LegacyAuthentication, got "plain"; leave it out/, ROTATOR],
    ['subnets without a VPC', rotatorWith(() => ({ vpcSubnets: {} })), /`vpcSubnets` must come with `vpc`; give the VPC of the server, or leave `vpcSubnets` out/, ROTATOR],
    ['security groups without a VPC', rotatorWith(() => ({ securityGroups: [] })), /`securityGroups` must come with `vpc`/, ROTATOR],
    ['an endpoint without a VPC', rotatorWith(() => ({ endpoint: SecretsManagerEndpoint.create() })), /`endpoint` must come with `vpc`/, ROTATOR],
    ['no security groups', rotatorWith(({ vpc }) => ({ vpc, securityGroups: [] })), /`securityGroups` must name at least one; leave it out for one of its own/, ROTATOR],
    ['a VPC of public subnets', secretWith(({ stack }) => {
      const vpc = new ec2.Vpc(stack, 'Public', {
        restrictDefaultSecurityGroup: false, natGateways: 0, subnetConfiguration: [{ name: 'public', subnetType: ec2.SubnetType.PUBLIC }],
      });
      return { database: RotationTarget.fromInstance(new rds.DatabaseInstance(stack, 'Database', { engine: POSTGRES, vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } })) };
    }), /`vpcSubnets` must be private or isolated subnets of Stack\/Public, got public ones, because .* in a public subnet has no way out; give private subnets, or isolated ones with `endpoint`/],
    ['public subnets', inSubnets(({ vpc }) => vpc.publicSubnets), /`vpcSubnets` must be private or isolated subnets of Stack\/Vpc/, ROTATOR],
    ['a public subnet among private ones', inSubnets(({ vpc }) => [...vpc.privateSubnets, vpc.publicSubnets[0]]), /`vpcSubnets` must be private or isolated subnets of Stack\/Vpc/, ROTATOR],
    ['public subnets of a rotator', at => () => rotatorIn(at, { vpc: at.vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }), /`vpcSubnets` must be private or isolated/, 'Stack/Rotator'],
    ['an endpoint without private DNS', throughEndpoint({ privateDnsEnabled: false }),
      /`endpoint` must have private DNS, got Stack\/Vpc\/Existing without; enable it there, or use SecretsManagerEndpoint.create\(\)/, ROTATOR],
    ['an endpoint of another service', throughEndpoint({ service: ec2.InterfaceVpcEndpointAwsService.KMS }),
      /`endpoint` must be one of Secrets Manager, got Stack\/Vpc\/Existing of com.amazonaws.eu-west-1.kms; give the one of the VPC, or use SecretsManagerEndpoint.create\(\)/, ROTATOR],
    ['an endpoint of another service, whose name is a literal', throughEndpoint({ service: new ec2.InterfaceVpcEndpointService('com.amazonaws.eu-west-1.secretsmanager-fips') }),
      /`endpoint` must be one of Secrets Manager, got .*secretsmanager-fips; give/, ROTATOR],
    ['a guard rail that keeps the function out', at => {
      const namespace = new SecretNamespace(at.stack, 'Guarded', { environment: 'prod', service: 'guarded', guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'])] });
      return () => rotated(at.stack, { namespace });
    }, /GuardRail.denyOutsideVpcEndpoints of the namespace would deny the rotation function its secret, .*give one of them as `endpoint`/],
  ]);

  test.each([
    ['of a service whose name is known at deployment', Lazy.string({ produce: () => 'com.amazonaws.eu-west-1.secretsmanager' })],
    ['of a service that ends in what is known at deployment', Fn.join('', ['com.amazonaws.', Fn.importValue('Region'), Fn.importValue('Service')])],
    ['of Secrets Manager in a region that is known at deployment', Fn.join('', ['com.amazonaws.', Aws.REGION, '.secretsmanager'])],
    ['of China', 'cn.com.amazonaws.cn-north-1.secretsmanager'],
  ])('but an endpoint %s passes', (_, name) => {
    expect(throughEndpoint({ service: new ec2.InterfaceVpcEndpointService(name), privateDnsEnabled: true })(world())).not.toThrow();
  });

  test('but an endpoint passes whose service the L1 hides', () => {
    const at = world();
    const attempt = throughEndpoint({})(at);
    (at.vpc.node.findChild('Existing').node.defaultChild as ec2.CfnVPCEndpoint).serviceName = undefined;
    expect(attempt).not.toThrow();
  });
});

describe('a function that does not run', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const ofRotator = (cases: [string, Partial<DatabaseRotatorProps>, RegExp][]): BadInput[] => cases.map(
    ([name, props, message]): BadInput => [name, at => () => rotatorIn(at, props), message, 'Stack/Rotator']);
  /** A password policy of a secret and of a rotator fail alike. */
  const ofBoth = (cases: [string, Pick<Props, 'passwordPolicy'>, RegExp][]): BadInput[] => cases.flatMap(([name, props, message]): BadInput[] => [
    [`${name}, of a secret`, secretWith(() => props), message],
    [`${name}, of a rotator`, at => () => rotatorIn(at, props), message, 'Stack/Rotator'],
  ]);

  refuses(ofRotator([
    ['too little memory', { memorySize: 127 }, /`memorySize` must be a whole number from 128 to 10240, got 127/],
    ['too much memory', { memorySize: 10_241 }, /`memorySize` must be a whole number from 128 to 10240, got 10241/],
    ['half a MiB', { memorySize: 256.5 }, /`memorySize` must be a whole number/],
    ['too short a time', { timeout: Duration.seconds(14) }, /`timeout` must be a whole number from 15 to 900, got 14/],
    ['too long a time', { timeout: Duration.seconds(901) }, /`timeout` must be a whole number from 15 to 900, got 901/],
    ['part of a second', { timeout: Duration.millis(20_500) }, /`timeout` must be a whole number from 15 to 900, got 20.5/],
    ['a runtime of Python', { runtime: lambda.Runtime.PYTHON_3_13 }, /`runtime` must be Node.js 20 or newer, .*got python3.13; leave it out/],
    ['a runtime that is too old', { runtime: lambda.Runtime.NODEJS_18_X }, /`runtime` must be Node.js 20 or newer, .*got nodejs18.x/],
    ['a runtime without a version', { runtime: lambda.Runtime.NODEJS }, /`runtime` must be Node.js 20 or newer, .*got nodejs;/],
    ['a runtime of Node.js 4.3', { runtime: lambda.Runtime.NODEJS_4_3 }, /`runtime` must be Node.js 20 or newer, .*got nodejs4.3;/],
    ['a runtime whose name is none', { runtime: new lambda.Runtime('nodejs20', lambda.RuntimeFamily.NODEJS) }, /`runtime` must be Node.js 20 or newer, .*got nodejs20;/],
    ['no invocation at once', { reservedConcurrentExecutions: 0 }, /`reservedConcurrentExecutions` must be a whole number from 1 on, got 0; with 0 the function would never run; leave it out/],
    ['fewer invocations than none', { reservedConcurrentExecutions: -1 }, /`reservedConcurrentExecutions` must be a whole number from 1 on, got -1/],
    ['half an invocation', { reservedConcurrentExecutions: 1.5 }, /`reservedConcurrentExecutions` must be a whole number from 1 on, got 1.5/],
    ['no certificate', { certificateAuthorities: '' }, /`certificateAuthorities` must be certificates in PEM form; read the file and pass its text/],
    ['the name of a file', { certificateAuthorities: './ca.pem' }, /`certificateAuthorities` must be certificates in PEM form/],
    ['a certificate that has no end', { certificateAuthorities: PEM.slice(0, -10) }, /`certificateAuthorities` must be certificates in PEM form/],
    ['a private key', { certificateAuthorities: `${PEM}-----BEGIN ${'PRIVATE'} KEY-----\nMIIE\n-----END ${'PRIVATE'} KEY-----\n` }, /must not hold a private key, .*give certificates alone/],
    ['too many certificates', { certificateAuthorities: PEM.repeat(Math.ceil(3001 / PEM.length)) }, /must have at most 3000 characters, .*got 3\d\d\d; give the one authority/],
  ]));

  refuses(ofBoth([
    ['too short a password', { passwordPolicy: PasswordPolicy.of({ length: 7 }) }, /`passwordPolicy.length` must be a whole number from 8 to 128, got 7/],
    ['too long a password', { passwordPolicy: PasswordPolicy.of({ length: 129 }) }, /`passwordPolicy.length` must be a whole number from 8 to 128, got 129/],
    ['spaces', { passwordPolicy: PasswordPolicy.of({ space: true }) }, /`passwordPolicy` must not allow the space, which rotation does not make; leave `space` out/],
    ['nine characters to choose from', {
      passwordPolicy: PasswordPolicy.of({ uppercase: false, lowercase: false, punctuation: false, excludeCharacters: '0' }),
    }, /`passwordPolicy` must leave at least 10 characters, got 9; exclude fewer/],
    ['no kind of character', {
      passwordPolicy: PasswordPolicy.of({ uppercase: false, lowercase: false, punctuation: false, numbers: false }),
    }, /a password policy must allow at least one of `uppercase`, `lowercase`, `numbers` and `punctuation`/],
    ['a length that is a token', { passwordPolicy: PasswordPolicy.of({ length: Lazy.number({ produce: () => 32 }) }) }, /`passwordPolicy` must be known at synthesis, got a token/],
    ['characters that are a token', { passwordPolicy: PasswordPolicy.of({ excludeCharacters: Lazy.string({ produce: () => '@' }) }) }, /`passwordPolicy` must be known at synthesis, got a token/],
  ]));

  refuses([
    ['no engine', at => () => rotatorIn(at, { engine: undefined as never }), /`engine` must be given, such as DatabaseEngine.POSTGRESQL/, 'Stack/Rotator'],
    ['an engine of the user\'s own', at => () => rotatorIn(at, { engine: DatabaseEngine.of('oracle', { defaultPort: 1521 }) }), /for one of your own DatabaseRotator.fromFunction/, 'Stack/Rotator'],
    ['an unknown strategy', at => () => rotatorIn(at, { strategy: 'multiUser' as never }), /`strategy` must be a RotationStrategy, such as RotationStrategy.singleUser\(\)/, 'Stack/Rotator'],
    ['dual password on PostgreSQL', at => () => rotatorIn(at, { strategy: RotationStrategy.dualPassword() }), /`strategy` must not be dual password for postgres/, 'Stack/Rotator'],
  ]);

  test.each<[string, Partial<DatabaseRotatorProps>]>([
    ['Node.js 20', { runtime: lambda.Runtime.NODEJS_20_X }],
    ['Node.js 22', { runtime: lambda.Runtime.NODEJS_22_X }],
    ['Node.js 24', { runtime: lambda.Runtime.NODEJS_24_X }],
    ['the newest runtime', { runtime: lambda.Runtime.NODEJS_LATEST }],
    ['a runtime of 2030', { runtime: new lambda.Runtime('nodejs100.x', lambda.RuntimeFamily.NODEJS) }],
    ['a runtime that is known at deployment', { runtime: new lambda.Runtime(Lazy.string({ produce: () => 'nodejs24.x' }), lambda.RuntimeFamily.NODEJS) }],
    ['one invocation at once', { reservedConcurrentExecutions: 1 }],
    ['a number of invocations that is known at deployment', { reservedConcurrentExecutions: Lazy.number({ produce: () => 1 }) }],
  ])('but %s passes', (_, props) => {
    expect(() => rotatorIn(world(), props)).not.toThrow();
  });
});

describe('an adopted value that a rotation cannot read', () => {
  const FIELDS = { username: 'app', engine: 'postgres', host: HOST };
  const field = (template: Record<string, string>) => SecretContent.generatedField({ template });
  const known = (text: string) => Lazy.string({ produce: () => text });

  refuses([
    ['another user', secretWith(() => ({ content: field({ ...FIELDS, username: 'other' }) })), /`username` must be that of `content`, got "app" and "other"; correct one/],
    ['no user', secretWith(() => ({ content: field({ engine: 'postgres', host: HOST }) })), /`username` must be that of `content`, got "app" and undefined/],
    ['neither engine nor host of an endpoint', secretWith(() => ({ content: field({ username: 'app' }) })),
      /`content` must hold `engine`, `host`, which a rotation reads; .*use RotationTarget.fromInstance or fromCluster/],
    ['no superuser, on a shared rotator', secretWith(at => ({
      content: field(FIELDS), strategy: alternatingUsers(at.stack), rotator: rotatorIn(at, { strategy: RotationStrategy.alternatingUsers() }),
    })), /`content` must hold `masterarn`, .*give a `rotator` whose `strategy` names that superuser, or none/],
    ['a template that is not JSON', secretWith(() => ({
      content: SecretContent.generateSecretString({ secretStringTemplate: 'username=app', generateStringKey: 'password' }),
    })), /`content` must have a template that is JSON; correct it/],
    ['a template that is no object', secretWith(() => ({
      content: SecretContent.generateSecretString({ secretStringTemplate: 'null', generateStringKey: 'password' }),
    })), /`content` must have a template that is JSON/],
    ['another engine than the database\'s', secretWith(() => ({ content: field({ ...FIELDS, engine: 'mysql' }) })), /`engine` of `content` must be that of `database`, postgres, got "mysql"; correct one/],
    ['another host than the database\'s', secretWith(() => ({ content: field({ ...FIELDS, host: 'old.example.com' }) })),
      /`host` of `content` must be that of `database`, db.example.com, got "old.example.com"; correct one/],
    ['another host, beside a user that is known at deployment', secretWith(() => ({ content: field({ ...FIELDS, username: known('app'), host: 'old.example.com' }) })),
      /`host` of `content` must be that of `database`/],
    ['no host but null', secretWith(() => ({ content: field({ ...FIELDS, host: null as never }) })), /`host` of `content` must be that of `database`, db.example.com, got null/],
    ['another port than the database\'s', secretWith(() => ({ content: field({ ...FIELDS, port: '5433' }) })), /`port` of `content` must be that of `database`, 5432, got "5433"; correct one/],
    ['no port, where the database has another than its engine', secretWith(() => ({ content: field(FIELDS), database: endpoint(DatabaseEngine.POSTGRESQL, { port: 5433 }) })),
      /`port` of `content` must be that of `database`, 5433, got 5432/],
    ['a generated field that is no password', secretWith(() => ({ content: SecretContent.generatedField({ template: FIELDS, field: 'secret' }) })),
      /`content` must generate `password`, which a rotation reads, got "secret"; correct the deployed secret first/],
    ['an empty one, on a shared rotator of alternating users', secretWith(at => ({
      content: SecretContent.empty(),
      strategy: alternatingUsers(at.stack),
      rotator: rotatorIn(at, { strategy: RotationStrategy.alternatingUsers() }),
    })), /`content` must not be empty with a rotator that reads the superuser in the value, as `masterarn`.*; give a `rotator` whose `strategy` names that superuser, or none/],
    ['a password alone', secretWith(() => ({ content: SecretContent.generatedPassword() })), /`content` must be a JSON object with `username` and `password`, got a password alone; leave it out/],
    ['the value itself, which no compiler sees in JavaScript', secretWith(() => ({ content: 'a password' as never })), /^`content` must be a SecretContent, such as SecretContent.empty\(\) \[at/],
    ['a database name beside it', secretWith(() => ({ content: field(FIELDS), databaseName: 'orders' })), /`databaseName` must stand in `content` as `dbname`, .*leave one out/],
  ]);

  test.each<[string, (at: World) => Props]>([
    ['with Aurora\'s name of the engine', () => ({ content: field({ ...FIELDS, engine: 'aurora-postgresql' }) })],
    ['with the name of an engine of the user\'s own', at => ({
      content: field({ ...FIELDS, engine: 'oracle' }),
      rotator: DatabaseRotator.fromFunction(at.stack, 'Rotator', functionIn(at)),
      database: endpoint(DatabaseEngine.of('oracle', { defaultPort: 1521 })),
    })],
    ['with the host in capitals', () => ({ content: field({ ...FIELDS, host: HOST.toUpperCase() }) })],
    ['with the port as a number', () => ({
      content: SecretContent.generateSecretString({ secretStringTemplate: JSON.stringify({ ...FIELDS, port: 5433 }), generateStringKey: 'password' }),
      database: endpoint(DatabaseEngine.POSTGRESQL, { port: 5433 }),
    })],
    ['whose fields are known at deployment', () => ({ content: field({ username: known('app'), engine: known('postgres'), host: known(HOST), port: known('5432') }) })],
    ['of a database whose host is known at deployment', () => ({ content: field(FIELDS), database: endpoint(DatabaseEngine.POSTGRESQL, { host: known(HOST) }) })],
    ['of a user whose name is known at deployment', () => ({ username: known('app'), content: field(FIELDS) })],
    ['whose template is known at deployment', ({ stack }) => ({
      content: SecretContent.generateSecretString({ secretStringTemplate: stack.toJsonString({ username: known('app') }), generateStringKey: 'password' }),
    })],
    ['to which an attachment writes engine and host', at => ({
      content: field({ ...FIELDS, engine: 'mysql', host: 'old.example.com' }), database: RotationTarget.fromInstance(instance(at)),
    })],
    ['that was put by hand', () => ({ content: SecretContent.empty() })],
    ['that was put by hand, of a database to attach', at => ({ content: SecretContent.empty(), database: RotationTarget.fromInstance(instance(at)) })],
    ['that was put by hand, of alternating users', at => ({ content: SecretContent.empty(), strategy: alternatingUsers(at.stack) })],
    ['that was put by hand, on a shared rotator of single users', at => ({ content: SecretContent.empty(), rotator: rotatorIn(at) })],
  ])('but one %s passes', (_, props) => {
    expect(secretWith(props)(world())).not.toThrow();
  });
});

describe('a master user', () => {
  const managedBy = (props: (at: World) => Partial<MasterUserRotationProps>) => (at: World) => {
    const given = { schedule: RotationSchedule.every(Duration.days(7)), ...props(at) } as MasterUserRotationProps;
    return () => new MasterUserRotation(at.stack, 'Master', given);
  };
  const managed = (at: World) => {
    const database = instance(at);
    (database.node.defaultChild as rds.CfnDBInstance).manageMasterUserPassword = true;
    return database;
  };
  const superuser = ({ stack }: World) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', SUPERUSER_ARN);

  refuses(([
    ['whose password Amazon RDS does not manage', managedBy(at => ({ database: RotationTarget.fromInstance(instance(at)) })),
      /`database` must be one whose master user's password Amazon RDS manages; set `manageMasterUserPassword` on Stack\/Database/],
    ['of a cluster whose password Amazon RDS does not manage', managedBy(at => ({ database: RotationTarget.fromCluster(cluster(at)) })), /set `manageMasterUserPassword` on Stack\/Database/],
    ['of an import without its secret', managedBy(() => ({ database: endpoint() })), /`masterUserSecret` must be given for a database that this app does not create/],
    ['whose secret is given twice', managedBy(at => ({ database: RotationTarget.fromInstance(managed(at)), masterUserSecret: superuser(at) })),
      /`masterUserSecret` must be left out, because Stack\/Database knows its own/],
    ['without a database', managedBy(() => ({})), /`database` must be given, such as RotationTarget.fromCluster\(cluster\)/],
    ['without a schedule', managedBy(at => ({ database: RotationTarget.fromInstance(managed(at)), schedule: undefined })), /`schedule` must be a RotationSchedule, such as RotationSchedule.every/],
  ] satisfies BadInput[]).map(([name, prepare, message]): BadInput => [name, prepare, message, 'Stack/Master']));
});

describe('what JavaScript may leave out', () => {
  const NONE = undefined as never;

  refuses([
    ['the database', secretWith(() => ({ database: NONE })), /`database` must be given, such as RotationTarget.fromCluster\(cluster\)/],
    ['the database, as null', secretWith(() => ({ database: null as never })), /`database` must be given/],
    ['the target around the database', secretWith(() => ({ database: {} as never })), /`database` must be given/],
    ['the target around a cluster', secretWith(at => ({ database: cluster(at) as never })), /`database` must be given, such as RotationTarget.fromCluster\(cluster\)/],
    ['the instance', secretWith(() => ({ database: RotationTarget.fromInstance(NONE) })), /`database` must be an instance or a cluster of Amazon RDS, got none/],
    ['the cluster', secretWith(() => ({ database: RotationTarget.fromCluster(NONE) })), /`database` must be an instance or a cluster of Amazon RDS, got none/],
    ['the serverless cluster', secretWith(() => ({ database: RotationTarget.fromServerlessCluster(null as never) })), /`database` must be an instance or a cluster of Amazon RDS, got none/],
    ['the engine of an endpoint', secretWith(() => ({ database: RotationTarget.fromEndpoint({ host: HOST, engine: NONE }) })), /`engine` of the database must be given, such as DatabaseEngine.POSTGRESQL/],
    ['the host of an endpoint', secretWith(() => ({ database: endpoint(DatabaseEngine.MYSQL, { host: undefined }) })), /`host` must be given: the host name of the database/],
    ['the strategy around its name', secretWith(() => ({ strategy: 'singleUser' as never })), /`strategy` must be a RotationStrategy, such as RotationStrategy.singleUser\(\)/],
    ['the schedule around its expression', secretWith(() => ({ schedule: 'rate(30 days)' as never })), /`schedule` must be a RotationSchedule, such as RotationSchedule.every/],
    ['the policy around its rules', secretWith(() => ({ passwordPolicy: { length: 20 } as never })), /`passwordPolicy` must be a PasswordPolicy, such as PasswordPolicy.of/],
    ['the purpose', secretWith(() => ({ purpose: undefined })), /`purpose` must be given/],
    ['the strategy of a shared rotator', secretWith(at => ({ rotator: rotatorIn(at), strategy: RotationStrategy.alternatingUsers(NONE) })), /`superuserSecret` must be given/],
  ]);
});
