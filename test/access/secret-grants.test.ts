import { aws_iam as iam, aws_kms as kms, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { ManagedSecret, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { deployStackAfter } from '../../src/private/stack-order';
import { ROTATION_TAG_KEYS } from '../../src/rotation/contract/tags';
import { ENV, OTHER_ACCOUNT, role, roleStatements, testApp, testStack } from '../support/test-app';

let stack: Stack;
let namespace: SecretNamespace;
let secret: ManagedSecret;
let reader: iam.Role;

beforeEach(() => {
  stack = testStack();
  namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
  reader = role(stack);
});

const VIA = { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' };
const PREFIX_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/*';

/** The statement about the key, for the secrets with these ARNs. */
function onKey(
  actions: string | string[],
  secretArn: unknown,
  resource: unknown = stack.resolve(namespace.encryption.encryptionKey!.keyArn),
  conditions: object = {},
) {
  return {
    Effect: 'Allow',
    Action: actions,
    Resource: resource,
    Condition: { StringEquals: VIA, StringLike: { 'kms:EncryptionContext:SecretARN': [secretArn] }, ...conditions },
  };
}

function onSecret(actions: string | string[], conditions?: object) {
  return { Effect: 'Allow', Action: actions, Resource: stack.resolve(secret.secretArn), ...(conditions && { Condition: conditions }) };
}

describe('the whole policy of a grantee', () => {
  test('grantRead', () => {
    secret.grantRead(reader);
    expect(roleStatements(stack)).toEqual([
      onSecret(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']),
      onKey('kms:Decrypt', stack.resolve(secret.secretArn)),
    ]);
  });

  test('grantRead of some staging labels puts the condition on GetSecretValue alone', () => {
    secret.grantRead(reader, ['AWSCURRENT']);
    expect(roleStatements(stack)).toEqual([
      onSecret('secretsmanager:GetSecretValue', { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': ['AWSCURRENT'] } }),
      onSecret('secretsmanager:DescribeSecret'),
      onKey('kms:Decrypt', stack.resolve(secret.secretArn)),
    ]);
  });

  test('grantWrite neither reads nor updates the secret', () => {
    secret.grantWrite(reader);
    expect(roleStatements(stack)).toEqual([
      onSecret(['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage']),
      onKey(['kms:Decrypt', 'kms:GenerateDataKey'], stack.resolve(secret.secretArn)),
    ]);
  });

  test('grantRotate', () => {
    secret.grantRotate(reader);
    expect(roleStatements(stack)).toEqual([
      onSecret([
        'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage',
      ]),
      onKey(['kms:Decrypt', 'kms:GenerateDataKey'], stack.resolve(secret.secretArn)),
    ]);
  });

  test('grantManage has no value, no key and no way to exchange the rotation or skip the recovery window', () => {
    secret.grantManage(reader);
    expect(roleStatements(stack)).toEqual([
      onSecret([
        'secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy', 'secretsmanager:ListSecretVersionIds',
        'secretsmanager:RestoreSecret',
      ]),
      onSecret(['secretsmanager:TagResource', 'secretsmanager:UntagResource'], {
        'ForAllValues:StringNotEqualsIgnoreCase': { 'aws:TagKeys': ['environment', 'service', 'owner', 'cost-center', ...ROTATION_TAG_KEYS] },
      }),
      onSecret('secretsmanager:DeleteSecret', { BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' } }),
      onSecret('secretsmanager:RotateSecret', {
        Null: { 'secretsmanager:RotationLambdaARN': 'true' },
        BoolIfExists: { 'secretsmanager:ModifyRotationRules': 'false' },
      }),
    ]);
  });

  test('grantBatchRead names * for the one action that has no resource type', () => {
    secret.grantBatchRead(reader);
    expect(roleStatements(stack)).toEqual([
      onSecret(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']),
      { Effect: 'Allow', Action: 'secretsmanager:BatchGetSecretValue', Resource: '*' },
      onKey('kms:Decrypt', stack.resolve(secret.secretArn)),
    ]);
  });

  test.each(['grantRead', 'grantWrite', 'grantRotate', 'grantManage', 'grantBatchRead'] as const)('%s on the namespace asks for the same actions', grant => {
    const other = testStack('Other');
    const ofNamespace = new SecretNamespace(other, 'Secrets', { environment: 'prod', service: 'payments' });
    ofNamespace[grant](role(other));
    secret[grant](reader);
    const actions = (each: Stack) => (roleStatements(each) as { Action: unknown }[]).map(({ Action }) => Action);
    expect(actions(other)).toEqual(actions(stack));
    expect(JSON.stringify(roleStatements(other))).toContain(':secret:prod/payments/*');
  });

  test('a grant on the namespace names the prefix, however many secrets there are', () => {
    namespace.grantRead(reader);
    const withOne = roleStatements(stack);
    expect(withOne).toEqual([
      { Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: PREFIX_ARN },
      onKey('kms:Decrypt', PREFIX_ARN),
    ]);
  });

  test('grantWrite on the namespace', () => {
    namespace.grantWrite(reader);
    expect(roleStatements(stack)).toEqual([
      { Effect: 'Allow', Action: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'], Resource: PREFIX_ARN },
      onKey(['kms:Decrypt', 'kms:GenerateDataKey'], PREFIX_ARN),
    ]);
  });
});

describe('imports', () => {
  const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/other/key-a1b2c3';
  const keyArn = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const read = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];

  test('an imported key gets its statement too', () => {
    ManagedSecret.fromArn(stack, 'Theirs', arn, SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Key', keyArn))).grantRead(reader);
    expect(roleStatements(stack)).toEqual([
      { Effect: 'Allow', Action: read, Resource: arn },
      onKey('kms:Decrypt', arn, keyArn),
    ]);
  });

  test('a name stands for any suffix', () => {
    ManagedSecret.fromName(stack, 'Theirs', 'prod/other/key', SecretEncryption.awsManagedKey()).grantRead(reader);
    expect(roleStatements(stack)).toEqual([
      { Effect: 'Allow', Action: read, Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/other/key-??????' },
    ]);
  });

  test('a namespace that is known by its names gives the key by its alias', () => {
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', { environment: 'prod', service: 'other' });
    ManagedSecret.fromNamespace(stack, 'TheirKey', { namespace: theirs, purpose: 'key' }).grantRead(reader);
    const pattern = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/other/key-??????';
    expect(roleStatements(stack)).toEqual([
      { Effect: 'Allow', Action: read, Resource: pattern },
      onKey('kms:Decrypt', pattern, 'arn:aws:kms:eu-west-1:111122223333:key/*', {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/secrets/prod/other' },
      }),
    ]);
  });

  test('the owner\'s word lets a reader of another account in, with both statements of his own', () => {
    const encryption = SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'KeyOfNamespace', keyArn.replace(ENV.account, OTHER_ACCOUNT)));
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', {
      environment: 'prod', service: 'other', account: OTHER_ACCOUNT, encryption, sharedByOwner: true,
    });
    ManagedSecret.fromNamespace(stack, 'TheirKey', { namespace: theirs, purpose: 'key' }).grantRead(reader);
    const pattern = 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:prod/other/key-??????';
    expect(roleStatements(stack)).toEqual([
      { Effect: 'Allow', Action: read, Resource: pattern },
      onKey('kms:Decrypt', pattern, keyArn.replace(ENV.account, OTHER_ACCOUNT)),
    ]);
  });

  test('an import knows its name, its ARN and its values', () => {
    const theirs = ManagedSecret.fromArn(stack, 'Theirs', arn, SecretEncryption.awsManagedKey());
    expect(theirs.secretName).toBe('prod/other/key');
    expect(theirs.secretFullArn).toBe(arn);
    expect(theirs.secretArnForPolicies).toBe(arn);
    expect(theirs.secretRef).toEqual({ secretId: arn });
    expect(theirs.env).toEqual(ENV);
    expect(stack.resolve(theirs.secretValueFromJson('password').unsafeUnwrap())).toBe(`{{resolve:secretsmanager:${arn}:SecretString:password::}}`);
    expect(stack.resolve(theirs.secretValue.unsafeUnwrap())).toBe(`{{resolve:secretsmanager:${arn}:SecretString:::}}`);
    expect(theirs.cfnDynamicReferenceKey({ versionStage: 'AWSPENDING' })).toBe(`${arn}:SecretString::AWSPENDING:`);
  });

  test('a statement for the policy of an import is refused, and said', () => {
    const theirs = ManagedSecret.fromArn(stack, 'Theirs', arn, SecretEncryption.awsManagedKey());
    theirs.denyAccountRootDelete();
    expect(theirs.node.metadata.map(each => each.data).join()).toMatch(/its owner's to write.*secretsmanager:DeleteSecret/);
  });
});

test('a grant across stacks makes no cycle and adds nothing to the stack of the secret', () => {
  const app = testApp();
  const owner = testStack('Owner', app);
  new SecretNamespace(owner, 'Secrets', { environment: 'prod', service: 'payments' });
  const owned = new ManagedSecret(owner, 'Secret', { purpose: 'key' });
  const consumer = testStack('Consumer', app);
  const grantee = new lambda.Function(consumer, 'Function', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//') });
  grantee.addEnvironment('SECRET', owned.secretArn);
  owned.grantRead(grantee);
  deployStackAfter(owner, testStack('Elsewhere', app)); // a dependency of the owner's own must not turn into a cycle either
  const assembly = app.synth();
  expect(assembly.getStackByName('Consumer').dependencies.map(each => each.id)).toContain('Owner');
  expect(JSON.stringify(assembly.getStackByName('Owner').template)).not.toContain('Function');
});
