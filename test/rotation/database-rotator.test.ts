import {
  App, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_secretsmanager as secretsmanager, aws_sqs as sqs, Duration,
  RemovalPolicy, Stack,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, DatabaseRotatorProps, DeployedName, LegacyAuthentication, ManagedSecret, PasswordPolicy,
  RotationStrategy, RotationTarget, SecretContent, SecretEncryption, SecretNamespace,
} from 'cdk-managed-secrets';
import { alternatingUsers, endpoint, idsOf, instance, resourceOf, rotated, rotatedBy, superuserSets, SUPERUSER_ARN, World, world } from './rotated-databases';
import { ENV, OTHER_ACCOUNT, testStack } from '../support/test-app';

const [FUNCTION, POLICY, ROLE, LOG] = ['AWS::Lambda::Function', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Logs::LogGroup'];
const ROTATE = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];
const READ = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
const NETWORK = [
  'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];
const NAMESPACE_ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/payments/*`;

let here: World;

beforeEach(() => {
  here = world();
});

/** The statements of the two policies of a role: what the function itself needs, and what it rotates. */
function statements(stack: Stack, start: string): { function: unknown; access: unknown } {
  const of = (name: string) => resourceOf(stack, POLICY, `${start}${name}`).Properties.PolicyDocument.Statement;
  return { function: of('RoleDefaultPolicy'), access: of('AccessPolicy') };
}

const attribute = (start: string, name: string) => ({ 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${start}`)), name] });
const writesLogs = (start: string) => ({ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: attribute(`${start}Log`, 'Arn') });
const ATTACHES_TO_VPC = { Effect: 'Allow', Action: NETWORK, Resource: '*' };

function rotates(secretArn: unknown, start: string): object[] {
  return [
    {
      Effect: 'Allow',
      Action: ROTATE,
      Resource: secretArn,
      Condition: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': attribute(`${start}Function`, 'Arn') } },
    },
    usesKey(['kms:Decrypt', 'kms:GenerateDataKey'], attribute('SecretsKey', 'Arn'), secretArn),
  ];
}

function usesKey(actions: string | string[], keyArn: unknown, secretArn: unknown): object {
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: keyArn,
    Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' }, StringLike: { 'kms:EncryptionContext:SecretARN': [secretArn] } },
  };
}

/** Whatever else lets the role in. */
const deniesOthersThan = (name: string) => ({
  Sid: 'OnlySecretsThatNameThisRotator',
  Effect: 'Deny',
  Action: ROTATE.filter(action => action !== 'secretsmanager:GetSecretValue'),
  NotResource: [`arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`],
});

describe('the role is allowed this, and nothing else', () => {
  test('for one user in a VPC: its logs, its network interfaces and the one secret', () => {
    rotated(here.stack, { database: RotationTarget.fromInstance(instance(here)) });
    expect(statements(here.stack, 'CredentialsRotator')).toEqual({
      function: [writesLogs('CredentialsRotator'), ATTACHES_TO_VPC, deniesOthersThan('prod/payments/db-??????')],
      access: rotates({ Ref: 'CredentialsAttachment37730F3C' }, 'CredentialsRotator'),
    });
  });

  test('without a VPC: no network interfaces', () => {
    rotated(here.stack);
    expect(statements(here.stack, 'CredentialsRotator')).toEqual({
      function: [writesLogs('CredentialsRotator'), deniesOthersThan('prod/payments/db-??????')],
      access: rotates({ Ref: 'CredentialsF8F243AA' }, 'CredentialsRotator'),
    });
  });

  test.each([
    ['alternating users', alternatingUsers], ['a password that a superuser sets', superuserSets],
  ])('for %s and a superuser whose secret Amazon RDS manages: to read that one too', (_, strategy) => {
    rotated(here.stack, { strategy: strategy(here.stack) });
    expect(statements(here.stack, 'CredentialsRotator').access).toEqual([
      ...rotates({ Ref: 'CredentialsF8F243AA' }, 'CredentialsRotator'), { Effect: 'Allow', Action: READ, Resource: SUPERUSER_ARN },
    ]);
  });

  test('for a superuser whose secret is under a key of its own: to decrypt that, through Secrets Manager', () => {
    const key = new kms.Key(here.stack, 'Own');
    const superuserSecret = new ManagedSecret(here.stack, 'Superuser', {
      purpose: 'superuser', encryption: SecretEncryption.customerManagedKey(key), content: SecretContent.generatedField({ template: { username: 'root' } }),
    });
    rotated(here.stack, { strategy: RotationStrategy.alternatingUsers({ superuserSecret }) });
    const superuserArn = { Ref: expect.stringMatching(/^Superuser/) };
    expect(statements(here.stack, 'CredentialsRotator').access).toEqual([
      ...rotates({ Ref: 'CredentialsF8F243AA' }, 'CredentialsRotator'),
      { Effect: 'Allow', Action: READ, Resource: superuserArn },
      usesKey('kms:Decrypt', attribute('Own', 'Arn'), superuserArn),
    ]);
  });

  test.each<[string, (stack: Stack, key: kms.IKey) => RotationStrategy]>([
    ['that the L2 knows', (stack, encryptionKey) => RotationStrategy.alternatingUsers({
      superuserSecret: secretsmanager.Secret.fromSecretAttributes(stack, 'Superuser', { secretCompleteArn: SUPERUSER_ARN, encryptionKey }),
    })],
    ['that is given beside it', (stack, key) => RotationStrategy.alternatingUsers({
      superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', SUPERUSER_ARN), superuserEncryption: SecretEncryption.customerManagedKey(key),
    })],
  ])('for an imported superuser\'s secret under a key %s: to decrypt with it', (_, strategy) => {
    const keyArn = `arn:aws:kms:${ENV.region}:${ENV.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    rotated(here.stack, { strategy: strategy(here.stack, kms.Key.fromKeyArn(here.stack, 'Own', keyArn)) });
    expect(resourceOf(here.stack, POLICY, 'CredentialsRotatorAccessPolicy').Properties.PolicyDocument.Statement[3]).toEqual(usesKey('kms:Decrypt', keyArn, SUPERUSER_ARN));
  });

  test('for a superuser\'s secret that is known by a partial ARN: its suffix is any', () => {
    const superuserSecret = secretsmanager.Secret.fromSecretNameV2(here.stack, 'Superuser', 'superuser');
    rotated(here.stack, { strategy: RotationStrategy.alternatingUsers({ superuserSecret }) });
    expect(resourceOf(here.stack, POLICY, 'CredentialsRotatorAccessPolicy').Properties.PolicyDocument.Statement[2].Resource)
      .toBe('arn:aws:secretsmanager:eu-west-1:111122223333:secret:superuser-??????');
  });

  test('shared in a namespace: all secrets of the namespace that name this function, by two statements', () => {
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
    rotated(here.stack, { rotator });
    rotated(here.stack, { rotator, purpose: 'other' }, 'Other');
    expect(statements(here.stack, 'Rotator')).toEqual({
      function: [writesLogs('Rotator'), deniesOthersThan('prod/payments/*')],
      access: rotates(NAMESPACE_ARN, 'Rotator'),
    });
  });

  test.each<[string, object, string]>([
    ['a name outside of the prefix', { purpose: undefined, deployedName: DeployedName.explicit('old-name') }, 'SecretsKey'],
    ['a name that CloudFormation made', { purpose: undefined, deployedName: DeployedName.generated() }, 'SecretsKey'],
    ['a key of its own', { encryption: 'own' }, 'Own'],
  ])('shared, for a secret with %s: that secret by its ARN', (_, props, key) => {
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
    const encryption = 'encryption' in props ? SecretEncryption.customerManagedKey(new kms.Key(here.stack, 'Own')) : undefined;
    rotated(here.stack, { rotator, ...props, encryption });
    const [secret, decrypt] = statements(here.stack, 'Rotator').access as any[];
    expect(secret.Resource).toEqual({ Ref: 'CredentialsF8F243AA' });
    expect(decrypt.Resource).toEqual(attribute(key, 'Arn'));
  });

  test('shared between two namespaces: the secrets of both, each with its own key', () => {
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
    const namespace = new SecretNamespace(here.stack, 'Orders', { environment: 'prod', service: 'orders' });
    rotated(here.stack, { rotator, namespace: here.namespace });
    rotated(here.stack, { rotator, namespace }, 'Other');
    expect((statements(here.stack, 'Rotator').access as any[]).map(({ Resource }) => Resource)).toEqual([
      [NAMESPACE_ARN.replace('payments', 'orders'), NAMESPACE_ARN], attribute('SecretsKey', 'Arn'), attribute('OrdersKey', 'Arn'),
    ]);
  });
});

describe('Secrets Manager may invoke the function', () => {
  test('on behalf of this account alone, once for all secrets', () => {
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
    rotated(here.stack, { rotator });
    rotated(here.stack, { rotator, purpose: 'other' }, 'Other');
    expect(resourceOf(here.stack, 'AWS::Lambda::Permission').Properties).toEqual({
      Action: 'lambda:InvokeFunction', FunctionName: attribute('RotatorFunction', 'Arn'), Principal: 'secretsmanager.amazonaws.com', SourceAccount: ENV.account,
    });
  });

  test('of a stack without env: on behalf of the account it is deployed to', () => {
    const stack = new Stack(here.stack.node.root as App, 'Agnostic');
    new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'orders' });
    rotated(stack);
    expect(resourceOf(stack, 'AWS::Lambda::Permission').Properties.SourceAccount).toEqual({ Ref: 'AWS::AccountId' });
  });
});

describe('the function', () => {
  function created(props: Partial<DatabaseRotatorProps> = {}): { properties: any; rotator: DatabaseRotator } {
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, ...props });
    return { properties: resourceOf(here.stack, FUNCTION).Properties, rotator };
  }

  test('is this, whole', () => {
    expect(created().properties).toEqual({
      Description: 'Rotates credentials of postgres databases, singleUser',
      Code: { S3Bucket: expect.any(String), S3Key: expect.stringMatching(/^[0-9a-f]{64}\.zip$/) },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 256,
      Timeout: 60,
      Role: attribute('RotatorRole', 'Arn'),
      LoggingConfig: { LogGroup: { Ref: expect.stringMatching(/^RotatorLog/) } },
      Environment: {
        Variables: {
          ROTATION_STRATEGY: 'singleUser',
          PASSWORD_LENGTH: '32',
          EXCLUDE_CHARACTERS: ' %+~`#$&*()|[]{}:;<>?!\'/@"\\',
          EXCLUDE_UPPERCASE: 'false',
          EXCLUDE_LOWERCASE: 'false',
          EXCLUDE_NUMBERS: 'false',
          EXCLUDE_PUNCTUATION: 'false',
          REQUIRE_EACH_INCLUDED_TYPE: 'true',
        },
      },
    });
  });

  test('of MySQL and of MariaDB are one bundle, that of PostgreSQL is another', () => {
    const assetOf = (engine: DatabaseEngine) => {
      here = world();
      return created({ engine }).properties.Code.S3Key;
    };
    expect(assetOf(DatabaseEngine.MYSQL)).toBe(assetOf(DatabaseEngine.MARIADB));
    expect(assetOf(DatabaseEngine.MYSQL)).not.toBe(assetOf(DatabaseEngine.POSTGRESQL));
  });

  const queue = () => new sqs.Queue(here.stack, 'Queue');

  test.each<[string, () => Partial<DatabaseRotatorProps>, object]>([
    ['memory', () => ({ memorySize: 128 }), { MemorySize: 128 }],
    ['the most memory', () => ({ memorySize: 10_240 }), { MemorySize: 10_240 }],
    ['the shortest time', () => ({ timeout: Duration.seconds(15) }), { Timeout: 15 }],
    ['the longest time', () => ({ timeout: Duration.minutes(15) }), { Timeout: 900 }],
    ['another runtime', () => ({ runtime: lambda.Runtime.NODEJS_22_X }), { Runtime: 'nodejs22.x' }],
    ['the oldest runtime', () => ({ runtime: lambda.Runtime.NODEJS_20_X }), { Runtime: 'nodejs20.x' }],
    ['the newest runtime', () => ({ runtime: lambda.Runtime.NODEJS_LATEST }), { Runtime: lambda.Runtime.NODEJS_LATEST.name }],
    ['concurrency', () => ({ reservedConcurrentExecutions: 5 }), { ReservedConcurrentExecutions: 5 }],
    ['a dead-letter queue', () => ({ deadLetterQueue: queue() }), { DeadLetterConfig: { TargetArn: attribute('Queue', 'Arn') } }],
    ['tracing', () => ({ tracing: lambda.Tracing.ACTIVE }), { TracingConfig: { Mode: 'Active' } }],
    ['ways to log in that are refused else', () => ({ legacyAuthentication: [LegacyAuthentication.MYSQL_CLEAR_PASSWORD, LegacyAuthentication.MD5] }),
      { Environment: { Variables: { LEGACY_AUTHENTICATION: 'md5,mysql_clear_password' } } }],
    ['the name in the certificate', () => ({ tlsServerName: 'db.internal' }), { Environment: { Variables: { TLS_SERVER_NAME: 'db.internal' } } }],
    ['a strategy', () => ({ strategy: RotationStrategy.alternatingUsers() }), { Environment: { Variables: { ROTATION_STRATEGY: 'alternatingUsers' } } }],
    ['a password policy', () => ({ passwordPolicy: PasswordPolicy.ALPHANUMERIC }), { Environment: { Variables: { EXCLUDE_PUNCTUATION: 'true' } } }],
  ])('takes %s', (_, props, expected) => {
    expect(created(props()).properties).toMatchObject(expected);
  });

  test('gives away its role for grants of the user\'s own', () => {
    const { rotator } = created();
    expect(rotator.grantPrincipal).toBe(rotator.role);
    expect(rotator.passwordPolicy).toBe(PasswordPolicy.DATABASE);
  });
});

describe('the logs', () => {
  test('are kept for a year, also when the stack goes, under a key of CloudWatch', () => {
    rotated(here.stack);
    expect(resourceOf(here.stack, LOG)).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain', Properties: { RetentionInDays: 365 } });
    expect(resourceOf(here.stack, LOG).Properties.KmsKeyId).toBeUndefined();
  });

  test.each<[string, string, object]>([
    ['go with the secret', 'Delete', { removalPolicy: RemovalPolicy.DESTROY }],
    ['stay with the secret', 'Retain', { removalPolicy: RemovalPolicy.RETAIN }],
  ])('%s', (_, DeletionPolicy, props) => {
    rotated(here.stack, props);
    expect(resourceOf(here.stack, LOG)).toMatchObject({ DeletionPolicy });
  });

  test('go where the rotator is told, and nowhere else', () => {
    const logGroup = new logs.LogGroup(here.stack, 'Own', { retention: logs.RetentionDays.ONE_WEEK });
    rotatedBy(here.stack, { logGroup });
    expect(resourceOf(here.stack, LOG).Properties).toEqual({ RetentionInDays: 7, Tags: undefined });
    expect(resourceOf(here.stack, FUNCTION).Properties.LoggingConfig).toEqual({ LogGroup: here.stack.resolve(logGroup.logGroupName) });
    expect((statements(here.stack, 'CredentialsRotator').function as any[])[0]).toEqual({ ...writesLogs(''), Resource: attribute('Own', 'Arn') });
  });

  test.each<[string, (stack: Stack) => logs.ILogGroup]>([
    ['its name', stack => logs.LogGroup.fromLogGroupName(stack, 'Theirs', 'rotations')],
    ['its ARN', stack => logs.LogGroup.fromLogGroupArn(stack, 'Theirs', `arn:aws:logs:${ENV.region}:${ENV.account}:log-group:rotations`)],
  ])('go to an imported log group, which is known by %s: the role may write to it alone', (_, logGroup) => {
    rotatedBy(here.stack, { logGroup: logGroup(here.stack) });
    expect(idsOf(here.stack, LOG)).toEqual([]);
    expect(resourceOf(here.stack, FUNCTION).Properties.LoggingConfig).toEqual({ LogGroup: 'rotations' });
    expect((statements(here.stack, 'CredentialsRotator').function as any[])[0]).toEqual({
      ...writesLogs(''), Resource: `arn:aws:logs:${ENV.region}:${ENV.account}:log-group:rotations:*`,
    });
  });
});

describe('a permissions boundary', () => {
  const BOUNDARY = `arn:aws:iam::${ENV.account}:policy/boundary`;
  const boundary = (stack: Stack) => iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', BOUNDARY);

  test('is the one given', () => {
    rotatedBy(here.stack, { permissionsBoundary: boundary(here.stack) });
    expect(resourceOf(here.stack, ROLE).Properties.PermissionsBoundary).toBe(BOUNDARY);
  });

  test('is the one of the stack', () => {
    iam.PermissionsBoundary.of(here.stack).apply(boundary(here.stack));
    rotated(here.stack);
    expect(resourceOf(here.stack, ROLE).Properties.PermissionsBoundary).toBe(BOUNDARY);
  });

  test('is none where none is asked for', () => {
    rotated(here.stack);
    expect(resourceOf(here.stack, ROLE).Properties).toEqual({
      Description: 'Rotates credentials of databases',
      AssumeRolePolicyDocument: {
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }], Version: '2012-10-17',
      },
      Tags: expect.any(Array),
    });
  });
});

test('a rotator is used by secrets of other stacks, each of which adds its own policy to the role', () => {
  const app = here.stack.node.root as App;
  const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
  const [first, second] = ['First', 'Second'].map(id => testStack(id, app));
  rotated(first, { rotator, namespace: here.namespace, database: endpoint() });
  rotated(second, { rotator, namespace: here.namespace, purpose: 'other' });
  const policies = [first, second].map(stack => resourceOf(stack, POLICY).Properties);
  expect(policies[0].PolicyName).not.toBe(policies[1].PolicyName);
  expect(policies.map(({ PolicyDocument }) => PolicyDocument.Statement[0].Resource)).toEqual([NAMESPACE_ARN, NAMESPACE_ARN]);
  expect(idsOf(here.stack, POLICY)).toEqual([expect.stringMatching(/^RotatorRoleDefaultPolicy/)]);
  expect(idsOf(here.stack, 'AWS::Lambda::Permission')).toHaveLength(1);
});

test('an account that is only known at deployment is not taken for another one', () => {
  const app = here.stack.node.root as App;
  const agnostic = new Stack(app, 'Agnostic');
  const rotator = new DatabaseRotator(agnostic, 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
  expect(() => rotated(here.stack, { rotator })).not.toThrow();
  const foreign = new DatabaseRotator(testStack('Foreign', app, { ...ENV, account: OTHER_ACCOUNT }), 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
  expect(() => rotated(here.stack, { rotator: foreign, purpose: 'other' }, 'Other')).toThrow(/secret's own account/);
});
