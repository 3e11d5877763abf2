import {
  App, assertions, aws_ec2 as ec2, aws_iam as iam, aws_lambda as lambda, aws_rds as rds, aws_secretsmanager as secretsmanager, CfnResource, Duration,
  NestedStack, RemovalPolicy, SecretValue, Stack,
} from 'aws-cdk-lib';
import {
  CrossAccountSecretPolicy, DatabaseEngine, DatabaseRotator, DeployedName, GuardRail, IDatabaseRotator, ManagedSecret, PasswordPolicy,
  RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget, SecretContent, SecretEncryption,
  SecretNamespace, SecretReader, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { renderedSize } from '../../src/private/policy-size';
import { ENV, OTHER_ACCOUNT, testApp } from '../support/test-app';

const NO_FLAGS = {};

function fits(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function namespaceIn(scope: Construct, service = 'payments', replicaRegions?: string[]): SecretNamespace {
  return new SecretNamespace(scope, 'Secrets', { environment: 'prod', service, replicaRegions });
}

function vpcIn(scope: Construct): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    availabilityZones: ['eu-west-1a'],
    privateSubnetIds: ['subnet-0a1b2c3d4e5f60711'],
    privateSubnetRouteTableIds: ['rtb-1'],
  });
}

function clusterIn(scope: Construct, id = 'Cluster'): rds.IDatabaseCluster {
  return rds.DatabaseCluster.fromDatabaseClusterAttributes(scope, id, {
    clusterIdentifier: `payments-${id.toLowerCase()}`,
    clusterEndpointAddress: `payments-${id.toLowerCase()}.cluster-c0a1b2c3d4e5.eu-west-1.rds.amazonaws.com`,
    engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
    port: 5432,
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(scope, `${id}Group`, 'sg-0a1b2c3d4e5f60719')],
  });
}

function ownCluster(scope: Construct, vpc: ec2.IVpc): rds.DatabaseCluster {
  return new rds.DatabaseCluster(scope, 'Database', {
    engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
    writer: rds.ClusterInstance.serverlessV2('writer'),
    credentials: rds.Credentials.fromGeneratedSecret('clusteradmin'),
    vpc,
  });
}

function templateOf(app: App, stack: Stack): { Resources: Record<string, { Type: string; Properties: any; DependsOn?: string[] }> } {
  return app.synth().getStackByName(stack.stackName).template;
}

function resourcesOf(app: App, stack: Stack, type: string) {
  return Object.values(templateOf(app, stack).Resources).filter(resource => resource.Type === type);
}

describe('a secret that is rotated, replicated and shared', () => {
  const app = testApp();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const namespace = namespaceIn(stack, 'payments', ['us-east-1']);
  const secret = new RotatedDatabaseSecret(stack, 'Credentials', {
    namespace,
    purpose: 'db-credentials',
    username: 'payments_app',
    database: RotationTarget.fromCluster(clusterIn(stack)),
    vpc: vpcIn(stack),
  });
  CrossAccountSecretPolicy.forSecret(stack, 'Share', secret, { readers: [SecretReader.account(OTHER_ACCOUNT)] });
  const east = new Stack(app, 'East', { env: { ...ENV, region: 'us-east-1' } });
  secret.replica('us-east-1').grantRead(new iam.Role(east, 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));

  test('has its replica under the key of that region', () => {
    const [resource] = resourcesOf(app, stack, 'AWS::SecretsManager::Secret');
    expect(resource.Properties.ReplicaRegions).toEqual([{ Region: 'us-east-1', KmsKeyId: expect.stringContaining('alias/secrets/prod/payments') }]);
    expect(secret.readRegions).toEqual(['eu-west-1', 'us-east-1']);
  });

  test('is rotated in its own region', () => {
    const [schedule] = resourcesOf(app, stack, 'AWS::SecretsManager::RotationSchedule');
    expect(schedule.Properties.RotationLambdaARN).toEqual({ 'Fn::GetAtt': [expect.stringContaining('CredentialsRotatorFunction'), 'Arn'] });
    expect(resourcesOf(app, east, 'AWS::SecretsManager::RotationSchedule')).toEqual([]);
  });

  test('has one resource policy, which lets the other account in and blocks public access', () => {
    const policies = resourcesOf(app, stack, 'AWS::SecretsManager::ResourcePolicy');
    expect(policies).toHaveLength(1);
    expect(policies[0].Properties.BlockPublicPolicy).toBe(true);
    expect(JSON.stringify(policies[0].Properties.ResourcePolicy)).toContain(OTHER_ACCOUNT);
  });

  test('lets the rotation function write the primary alone', () => {
    const [access] = resourcesOf(app, stack, 'AWS::IAM::Policy').filter(policy => JSON.stringify(policy).includes('PutSecretValue'));
    expect(JSON.stringify(access)).not.toContain('us-east-1');
  });

  test('is read in the region of its replica by an ARN of that region', () => {
    const [policy] = resourcesOf(app, east, 'AWS::IAM::Policy');
    expect(JSON.stringify(policy)).toContain('arn:aws:secretsmanager:us-east-1:111122223333:secret:prod/payments/db-credentials-??????');
  });
});

describe.each([['recommended flags', undefined], ['no flags', NO_FLAGS]])('a rotator of another stack (%s)', (_, flags) => {
  const app = flags ? testApp(flags) : testApp();
  const platform = new Stack(app, 'Platform', { env: ENV });
  const vpc = new ec2.Vpc(platform, 'Vpc', { maxAzs: 2 });
  const rotator = new DatabaseRotator(platform, 'Rotator', {
    engine: DatabaseEngine.POSTGRESQL, strategy: RotationStrategy.alternatingUsers(), vpc, endpoint: SecretsManagerEndpoint.create(),
  });
  const services = ['orders', 'refunds'].map(service => {
    const stack = new Stack(app, service, { env: ENV });
    const cluster = ownCluster(stack, vpc);
    new RotatedDatabaseSecret(stack, 'Credentials', {
      namespace: namespaceIn(stack, service),
      purpose: 'db-credentials',
      username: `${service}_app`,
      database: RotationTarget.fromCluster(cluster),
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: cluster.secret! }),
      rotator,
    });
    return stack;
  });

  test('serves databases, superusers and secrets of two stacks without a cycle', () => {
    expect(() => app.synth()).not.toThrow();
    for (const stack of services) {
      expect(stack.dependencies).toContain(platform);
      expect(resourcesOf(app, stack, 'AWS::Lambda::Function').filter(({ Properties }) => /Rotates/.test(Properties.Description))).toEqual([]);
    }
    expect(platform.dependencies).toEqual([]);
  });

  test('has in each of them a policy of its own name on its role, because of two of one name the second would replace the first', () => {
    const names = services.map(stack => resourcesOf(app, stack, 'AWS::IAM::Policy')
      .filter(policy => JSON.stringify(policy).includes('AllowRotationLambdaArn')).map(({ Properties }) => Properties.PolicyName));
    expect(names.map(each => each.length)).toEqual([1, 1]);
    expect(names[0]).not.toEqual(names[1]);
  });

  test('may rotate the secrets of their namespaces, each named in the policy of its own stack', () => {
    for (const stack of services) {
      const [policy] = resourcesOf(app, stack, 'AWS::IAM::Policy').filter(each => JSON.stringify(each).includes('AllowRotationLambdaArn'));
      expect(JSON.stringify(policy.Properties.PolicyDocument)).toContain(`secret:prod/${stack.stackName}/*`);
    }
  });

  test('has its endpoint let through what it rotates, by name', () => {
    const [endpoint] = resourcesOf(app, platform, 'AWS::EC2::VPCEndpoint');
    const policy = JSON.stringify(endpoint.Properties.PolicyDocument);
    for (const service of ['orders', 'refunds']) expect(policy).toContain(`secret:prod/${service}/*`);
    expect(endpoint.Properties.PrivateDnsEnabled).toBe(false);
  });

  test('opens the way to each database in the stack of the database', () => {
    for (const stack of services) {
      expect(resourcesOf(app, stack, 'AWS::EC2::SecurityGroupIngress')).toHaveLength(1);
      expect(resourcesOf(app, stack, 'AWS::EC2::SecurityGroupEgress')).toHaveLength(1);
    }
  });

  test('is not shared by more stacks than its role has room for beside what it needs otherwise', () => {
    const sharedBy = (count: number) => {
      const crowded = flags ? testApp(flags) : testApp();
      const shared = new DatabaseRotator(new Stack(crowded, 'Platform', { env: ENV }), 'Rotator', { engine: DatabaseEngine.POSTGRESQL });
      Array.from({ length: count }, (__, index) => {
        const stack = new Stack(crowded, `App${index}`, { env: ENV });
        new RotatedDatabaseSecret(stack, 'Credentials', {
          namespace: namespaceIn(stack, `service${index}`),
          purpose: 'db-credentials',
          username: 'app',
          database: RotationTarget.fromEndpoint({ engine: DatabaseEngine.POSTGRESQL, host: 'db.example.com' }),
          rotator: shared,
        });
      });
      const policies = crowded.node.findAll().filter(node => node instanceof iam.Policy);
      const documents = policies.map(node => ({ path: node.node.path, document: Stack.of(node).resolve((node as iam.Policy).document) }));
      const counted = documents.flatMap(({ path, document }) => path.includes('Access') ? [document] : document.Statement.filter((each: any) => each.NotResource));
      characters = counted.reduce((sum, each) => sum + renderedSize(each), 0);
      crowded.synth();
    };
    let characters = 0;
    let most = 1;
    const refused = /a role takes 10240; create a further rotator.*\[at Platform\/Rotator\]/;
    while (most < 20 && fits(() => sharedBy(most + 1))) most++;
    expect(most).toBeGreaterThanOrEqual(8);
    // What does not fit any more would, if the role had nothing else.
    expect(() => sharedBy(most + 1)).toThrow(refused);
    expect(characters).toBeGreaterThan(9_240);
    expect(characters).toBeLessThanOrEqual(10_240);
  });
});

describe('the rules of security groups', () => {
  /** The VPC, the database and the rotator each in a stack, or together, and the secrets of two services. */
  function services(place: { vpc: string; database: string; rotator: string; secrets: string[] }, flags?: Record<string, unknown>) {
    const app = flags ? testApp(flags) : testApp();
    const stackOf = (id: string) => app.node.tryFindChild(id) as Stack | undefined ?? new Stack(app, id, { env: ENV });
    const vpc = new ec2.Vpc(stackOf(place.vpc), 'Vpc', { maxAzs: 2 });
    const database = RotationTarget.fromCluster(ownCluster(stackOf(place.database), vpc));
    const rotator = new DatabaseRotator(stackOf(place.rotator), 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc });
    const secrets = place.secrets.map((id, index) => {
      const stack = stackOf(id);
      const namespace = stack.node.tryFindChild('Secrets') as SecretNamespace | undefined ?? namespaceIn(stack, id.toLowerCase());
      return new RotatedDatabaseSecret(stack, `Credentials${index}`, { namespace, purpose: `db${index}`, username: `app${index}`, database, rotator });
    });
    return { app, secrets, stackOf };
  }

  const rulesOf = (app: App, stacks: Stack[]) => stacks.flatMap(stack => Object.entries(templateOf(app, stack).Resources)
    .filter(([, { Type }]) => /^AWS::EC2::SecurityGroup(Ingress|Egress)$/.test(Type)).map(([id, rule]) => [`${stack.stackName}/${id}`, rule]));

  test.each([
    ['everything but the secrets in one stack', { vpc: 'P', database: 'P', rotator: 'P' }],
    ['network and database in one stack, the rotator in another', { vpc: 'D', database: 'D', rotator: 'R' }],
    ['network and rotator in one stack, the database in another', { vpc: 'P', database: 'D', rotator: 'P' }],
    ['each in a stack of its own', { vpc: 'V', database: 'D', rotator: 'R' }],
  ])('leave services alone that read each other\'s secrets: %s', (_, place) => {
    for (const flags of [undefined, NO_FLAGS]) {
      const { app, secrets: [, second], stackOf } = services({ ...place, secrets: ['A', 'B'] }, flags);
      second.grantRead(new iam.Role(stackOf('A'), 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
      expect(() => app.synth()).not.toThrow();
    }
  });

  test.each([
    ['one stack', { vpc: 'P', database: 'P', rotator: 'P' }, ['P', 'P']],
    ['two stacks', { vpc: 'V', database: 'D', rotator: 'R' }, ['A', 'B']],
  ])('stay where and what they are when the first secret that needed them goes: %s', (_, place, secrets) => {
    const names = [...new Set(Object.values(place))];
    const rules = [secrets, secrets.slice(1)].map(each => {
      const { app, stackOf } = services({ ...place, secrets: each });
      return rulesOf(app, names.map(stackOf));
    });
    expect(rules[0]).toHaveLength(2);
    expect(rules[1]).toEqual(rules[0]);
  });
});

test('what reads a rotated secret in a nested stack waits for the attachment as well', () => {
  const app = testApp();
  const stack = new Stack(app, 'Stack', { env: ENV });
  namespaceIn(stack);
  const database = RotationTarget.fromCluster(clusterIn(stack));
  const secret = new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db', username: 'app', database, vpc: vpcIn(stack) });
  secret.grantRead(new iam.Role(new NestedStack(stack, 'Nested'), 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
  const [nested] = resourcesOf(app, stack, 'AWS::CloudFormation::Stack');
  expect(Object.values(nested.Properties.Parameters)).toContainEqual({ Ref: expect.stringMatching(/^CredentialsAttachment/) });
});

test.each<[string, (stack: Stack) => secretsmanager.ISecret, string]>([
  ['its name', stack => secretsmanager.Secret.fromSecretNameV2(stack, 'Superuser', 'master/one'), 'master/one-??????'],
  ['its name and key', stack => ManagedSecret.fromName(stack, 'Superuser', 'master/one', SecretEncryption.awsManagedKey()), 'master/one-??????'],
  ['its complete ARN', stack => ManagedSecret.fromArn(stack, 'Superuser',
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-1234-a1b2c3', SecretEncryption.awsManagedKey()), 'rds!cluster-1234-a1b2c3'],
])('the endpoint of a rotator lets through a superuser that is known by %s', (_, superuser, name) => {
  const app = testApp();
  const stack = new Stack(app, 'Stack', { env: ENV });
  namespaceIn(stack);
  const strategy = RotationStrategy.alternatingUsers({ superuserSecret: superuser(stack) });
  const database = RotationTarget.fromCluster(clusterIn(stack));
  const rotator = new DatabaseRotator(stack, 'Rotator', {
    engine: DatabaseEngine.POSTGRESQL, strategy, vpc: vpcIn(stack), endpoint: SecretsManagerEndpoint.create(),
  });
  new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db', username: 'app', database, rotator });
  const [endpoint] = resourcesOf(app, stack, 'AWS::EC2::VPCEndpoint');
  expect(JSON.stringify(endpoint.Properties.PolicyDocument)).toContain(`arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}"`);
});

describe('a deployed secret that is adopted into rotation', () => {
  const generator: secretsmanager.SecretStringGenerator = {
    secretStringTemplate: JSON.stringify({ username: 'payments_app' }), generateStringKey: 'password', passwordLength: 24, excludeCharacters: '/@" ',
  };

  function before() {
    const app = testApp();
    const stack = new Stack(app, 'Stack', { env: ENV });
    const secret = new secretsmanager.Secret(stack, 'Credentials', { secretName: 'legacy/db', generateSecretString: generator });
    secret.attach(clusterIn(stack)).addRotationSchedule('RotationSchedule', {
      rotationLambda: lambda.Function.fromFunctionArn(stack, 'Old', `arn:aws:lambda:${ENV.region}:${ENV.account}:function:old`),
    });
    return templateOf(app, stack).Resources;
  }

  function after(strategy?: (stack: Stack) => RotationStrategy) {
    const app = testApp();
    const stack = new Stack(app, 'Stack', { env: ENV });
    new RotatedDatabaseSecret(stack, 'Credentials', {
      namespace: namespaceIn(stack),
      deployedName: DeployedName.explicit('legacy/db'),
      content: SecretContent.generateSecretString(generator),
      username: 'payments_app',
      database: RotationTarget.fromCluster(clusterIn(stack)),
      vpc: vpcIn(stack),
      strategy: strategy?.(stack),
    });
    return templateOf(app, stack).Resources;
  }

  const idOf = (resources: ReturnType<typeof before>, type: string) => Object.keys(resources).filter(id => resources[id].Type === type);

  test.each(['AWS::SecretsManager::Secret', 'AWS::SecretsManager::SecretTargetAttachment', 'AWS::SecretsManager::RotationSchedule'])(
    'keeps the logical id of its %s', (type) => {
      expect(idOf(before(), type)).toHaveLength(1);
      expect(idOf(after(), type)).toEqual(idOf(before(), type));
    });

  test('keeps its name and its generator, so that no new value is made', () => {
    const [id] = idOf(before(), 'AWS::SecretsManager::Secret');
    const [deployed, adopted] = [before()[id], after()[id]];
    expect(adopted.Properties.Name).toEqual(deployed.Properties.Name);
    expect(adopted.Properties.GenerateSecretString).toEqual(deployed.Properties.GenerateSecretString);
  });

  test('learns of its superuser by the environment of its function, because its value does not name one', () => {
    const superuserArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-1234-a1b2c3';
    const resources = after(stack => RotationStrategy.alternatingUsers({
      superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', superuserArn),
    }));
    const [id] = idOf(resources, 'AWS::Lambda::Function');
    expect(resources[id].Properties.Environment.Variables.SUPERUSER_SECRET_ARN).toBe(superuserArn);
  });
});

describe('an engine whose rotation function is the user\'s own', () => {
  const app = testApp();
  const stack = new Stack(app, 'Stack', { env: ENV });
  const vpc = vpcIn(stack);
  const ownFunction = new lambda.Function(stack, 'RotateOracle', {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'), vpc,
  });
  const rotator: IDatabaseRotator = DatabaseRotator.fromFunction(stack, 'Rotator', ownFunction);
  const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'DatabaseGroup', 'sg-0a1b2c3d4e5f60719');
  for (const purpose of ['ledger', 'archive']) {
    new RotatedDatabaseSecret(stack, purpose, {
      namespace: stack.node.tryFindChild('Secrets') as SecretNamespace | undefined ?? namespaceIn(stack),
      purpose,
      username: 'app',
      database: RotationTarget.fromEndpoint({
        engine: DatabaseEngine.of('oracle', { defaultPort: 1521, passwordPolicy: PasswordPolicy.ORACLE }),
        host: 'ledger.example.com',
        securityGroups: [group],
      }),
      schedule: RotationSchedule.every(Duration.days(30)),
      rotator,
    });
  }

  test('is invoked by it, on behalf of this account alone', () => {
    const permissions = resourcesOf(app, stack, 'AWS::Lambda::Permission');
    expect(permissions).toHaveLength(1);
    expect(permissions[0].Properties).toMatchObject({ Principal: 'secretsmanager.amazonaws.com', SourceAccount: ENV.account });
  });

  test('may be rotated by it, in one policy for both secrets', () => {
    const policies = resourcesOf(app, stack, 'AWS::IAM::Policy').filter(policy => JSON.stringify(policy).includes('AllowRotationLambdaArn'));
    expect(policies).toHaveLength(1);
  });

  test('is reached by it at the port of the engine', () => {
    const rules = resourcesOf(app, stack, 'AWS::EC2::SecurityGroupIngress');
    expect(rules.map(({ Properties }) => [Properties.FromPort, Properties.ToPort])).toEqual([[1521, 1521]]);
  });

  test('has the password of its policy and the fields that a rotation reads', () => {
    const [secret] = resourcesOf(app, stack, 'AWS::SecretsManager::Secret');
    expect(secret.Properties.GenerateSecretString.PasswordLength).toBe(30);
    expect(JSON.parse(secret.Properties.GenerateSecretString.SecretStringTemplate)).toEqual({
      username: 'app', engine: 'oracle', host: 'ledger.example.com', port: '1521',
    });
  });
});

describe('a namespace with the guard rail denyOutsideVpcEndpoints', () => {
  function rotated(options: { endpoint?: (stack: Stack) => SecretsManagerEndpoint; exceptPrincipals?: string[]; vpc?: boolean }) {
    const stack = new Stack(testApp(), 'Stack', { env: ENV });
    new SecretNamespace(stack, 'Secrets', {
      environment: 'prod',
      service: 'payments',
      guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'], { exceptPrincipals: options.exceptPrincipals })],
    });
    const database = options.vpc === false
      ? RotationTarget.fromEndpoint({ engine: DatabaseEngine.POSTGRESQL, host: 'db.example.com' })
      : RotationTarget.fromCluster(clusterIn(stack));
    const vpc = options.vpc === false ? undefined : vpcIn(stack);
    const rotation = options.endpoint
      ? { rotator: new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc, endpoint: options.endpoint(stack) }) } : { vpc };
    new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db-credentials', username: 'app', database, ...rotation });
  }

  const endpointOf = (vpcEndpointId: string) => (stack: Stack) => SecretsManagerEndpoint.fromInterfaceEndpoint(
    ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, 'Endpoint', { vpcEndpointId, port: 443 }));

  test.each([
    ['a function without a VPC', { vpc: false }],
    ['a function with an endpoint of its own', { endpoint: () => SecretsManagerEndpoint.create() }],
    ['a function with another endpoint', { endpoint: endpointOf('vpce-0aaaaaaaaaaaaaaa0') }],
  ])('refuses %s, which it would deny every secret', (_, options) => {
    expect(() => rotated(options)).toThrow(/GuardRail\.denyOutsideVpcEndpoints of the namespace would deny.*\[at Stack\/Credentials\]/);
  });

  test.each([
    ['a function with one of its endpoints', { endpoint: endpointOf('vpce-0123456789abcdef0') }],
    ['a function whose endpoint is the VPC\'s business', {}],
    ['a role that it excepts', { vpc: false, exceptPrincipals: ['arn:aws:iam::111122223333:role/rotation-*'] }],
  ])('accepts %s', (_, options) => {
    expect(() => rotated(options)).not.toThrow();
  });
});

test.each([
  ['stays with a secret that stays, so that engine, host and port stay in it', undefined, 'RetainExceptOnCreate'],
  ['goes with a secret that goes', RemovalPolicy.DESTROY, 'Delete'],
])('the attachment %s', (_, removalPolicy, DeletionPolicy) => {
  const stack = new Stack(testApp(), 'Stack', { env: ENV });
  namespaceIn(stack);
  const database = RotationTarget.fromCluster(clusterIn(stack));
  new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db', username: 'app', database, vpc: vpcIn(stack), removalPolicy });
  assertions.Template.fromStack(stack).hasResource('AWS::SecretsManager::SecretTargetAttachment', { DeletionPolicy });
});

test('a rotated secret of an app without feature flags synthesizes', () => {
  const app = testApp(NO_FLAGS);
  const stack = new Stack(app, 'Stack', { env: ENV });
  new RotatedDatabaseSecret(stack, 'Credentials', {
    namespace: namespaceIn(stack),
    purpose: 'db-credentials',
    username: 'app',
    database: RotationTarget.fromCluster(clusterIn(stack)),
    vpc: vpcIn(stack),
    encryption: SecretEncryption.awsManagedKey(),
  });
  const template = assertions.Template.fromStack(stack);
  template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('kms:');
});

describe('in a region whose certificate authorities the functions lack', () => {
  const rotated = (database: (stack: Stack) => RotationTarget, certificateAuthorities?: string) => {
    const stack = new Stack(testApp(), 'Stack', { env: { ...ENV, region: 'il-central-1' } });
    namespaceIn(stack);
    const target = database(stack);
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] });
    const rotation = certificateAuthorities === undefined
      ? { vpc } : { rotator: new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc, certificateAuthorities }) };
    new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db', username: 'app', database: target, ...rotation });
  };
  const ofRds = (stack: Stack) => RotationTarget.fromCluster(clusterIn(stack));
  const elsewhere = (stack: Stack) => RotationTarget.fromEndpoint({
    engine: DatabaseEngine.POSTGRESQL, host: 'db.example.com', securityGroups: clusterIn(stack).connections.securityGroups,
  });

  test('Amazon RDS needs them to be given', () => {
    expect(() => rotated(ofRds)).toThrow(/`certificateAuthorities` must be given in il-central-1.*give its text to the DatabaseRotator that is `rotator` \[at Stack\/Credentials\]/);
    expect(() => rotated(ofRds, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----')).not.toThrow();
  });

  test('a server of one\'s own does not', () => expect(() => rotated(elsewhere)).not.toThrow());
});

describe('a reference to the value of a rotated secret, which no rotation resolves again,', () => {
  const warningsOn = (refer: (secret: RotatedDatabaseSecret) => SecretValue | string, superuser?: 'alternatingUsers' | 'superuserSets') => {
    const stack = new Stack(testApp(), 'Stack', { env: ENV });
    namespaceIn(stack);
    const database = RotationTarget.fromCluster(clusterIn(stack));
    const superuserSecret = secretsmanager.Secret.fromSecretNameV2(stack, 'Superuser', 'master');
    const strategy = superuser && RotationStrategy[superuser]({ superuserSecret });
    const value = refer(new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db', username: 'app', database, vpc: vpcIn(stack), strategy }));
    new CfnResource(stack, 'Holder', { type: 'Custom::Holder', properties: { value: typeof value === 'string' ? value : value.unsafeUnwrap() } });
    return assertions.Annotations.fromStack(stack).findWarning('/Stack/Holder', assertions.Match.stringLikeRegexp('not again after a rotation'));
  };

  test.each([
    ['the password', (secret: RotatedDatabaseSecret) => secret.secretValueFromJson('password')],
    ['all of it', (secret: RotatedDatabaseSecret) => secret.secretValue],
  ])('is warned of: %s', (_, refer) => expect(warningsOn(refer)).toHaveLength(1));

  test('is warned of: the user name, when users alternate', () => {
    expect(warningsOn(secret => secret.secretValueFromJson('username'), 'alternatingUsers')).toHaveLength(1);
    expect(warningsOn(secret => secret.secretValueFromJson('username'), 'superuserSets')).toEqual([]);
    expect(warningsOn(secret => secret.secretValueFromJson('username'))).toEqual([]);
  });

  test('is fine for what stays: the host', () => expect(warningsOn(secret => secret.secretValueFromJson('host'))).toEqual([]));
  test('is not what an ARN is', () => expect(warningsOn(secret => secret.secretArn)).toEqual([]));
});

describe('a second schedule that is made without the secret\'s knowledge', () => {
  function stackWith(more: (stack: Stack, secret: RotatedDatabaseSecret) => unknown): App {
    const app = testApp();
    const stack = new Stack(app, 'Stack', { env: ENV });
    namespaceIn(stack);
    const database = RotationTarget.fromCluster(clusterIn(stack));
    more(stack, new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db', username: 'app', database, vpc: vpcIn(stack) }));
    return app;
  }

  const scheduleOf = (stack: Stack, secretId: string) => new secretsmanager.CfnRotationSchedule(stack, 'Second', { secretId });

  test.each<[string, (stack: Stack, secret: RotatedDatabaseSecret) => unknown]>([
    ['by the L2', (stack, secret) => new secretsmanager.RotationSchedule(stack, 'Second', {
      secret, hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser(),
    })],
    ['by the attachment', (stack, secret) => scheduleOf(stack, secret.secretArn)],
    ['by the secret itself', (stack, secret) => scheduleOf(stack, (secret.node.defaultChild as secretsmanager.CfnSecret).ref)],
  ])('is refused: %s', (_, more) => {
    expect(() => stackWith(more).synth()).toThrow(/a secret must have one schedule.*is there already; remove one \[at Stack\/(Second|Credentials)/);
  });

  test('is not taken for one when it is another secret\'s', () => {
    expect(() => stackWith(stack => scheduleOf(stack, 'another/secret')).synth()).not.toThrow();
  });
});
