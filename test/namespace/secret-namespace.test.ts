import { assertions, aws_kms as kms, RemovalPolicy, Stack, Stage, Tags } from 'aws-cdk-lib';
import { DeployedName, GuardRail, ManagedSecret, NameLevel, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { Construct } from 'constructs';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, readSecret, roleOf } from '../../tools/access';
import { agnosticStack, onlyResource, role, roleStatements, testApp, testStack } from '../support/test-app';

const PROD = { environment: 'prod', service: 'payments' };

describe('the name', () => {
  test.each([
    ['environment and service by default', undefined, 'prod/payments/'],
    ['the service first', [NameLevel.SERVICE, NameLevel.ENVIRONMENT], 'payments/prod/'],
    ['an organization above', [NameLevel.literal('acme'), NameLevel.ENVIRONMENT, NameLevel.SERVICE], 'acme/prod/payments/'],
    ['a team between', [NameLevel.ENVIRONMENT, NameLevel.literal('money'), NameLevel.SERVICE], 'prod/money/payments/'],
  ])('%s', (_, hierarchy, prefix) => {
    const stack = testStack();
    const namespace = new SecretNamespace(stack, 'Secrets', { ...PROD, hierarchy });
    expect(namespace.prefix).toBe(prefix);
    expect(namespace.secretName('stripe/api_key')).toBe(`${prefix}stripe/api_key`);
    assertions.Template.fromStack(stack).hasResourceProperties('AWS::KMS::Alias', { AliasName: `alias/secrets/${prefix.slice(0, -1)}` });
  });

  test('a name may have 512 characters', () => {
    const namespace = new SecretNamespace(testStack(), 'Secrets', PROD);
    expect(namespace.secretName('k'.repeat(512 - 'prod/payments/'.length))).toHaveLength(512);
  });

  test('the same prefix may stand in two accounts and two regions', () => {
    const app = testApp();
    for (const [id, env] of Object.entries({
      One: { account: '111122223333', region: 'eu-west-1' },
      Two: { account: '111122223333', region: 'us-east-1' },
      Three: { account: '444455556666', region: 'eu-west-1' },
    })) new SecretNamespace(testStack(id, app, env), 'Secrets', PROD);
  });
});

describe('the key', () => {
  const ROOT = { AWS: 'arn:aws:iam::111122223333:root' };

  test('has this policy, whole', () => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', PROD);
    const key = onlyResource(stack, 'AWS::KMS::Key');
    expect(key.Properties.EnableKeyRotation).toBe(true);
    expect(key.Properties.RotationPeriodInDays).toBe(365);
    expect(key.DeletionPolicy).toBe('Retain');
    expect(key.Properties.KeyPolicy.Statement).toEqual([
      {
        Sid: 'KeyAdministration',
        Effect: 'Allow',
        Principal: ROOT,
        Action: [
          'kms:CancelKeyDeletion', 'kms:CreateAlias', 'kms:DeleteAlias', 'kms:DescribeKey', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:EnableKey',
          'kms:EnableKeyRotation', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListGrants', 'kms:ListKeyPolicies', 'kms:ListKeyRotations',
          'kms:ListResourceTags', 'kms:PutKeyPolicy', 'kms:RevokeGrant', 'kms:RotateKeyOnDemand', 'kms:ScheduleKeyDeletion', 'kms:TagResource',
          'kms:UntagResource', 'kms:UpdateAlias', 'kms:UpdateKeyDescription',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Principal: ROOT,
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com', 'kms:CallerAccount': '111122223333' },
          StringLike: {
            'kms:EncryptionContext:SecretARN': [
              'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/*',
            ],
          },
        },
      },
      {
        Sid: 'NoGrantsToPrincipals',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'kms:CreateGrant',
        Resource: '*',
        Condition: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
      },
    ]);
  });

  test('has a policy of the same size for one secret and for a hundred, each with a reader', () => {
    const size = (count: number) => {
      const stack = testStack();
      const namespace = new SecretNamespace(stack, 'Secrets', PROD);
      for (let i = 0; i < count; i++) new ManagedSecret(stack, `Secret${i}`, { namespace, purpose: `key/${i}` });
      return JSON.stringify(onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy).length;
    };
    expect(size(100)).toBe(size(1));
  });

  test('that is given gets the statement of use and the alias, and no other key is created', () => {
    const stack = testStack();
    const key = new kms.Key(stack, 'Key');
    new SecretNamespace(stack, 'Secrets', { ...PROD, encryption: SecretEncryption.customerManagedKey(key) });
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    const { Statement } = onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy;
    expect(Statement).toHaveLength(2);
    expect(Statement[1].Condition.StringEquals['kms:ViaService']).toBe('secretsmanager.eu-west-1.amazonaws.com');
    assertions.Template.fromStack(stack).resourceCountIs('AWS::KMS::Alias', 1);
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.KmsKeyId).toEqual(stack.resolve(key.keyArn));
  });

  test('names the region of an environment-agnostic stack by its pseudo parameter', () => {
    const stack = agnosticStack();
    new SecretNamespace(stack, 'Secrets', PROD);
    const [, use] = onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;
    expect(use.Condition.StringEquals['kms:ViaService']).toEqual({ 'Fn::Join': ['', ['secretsmanager.', { Ref: 'AWS::Region' }, '.amazonaws.com']] });
  });

  test('ends in .amazonaws.com in China too, as KMS asks', () => {
    const stack = testStack('Stack', testApp(), { account: '111122223333', region: 'cn-north-1' });
    new SecretNamespace(stack, 'Secrets', PROD);
    const [, use] = onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;
    expect(use.Condition.StringEquals['kms:ViaService']).toBe('secretsmanager.cn-north-1.amazonaws.com');
  });

  test('stays when a deployment fails, unlike its secrets, because a deployed secret may have moved to it', () => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', { ...PROD, guardRails: [GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])] });
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    const kept = { UpdateReplacePolicy: 'Retain' };
    expect(onlyResource(stack, 'AWS::KMS::Key')).toMatchObject({ ...kept, DeletionPolicy: 'Retain' });
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret')).toMatchObject({ ...kept, DeletionPolicy: 'RetainExceptOnCreate' });
    expect(onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy')).toMatchObject({ ...kept, DeletionPolicy: 'RetainExceptOnCreate' });
  });

  test('follows the removal policy of the namespace, and so do its secrets', () => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', { ...PROD, removalPolicy: RemovalPolicy.DESTROY });
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    expect(onlyResource(stack, 'AWS::KMS::Key').DeletionPolicy).toBe('Delete');
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').DeletionPolicy).toBe('Delete');
  });
});

describe('a key that is given', () => {
  const ALIAS = 'alias/secrets/prod/payments';
  const aliasesIn = (stack: Stack) => Object.values(assertions.Template.fromStack(stack).findResources('AWS::KMS::Alias')).map(each => each.Properties.AliasName);

  test('lets those read who know the namespace by its names alone', async () => {
    const app = testApp();
    const owner = testStack('Owner', app);
    const namespace = new SecretNamespace(owner, 'Secrets', { ...PROD, encryption: SecretEncryption.customerManagedKey(new kms.Key(owner, 'Own')) });
    new ManagedSecret(owner, 'Secret', { namespace, purpose: 'key' });
    const consumer = testStack('Consumer', app);
    const imported = SecretNamespace.fromAttributes(consumer, 'Theirs', PROD);
    ManagedSecret.fromNamespace(consumer, 'Secret', { namespace: imported, purpose: 'key' }).grantRead(role(consumer));
    const model = accessModel(resolveTemplates(app.synth()));
    expect((await readSecret(model, roleOf(model, 'Consumer/Reader'), 'prod/payments/key')).decision).toBe('Allowed');
  });

  test('keeps an alias that it has, and does not get it twice', () => {
    const stack = testStack();
    const key = new kms.Key(stack, 'Own', { alias: ALIAS });
    new SecretNamespace(stack, 'Secrets', { ...PROD, encryption: SecretEncryption.customerManagedKey(key) });
    expect(aliasesIn(stack)).toEqual([ALIAS]);
  });

  test('gets the alias of each namespace that it serves', () => {
    const stack = testStack();
    const key = new kms.Key(stack, 'Own');
    ['payments', 'orders'].forEach(service => new SecretNamespace(stack, service, { environment: 'prod', service, encryption: SecretEncryption.customerManagedKey(key) }));
    expect(aliasesIn(stack).sort()).toEqual(['alias/secrets/prod/orders', ALIAS]);
  });

  test.each<[string, (stack: Stack) => kms.IKey, object]>([
    ['where KMS allows no such alias', stack => new kms.Key(stack, 'Own'), { service: 'pay.ments' }],
    ['when it is imported', stack => kms.Key.fromKeyArn(stack, 'Own', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'), {}],
  ])('gets none %s', (_, keyIn, props) => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', { ...PROD, ...props, encryption: SecretEncryption.customerManagedKey(keyIn(stack)) });
    expect(aliasesIn(stack)).toEqual([]);
  });
});

describe('the tags', () => {
  const tagsOf = (resource: { Properties: any }) => Object.fromEntries(resource.Properties.Tags.map(({ Key, Value }: any) => [Key, Value]));

  test('stand on the key and on every secret, also in another stack', () => {
    const app = testApp();
    const stack = testStack('Owner', app);
    const namespace = new SecretNamespace(stack, 'Secrets', { ...PROD, owner: 'payments-team', costCenter: 'cc-4711', tags: { tier: '1' } });
    const other = testStack('Other', app);
    new ManagedSecret(other, 'Secret', { namespace, purpose: 'key' });
    const expected = { 'environment': 'prod', 'service': 'payments', 'owner': 'payments-team', 'cost-center': 'cc-4711', 'tier': '1' };
    expect(tagsOf(onlyResource(stack, 'AWS::KMS::Key'))).toEqual(expected);
    expect(tagsOf(onlyResource(other, 'AWS::SecretsManager::Secret'))).toEqual(expected);
  });

  test('give way to those of the secret', () => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', { ...PROD, owner: 'payments-team' });
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key', tags: { owner: 'fraud-team' } });
    Tags.of(secret).add('tier', '2');
    expect(tagsOf(onlyResource(stack, 'AWS::SecretsManager::Secret'))).toEqual({ environment: 'prod', service: 'payments', owner: 'fraud-team', tier: '2' });
  });
});

describe('SecretNamespace.of', () => {
  test('finds the one of the nearest enclosing scope', () => {
    const stack = testStack();
    const outer = new SecretNamespace(stack, 'Outer', PROD);
    const part = new Construct(stack, 'Part');
    const inner = new SecretNamespace(part, 'Inner', { environment: 'prod', service: 'fraud' });
    expect(SecretNamespace.of(new Construct(part, 'Below'))).toBe(inner);
    expect(SecretNamespace.of(stack)).toBe(outer);
  });

  test('finds the default of a stage from another of its stacks', () => {
    const stage = new Stage(testApp(), 'prod');
    const namespace = new SecretNamespace(testStack('Owner', stage), 'Secrets', PROD);
    namespace.makeDefaultFor(stage);
    const secret = new ManagedSecret(testStack('Other', stage), 'Secret', { purpose: 'key' });
    expect(secret.namespace).toBe(namespace);
  });

  test('an import holds where it was made the default', () => {
    const stack = testStack();
    const theirs = SecretNamespace.fromAttributes(stack, 'Theirs', PROD);
    expect(() => SecretNamespace.of(stack)).toThrow(/no enclosing scope has one/);
    theirs.makeDefaultFor(stack);
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    const { Properties } = onlyResource(stack, 'AWS::SecretsManager::Secret');
    expect(Properties.Name).toBe('prod/payments/key');
    expect(Properties.KmsKeyId).toBe('alias/secrets/prod/payments');
  });
});

describe('a namespace under the AWS managed key', () => {
  const cheap = (stack: Stack, replicaRegions: string[] = []) =>
    new SecretNamespace(stack, 'Secrets', { environment: 'dev', service: 'pay.ments', encryption: SecretEncryption.awsManagedKey(), replicaRegions });

  test('has no key, and needs no permission on one', () => {
    const stack = testStack();
    const namespace = cheap(stack);
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    secret.grantRead(role(stack));
    const template = assertions.Template.fromStack(stack);
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.resourceCountIs('AWS::KMS::Alias', 0);
    template.hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'dev/pay.ments/key', KmsKeyId: assertions.Match.absent() });
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('kms:');
    expect(namespace.encryption.encryptionKey).toBeUndefined();
  });

  test('replicates under the AWS managed key of each region, without stacks of keys', () => {
    const app = testApp();
    const stack = testStack('Stack', app);
    cheap(stack, ['us-east-1']);
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    expect(app.node.children.map(({ node }) => node.id)).toEqual(['Stack']);
    assertions.Template.fromStack(stack).hasResourceProperties('AWS::SecretsManager::Secret', { ReplicaRegions: [{ Region: 'us-east-1', KmsKeyId: assertions.Match.absent() }] });
  });

  test('takes in a secret with a name of its own', () => {
    const stack = testStack();
    cheap(stack);
    expect(() => new ManagedSecret(stack, 'Secret', { deployedName: DeployedName.explicit('old') })).not.toThrow();
  });
});

describe('the keys of the tags', () => {
  const tagKeys = { environment: 'Stage', service: 'App', owner: 'Team', costCenter: 'CostCenter' };
  const named = (stack: Stack, keys: object = tagKeys) => new SecretNamespace(stack, 'Secrets', { ...PROD, owner: 'team', costCenter: '42', tagKeys: keys });

  test('are those of the organization', () => {
    expect(named(testStack()).tags).toEqual({ Stage: 'prod', App: 'payments', Team: 'team', CostCenter: '42' });
  });

  test.each(['on the secret', 'on the namespace'])('cannot be changed by who manages, %s', where => {
    const stack = testStack();
    const namespace = named(stack);
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    (where === 'on the secret' ? secret : namespace).grantManage(role(stack));
    const { Condition } = (roleStatements(stack) as any[]).find(({ Action }) => Action.includes('secretsmanager:TagResource'));
    expect(Condition['ForAllValues:StringNotEqualsIgnoreCase']['aws:TagKeys']).toEqual(expect.arrayContaining(Object.values(tagKeys)));
  });

  test.each([
    ['that AWS keeps for itself', { owner: 'AWS:owner' }, /`tagKeys` must be keys of 1 to 128 characters.*got "AWS:owner"/],
    ['that is empty', { service: '' }, /`tagKeys` must be keys of 1 to 128 characters/],
    ['that is another in another case', { service: 'Owner' }, /`tagKeys` must differ, whatever the case/],
  ])('a key %s is refused', (_, keys, message) => {
    expect(() => named(testStack(), keys)).toThrow(message);
  });
});
