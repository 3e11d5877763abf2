import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, administrator, decide, directDecrypt, principalWith, readSecret, roleOf, secretOf, writeSecret } from '../../tools/access';
import { testApp } from '../support/test-app';

// The first synthesis of a newer aws-cdk-lib compiles its template validation.

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const ADMINISTRATOR = administrator(ACCOUNT);
const VIA_SECRETS_MANAGER = { StringEquals: { 'kms:ViaService': `secretsmanager.${REGION}.amazonaws.com`, 'kms:CallerAccount': ACCOUNT } };

/** A plain L2 secret under an L2 key, and the same under a key that can be used through Secrets Manager only, for `prod/shop/` only. */
function shop(): AccessModel {
  const stack = new Stack(testApp({}), 'Shop', { env: { account: ACCOUNT, region: REGION } });
  const role = (id: string, props: Partial<iam.RoleProps> = {}) => new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), ...props });
  const statement = (actions: string[], conditions?: Record<string, unknown>) =>
    new iam.PolicyStatement({ principals: [new iam.AccountRootPrincipal()], actions, resources: ['*'], conditions });
  const limitedKey = new kms.Key(stack, 'LimitedKey', {
    alias: 'secrets/prod/shop',
    policy: new iam.PolicyDocument({
      statements: [
        statement(['kms:Describe*', 'kms:Put*']),
        statement(['kms:Decrypt', 'kms:GenerateDataKey*'], {
          ...VIA_SECRETS_MANAGER,
          StringLike: { 'kms:EncryptionContext:SecretARN': `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:prod/shop/*` },
        }),
      ],
    }),
  });
  const plain = new secretsmanager.Secret(stack, 'Plain', { secretName: 'prod/shop/plain', encryptionKey: new kms.Key(stack, 'PlainKey') });
  const limited = new secretsmanager.CfnSecret(stack, 'Limited', { name: 'prod/shop/limited', kmsKeyId: limitedKey.keyArn, tags: [{ key: 'team', value: 'shop' }] });
  new secretsmanager.CfnSecret(stack, 'ByAlias', { name: 'prod/shop/by-alias', kmsKeyId: 'alias/secrets/prod/shop' });
  new secretsmanager.CfnSecret(stack, 'OtherPrefix', { name: 'staging/shop/limited', kmsKeyId: limitedKey.keyId });
  new secretsmanager.CfnSecret(stack, 'AwsManaged', { name: 'prod/shop/aws-managed' });
  new secretsmanager.CfnSecret(stack, 'ForeignKey', { name: 'prod/shop/foreign', kmsKeyId: `arn:aws:kms:${REGION}:${ACCOUNT}:key/unknown` });
  const guarded = new secretsmanager.CfnSecret(stack, 'Guarded', { name: 'prod/shop/guarded', kmsKeyId: limitedKey.keyArn });
  new secretsmanager.CfnResourcePolicy(stack, 'Guard', {
    secretId: guarded.ref,
    resourcePolicy: {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:*', Resource: '*', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } },
    },
  });

  plain.grantRead(role('Reader'));
  plain.grantWrite(role('Writer'));
  role('Decrypter').addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'] }));
  role('Stranger');
  const all = new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue', 'kms:Decrypt'], resources: ['*'] });
  role('Wide').addToPolicy(all);
  role('WithoutKey').addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [limited.ref] }));
  const tagged = role('Tagged');
  tagged.addToPolicy(new iam.PolicyStatement({
    actions: ['secretsmanager:GetSecretValue'], resources: ['*'], conditions: { StringEquals: { 'secretsmanager:ResourceTag/team': 'shop' } },
  }));
  tagged.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'] }));
  const boundary = new iam.ManagedPolicy(stack, 'Boundary', { statements: [new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'] })] });
  role('Bounded', { permissionsBoundary: boundary }).addToPolicy(all);
  role('ByManagedPolicy', { managedPolicies: [new iam.ManagedPolicy(stack, 'ReadAll', { statements: [all] })] });
  return accessModel(resolveTemplates(App.of(stack)!.synth()));
}

const model = shop();
const role = (id: string) => roleOf(model, `Shop/${id}`);

describe('reading and writing', () => {
  test.each([
    ['Reader', 'prod/shop/plain', 'Allowed', 'ImplicitlyDenied'],
    ['Reader', 'prod/shop/limited', 'ImplicitlyDenied', 'ImplicitlyDenied'],
    ['Writer', 'prod/shop/plain', 'ImplicitlyDenied', 'Allowed'],
    ['Stranger', 'prod/shop/plain', 'ImplicitlyDenied', 'ImplicitlyDenied'],
    ['Stranger', 'prod/shop/aws-managed', 'ImplicitlyDenied', 'ImplicitlyDenied'],
    ['Wide', 'prod/shop/limited', 'Allowed', 'ImplicitlyDenied'],
    ['Wide', 'prod/shop/by-alias', 'Allowed', 'ImplicitlyDenied'],
    ['Wide', 'staging/shop/limited', 'ImplicitlyDenied', 'ImplicitlyDenied'],
    ['Wide', 'prod/shop/aws-managed', 'Allowed', 'ImplicitlyDenied'],
    ['WithoutKey', 'prod/shop/limited', 'ImplicitlyDenied', 'ImplicitlyDenied'],
    ['Tagged', 'prod/shop/limited', 'Allowed', 'ImplicitlyDenied'],
    ['Tagged', 'prod/shop/by-alias', 'ImplicitlyDenied', 'ImplicitlyDenied'],
    ['Bounded', 'prod/shop/limited', 'ImplicitlyDenied', 'ImplicitlyDenied'],
    ['ByManagedPolicy', 'prod/shop/limited', 'Allowed', 'ImplicitlyDenied'],
  ])('%s on %s: read %s, write %s', async (who, secret, read, write) => {
    expect((await readSecret(model, role(who), secret)).decision).toBe(read);
    expect((await writeSecret(model, role(who), secret)).decision).toBe(write);
  });

  test('shows which half of an operation is missing', async () => {
    expect((await readSecret(model, role('WithoutKey'), 'prod/shop/limited')).steps).toEqual([
      { action: 'secretsmanager:GetSecretValue', decision: 'Allowed' },
      { action: 'kms:Decrypt', decision: 'ImplicitlyDenied' },
    ]);
  });

  test('writing to a version that exists decrypts it', async () => {
    const writer = principalWith(ACCOUNT, [{ Effect: 'Allow', Action: ['secretsmanager:PutSecretValue', 'kms:GenerateDataKey'], Resource: '*' }]);

    expect((await writeSecret(model, writer, 'prod/shop/limited')).decision).toBe('Allowed');
    expect((await writeSecret(model, writer, 'prod/shop/limited', { existingVersion: true })).decision).toBe('ImplicitlyDenied');
  });

  test('a guard rail denies whoever does not come through the endpoint', async () => {
    const options = { context: { 'aws:SourceVpce': 'vpce-1' } };

    expect((await readSecret(model, ADMINISTRATOR, 'prod/shop/guarded')).decision).toBe('ExplicitlyDenied');
    expect((await readSecret(model, ADMINISTRATOR, 'prod/shop/guarded', options)).decision).toBe('Allowed');
  });

  test('where the caller came from is not where Secrets Manager calls KMS from', async () => {
    const deny = { Effect: 'Deny' as const, Action: 'kms:*', Resource: '*', Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } };
    const caller = principalWith(ACCOUNT, [{ Effect: 'Allow', Action: '*', Resource: '*' }, deny]);
    const context = { 'aws:SourceVpce': 'vpce-1' };

    expect((await readSecret(model, caller, 'prod/shop/limited', { context })).decision).toBe('Allowed');
  });

  test.each(['prod/shop/plain', 'prod/shop/limited', 'prod/shop/aws-managed'])('an administrator of another account cannot read %s', async secret => {
    expect((await readSecret(model, administrator('444455556666'), secret)).decision).toBe('ImplicitlyDenied');
  });

  test('a key that is in no template is an error', async () => {
    await expect(readSecret(model, ADMINISTRATOR, 'prod/shop/foreign')).rejects.toThrow(/its key .*key\/unknown is in none of the templates/);
  });
});

describe('decrypting without Secrets Manager', () => {
  test.each([
    ['prod/shop/plain', 'Allowed'],
    ['prod/shop/limited', 'ImplicitlyDenied'],
    ['prod/shop/aws-managed', 'ImplicitlyDenied'],
  ] as const)('%s, by a role with kms:Decrypt and by an administrator: %s', async (secret, decision) => {
    expect(await directDecrypt(model, role('Decrypter'), secret)).toBe(decision);
    expect(await directDecrypt(model, ADMINISTRATOR, secret)).toBe(decision);
  });

  test('the L2 grant leaves a reader no direct way, as long as no other policy gives one', async () => {
    expect(await directDecrypt(model, role('Reader'), 'prod/shop/plain')).toBe('ImplicitlyDenied');
  });
});

describe('one request', () => {
  const key = secretOf(model, 'prod/shop/limited').key!.arn;
  const secret = secretOf(model, 'prod/shop/limited').arn;

  test.each([
    ['kms:PutKeyPolicy', 'Allowed'],
    ['kms:ScheduleKeyDeletion', 'ImplicitlyDenied'],
  ])('%s by an administrator: %s', async (action, decision) => {
    expect(await decide(model, { principal: ADMINISTRATOR, action, resource: key })).toBe(decision);
  });

  test('fills in the organization of the principal', async () => {
    const insider = (organizationId: string) => principalWith(ACCOUNT, [{
      Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    }], { organizationId });
    const request = { action: 'secretsmanager:GetSecretValue', resource: secret };

    expect(await decide(model, { ...request, principal: insider('o-a1b2c3d4e5') })).toBe('Allowed');
    expect(await decide(model, { ...request, principal: insider('o-zzzzzzzzzz') })).toBe('ImplicitlyDenied');
  });

  test.each([
    [{ action: 'secretsmanager:GetSecretValues', resource: secret }, /invalid.action/],
    [{ action: 'secretsmanager:GetSecretValue', resource: 'arn:aws:s3:::bucket' }, /no secret, key, function or log group with the ARN arn:aws:s3:::bucket/],
    [{ action: 'secretsmanager:GetSecretValue', resource: key }, /no.resource.types/],
    [{ action: 'secretsmanager:GetSecretValue', resource: secret, context: { 'kms:ViaService': 'x' } }, /no context key kms:ViaService/],
    [{ action: 'secretsmanager:GetSecretValue', resource: secret, context: { 'kms:EncryptionContext:SecretARN': 'x' } }, /no context key kms:EncryptionContext:SecretARN/],
    [{ action: 'kms:Decrypt', resource: key, context: { 'aws:Imaginary': 'x' } }, /no context key aws:Imaginary/],
  ])('%j is an error, not a denial', async (request, message) => {
    await expect(decide(model, { principal: ADMINISTRATOR, ...request })).rejects.toThrow(message);
  });

  test('nothing of a role with a managed policy that is in no template, before its document is given', async () => {
    const stack = new Stack(testApp({}), 'Shop');
    const arn = `arn:aws:iam::${ACCOUNT}:policy/elsewhere`;
    new secretsmanager.Secret(stack, 'Secret');
    new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal(), managedPolicies: [iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Policy', arn)] });
    const stacks = resolveTemplates(App.of(stack)!.synth());
    const describeBy = (of: AccessModel) => decide(of, {
      principal: roleOf(of, 'Shop/Role'), action: 'secretsmanager:DescribeSecret', resource: of.secrets[0].arn,
    });

    await expect(describeBy(accessModel(stacks))).rejects.toThrow(/managed policy .*elsewhere is not in the templates; give its document/);
    expect(await describeBy(accessModel(stacks, { managedPolicies: () => ({ Statement: [] }) }))).toBe('ImplicitlyDenied');
  });
});
