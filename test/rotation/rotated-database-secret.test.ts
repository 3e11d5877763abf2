import {
  App, assertions, aws_ec2 as ec2, aws_ecs as ecs, aws_iam as iam, aws_lambda as lambda, aws_rds as rds, aws_secretsmanager as secretsmanager,
  Duration, Lazy, RemovalPolicy, SecretValue, Stack,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, DeployedName, PasswordPolicy, RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget,
  SecretContent, SecretNamespace,
} from 'cdk-managed-secrets';
import {
  alternatingUsers, cluster, endpoint, HOST, idsOf, instance, NAMESPACE, resourceOf, resourcesOf, rotated, serverlessCluster, superuserSets,
  SUPERUSER_ARN, World, world,
} from './rotated-databases';
import { ENV, role, testApp, testStack } from '../support/test-app';

const [SECRET, ATTACHMENT, SCHEDULE, FUNCTION] = [
  'AWS::SecretsManager::Secret', 'AWS::SecretsManager::SecretTargetAttachment', 'AWS::SecretsManager::RotationSchedule', 'AWS::Lambda::Function',
];

/** Part of every deployed schedule and attachment: a schedule that is replaced turns rotation off. */
const [SECRET_ID, ATTACHMENT_ID, SCHEDULE_ID] = ['CredentialsF8F243AA', 'CredentialsAttachment37730F3C', 'CredentialsAttachmentRotationSchedule4E0DB0FF'];

let here: World;

beforeEach(() => {
  here = world();
});

function templateOf(stack: Stack): unknown {
  return JSON.parse(resourceOf(stack, SECRET, 'Credentials').Properties.GenerateSecretString.SecretStringTemplate);
}

describe('the superuser\'s secret cannot be deleted by the account', () => {
  const POLICY = 'AWS::SecretsManager::ResourcePolicy';
  const policies = (superuserSecret: secretsmanager.ISecret) => {
    ['Credentials', 'Second'].forEach(id =>
      rotated(here.stack, { purpose: id.toLowerCase(), strategy: RotationStrategy.alternatingUsers({ superuserSecret }) }, id));
    const ofSuperuser = Object.entries(resourcesOf(here.stack)).filter(([id, { Type }]) => Type === POLICY && !/^(Credentials|Second)/.test(id));
    return ofSuperuser.map(([, { Properties: { BlockPublicPolicy, ResourcePolicy } }]) =>
      [BlockPublicPolicy, ResourcePolicy.Statement.map(({ Action }: { Action: string }) => Action)]);
  };
  const DELETE = 'secretsmanager:DeleteSecret';

  test.each([true, false])('by a policy that Secrets Manager checks for public access (feature flags: %s)', flags => {
    if (!flags) here = world(new App());
    expect(policies(cluster(here).secret!)).toEqual([[true, [DELETE]]]);
  });

  test('with an L2 secret, too', () => {
    expect(policies(new secretsmanager.Secret(here.stack, 'Superuser'))).toEqual([[true, [DELETE]]]);
  });

  test('and a policy that the app has made is left to the app', () => {
    const superuser = new secretsmanager.Secret(here.stack, 'Superuser');
    superuser.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:PutSecretValue'], resources: ['*'],
    }));
    expect(policies(superuser)).toEqual([[undefined, ['secretsmanager:PutSecretValue', DELETE]]]);
  });
});

/** Each kind of database of this app: how it is the target, how the L1 is called, and what CloudFormation calls it. */
const DATABASES: [string, (at: World) => RotationTarget, string, string][] = [
  ['an RDS instance', at => RotationTarget.fromInstance(instance(at)), 'AWS::RDS::DBInstance', 'postgres'],
  ['an Aurora cluster', at => RotationTarget.fromCluster(cluster(at)), 'AWS::RDS::DBCluster', 'mysql'],
  ['a serverless cluster', at => RotationTarget.fromServerlessCluster(serverlessCluster(at)), 'AWS::RDS::DBCluster', 'postgres'],
];

describe.each(DATABASES)('%s', (_, target, targetType, bundle) => {
  test('is attached, so that the template of the secret holds the user alone', () => {
    rotated(here.stack, { database: target(here) });
    expect(templateOf(here.stack)).toEqual({ username: 'app' });
    const [targetId] = idsOf(here.stack, targetType);
    expect(resourceOf(here.stack, ATTACHMENT, 'Credentials').Properties).toEqual({ SecretId: { Ref: SECRET_ID }, TargetId: { Ref: targetId }, TargetType: targetType });
  });

  test('has a schedule that rotates the attached secret once a month, and not at once', () => {
    const { rotator } = rotated(here.stack, { database: target(here) });
    expect(resourceOf(here.stack, SCHEDULE).Properties).toEqual({
      SecretId: { Ref: ATTACHMENT_ID },
      RotationLambdaARN: here.stack.resolve(rotator.rotationFunction.functionArn),
      RotationRules: { ScheduleExpression: 'cron(0 5 5 * ? *)', Duration: '1h' },
      RotateImmediatelyOnUpdate: false,
    });
  });

  test('is rotated in its own VPC by the function of its engine', () => {
    const { rotator } = rotated(here.stack, { database: target(here) });
    expect(rotator).toMatchObject({ engine: { name: bundle }, strategy: { _name: 'singleUser' } });
    const { Description, VpcConfig } = resourceOf(here.stack, FUNCTION).Properties;
    expect(Description).toBe(`Rotates credentials of ${bundle} databases, singleUser`);
    expect(VpcConfig.SubnetIds).toEqual(here.vpc.privateSubnets.map(({ subnetId }) => here.stack.resolve(subnetId)));
  });
});

describe('an endpoint', () => {
  test('stands in the template of the secret, because nothing is attached', () => {
    rotated(here.stack);
    expect(templateOf(here.stack)).toEqual({ username: 'app', engine: 'postgres', host: HOST, port: '5432' });
    expect(idsOf(here.stack, ATTACHMENT)).toEqual([]);
    expect(resourceOf(here.stack, SCHEDULE).Properties.SecretId).toEqual({ Ref: SECRET_ID });
  });

  test.each([
    [DatabaseEngine.POSTGRESQL, 'postgres', '5432'], [DatabaseEngine.MYSQL, 'mysql', '3306'], [DatabaseEngine.MARIADB, 'mariadb', '3306'],
  ])('%# has the port of its engine', (engine, name, port) => {
    rotated(here.stack, { database: endpoint(engine) });
    expect(templateOf(here.stack)).toMatchObject({ engine: name, port });
  });

  test.each([1, 65_535])('has the given port %i', port => {
    rotated(here.stack, { database: endpoint(DatabaseEngine.MYSQL, { port }) });
    expect(templateOf(here.stack)).toMatchObject({ port: `${port}` });
  });

  test('may be known at deployment only', () => {
    const { dbInstanceEndpointAddress } = instance(here);
    const port = Lazy.number({ produce: () => 6432 });
    rotated(here.stack, { database: endpoint(DatabaseEngine.POSTGRESQL, { host: dbInstanceEndpointAddress, port }) });
    const template = JSON.stringify(resourceOf(here.stack, SECRET, 'Credentials').Properties.GenerateSecretString.SecretStringTemplate);
    expect(template).toContain(JSON.stringify(here.stack.resolve(dbInstanceEndpointAddress)));
    expect(template).toContain('6432');
  });
});

describe('the value of the secret', () => {
  test.each([alternatingUsers, superuserSets])('names the database and the superuser, where they are given', strategy => {
    rotated(here.stack, { databaseName: 'orders', strategy: strategy(here.stack) });
    expect(templateOf(here.stack)).toEqual({ username: 'app', engine: 'postgres', host: HOST, port: '5432', dbname: 'orders', masterarn: SUPERUSER_ARN });
  });

  test.each<[string, DatabaseEngine, PasswordPolicy | undefined, object, object]>([
    ['PostgreSQL', DatabaseEngine.POSTGRESQL, undefined, { PasswordLength: 32, ExcludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\' }, { PASSWORD_LENGTH: '32' }],
    ['MySQL', DatabaseEngine.MYSQL, undefined, { PasswordLength: 32, ExcludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\' }, { EXCLUDE_PUNCTUATION: 'false' }],
    ['MariaDB', DatabaseEngine.MARIADB, undefined, { PasswordLength: 32, ExcludeCharacters: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\' }, { EXCLUDE_NUMBERS: 'false' }],
    [
      'a policy of the user\'s own', DatabaseEngine.MYSQL, PasswordPolicy.of({ length: 20, punctuation: false, uppercase: false, requireEachIncludedType: false }),
      { PasswordLength: 20, ExcludePunctuation: true, ExcludeUppercase: true, RequireEachIncludedType: false },
      {
        PASSWORD_LENGTH: '20',
        EXCLUDE_CHARACTERS: '',
        EXCLUDE_PUNCTUATION: 'true',
        EXCLUDE_UPPERCASE: 'true',
        EXCLUDE_LOWERCASE: 'false',
        EXCLUDE_NUMBERS: 'false',
        REQUIRE_EACH_INCLUDED_TYPE: 'false',
      },
    ],
  ])('follows %s at creation and at every rotation', (_, engine, passwordPolicy, generator, environment) => {
    rotated(here.stack, { database: endpoint(engine), passwordPolicy });
    const { SecretStringTemplate, GenerateStringKey, ...rules } = resourceOf(here.stack, SECRET).Properties.GenerateSecretString;
    const { Variables } = resourceOf(here.stack, FUNCTION).Properties.Environment;
    expect(GenerateStringKey).toBe('password');
    expect(rules).toEqual(generator);
    expect(Variables).toMatchObject({ EXCLUDE_CHARACTERS: rules.ExcludeCharacters ?? '', ...environment });
  });

  test.each<[string, () => SecretContent, object]>([
    ['references', () => SecretContent.fields({ username: SecretValue.secretsManager('other', { jsonField: 'username' }) }), { SecretString: expect.anything() }],
    ['a value that exists elsewhere', () => SecretContent.fromSecretValue(SecretValue.secretsManager('other')), { SecretString: expect.anything() }],
    ['nothing, to be put later', () => SecretContent.empty(), { Name: 'prod/payments/db' }],
    ['a template that is known at deployment', () => SecretContent.generateSecretString({
      secretStringTemplate: Lazy.string({ produce: () => '{"username":"app"}' }), generateStringKey: 'password',
    }), { GenerateSecretString: { SecretStringTemplate: '{"username":"app"}', GenerateStringKey: 'password' } }],
  ])('is taken as it is given where the template of the stack does not show it: %s', (_, content, expected) => {
    rotated(here.stack, { content: content() });
    expect(resourceOf(here.stack, SECRET).Properties).toMatchObject(expected);
    expect(idsOf(here.stack, SCHEDULE)).toHaveLength(1);
  });

  test('follows the policy of a shared rotator', () => {
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, passwordPolicy: PasswordPolicy.ALPHANUMERIC });
    rotated(here.stack, { rotator });
    expect(resourceOf(here.stack, SECRET).Properties.GenerateSecretString).toMatchObject({ ExcludePunctuation: true });
  });
});

describe('the schedule', () => {
  test.each<[string, object, object]>([
    ['is the given one', { schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '3', window: Duration.hours(2) }) },
      { RotationRules: { ScheduleExpression: 'cron(0 3 ? * SUN *)', Duration: '2h' }, RotateImmediatelyOnUpdate: false }],
    ['rotates at once where that is asked for', { rotateImmediately: true }, { RotateImmediatelyOnUpdate: true }],
  ])('%s', (_, props, expected) => {
    rotated(here.stack, props);
    expect(resourceOf(here.stack, SCHEDULE).Properties).toMatchObject(expected);
  });

  test('is spread by the name of the secret, and by its path where CloudFormation makes the name', () => {
    const rulesOf = (props: object, id?: string) => {
      const { stack } = world();
      rotated(stack, props, id);
      return resourceOf(stack, SCHEDULE).Properties.RotationRules;
    };
    expect(rulesOf({}, 'Other')).toEqual(rulesOf({}));
    expect(rulesOf({ purpose: 'other' })).not.toEqual(rulesOf({}));
    expect(rulesOf({ purpose: undefined, deployedName: DeployedName.generated() })).not.toEqual(rulesOf({ purpose: undefined, deployedName: DeployedName.generated() }, 'Other'));
  });
});

describe('the logical ids', () => {
  function l2(isAttached: boolean): Stack {
    const at = world();
    const secret = new secretsmanager.Secret(at.stack, 'Credentials');
    const rotationLambda = new lambda.Function(at.stack, 'Rotation', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//') });
    (isAttached ? secret.attach(instance(at)) : secret).addRotationSchedule('RotationSchedule', { rotationLambda });
    return at.stack;
  }

  const ownIdsOf = (stack: Stack) => [SECRET, ATTACHMENT, SCHEDULE].flatMap(type => idsOf(stack, type)).filter(id => id.startsWith('Credentials'));

  test('are part of the contract', () => {
    rotated(here.stack, { database: RotationTarget.fromInstance(instance(here)) });
    expect(ownIdsOf(here.stack)).toEqual([SECRET_ID, ATTACHMENT_ID, SCHEDULE_ID]);
  });

  test('are those of an L2 secret that attaches and rotates, so that a deployed one is adopted without a new schedule', () => {
    expect(ownIdsOf(l2(true))).toEqual([SECRET_ID, ATTACHMENT_ID, SCHEDULE_ID]);
  });

  test('are those of an L2 secret of a database\'s own rotation', () => {
    const at = world();
    const secret = new secretsmanager.Secret(at.stack, 'Credentials');
    const database = instance(at);
    new secretsmanager.SecretRotation(at.stack, 'Rotation', {
      secret: secret.attach(database),
      target: database,
      vpc: at.vpc,
      application: secretsmanager.SecretRotationApplication.POSTGRES_ROTATION_SINGLE_USER,
    });
    expect(ownIdsOf(at.stack)).toEqual([SECRET_ID, ATTACHMENT_ID, SCHEDULE_ID]);
  });

  test('are those of an L2 secret without a target, for a database that is known by its address', () => {
    rotated(here.stack, { database: endpoint() });
    expect(ownIdsOf(here.stack)).toEqual(ownIdsOf(l2(false)));
    expect(ownIdsOf(here.stack)).toEqual([SECRET_ID, 'CredentialsRotationSchedule5A07E630']);
  });

  test('of a rotator of its own are part of the contract too', () => {
    rotated(here.stack, { database: RotationTarget.fromInstance(instance(here)) });
    expect(Object.keys(resourcesOf(here.stack)).filter(id => id.startsWith('CredentialsRotator')).sort()).toEqual([
      'CredentialsRotatorAccessPolicy8F0B08E1', 'CredentialsRotatorFunctionE017DFD5', 'CredentialsRotatorFunctionInvokeBySecretsManager0D2D20DE',
      'CredentialsRotatorLogF4B2B4A8', 'CredentialsRotatorRole0F0E1682', 'CredentialsRotatorRoleDefaultPolicyBE998D83', 'CredentialsRotatorSecurityGroupCD8F60BD',
    ]);
  });
});

describe('whoever uses the secret waits for the attachment', () => {
  const ATTACHED = { Ref: ATTACHMENT_ID };
  let secret: RotatedDatabaseSecret;

  beforeEach(() => {
    secret = rotated(here.stack, { database: RotationTarget.fromInstance(instance(here)) });
  });

  test('in the environment of a function and in its policy', () => {
    const reader = new lambda.Function(here.stack, 'Reader', {
      runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//'), environment: { SECRET: secret.secretArn },
    });
    secret.grantRead(reader);
    expect(resourceOf(here.stack, FUNCTION, 'Reader').Properties.Environment.Variables.SECRET).toEqual(ATTACHED);
    const [read, decrypt] = resourceOf(here.stack, 'AWS::IAM::Policy', 'Reader').Properties.PolicyDocument.Statement;
    expect(read.Resource).toEqual(ATTACHED);
    expect(decrypt.Condition.StringLike).toEqual({ 'kms:EncryptionContext:SecretARN': [ATTACHED] });
  });

  test('in a container of Amazon ECS', () => {
    new ecs.FargateTaskDefinition(here.stack, 'Task').addContainer('App', {
      image: ecs.ContainerImage.fromRegistry('app'), secrets: { PASSWORD: ecs.Secret.fromSecretsManager(secret, 'password') },
    });
    expect(resourceOf(here.stack, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions[0].Secrets)
      .toEqual([{ Name: 'PASSWORD', ValueFrom: { 'Fn::Join': ['', [ATTACHED, ':password::']] } }]);
  });

  test('in a dynamic reference', () => {
    expect(JSON.stringify(here.stack.resolve(secret.secretValueFromJson('password').unsafeUnwrap()))).toContain(JSON.stringify(ATTACHED));
  });

  test('in another stack of the same region, because that waits for this one and refers to the secret itself', () => {
    const app = testStack('App', here.stack.node.root as App);
    secret.grantRead(role(app));
    const values = Object.values(assertions.Template.fromStack(here.stack).findOutputs('*')).map(({ Value }) => Value);
    expect(values).toContainEqual({ Ref: SECRET_ID });
    expect(values).not.toContainEqual(ATTACHED);
    expect(app.dependencies.map(({ node }) => node.id)).toEqual(['Stack']);
  });

  test('but in a stack of another region it has the ARN of its name', () => {
    const far = testStack('Far', here.stack.node.root as App, { ...ENV, region: 'us-east-1' });
    expect(far.resolve(secret.secretArn)).toBe('arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/db');
  });
});

describe('is a secret as any other', () => {
  test('an ISecret with its name, its key and its complete ARN', () => {
    const secret = rotated(here.stack);
    expect(secretsmanager.Secret.isSecret(secret)).toBe(true);
    expect(resourceOf(here.stack, SECRET)).toMatchObject({
      Properties: { Name: 'prod/payments/db', KmsKeyId: here.stack.resolve(here.namespace.encryption.encryptionKey!.keyArn) },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
    expect(secret.secretFullArn).toBe(secret.secretArn);
  });

  test('its grants are ours', () => {
    const reader = role(here.stack);
    rotated(here.stack).grantWrite(reader);
    expect(resourceOf(here.stack, 'AWS::IAM::Policy', 'Reader').Properties.PolicyDocument.Statement.map(({ Action }: any) => Action))
      .toEqual([['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'], ['kms:Decrypt', 'kms:GenerateDataKey']]);
  });

  test('its removal policy, tags and description are those given', () => {
    rotated(here.stack, { removalPolicy: RemovalPolicy.DESTROY, tags: { team: 'orders' }, description: 'd' });
    expect(resourceOf(here.stack, SECRET)).toMatchObject({
      DeletionPolicy: 'Delete', Properties: { Description: 'd', Tags: expect.arrayContaining([{ Key: 'team', Value: 'orders' }]) },
    });
  });

  test('replicates, and is read where its replicas are', () => {
    const app = testApp();
    const home = testStack('Home', app);
    new SecretNamespace(home, 'Secrets', { ...NAMESPACE, replicaRegions: ['us-east-1'] });
    const secret = rotated(home);
    const far = testStack('Far', app, { ...ENV, region: 'us-east-1' });
    secret.replica('us-east-1').grantRead(role(far));
    expect(secret.readRegions).toEqual(['eu-west-1', 'us-east-1']);
    expect(resourceOf(home, SECRET).Properties.ReplicaRegions).toEqual([{ Region: 'us-east-1', KmsKeyId: 'alias/secrets/prod/payments' }]);
    expect(resourceOf(far, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement[0].Resource)
      .toBe('arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/payments/db-??????');
  });

  test('without replicas it is read in its own region', () => {
    expect(rotated(here.stack).readRegions).toEqual(['eu-west-1']);
  });
});

test('an engine that an import does not know may be said beside it', () => {
  const imported = rds.DatabaseInstance.fromDatabaseInstanceAttributes(here.stack, 'Database', {
    instanceIdentifier: 'db', instanceEndpointAddress: HOST, port: 5433, securityGroups: [new ec2.SecurityGroup(here.stack, 'Group', { vpc: here.vpc })],
  });
  rotated(here.stack, { database: RotationTarget.fromInstance(imported, DatabaseEngine.MARIADB), vpc: here.vpc });
  expect(resourceOf(here.stack, FUNCTION).Properties.Description).toContain('mariadb');
  expect(resourceOf(here.stack, ATTACHMENT).Properties).toMatchObject({ TargetId: 'db', TargetType: 'AWS::RDS::DBInstance' });
  expect(resourceOf(here.stack, 'AWS::EC2::SecurityGroupIngress').Properties).toMatchObject({ FromPort: 5433, ToPort: 5433 });
});

test('dual password is what the function of a MySQL cluster is told', () => {
  rotated(here.stack, { database: RotationTarget.fromCluster(cluster(here)), strategy: RotationStrategy.dualPassword() });
  expect(resourceOf(here.stack, FUNCTION).Properties.Environment.Variables.ROTATION_STRATEGY).toBe('dualPassword');
});
