import { App, aws_kms as kms, Stack } from 'aws-cdk-lib';
import {
  DeployedName, IManagedSecret, KafkaClusterConsumer, ManagedSecret, NameLevel, SecretContent, SecretEncryption, SecretNamespace,
} from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, administrator, decide, Principal, principalWith, secretOf } from '../../tools/access';
import { ENV, onlyResource, OTHER_ACCOUNT, testApp, testStack } from '../support/test-app';

/** Amazon MSK reads in its own name: the resource policy lets it in, and the key lets it have a grant, through Amazon MSK alone. */

const CLUSTER = 'arn:aws:kafka:eu-west-1:111122223333:cluster/orders/1234abcd-12ab-34cd-56ef-1234567890ab-4';
const HIERARCHY = [NameLevel.literal('AmazonMSK_users'), NameLevel.ENVIRONMENT, NameLevel.SERVICE];

function users(stack: Stack, hierarchy = HIERARCHY): ManagedSecret {
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'orders', hierarchy });
  return new ManagedSecret(stack, 'Writer', {
    namespace, purpose: 'writer', content: SecretContent.generatedField({ template: { username: 'writer' } }),
  });
}

function associated(app: App = testApp()) {
  const owner = testStack('Owner', app);
  const secret = users(owner);
  const stack = testStack('Stack', app);
  new KafkaClusterConsumer(stack, 'Users', { clusterArn: CLUSTER, secrets: [secret] });
  return { owner, stack, secret };
}

test('one association, of the cluster and its secrets', () => {
  const { owner, secret } = associated();
  new KafkaClusterConsumer(owner, 'Same', { clusterArn: CLUSTER, secrets: [secret] });
  expect(onlyResource(owner, 'AWS::MSK::BatchScramSecret')).toMatchObject({
    Properties: { ClusterArn: CLUSTER, SecretArnList: [owner.resolve(secret.secretArn)] },
    DependsOn: [expect.stringMatching(/^WriterPolicy/)],
  });
});

test('two clusters share a statement, in the one policy, which is not public', () => {
  const { owner, secret } = associated();
  new KafkaClusterConsumer(owner, 'Second', { clusterArn: CLUSTER.replace('orders', 'second'), secrets: [secret] });
  const { Properties } = onlyResource(owner, 'AWS::SecretsManager::ResourcePolicy');
  expect(Properties.BlockPublicPolicy).toBe(true);
  expect(Properties.ResourcePolicy.Statement).toEqual([
    { Sid: 'AWSKafkaResourcePolicy', Effect: 'Allow', Principal: { Service: 'kafka.amazonaws.com' }, Action: 'secretsmanager:GetSecretValue', Resource: '*' },
  ]);
  const { Statement } = onlyResource(owner, 'AWS::KMS::Key').Properties.KeyPolicy;
  const throughKafka = { 'kms:ViaService': 'kafka.eu-west-1.amazonaws.com', 'kms:CallerAccount': ENV.account };
  expect(Statement).toHaveLength(5);
  expect(Statement.filter(({ Sid }: { Sid?: string }) => Sid?.endsWith('ForKafka'))).toEqual([
    expect.objectContaining({ Action: 'kms:CreateGrant', Condition: { StringEquals: throughKafka, Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
    expect.objectContaining({ Action: 'kms:RetireGrant', Condition: { StringEquals: throughKafka } }),
  ]);
});

describe('decided:', () => {
  const kafka: Principal = { arn: 'kafka.amazonaws.com', account: ENV.account, identityPolicies: [], tags: {}, source: { account: ENV.account } };
  const THROUGH_KAFKA = { 'kms:ViaService': 'kafka.eu-west-1.amazonaws.com', 'kms:GrantIsForAWSResource': 'true' };
  let model: AccessModel;
  beforeAll(() => {
    const app = testApp();
    associated(app);
    model = accessModel(resolveTemplates(app.synth()));
  });
  const secret = () => secretOf(model, 'AmazonMSK_users/prod/orders/writer');
  const grant = (principal: Principal, context: Record<string, string>) =>
    decide(model, { principal, action: 'kms:CreateGrant', resource: secret().key!.arn, context });

  test('Amazon MSK reads the value, and stores none', async () => {
    const on = (action: string) => decide(model, { principal: kafka, action, resource: secret().arn });
    expect(await on('secretsmanager:GetSecretValue')).toBe('Allowed');
    expect(await on('secretsmanager:PutSecretValue')).toBe('ImplicitlyDenied');
  });

  test.each<[string, Principal, Record<string, string>, string]>([
    ['whoever deploys makes the grant through Amazon MSK', administrator(ENV.account), THROUGH_KAFKA, 'Allowed'],
    ['not for itself', administrator(ENV.account), { ...THROUGH_KAFKA, 'kms:GrantIsForAWSResource': 'false' }, 'ExplicitlyDenied'],
    ['not through another service', administrator(ENV.account), { ...THROUGH_KAFKA, 'kms:ViaService': 'ec2.eu-west-1.amazonaws.com' }, 'ImplicitlyDenied'],
    ['not through Amazon MSK of another region', administrator(ENV.account), { ...THROUGH_KAFKA, 'kms:ViaService': 'kafka.us-east-1.amazonaws.com' }, 'ImplicitlyDenied'],
    ['not whom IAM allows nothing', principalWith(ENV.account, []), THROUGH_KAFKA, 'ImplicitlyDenied'],
    ['not an administrator of another account', administrator(OTHER_ACCOUNT), THROUGH_KAFKA, 'ImplicitlyDenied'],
  ])('%s', async (_, principal, context, decision) => expect(await grant(principal, context)).toBe(decision));

  test('Amazon MSK cannot use the key without the grant', async () =>
    expect(await decide(model, { principal: kafka, action: 'kms:Decrypt', resource: secret().key!.arn })).toBe('ImplicitlyDenied'));
});

describe('bad input is one error, before anything is created:', () => {
  const key = SecretEncryption.awsManagedKey();
  const own = (props: object) => (stack: Stack) => {
    users(stack);
    return [new ManagedSecret(stack, 'Other', props)];
  };

  test.each<[string, (stack: Stack) => IManagedSecret[], RegExp, string?]>([
    ['no secret', () => [], /`secrets` must hold a secret, got none/],
    ['a secret twice', stack => { const writer = users(stack); return [writer, writer]; }, /`secrets` must hold each secret once, got Stack\/\w+ twice/],
    ['a name that Amazon MSK refuses', stack => [users(stack, [NameLevel.ENVIRONMENT, NameLevel.SERVICE])], /begin with AmazonMSK_, got "prod\/orders\/writer".*hierarchy/],
    ['a name that CloudFormation makes', own({ deployedName: DeployedName.generated() }), /begin with AmazonMSK_, got ""/],
    ['the AWS managed key', own({ purpose: 'other', encryption: key }), /under a customer managed key of this app, which Stack\/Other is not/],
    ['an imported key', stack => own({
      purpose: 'other', encryption: SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd')),
    })(stack), /under a customer managed key of this app/],
    ['an imported secret', stack => [ManagedSecret.fromName(stack, 'Theirs', 'AmazonMSK_theirs', key)], /must be secrets of this app.*got Stack\/Theirs/],
    ['the name of a cluster', stack => [users(stack)], /`clusterArn` must be the ARN of a cluster.*got "orders"/, 'orders'],
    ['a serverless resource of another kind', stack => [users(stack)], /`clusterArn` must be the ARN of a cluster/, CLUSTER.replace(':cluster/', ':topic/')],
  ])('%s', (_, secrets, message, clusterArn = CLUSTER) => {
    const stack = testStack();
    const props = { clusterArn, secrets: secrets(stack) };
    expect(() => new KafkaClusterConsumer(stack, 'Users', props)).toThrow(message);
    expect(() => new KafkaClusterConsumer(stack, 'Users', props)).toThrow('[at Stack/Users]');
    expect(stack.node.tryFindChild('Users')).toBeUndefined();
  });
});
