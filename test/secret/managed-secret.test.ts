import { assertions, aws_kms as kms, aws_logs as logs, CfnParameter, RemovalPolicy, SecretValue, Stack, Tags } from 'aws-cdk-lib';
import { DeployedName, ManagedSecret, PasswordPolicy, SecretContent, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { agnosticStack, onlyResource, role, roleStatements, testApp, testStack } from '../support/test-app';

let stack: Stack;

beforeEach(() => {
  stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
});

function render(content: SecretContent) {
  new ManagedSecret(stack, 'Secret', { purpose: 'key', content });
  return onlyResource(stack, 'AWS::SecretsManager::Secret').Properties;
}

describe('one line', () => {
  test('gives this secret, whole', () => {
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    const namespace = SecretNamespace.of(stack);
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret')).toEqual({
      Type: 'AWS::SecretsManager::Secret',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Name: 'prod/payments/key',
        GenerateSecretString: {},
        KmsKeyId: stack.resolve(namespace.encryption.encryptionKey!.keyArn),
        Tags: [{ Key: 'environment', Value: 'prod' }, { Key: 'service', Value: 'payments' }],
      },
    });
    assertions.Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::ResourcePolicy', 0);
  });

  test('has its description and its removal policy', () => {
    new ManagedSecret(stack, 'Secret', { purpose: 'key', description: 'Issued by Stripe', removalPolicy: RemovalPolicy.DESTROY });
    const { Properties, DeletionPolicy } = onlyResource(stack, 'AWS::SecretsManager::Secret');
    expect(Properties.Description).toBe('Issued by Stripe');
    expect(DeletionPolicy).toBe('Delete');
  });
});

describe('the tags', () => {
  const tagsOf = (type: string) => Object.fromEntries(
    onlyResource(stack, type).Properties.Tags.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]));

  test('of the namespace win over those of the stack, and give way to those of the secret', () => {
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key', tags: { tier: 'gold' } });
    Tags.of(stack).add('environment', 'of the stack');
    Tags.of(stack).add('team', 'of the stack');
    Tags.of(secret).add('service', 'of the secret');
    expect(tagsOf('AWS::SecretsManager::Secret')).toEqual({ environment: 'prod', service: 'of the secret', team: 'of the stack', tier: 'gold' });
  });

  test('can be removed from the secret', () => {
    Tags.of(new ManagedSecret(stack, 'Secret', { purpose: 'key' })).remove('service');
    expect(tagsOf('AWS::SecretsManager::Secret')).toEqual({ environment: 'prod' });
  });

  test('reach what stands below the secret', () => {
    new logs.LogGroup(new ManagedSecret(stack, 'Secret', { purpose: 'key' }), 'Log');
    expect(tagsOf('AWS::Logs::LogGroup')).toEqual({ environment: 'prod', service: 'payments' });
  });
});

describe('the content', () => {
  test('a generated password under a policy', () => {
    expect(render(SecretContent.generatedPassword(PasswordPolicy.ALPHANUMERIC)).GenerateSecretString).toEqual({ ExcludePunctuation: true });
  });

  test('a policy that no password can keep is refused for each secret', () => {
    const content = SecretContent.generatedPassword(PasswordPolicy.of({ length: 3 }));
    for (const id of ['First', 'Second']) {
      expect(() => new ManagedSecret(stack, id, { purpose: id, content })).toThrow(new RegExp(`\`length\` must be at least 4.*\\[at Stack/${id}\\]`));
    }
  });

  test.each([
    ['every database', PasswordPolicy.DATABASE, 32],
    ['Oracle', PasswordPolicy.ORACLE, 30],
  ])('a password that %s accepts', (_, policy, length) => {
    const generator = render(SecretContent.generatedPassword(policy)).GenerateSecretString;
    expect(generator.PasswordLength).toBe(length);
    for (const refused of ['/', '"', '@', ' ', '&', '\'']) expect(generator.ExcludeCharacters).toContain(refused);
    expect(policy.length).toBe(length);
  });

  test('every rule of a policy of one\'s own', () => {
    const policy = PasswordPolicy.of({
      length: 20, excludeCharacters: 'xyz', uppercase: false, lowercase: false, numbers: false, punctuation: true, space: true, requireEachIncludedType: false,
    });
    expect(render(SecretContent.generatedPassword(policy)).GenerateSecretString).toEqual({
      PasswordLength: 20,
      ExcludeCharacters: 'xyz',
      ExcludeUppercase: true,
      ExcludeLowercase: true,
      ExcludeNumbers: true,
      IncludeSpace: true,
      RequireEachIncludedType: false,
    });
  });

  test('a generated field in a JSON template', () => {
    expect(render(SecretContent.generatedField({ template: { username: 'app' }, field: 'pin' })).GenerateSecretString).toEqual({
      SecretStringTemplate: '{"username":"app"}',
      GenerateStringKey: 'pin',
    });
  });

  test('fields from other resources, by reference', () => {
    const parameter = new CfnParameter(stack, 'Token', { noEcho: true });
    const content = SecretContent.fields({ token: SecretValue.cfnParameter(parameter) }, { unsafePlainTextFields: { endpoint: 'https://example.com' } });
    expect(render(content).SecretString).toEqual({ 'Fn::Join': ['', ['{"endpoint":"https://example.com","token":"', { Ref: 'Token' }, '"}']] });
  });

  test('nothing', () => {
    const properties = render(SecretContent.empty());
    expect(properties).not.toHaveProperty('GenerateSecretString');
    expect(properties).not.toHaveProperty('SecretString');
  });

  test('a value that exists elsewhere', () => {
    const value = SecretValue.secretsManager('prod/payments/other', { jsonField: 'key' });
    expect(render(SecretContent.fromSecretValue(value)).SecretString).toBe('{{resolve:secretsmanager:prod/payments/other:SecretString:key::}}');
  });

  test('a dynamic reference in one\'s own words', () => {
    const text = '{{resolve:secretsmanager:prod/payments/other:SecretString:key}}';
    expect(render(SecretContent.fromSecretValue(SecretValue.unsafePlainText(text))).SecretString).toBe(text);
  });

  test('a literal, by a name that says what it is', () => {
    expect(render(SecretContent.unsafePlainText('not a secret')).SecretString).toBe('not a secret');
  });
});

describe('the key', () => {
  test('may be one of its own, whose policy then serves through the identity side', () => {
    const key = new kms.Key(stack, 'OwnKey');
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key', encryption: SecretEncryption.customerManagedKey(key) });
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.KmsKeyId).toEqual(stack.resolve(key.keyArn));
    expect(secret.encryptionKey?.keyArn).toBe(key.keyArn);
  });

  test('that is given as an alias is named as a key: a policy that names an alias by its ARN allows nothing', () => {
    const reader = role(stack);
    const imported = SecretEncryption.customerManagedKey(kms.Alias.fromAliasName(stack, 'Imported', 'alias/theirs'));
    new ManagedSecret(stack, 'ByImportedAlias', { purpose: 'one', encryption: imported }).grantRead(reader);
    const key = new kms.Key(stack, 'OwnKey');
    const owned = SecretEncryption.customerManagedKey(key.addAlias('alias/own'));
    new ManagedSecret(stack, 'ByOwnAlias', { purpose: 'two', encryption: owned }).grantRead(reader);
    const onKeys = roleStatements(stack).filter((each: any) => each.Action === 'kms:Decrypt') as any[];
    expect(onKeys[0].Condition['ForAnyValue:StringEquals']).toEqual({ 'kms:ResourceAliases': 'alias/theirs' });
    expect(onKeys[1].Resource).toEqual(stack.resolve(key.keyArn));
  });

  test('may be the AWS managed key, by explicit choice', () => {
    new ManagedSecret(stack, 'Secret', { purpose: 'key', encryption: SecretEncryption.awsManagedKey() });
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties).not.toHaveProperty('KmsKeyId');
  });
});

describe('a deployed secret that moves in', () => {
  const contexts = () => onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement[1].Condition.StringLike['kms:EncryptionContext:SecretARN'];

  test('keeps its name, and the key serves it', () => {
    new ManagedSecret(stack, 'Secret', { deployedName: DeployedName.explicit('stripe-api-key') });
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.Name).toBe('stripe-api-key');
    expect(contexts()).toEqual([
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/*',
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-api-key-??????',
    ]);
  });

  test('keeps the name that CloudFormation made', () => {
    const secret = new ManagedSecret(stack, 'Secret', { deployedName: DeployedName.generated() });
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties).not.toHaveProperty('Name');
    const logicalId = stack.getLogicalId(secret.node.defaultChild as never);
    expect(contexts()[1]).toBe(`arn:aws:secretsmanager:eu-west-1:111122223333:secret:${logicalId}-*`);
  });

  test('needs no statement in the key policy when its name is in the prefix, or when it keeps its key', () => {
    new ManagedSecret(stack, 'Inside', { deployedName: DeployedName.explicit('prod/payments/old') });
    new ManagedSecret(stack, 'Outside', { deployedName: DeployedName.explicit('old'), encryption: SecretEncryption.awsManagedKey() });
    expect(contexts()).toHaveLength(1);
  });

  test('is allowed by the policy of a key that was given', () => {
    stack = testStack('Given');
    const key = new kms.Key(stack, 'Key');
    new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', encryption: SecretEncryption.customerManagedKey(key) });
    new ManagedSecret(stack, 'Secret', { deployedName: DeployedName.explicit('old') });
    const { Statement } = onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy;
    expect(Statement.map((each: any) => each.Condition?.StringLike['kms:EncryptionContext:SecretARN'])).toEqual([
      undefined,
      ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/*'],
      ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:old-??????'],
    ]);
  });

  test.each<[string, (stack: Stack) => unknown]>([
    ['a name', at => ManagedSecret.fromName(at, 'Secret', 'legacy/db-secret', SecretEncryption.awsManagedKey())],
    ['a partial ARN', at => ManagedSecret.fromAttributes(at, 'Secret', {
      secretPartialArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:legacy/db-secret', encryption: SecretEncryption.awsManagedKey(),
    })],
  ])('is warned of when it is imported by %s that ends like the suffix of an ARN', (_, imported) => {
    const at = testStack();
    imported(at);
    assertions.Annotations.fromStack(at).hasWarning('/Stack/Secret', assertions.Match.stringLikeRegexp('"legacy/db-secret" ends in a hyphen and six characters'));
  });

  test('is not warned of when it is imported by its complete ARN', () => {
    const at = testStack();
    ManagedSecret.fromArn(at, 'Secret', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:legacy/db-secret-a1b2c3', SecretEncryption.awsManagedKey());
    assertions.Annotations.fromStack(at).hasNoWarning('*', assertions.Match.anyValue());
  });

  test('is warned of when its name ends like the suffix of an ARN', () => {
    new ManagedSecret(stack, 'Secret', { deployedName: DeployedName.explicit('payments-abcdef') });
    assertions.Annotations.fromStack(stack).hasWarning('/Stack/Secret', assertions.Match.stringLikeRegexp('ends in a hyphen and six characters'));
  });
});

test('works without any feature flag', () => {
  const bare = agnosticStack('Bare', testApp({}));
  new SecretNamespace(bare, 'Secrets', { environment: 'prod', service: 'payments' });
  const secret = new ManagedSecret(bare, 'Secret', { purpose: 'key' });
  secret.denyAccountRootDelete();
  const template = assertions.Template.fromStack(bare);
  template.hasResourceProperties('AWS::SecretsManager::Secret', { Name: 'prod/payments/key' });
  template.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', { BlockPublicPolicy: true });
  expect(onlyResource(bare, 'AWS::KMS::Key').Properties.KeyPolicy.Statement).toHaveLength(3);
});
