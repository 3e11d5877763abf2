import { App, aws_iam as iam, aws_kms as kms, aws_secretsmanager as secretsmanager, NestedStack } from 'aws-cdk-lib';
import { ManagedSecret, ReplicatedSecret, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { deployStackAfter } from '../../src/private/stack-order';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, readSecret, roleOf, writeSecret } from '../../tools/access';
import { role, testApp, testStack } from '../support/test-app';

/** A grantee in a stack for which the secret's waits: a reference to the secret would be a cycle. */

const NAME = 'prod/payments/key';
const PATTERN = `:secret:${NAME}-??????`;
const NAMES = { environment: 'prod', service: 'payments' };

interface Granted {
  readonly reader: iam.Role;
  readonly secret: ManagedSecret;
}

function acrossStacks(app: App, reader: (platform: ReturnType<typeof testStack>) => iam.Role = role): Granted {
  const platform = testStack('Platform', app);
  const namespace = new SecretNamespace(platform, 'Secrets', NAMES);
  return { reader: reader(platform), secret: new ManagedSecret(testStack('Owner', app), 'Secret', { namespace, purpose: 'key' }) };
}

test.each<[string, (app: App) => Granted]>([
  ['in the stack of the namespace', app => acrossStacks(app)],
  ['in the stack of a key of one\'s own', app => {
    const [platform, owner] = [testStack('Platform', app), testStack('Owner', app)];
    const namespace = new SecretNamespace(owner, 'Secrets', { ...NAMES, encryption: SecretEncryption.customerManagedKey(new kms.Key(platform, 'Key')) });
    return { reader: role(platform), secret: new ManagedSecret(owner, 'Secret', { namespace, purpose: 'key' }) };
  }],
  ['in a stack for which that of the namespace waits', app => acrossStacks(app, platform => {
    const base = testStack('Base', app);
    deployStackAfter(platform, base);
    return role(base);
  })],
  ['in a stack for which that of the replicated secret waits', app => {
    const [base, owner] = [testStack('Base', app), testStack('Owner', app)];
    deployStackAfter(owner, base);
    const namespace = new SecretNamespace(owner, 'Secrets', { ...NAMES, replicaRegions: ['us-east-1'] });
    return { reader: role(base), secret: new ReplicatedSecret(owner, 'Secret', { namespace, purpose: 'key' }) };
  }],
])('%s it reads and writes all the same, by the name of the secret', async (_, build) => {
  const app = testApp();
  const { reader, secret } = build(app);
  secret.grantRead(reader);
  secret.grantWrite(reader);
  const model = accessModel(resolveTemplates(app.synth()));
  const who = roleOf(model, reader.node.path);
  expect((await readSecret(model, who, NAME)).decision).toBe('Allowed');
  expect((await writeSecret(model, who, NAME)).decision).toBe('Allowed');
  expect(JSON.stringify(who.identityPolicies)).toContain(PATTERN);
});

test('in a stack that is nested in that of the namespace', () => {
  const app = testApp();
  const { reader, secret } = acrossStacks(app, platform => role(new NestedStack(platform, 'Nested')));
  secret.grantRead(reader);
  expect(app.synth().getStackByName('Owner').dependencies.map(({ id }) => id)).toContain('Platform');
});

test('with a secret that is attached to its database', () => {
  const app = testApp();
  const { reader, secret } = acrossStacks(app);
  const target = { asSecretAttachmentTarget: () => ({ targetId: 'db', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) };
  secret.attach(target).grantRead(reader);
  expect(JSON.stringify(app.synth().getStackByName('Platform').template)).toContain(PATTERN);
});
