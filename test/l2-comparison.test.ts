import { assertions, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { ManagedSecret, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { ENV, OTHER_ACCOUNT, role, testApp, testStack } from './support/test-app';
import { resolveTemplates } from '../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, administrator, decide, Decision, directDecrypt, principalWith, readSecret, roleOf, secretOf } from '../tools/access';

/** The same questions to the plain L2 and to this library. The README shows the answers. */

const NAME = 'prod/payments/key';
const CURRENT = ['AWSCURRENT'];

interface Contender {
  readonly secret: secretsmanager.ISecret;
  readonly stack: Stack;
}

function plainL2(): Contender {
  const stack = testStack('L2');
  const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
  return { stack, secret: new secretsmanager.Secret(stack, 'Secret', { secretName: NAME, encryptionKey }) };
}

function managed(): Contender {
  const stack = testStack('Managed');
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  return { stack, secret: new ManagedSecret(stack, 'Secret', { purpose: 'key' }) };
}

function modelOf({ stack }: Contender): AccessModel {
  return accessModel(resolveTemplates((stack.node.root as ReturnType<typeof testApp>).synth()));
}

test.each<[string, (contender: Contender) => Promise<Decision>, Decision, Decision]>([
  ['the administrator of the account decrypts without Secrets Manager',
    contender => directDecrypt(modelOf(contender), administrator(ENV.account), NAME), 'Allowed', 'ImplicitlyDenied'],
  ['a role with kms:Decrypt on * decrypts without Secrets Manager',
    contender => directDecrypt(modelOf(contender), principalWith(ENV.account, [{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: '*' }]), NAME),
    'Allowed', 'ImplicitlyDenied'],
  ['a reader of AWSCURRENT calls DescribeSecret',
    contender => {
      contender.secret.grantRead(role(contender.stack), CURRENT);
      const model = modelOf(contender);
      return decide(model, { principal: model.roles[0], action: 'secretsmanager:DescribeSecret', resource: secretOf(model, NAME).arn });
    }, 'ImplicitlyDenied', 'Allowed'],
  ['a writer changes the key of the secret',
    contender => {
      contender.secret.grantWrite(role(contender.stack));
      const model = modelOf(contender);
      return decide(model, { principal: model.roles[0], action: 'secretsmanager:UpdateSecret', resource: secretOf(model, NAME).arn });
    }, 'Allowed', 'ImplicitlyDenied'],
])('%s', async (_, ask, ofL2, ofManagedSecret) => {
  expect(await ask(plainL2())).toBe(ofL2);
  expect(await ask(managed())).toBe(ofManagedSecret);
});

test('a reader of an imported secret under an imported key', async () => {
  const app = testApp();
  const owner = testStack('Owner', app);
  const key = new kms.Key(owner, 'Key');
  new secretsmanager.Secret(owner, 'Secret', { secretName: NAME, encryptionKey: key });
  const resolved = resolveTemplates(app.synth());
  const { arn, key: owned } = secretOf(accessModel(resolved), NAME);

  const consumer = testStack('Consumer');
  const imported = kms.Key.fromKeyArn(consumer, 'Key', owned!.arn);
  secretsmanager.Secret.fromSecretAttributes(consumer, 'L2', { secretCompleteArn: arn, encryptionKey: imported }).grantRead(role(consumer, 'ByL2'));
  ManagedSecret.fromArn(consumer, 'Managed', arn, SecretEncryption.customerManagedKey(imported)).grantRead(role(consumer, 'ByManaged'));
  const model = accessModel([...resolved, ...resolveTemplates((consumer.node.root as typeof app).synth())]);

  expect((await readSecret(model, roleOf(model, 'Consumer/ByL2'), NAME)).decision).toBe('ImplicitlyDenied');
  expect((await readSecret(model, roleOf(model, 'Consumer/ByManaged'), NAME)).decision).toBe('Allowed');
});

test('a grant across stacks: the L2 ends in a cycle', () => {
  const across = (create: (owner: Stack) => secretsmanager.ISecret) => {
    const app = testApp();
    const secret = create(testStack('Owner', app));
    const consumer = testStack('Consumer', app);
    const reader = role(consumer);
    reader.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:ListSecretVersionIds'], resources: [secret.secretArn] }));
    secret.grantRead(reader);
    return () => app.synth();
  };
  expect(across(owner => new secretsmanager.Secret(owner, 'Secret', { encryptionKey: new kms.Key(owner, 'Key') }))).toThrow(/cycl/i);
  expect(across(owner => {
    new SecretNamespace(owner, 'Secrets', { environment: 'prod', service: 'payments' });
    return new ManagedSecret(owner, 'Secret', { purpose: 'key' });
  })).not.toThrow();
});

describe('across accounts', () => {
  const OTHER = { account: OTHER_ACCOUNT, region: ENV.region };

  /** The owner's stack and the reader's in one app; the reader's role has a name, as the CDK asks. */
  function twoAccounts(create: (owner: Stack) => secretsmanager.ISecret) {
    const app = testApp();
    const secret = create(testStack('Owner', app));
    const reporting = new iam.Role(testStack('Reader', app, OTHER), 'Reporting', {
      roleName: 'reporting', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    const { success } = secret.grantRead(reporting);
    const model = accessModel(resolveTemplates(app.synth()));
    return { success, read: () => readSecret(model, roleOf(model, 'Reader/Reporting'), NAME) };
  }

  test('a granted role of another account reads', async () => {
    const l2 = twoAccounts(owner => new secretsmanager.Secret(owner, 'Secret', {
      secretName: NAME, encryptionKey: new kms.Key(owner, 'Key', { alias: 'key' }),
    }));
    const ours = twoAccounts(owner => {
      new SecretNamespace(owner, 'Secrets', { environment: 'prod', service: 'payments' });
      return new ManagedSecret(owner, 'Secret', { purpose: 'key' });
    });
    expect(l2.success).toBe(true);
    expect((await l2.read()).decision).toBe('ImplicitlyDenied'); // its own policy lacks kms:Decrypt
    expect((await ours.read()).decision).toBe('Allowed');
  });

  test('a grant on an import of another account, which nobody prepared there, is refused instead of reported a success', () => {
    const arn = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:${NAME}-a1b2c3`;
    const consumer = testStack('Consumer', testApp(), OTHER);
    const outsider = new iam.AccountPrincipal('777788889999');
    expect(secretsmanager.Secret.fromSecretCompleteArn(consumer, 'L2', arn).grantRead(outsider).success).toBe(true);
    const ours = ManagedSecret.fromArn(consumer, 'Managed', arn, SecretEncryption.awsManagedKey());
    expect(() => ours.grantRead(outsider)).toThrow(/AWS managed key never serves another account/);
    expect(assertions.Template.fromStack(consumer).toJSON()).not.toHaveProperty('Resources');
  });
});
