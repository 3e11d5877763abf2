import { App, assertions, aws_iam as iam, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { DeployedName, IManagedSecret, ManagedSecret, ParameterReference, ReplicaRegion, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, decide, Decision, readSecret, roleOf, secretOf } from '../../tools/access';
import { ENV, OTHER_ACCOUNT, role, roleStatements, testApp, testStack } from '../support/test-app';

/** The reference of Parameter Store: its name, and a grant that is enough for it and no more. */

const PARAMETERS = `arn:aws:ssm:${ENV.region}:${ENV.account}:parameter`;
const REFERENCE = `${PARAMETERS}/aws/reference/secretsmanager/prod/payments/key`;

function secretIn(stack: Stack, props: object = { purpose: 'key' }): ManagedSecret {
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  return new ManagedSecret(stack, 'Secret', props);
}

test('the name is the path and the name of the secret', () => {
  const { parameterName, parameterArn } = ParameterReference.of(secretIn(testStack()));
  expect(parameterName).toBe('/aws/reference/secretsmanager/prod/payments/key');
  expect(parameterArn).toBe(REFERENCE);
});

test('the grant is two statements for the secret and one for the parameter', () => {
  const stack = testStack();
  ParameterReference.of(secretIn(stack)).grantRead(role(stack)).assertSuccess();
  expect(roleStatements(stack)).toEqual([
    expect.objectContaining({ Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'] }),
    expect.objectContaining({ Action: 'kms:Decrypt', Condition: expect.anything() }),
    { Effect: 'Allow', Action: ['ssm:GetParameter', 'ssm:GetParameters'], Resource: REFERENCE },
  ]);
});

test('a name that CloudFormation makes is a part of the ARN', () => {
  const stack = testStack();
  ParameterReference.of(secretIn(stack, { deployedName: DeployedName.generated() })).grantRead(role(stack));
  expect(JSON.stringify(roleStatements(stack)[2])).toMatch(/parameter\/aws\/reference\/secretsmanager\/.*"Ref":"Secret/);
});

test('a reader in another stack needs no export for the name', () => {
  const app = testApp();
  const reference = ParameterReference.of(secretIn(testStack('Owner', app)));
  const reader = testStack('Reader', app);
  reference.grantRead(role(reader));
  expect(roleStatements(reader)).toContainEqual(expect.objectContaining({ Resource: REFERENCE }));
});

test('an import has one too, and so has a replica, in its region', () => {
  const app = testApp();
  const stack = testStack('Stack', app);
  const theirs = ManagedSecret.fromName(stack, 'Theirs', 'prod/other/key', SecretEncryption.awsManagedKey());
  expect(ParameterReference.of(theirs).parameterName).toBe('/aws/reference/secretsmanager/prod/other/key');

  const replicated = secretIn(stack, { purpose: 'key', encryption: SecretEncryption.awsManagedKey(), replicas: [ReplicaRegion.of('us-east-1', SecretEncryption.awsManagedKey())] });
  expect(ParameterReference.of(replicated.replica('us-east-1')).parameterArn).toBe(REFERENCE.replace('eu-west-1', 'us-east-1'));
});

describe('decided by the IAM simulator:', () => {
  let model: AccessModel;
  beforeAll(() => {
    const app: App = testApp();
    const stack = testStack('Stack', app);
    const secret = secretIn(stack);
    ['neighbour', 'key2', 'key/below'].forEach(purpose => new ManagedSecret(stack, `Secret-${purpose.replace('/', '-')}`, { purpose }));
    ParameterReference.of(secret).grantRead(role(stack));
    secret.grantRead(role(stack, 'ReaderOfTheSecret'));
    model = accessModel(resolveTemplates(app.synth()));
  });
  const ask = (resource: string, action = 'ssm:GetParameter', reader = 'Stack/Reader') => decide(model, { principal: roleOf(model, reader), action, resource });

  test('the reader gets the parameter, the secret and its key', async () => {
    expect([await ask(REFERENCE), await ask(REFERENCE, 'ssm:GetParameters')]).toEqual(['Allowed', 'Allowed']);
    expect((await readSecret(model, roleOf(model, 'Stack/Reader'), 'prod/payments/key')).decision).toBe('Allowed');
  });

  test('whoever calls Secrets Manager: Parameter Store does so in the name of the reader', async () => {
    const { arn, key } = secretOf(model, 'prod/payments/key');
    const calledVia = { 'aws:ViaAWSService': 'true', 'aws:CalledVia': ['ssm.amazonaws.com', 'secretsmanager.amazonaws.com'] };
    expect(await decide(model, {
      principal: roleOf(model, 'Stack/Reader'),
      action: 'kms:Decrypt',
      resource: key!.arn,
      context: { ...calledVia, 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com', 'kms:EncryptionContext:SecretARN': arn },
    })).toBe('Allowed');
  });

  test.each<[string, () => Promise<Decision>]>([
    ['the reference to a neighbour', () => ask(`${PARAMETERS}/aws/reference/secretsmanager/prod/payments/neighbour`)],
    ['to a secret whose name begins in the same way', () => ask(`${REFERENCE}2`)],
    ['to one below', () => ask(`${REFERENCE}/below`)],
    ['in another region', () => ask(REFERENCE.replace('eu-west-1', 'us-east-1'))],
    ['the history', () => ask(REFERENCE, 'ssm:GetParameterHistory')],
    ['all of a path', () => ask(REFERENCE, 'ssm:GetParametersByPath')],
    ['a write', () => ask(REFERENCE, 'ssm:PutParameter')],
    ['the parameter, with `grantRead` of the secret alone', () => ask(REFERENCE, 'ssm:GetParameter', 'Stack/ReaderOfTheSecret')],
  ])('denied: %s', async (_, decision) => expect(await decision()).toBe('ImplicitlyDenied'));
});

describe('bad input is one error:', () => {
  const theirs = (stack: Stack) => ManagedSecret.fromArn(stack, 'Theirs', `arn:aws:secretsmanager:eu-west-1:${OTHER_ACCOUNT}:secret:prod/other/key-a1b2c3`,
    SecretEncryption.customerManagedKeyByAlias('alias/key'));

  test.each<[string, (stack: Stack) => IManagedSecret, (stack: Stack) => iam.IGrantable, RegExp]>([
    ['a secret of another account', theirs, role, /within the account of the secret, 444455556666.*stack is of 111122223333.*\[at Stack\/Theirs\]/],
    ['a secret of the L2', stack => new secretsmanager.Secret(stack, 'Plain') as never, role, /must hold secrets of this package.*\[at Stack\/Plain\]/],
    ['a grantee of another account', secretIn, () => role(testStack('Elsewhere', testApp(), { ...ENV, account: OTHER_ACCOUNT })), /the grantee is of 444455556666.*\[at Stack\/Secret\]/],
    ['a service', secretIn, () => new iam.ServicePrincipal('ec2.amazonaws.com'), /must have a grantee whose policy this app can write/],
  ])('%s', (_, secret, grantee, message) => {
    const stack = testStack();
    const given = secret(stack);
    expect(() => ParameterReference.of(given).grantRead(grantee(stack))).toThrow(message);
    expect(Object.keys(assertions.Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toEqual([]);
  });
});
