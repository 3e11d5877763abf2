import { App, assertions, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Fn, Stack, Stage } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, DatabaseRotatorProps, DeployedName, ManagedSecret, RotationStrategy, RotationTarget, SecretContent,
  SecretNamespace, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import {
  alternatingUsers, endpoint, HOST, idsOf, instance, POSTGRES, Props, resourceOf, resourcesOf, rotated, rotatedBy, SUPERUSER_ARN, World, world,
} from './rotated-databases';
import { ENV, testStack } from '../support/test-app';

const [INGRESS, EGRESS, GROUP, ENDPOINT, FUNCTION, SCHEDULE] = [
  'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroup', 'AWS::EC2::VPCEndpoint', 'AWS::Lambda::Function',
  'AWS::SecretsManager::RotationSchedule',
];
const HTTPS_TO_ANYWHERE = { CidrIp: '0.0.0.0/0', Description: 'Secrets Manager', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const ROTATOR_GROUP = { 'Fn::GetAtt': ['CredentialsRotatorSecurityGroupCD8F60BD', 'GroupId'] };
const GIVEN_GROUP = { 'Fn::GetAtt': [expect.stringMatching(/^CredentialsRotatorSecurityGroup/), 'GroupId'] };
const DATABASE_GROUP = { 'Fn::GetAtt': [expect.stringMatching(/^DatabaseSecurityGroup/), 'GroupId'] };
const ISOLATED_PATTERN = 'no endpoint of Secrets Manager is known: without one, every rotation ends in a time-out.*SecretsManagerEndpoint.create()';

let here: World;

beforeEach(() => {
  here = world();
});

const rulesOf = (stack: Stack, type: string): any[] => idsOf(stack, type).map(id => resourcesOf(stack)[id].Properties);
const portOf = (database: rds.DatabaseInstance) => here.stack.resolve(database.connections.defaultPort!.toRuleJson().fromPort);

function securityGroup(id = 'Group', props: object = {}): ec2.SecurityGroup {
  return new ec2.SecurityGroup(here.stack, id, { vpc: here.vpc, ...props });
}

function imported(securityGroups: ec2.ISecurityGroup[], port = 5432, id = 'Imported'): RotationTarget {
  return RotationTarget.fromInstance(rds.DatabaseInstance.fromDatabaseInstanceAttributes(here.stack, id, {
    instanceIdentifier: id.toLowerCase(), instanceEndpointAddress: HOST, port, securityGroups, engine: POSTGRES,
  }));
}

describe('between the function and its database', () => {
  test('exactly the port of the database is open, out of the one and into the other', () => {
    const database = instance(here);
    rotated(here.stack, { database: RotationTarget.fromInstance(database) });
    const rule = { IpProtocol: 'tcp', FromPort: portOf(database), ToPort: portOf(database), Description: 'Rotation of postgres credentials' };
    expect(rulesOf(here.stack, INGRESS)).toEqual([{ ...rule, GroupId: DATABASE_GROUP, SourceSecurityGroupId: ROTATOR_GROUP }]);
    expect(rulesOf(here.stack, EGRESS)).toEqual([{ ...rule, GroupId: ROTATOR_GROUP, DestinationSecurityGroupId: DATABASE_GROUP }]);
  });

  test('the function may open connections to Secrets Manager, and to nothing else', () => {
    rotated(here.stack, { database: RotationTarget.fromInstance(instance(here)) });
    const { SecurityGroupEgress, SecurityGroupIngress } = resourceOf(here.stack, GROUP, 'CredentialsRotator').Properties;
    expect(SecurityGroupEgress).toEqual([HTTPS_TO_ANYWHERE]);
    expect(SecurityGroupIngress).toBeUndefined();
    expect(resourceOf(here.stack, GROUP, 'Database').Properties.SecurityGroupIngress).toBeUndefined();
  });

  test.each<[string, () => RotationTarget, number]>([
    ['an import\'s', () => imported([securityGroup()], 6543), 6543],
    ['the engine\'s, where nobody says another', () => endpoint(DatabaseEngine.MYSQL, { securityGroups: [securityGroup()] }), 3306],
    ['the given one of an endpoint', () => endpoint(DatabaseEngine.MYSQL, { port: 3307, securityGroups: [securityGroup()] }), 3307],
  ])('the port is %s', (_, database, port) => {
    rotated(here.stack, { database: database(), vpc: here.vpc });
    for (const type of [INGRESS, EGRESS]) expect(rulesOf(here.stack, type)).toEqual([expect.objectContaining({ IpProtocol: 'tcp', FromPort: port, ToPort: port })]);
  });

  test('every security group of the database is opened to every one of the function', () => {
    const own = [securityGroup('Own', { allowAllOutbound: false }), securityGroup('Open')];
    rotatedBy(here.stack, { securityGroups: own }, { database: imported([securityGroup('A'), securityGroup('B')]), vpc: here.vpc });
    expect(rulesOf(here.stack, INGRESS)).toHaveLength(4);
    // What is open to everything needs no rule, and CDK would refuse it.
    expect(rulesOf(here.stack, EGRESS).map(({ GroupId }) => GroupId)).toEqual(Array(2).fill({ 'Fn::GetAtt': [expect.stringMatching(/^Own/), 'GroupId'] }));
    expect(idsOf(here.stack, GROUP).filter(id => id.startsWith('CredentialsRotator'))).toEqual([]);
  });
});

describe('a rule that EC2 has already is not made again', () => {
  const shared = () => new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc: here.vpc });

  test('for two secrets of one database', () => {
    const [database, rotator] = [RotationTarget.fromInstance(instance(here)), shared()];
    rotated(here.stack, { database, rotator });
    rotated(here.stack, { database, rotator, purpose: 'other' }, 'Other');
    expect([rulesOf(here.stack, INGRESS).length, rulesOf(here.stack, EGRESS).length]).toEqual([1, 1]);
  });

  test('for a security group that is imported twice', () => {
    const rotator = shared();
    ['A', 'B'].forEach(id => rotated(here.stack, {
      database: imported([ec2.SecurityGroup.fromSecurityGroupId(here.stack, `Group${id}`, 'sg-0123456789abcdef0')], 5432, id), rotator, purpose: id,
    }, `Credentials${id}`));
    expect([rulesOf(here.stack, INGRESS).length, rulesOf(here.stack, EGRESS).length]).toEqual([1, 1]);
  });

  test('for two rotators with one security group, both of which wait for it', () => {
    const [database, securityGroups] = [RotationTarget.fromInstance(instance(here)), [securityGroup('Own', { allowAllOutbound: false })]];
    rotatedBy(here.stack, { securityGroups }, { database });
    rotatedBy(here.stack, { securityGroups }, { database, purpose: 'other' }, 'Other');
    const rules = [...idsOf(here.stack, INGRESS), ...idsOf(here.stack, EGRESS)];
    expect(rules).toHaveLength(2);
    for (const id of idsOf(here.stack, SCHEDULE)) expect(resourcesOf(here.stack)[id].DependsOn).toEqual(expect.arrayContaining(rules));
  });

  test('for secrets of two stacks, which do not wait for each other', () => {
    const app = here.stack.node.root as App;
    const [database, rotator, first, second] = [RotationTarget.fromInstance(instance(here)), shared(), testStack('First', app), testStack('Second', app)];
    rotated(first, { database, rotator, namespace: here.namespace });
    rotated(second, { database, rotator, namespace: here.namespace, purpose: 'other' });
    expect([here.stack, first, second].map(stack => [idsOf(stack, INGRESS).length, idsOf(stack, EGRESS).length])).toEqual([[1, 1], [0, 0], [0, 0]]);
    for (const stack of [first, second]) expect(stack.dependencies.map(({ node }) => node.id)).toEqual(['Stack']);
  });

  test('for a group that is imported twice by a reference', () => {
    const rotator = shared();
    ['A', 'B'].forEach(id => rotated(here.stack, {
      database: imported([ec2.SecurityGroup.fromSecurityGroupId(here.stack, `Group${id}`, Fn.importValue('DatabaseGroup'))], 5432, id), rotator, purpose: id,
    }, `Credentials${id}`));
    expect([rulesOf(here.stack, INGRESS).length, rulesOf(here.stack, EGRESS).length]).toEqual([1, 1]);
  });

  test('but each stage of a pipeline, which is deployed elsewhere, has its own', () => {
    const counts = ['Test', 'Prod'].map(id => {
      const stack = testStack('Stack', new Stage(here.stack.node.root as App, id));
      const namespace = new SecretNamespace(stack, 'Secrets', { environment: id.toLowerCase(), service: 'orders' });
      rotatedBy(stack, {
        securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Own', 'sg-1123456789abcdef0', { allowAllOutbound: false })],
      }, {
        namespace,
        vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a'], privateSubnetIds: ['subnet-1'] }),
        database: endpoint(DatabaseEngine.MYSQL, {
          securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')],
        }),
      });
      return idsOf(stack, INGRESS).length;
    });
    expect(counts).toEqual([1, 1]);
  });

  test('but two databases behind one security group, whose ports are known at deployment only, have one rule each', () => {
    const [rotator, group] = [shared(), securityGroup()];
    ['A', 'B'].forEach(id => {
      const database = new rds.DatabaseInstance(here.stack, `Database${id}`, { engine: POSTGRES, vpc: here.vpc, securityGroups: [group] });
      rotated(here.stack, { database: RotationTarget.fromInstance(database), rotator, purpose: id }, `Credentials${id}`);
    });
    for (const type of [INGRESS, EGRESS]) {
      const ports = rulesOf(here.stack, type).map(({ FromPort }) => FromPort['Fn::GetAtt'][0] as string);
      expect(ports).toEqual([expect.stringMatching(/^DatabaseA/), expect.stringMatching(/^DatabaseB/)]);
    }
  });

  test('and two known ports of one security group have one each', () => {
    const [rotator, group] = [shared(), securityGroup()];
    [5432, 5433].forEach(port => rotated(here.stack, { database: imported([group], port, `Imported${port}`), rotator, purpose: `p${port}` }, `Credentials${port}`));
    expect(rulesOf(here.stack, INGRESS).map(({ FromPort }) => FromPort)).toEqual([5432, 5433]);
  });
});

describe('an endpoint that is there', () => {
  test('has its security groups opened to the function, which needs no other way out', () => {
    const existing = here.vpc.addInterfaceEndpoint('Existing', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER, open: false });
    const given = { endpoint: SecretsManagerEndpoint.fromInterfaceEndpoint(existing) };
    rotatedBy(here.stack, given, { database: RotationTarget.fromInstance(instance(here)) });
    const group = { 'Fn::GetAtt': [expect.stringMatching(/^VpcExistingSecurityGroup/), 'GroupId'] };
    const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Description: 'Secrets Manager' };
    expect(rulesOf(here.stack, INGRESS)).toContainEqual({ ...rule, GroupId: group, SourceSecurityGroupId: GIVEN_GROUP });
    expect(rulesOf(here.stack, EGRESS)).toContainEqual({ ...rule, GroupId: GIVEN_GROUP, DestinationSecurityGroupId: group });
    expect(resourceOf(here.stack, GROUP, 'CredentialsRotator').Properties.SecurityGroupEgress).not.toContainEqual(HTTPS_TO_ANYWHERE);
    expect(resourceOf(here.stack, FUNCTION).Properties.Environment.Variables).not.toHaveProperty('SECRETS_MANAGER_ENDPOINT');
    expect(idsOf(here.stack, ENDPOINT)).toHaveLength(1);
  });

  test('without known security groups is reached as the internet is', () => {
    const existing = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(here.stack, 'Existing', { vpcEndpointId: 'vpce-0123456789abcdef0', port: 443 });
    const given = { endpoint: SecretsManagerEndpoint.fromInterfaceEndpoint(existing) };
    rotatedBy(here.stack, given, { database: RotationTarget.fromInstance(instance(here)) });
    expect(resourceOf(here.stack, GROUP, 'CredentialsRotator').Properties.SecurityGroupEgress).toEqual([HTTPS_TO_ANYWHERE]);
  });
});

describe('an endpoint of its own', () => {
  const ROLE_ONLY = { ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringMatching(/RotatorRole/), 'Arn'] } } };
  const lets = (actions: string[], resource: unknown) => ({ Effect: 'Allow', Principal: { AWS: '*' }, Action: actions, Resource: resource, Condition: ROLE_ONLY });
  const ROTATE = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'];
  const READ = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
  const NAMESPACE_ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/payments/*`;

  function withEndpoint(props: Props = {}): any {
    rotatedBy(here.stack, { endpoint: SecretsManagerEndpoint.create() }, { database: RotationTarget.fromInstance(instance(here)), ...props });
    return resourceOf(here.stack, ENDPOINT).Properties;
  }

  test('has no private DNS name, and the function is told its own one', () => {
    const { PolicyDocument, ...others } = withEndpoint();
    expect(others).toMatchObject({ PrivateDnsEnabled: false, ServiceName: 'com.amazonaws.eu-west-1.secretsmanager', VpcEndpointType: 'Interface' });
    expect(others.SubnetIds).toEqual(here.vpc.privateSubnets.map(({ subnetId }) => here.stack.resolve(subnetId)));
    const entries = { 'Fn::GetAtt': [idsOf(here.stack, ENDPOINT)[0], 'DnsEntries'] };
    expect(resourceOf(here.stack, FUNCTION).Properties.Environment.Variables.SECRETS_MANAGER_ENDPOINT).toEqual({
      'Fn::Join': ['', ['https://', { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::Select': [0, entries] }] }] }]],
    });
  });

  test('lets in the role of the function alone, for the namespace alone', () => {
    expect(withEndpoint().PolicyDocument.Statement).toEqual([lets(ROTATE, NAMESPACE_ARN)]);
  });

  test('lets a superuser\'s secret be read', () => {
    const { PolicyDocument } = withEndpoint({ strategy: alternatingUsers(here.stack) });
    expect(PolicyDocument.Statement).toEqual([lets(ROTATE, NAMESPACE_ARN), lets(READ, SUPERUSER_ARN)]);
  });

  test('names a superuser\'s secret of this library by its name', () => {
    const superuserSecret = new ManagedSecret(here.stack, 'Superuser', { purpose: 'superuser', content: SecretContent.generatedField({ template: { username: 'root' } }) });
    const { PolicyDocument } = withEndpoint({ strategy: RotationStrategy.alternatingUsers({ superuserSecret }) });
    expect(PolicyDocument.Statement[1]).toEqual(lets(READ, `${NAMESPACE_ARN.slice(0, -1)}superuser-??????`));
  });

  test('names a superuser\'s secret of another stack by any name, because each stack would wait for the other', () => {
    const far = testStack('Far', here.stack.node.root as App);
    const superuserSecret = new secretsmanager.Secret(far, 'Superuser');
    const { PolicyDocument } = withEndpoint({ strategy: RotationStrategy.alternatingUsers({ superuserSecret }) });
    expect(PolicyDocument.Statement[1]).toEqual(lets(READ, `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:*`));
  });

  test('names a secret outside of the namespace by itself', () => {
    const { PolicyDocument } = withEndpoint({ purpose: undefined, deployedName: DeployedName.explicit('old-name') });
    expect(PolicyDocument.Statement).toEqual([lets(ROTATE, `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:old-name-??????`)]);
  });

  test('is opened to the function alone, and says each thing once for many secrets', () => {
    const rotator = new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.POSTGRESQL, vpc: here.vpc, endpoint: SecretsManagerEndpoint.create() });
    const database = RotationTarget.fromInstance(instance(here));
    rotated(here.stack, { database, rotator });
    rotated(here.stack, { database, rotator, purpose: 'other' }, 'Other');
    expect(resourceOf(here.stack, ENDPOINT).Properties.PolicyDocument.Statement).toEqual([lets(ROTATE, NAMESPACE_ARN)]);
    expect(resourceOf(here.stack, GROUP, 'RotatorEndpoint').Properties.SecurityGroupIngress).toBeUndefined();
    expect(rulesOf(here.stack, INGRESS).filter(({ FromPort }) => FromPort === 443)).toEqual([expect.objectContaining({
      GroupId: { 'Fn::GetAtt': [expect.stringMatching(/^RotatorEndpoint/), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^RotatorSecurityGroup/), 'GroupId'] },
    })]);
  });
});

describe('subnets without a way to the internet', () => {
  const ISOLATED = { subnetType: ec2.SubnetType.PRIVATE_ISOLATED };

  function inIsolatedVpc(options?: Partial<DatabaseRotatorProps>): void {
    const vpc = new ec2.Vpc(here.stack, 'Isolated', {
      restrictDefaultSecurityGroup: false,
      natGateways: 0,
      subnetConfiguration: [{ name: 'isolated', ...ISOLATED }, { name: 'public', subnetType: ec2.SubnetType.PUBLIC }],
    });
    const database = new rds.DatabaseInstance(here.stack, 'Database', { engine: POSTGRES, vpc, vpcSubnets: ISOLATED });
    const props = { database: RotationTarget.fromInstance(database) };
    if (options) rotatedBy(here.stack, options, props);
    else rotated(here.stack, props);
  }

  const warnings = () => assertions.Annotations.fromStack(here.stack).findWarning('*', assertions.Match.stringLikeRegexp(ISOLATED_PATTERN));

  test.each([['the secret\'s own rotator', undefined], ['one that is given', {}]])('are warned of with %s', (_, options) => {
    inIsolatedVpc(options);
    expect(warnings()).toHaveLength(1);
  });

  test.each<[string, () => Partial<DatabaseRotatorProps>]>([
    ['an endpoint of its own', () => ({ endpoint: SecretsManagerEndpoint.create() })],
    ['an endpoint that is there', () => ({
      endpoint: SecretsManagerEndpoint.fromInterfaceEndpoint(
        ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(here.stack, 'Existing', { vpcEndpointId: 'vpce-0123456789abcdef0', port: 443 })),
    })],
  ])('are not warned of with %s', (_, props) => {
    inIsolatedVpc(props());
    expect(warnings()).toHaveLength(0);
  });

  test('are warned of where they are chosen, and not where a NAT gateway stands behind them', () => {
    rotated(here.stack, { database: RotationTarget.fromInstance(instance(here)) });
    expect(warnings()).toHaveLength(0);
    expect(resourceOf(here.stack, FUNCTION).Properties.VpcConfig.SubnetIds).toHaveLength(2);
  });
});

test('the subnets of the function are those chosen', () => {
  rotatedBy(here.stack, { vpcSubnets: { subnets: [here.vpc.privateSubnets[1]] } }, { database: RotationTarget.fromInstance(instance(here)) });
  expect(resourceOf(here.stack, FUNCTION).Properties.VpcConfig.SubnetIds).toEqual([here.stack.resolve(here.vpc.privateSubnets[1].subnetId)]);
});
