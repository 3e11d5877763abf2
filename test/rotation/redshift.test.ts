import { aws_ec2 as ec2, aws_redshift as redshift, aws_redshiftserverless as serverless, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, DatabaseUser, PasswordPolicy, PasswordPolicyOptions, RotationStrategy, RotationTarget, SecretContent,
} from 'cdk-managed-secrets';
import { endpoint, instance, Props, resourceOf, resourcesOf, rotated, superuserSets, World, world } from './rotated-databases';
import { certificateAuthorities } from '../../lambda/rotation/adapters/tls';
import { isRedshiftName } from '../../src/rotation/contract/hosts';
import { requireTrust } from '../../src/rotation/private/rotator-fit';

const CLUSTER: redshift.CfnClusterProps = { clusterType: 'multi-node', dbName: 'sales', nodeType: 'ra3.large', masterUsername: 'chief', manageMasterPassword: true };

function clusterIn({ stack }: World, props: Partial<redshift.CfnClusterProps> = {}): redshift.CfnCluster {
  return new redshift.CfnCluster(stack, 'Warehouse', { ...CLUSTER, ...props });
}

function workgroupIn({ stack }: World, namespace: Partial<serverless.CfnNamespaceProps> = {}, isReferred = false): serverless.CfnWorkgroup {
  const { namespaceName, ref } = new serverless.CfnNamespace(stack, 'Namespace', { namespaceName: 'sales', adminUsername: 'chief', ...namespace });
  return new serverless.CfnWorkgroup(stack, 'Workgroup', { workgroupName: 'sales', namespaceName: isReferred ? ref : namespaceName });
}

const groupOf = ({ stack }: World) => ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0a1b2c3d4e5f60719');

describe('a cluster', () => {
  test('is attached, so that CloudFormation writes engine, host and port, and its function runs in the VPC', () => {
    const here = world();
    rotated(here.stack, { database: RotationTarget.fromRedshiftCluster(clusterIn(here), [groupOf(here)]), vpc: here.vpc });
    expect(resourceOf(here.stack, 'AWS::SecretsManager::SecretTargetAttachment').Properties)
      .toMatchObject({ TargetId: { Ref: 'Warehouse' }, TargetType: 'AWS::Redshift::Cluster' });
    expect(resourceOf(here.stack, 'AWS::EC2::SecurityGroupIngress').Properties).toMatchObject({ GroupId: 'sg-0a1b2c3d4e5f60719', FromPort: 5439, ToPort: 5439 });
    expect(tagsOf(here.stack)).toEqual([
      { Key: 'cdk-managed-secrets:database-host', Value: { 'Fn::GetAtt': ['Warehouse', 'Endpoint.Address'] } },
      { Key: 'cdk-managed-secrets:database-port', Value: { 'Fn::GetAtt': ['Warehouse', 'Endpoint.Port'] } },
    ]);
    expect(resourceOf(here.stack, 'AWS::Lambda::Function').Properties.Description).toBe('Rotates credentials of redshift databases, singleUser');
  });

  test('with its managed master user as the superuser who sets passwords', () => {
    const here = world();
    const cluster = clusterIn(here);
    const superuserSecret = secretsmanager.Secret.fromSecretCompleteArn(here.stack, 'Chief', cluster.attrMasterPasswordSecretArn);
    rotated(here.stack, {
      database: RotationTarget.fromRedshiftCluster(cluster, [groupOf(here)]),
      vpc: here.vpc,
      strategy: RotationStrategy.superuserSets({ superuserSecret }),
    });
    const arn = { 'Fn::GetAtt': ['Warehouse', 'MasterPasswordSecretArn'] };
    expect(resourceOf(here.stack, 'AWS::IAM::Policy', 'CredentialsRotatorAccessPolicy').Properties.PolicyDocument.Statement)
      .toContainEqual({ Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: arn });
  });

  test('that is reached over the internet needs no VPC', () => {
    const here = world();
    rotated(here.stack, { database: RotationTarget.fromRedshiftCluster(clusterIn(here, { publiclyAccessible: true })) });
    expect(resourceOf(here.stack, 'AWS::Lambda::Function').Properties.VpcConfig).toBeUndefined();
  });

  test('needs no authorities of Amazon RDS, in regions where those are not known', () => {
    const here = world();
    const trust = (target: RotationTarget) => () => requireTrust('Stack/Credentials', 'il-central-1', target._bind('Stack/Credentials'), { engine: DatabaseEngine.REDSHIFT });
    expect(trust(RotationTarget.fromRedshiftCluster(clusterIn(here)))).not.toThrow();
    expect(trust(RotationTarget.fromInstance(instance(here)))).toThrow(/`certificateAuthorities` must be given in il-central-1/);
  });
});

test('a workgroup stands in the template of the secret', () => {
  const here = world();
  rotated(here.stack, {
    database: RotationTarget.fromRedshiftServerless(workgroupIn(here), [groupOf(here)]), vpc: here.vpc, strategy: superuserSets(here.stack),
  });
  const template = JSON.stringify(resourceOf(here.stack, 'AWS::SecretsManager::Secret', 'Credentials').Properties.GenerateSecretString.SecretStringTemplate);
  for (const part of ['redshift', '5439', 'masterarn', '{"Fn::GetAtt":["Workgroup","Workgroup.Endpoint.Address"]}']) expect(template).toContain(part);
  expect(Object.values(resourcesOf(here.stack)).map(({ Type }) => Type)).not.toContain('AWS::SecretsManager::SecretTargetAttachment');
});

function tagsOf(stack: Stack): { Key: string }[] {
  return resourceOf(stack, 'AWS::SecretsManager::Secret', 'Credentials').Properties.Tags.filter(({ Key }: { Key: string }) => Key.startsWith('cdk-managed-secrets:database-'));
}

describe('refuses', () => {
  const ofEngine = (props: Props) => () => ({ database: endpoint(DatabaseEngine.REDSHIFT), ...props });
  const policy = (props: PasswordPolicyOptions) => ofEngine({ passwordPolicy: PasswordPolicy.of(props) });
  const needs = /`passwordPolicy` must have uppercase, lowercase, numbers in each password for redshift; leave `requireEachIncludedType` .*or use PasswordPolicy.DATABASE/;
  const notMaster = (service: string, property: string, path: string) =>
    new RegExp(`\`username\` must not be the master user "chief", whose password ${service} rotates itself: set \`${property}\` on ${path} and its schedule by MasterUserRotation`);
  const user = ({ stack }: World) => DatabaseUser.create({ superuserSecret: secretsmanager.Secret.fromSecretNameV2(stack, 'Chief', 'chief'), grants: [] });

  test.each<[string, (here: World) => Props, RegExp]>([
    ['alternating users, and says why', here => ({
      database: endpoint(DatabaseEngine.REDSHIFT),
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: secretsmanager.Secret.fromSecretNameV2(here.stack, 'Chief', 'chief') }),
    }), /`strategy` must not be alternating users for redshift, whose users cannot be members of users, .*choose RotationStrategy.singleUser\(\) or superuserSets/],
    ['alternating users of a rotator', here => ({
      database: endpoint(DatabaseEngine.REDSHIFT),
      rotator: new DatabaseRotator(here.stack, 'Rotator', { engine: DatabaseEngine.REDSHIFT, strategy: RotationStrategy.alternatingUsers() }),
    }), /must not be alternating users for redshift/],
    ['dual password', ofEngine({ strategy: RotationStrategy.dualPassword() }), /must not be dual password for redshift, .*choose RotationStrategy.singleUser\(\) or superuserSets/],
    ['a superuser who sets the password without a secret', ofEngine({ strategy: RotationStrategy.superuserSets() }), /`superuserSecret` must be given for a password that a superuser sets/],
    ['a user name in upper case', ofEngine({ username: 'App' }), /`username` must be in lower case for redshift, which keeps names of users so, got "App"/],
    ['a user name of 128 bytes', ofEngine({ username: 'a'.repeat(128) }), /`username` must have at most 127 bytes for redshift, got 128/],
    ['a password of 65 characters', policy({ length: 65 }), /`passwordPolicy.length` must be .*8 to 64, got 65/],
    ['a password of 7 characters', policy({ length: 7 }), /`passwordPolicy.length` must be .*8 to 64, got 7/],
    ['a password that need not have each type', policy({ requireEachIncludedType: false }), needs],
    ['a password without upper case', policy({ uppercase: false }), needs],
    ['a password without digits', policy({ numbers: false }), needs],
    ['a password whose digits are all excluded', policy({ excludeCharacters: '0123456789' }), needs],
    ['a user that the deployment makes', here => ({ database: endpoint(DatabaseEngine.REDSHIFT), user: user(here) }), /`user` must not be given for redshift, whose users this library does not make; create the user by a statement/],
    ['the master user of a cluster', here => ({ username: 'chief', database: RotationTarget.fromRedshiftCluster(clusterIn(here)) }), notMaster('Amazon Redshift', 'manageMasterPassword', 'Stack/Warehouse')],
    ['the administrator of a namespace', here => ({ username: 'chief', database: RotationTarget.fromRedshiftServerless(workgroupIn(here)) }), notMaster('Amazon Redshift Serverless', 'manageAdminPassword', 'Stack/Namespace')],
    ['that of a namespace that is referred to', here => ({ username: 'chief', database: RotationTarget.fromRedshiftServerless(workgroupIn(here, {}, true)) }), notMaster('Amazon Redshift Serverless', 'manageAdminPassword', 'Stack/Namespace')],
    ['a cluster that is none', () => ({ database: RotationTarget.fromRedshiftCluster({} as never) }), /`database` must be a cluster of Amazon Redshift, a CfnCluster of aws_redshift; of an L2/],
    ['no cluster', () => ({ database: RotationTarget.fromRedshiftCluster(undefined as never) }), /`database` must be a cluster of Amazon Redshift/],
    ['a namespace in place of a workgroup', ({ stack }) => ({
      database: RotationTarget.fromRedshiftServerless(new serverless.CfnNamespace(stack, 'N', { namespaceName: 'n' }) as never),
    }), /`database` must be a workgroup of Amazon Redshift Serverless, a CfnWorkgroup of aws_redshiftserverless/],
    ['a VPC without the security groups of the cluster', here => ({ database: RotationTarget.fromRedshiftCluster(clusterIn(here)), vpc: here.vpc }), /`securityGroups` of the database must be known/],
    ['a private cluster without a VPC', here => ({ database: RotationTarget.fromRedshiftCluster(clusterIn(here)) }), /`vpc` must be given, because the database is reached from its VPC alone/],
    ['security groups without a VPC', here => ({ database: RotationTarget.fromRedshiftCluster(clusterIn(here), [groupOf(here)]) }), /`vpc` must be given/],
    ['content of another engine', ofEngine({ content: SecretContent.generatedField({ template: { username: 'app', engine: 'postgres', host: 'db.example.com' } }) }), /`engine` of `content` must be that of `database`, redshift/],
  ])('%s', (_, props, message) => {
    const here = world();
    let error: Error | undefined;
    try {
      rotated(here.stack, props(here));
    } catch (thrown) {
      error = thrown as Error;
    }
    expect(error?.message).toMatch(message);
    expect(error?.message).toMatch(/ \[at Stack\/(Credentials|Rotator)\]$/);
    expect(here.stack.node.tryFindChild('Credentials')).toBeUndefined();
  });
});

describe('a name of the service', () => {
  const NAMES = [
    'sales.abc123.eu-west-1.redshift.amazonaws.com', 'sales.111122223333.eu-west-1.redshift-serverless.amazonaws.com',
    'SALES.ABC123.EU-WEST-1.REDSHIFT.AMAZONAWS.COM.', 'sales.abc123.cn-north-1.redshift.amazonaws.com.cn',
  ];
  const OTHERS = ['sales.abc123.eu-west-1.redshift.amazonaws.com.evil.example', 'redshift.amazonaws.com', 'sales.eu-west-1.redshift.example.com', 'db.example.com'];

  test.each(NAMES)('%s is believed with certificates of Amazon Trust Services alone', (name) => {
    const trusted = certificateAuthorities(name, { ca: [] });
    expect(isRedshiftName(name)).toBe(true);
    expect(trusted.length).toBeGreaterThan(3);
    expect(trusted.length).toBeLessThan(10);
  });

  test.each(OTHERS)('%s is none', (name) => {
    expect(isRedshiftName(name)).toBe(false);
    expect(certificateAuthorities(name, { ca: [] }).length).toBeGreaterThan(50);
  });
});
