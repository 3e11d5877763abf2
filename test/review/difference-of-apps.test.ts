import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import {
  App, aws_ecs as ecs, aws_eks as eks, aws_iam as iam, aws_kms as kms, aws_lambda as lambda,
  aws_secretsmanager as secretsmanager, CfnParameter, Duration,
  RemovalPolicy, SecretValue, Stack,
} from 'aws-cdk-lib';
import { differenceOf } from '../../src/review/difference/difference-of';
import { reviewOf } from '../../src/review/document/review-of';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- the file is JSON without types
const FLAGS = require('aws-cdk-lib/recommended-feature-flags.json');
const ENV = { account: '111122223333', region: 'eu-west-1' };

const folder = mkdtempSync(path.join(tmpdir(), 'difference-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

type Build = (stack: Stack, parts: Parts) => void;

/** What most of the apps have: a secret under a key of its own, and a role. */
interface Parts {
  readonly secret: secretsmanager.Secret;
  readonly key: kms.Key;
  readonly role: iam.Role;
}

function review(build: Build, withParts = true) {
  const outdir = path.join(folder, String(++count));
  const app = new App({ outdir, context: FLAGS, builtinCloudFormationValidation: false } as ConstructorParameters<typeof App>[0]);
  const stack = new Stack(app, 'Shop', { env: ENV });
  build(stack, withParts ? parts(stack) : {} as Parts);
  app.synth();
  return reviewOf([outdir]);
}

function parts(stack: Stack): Parts {
  const key = new kms.Key(stack, 'Key');
  const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey: key, secretName: 'prod/shop/api-key', removalPolicy: RemovalPolicy.RETAIN });
  const role = new iam.Role(stack, 'Role', { roleName: 'worker', assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  return { key, secret, role };
}

/** The change from one app to the other, in the words of a test. */
function change(before: Build, after: Build, withParts = true) {
  const difference = differenceOf(review(before, withParts), review(after, withParts));
  return {
    access: difference.access.map(each => `${each.change} ${each.operation} ${each.actor ?? each.principal.id}`).sort(),
    secrets: difference.secrets.map(each => `${each.change} ${each.secret}`).sort(),
    kinds: difference.kinds.filter(kind => kind !== 'finding-new'),
    difference,
  };
}

const nothing: Build = () => undefined;
const READ = (secret: secretsmanager.ISecret, key: kms.IKey) => [
  new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
  new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] }),
];
const read: Build = (_, { role, secret, key }) => READ(secret, key).forEach(statement => role.addToPolicy(statement));

describe('what `cdk diff` does not see', () => {
  test('AWS::IAM::RolePolicy', () => {
    const { access, kinds } = change(nothing, (stack, { role, secret, key }) => {
      new iam.CfnRolePolicy(stack, 'Inline', {
        roleName: role.roleName, policyName: 'inline', policyDocument: new iam.PolicyDocument({ statements: READ(secret, key) }),
      });
    });
    expect(access).toEqual(['gained read Shop/Role']);
    expect(kinds).toEqual(['access-gained']);
  });

  test('a permissions boundary that goes', () => {
    const bounded: Build = (stack, all) => {
      read(stack, all);
      const boundary = new iam.ManagedPolicy(stack, 'Boundary', { statements: [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] })] });
      iam.PermissionsBoundary.of(all.role).apply(boundary);
    };
    expect(change(bounded, read)).toMatchObject({ access: ['gained read Shop/Role'], kinds: ['access-gained'] });
  });

  test('AWS::EKS::PodIdentityAssociation', () => {
    const { access } = change(read, (stack, all) => {
      read(stack, all);
      new eks.CfnPodIdentityAssociation(stack, 'Pod', { clusterName: 'shop', namespace: 'default', serviceAccount: 'checkout', roleArn: all.role.roleArn });
    });
    expect(access).toHaveLength(1);
    expect(access[0]).toMatch(/^gained read .*default\/checkout/);
  });

  test('the key of a secret that is exchanged', () => {
    const withKey = (id: string): Build => stack => {
      const key = new kms.Key(stack, id, { alias: id });
      const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey: key, secretName: 'prod/shop/api-key' });
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
      new kms.Key(stack, 'Other');
      secret.grantRead(role);
    };
    const { secrets, kinds } = change(withKey('One'), withKey('Two'), false);
    expect(secrets).toEqual(['key-exchanged prod/shop/api-key']);
    expect(kinds).toEqual(['key-exchanged']);
  });

  test.each(['Lambda', 'ECS'])('a role that is exchanged (%s)', kind => {
    const running = (as: 'Reader' | 'Stranger'): Build => (stack, { secret, key }) => {
      const roles = { Reader: roleOf(stack, 'Reader'), Stranger: roleOf(stack, 'Stranger') };
      READ(secret, key).forEach(statement => roles.Reader.addToPolicy(statement));
      if (kind === 'ECS') {
        const task = new ecs.FargateTaskDefinition(stack, 'Task', { taskRole: roles[as] });
        task.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app') });
      } else {
        new lambda.Function(stack, 'Fn', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x'), role: roles[as] });
      }
    };
    const { access, kinds } = change(running('Stranger'), running('Reader'));
    expect(access).toHaveLength(1);
    expect(access[0]).toMatch(kind === 'ECS' ? /^gained read .*Shop\/Task/ : /^gained read .*Shop\/Fn/);
    expect(kinds).toEqual(['access-gained']);
  });

  test('a condition that is added is less, and one that goes is more', () => {
    const conditional: Build = (_, { role, secret, key }) => {
      const [ofSecret, ofKey] = READ(secret, key);
      // Not of the key: Secrets Manager calls KMS, and not through the endpoint of the reader.
      ofSecret.addCondition('StringEquals', { 'aws:SourceVpce': 'vpce-0a1b2c3d' });
      [ofSecret, ofKey].forEach(statement => role.addToPolicy(statement));
    };
    expect(change(read, conditional)).toMatchObject({ access: ['narrower read Shop/Role'], kinds: ['access-lost'] });
    expect(change(conditional, read)).toMatchObject({ access: ['wider read Shop/Role'], kinds: ['access-gained'] });
  });
});

function roleOf(stack: Stack, id: string): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.CompositePrincipal(new iam.ServicePrincipal('lambda.amazonaws.com'), new iam.ServicePrincipal('ecs-tasks.amazonaws.com')) });
}

describe('access', () => {
  test('a statement that is split in two is the same', () => {
    const split: Build = (_, { role, secret, key }) => {
      role.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], resources: [secret.secretArn, `${secret.secretArn}x`] }));
      role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt', 'kms:DescribeKey'], resources: [key.keyArn] }));
    };
    expect(change(read, split)).toMatchObject({ kinds: [] });
  });

  test('a managed policy that is attached', () => {
    const managed: Build = (stack, { role, secret, key }) => { new iam.ManagedPolicy(stack, 'Managed', { statements: READ(secret, key), roles: [role] }); };
    expect(change(nothing, managed).access).toEqual(['gained read Shop/Role']);
  });

  test('a denial that is added', () => {
    const denied: Build = (stack, all) => {
      read(stack, all);
      all.role.addToPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['secretsmanager:*'], resources: ['*'] }));
    };
    expect(change(read, denied)).toMatchObject({ access: ['lost read Shop/Role'], kinds: ['access-lost'] });
  });

  test('a wildcard that grows over the secret', () => {
    const over = (pattern: string): Build => (_, { role, key }) => {
      role.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [`arn:aws:secretsmanager:eu-west-1:111122223333:secret:${pattern}`] }));
      role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] }));
    };
    expect(change(over('dev/*'), over('*'))).toMatchObject({ access: ['gained read Shop/Role'] });
  });

  test('secretsmanager:* in place of a read', () => {
    const all: Build = (_, { role, key }) => {
      role.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:*'], resources: ['*'] }));
      role.addToPolicy(new iam.PolicyStatement({ actions: ['kms:*'], resources: [key.keyArn] }));
    };
    const { access } = change(read, all);
    expect(access).toEqual(expect.arrayContaining(['gained manage Shop/Role', 'gained rotate Shop/Role', 'gained write Shop/Role']));
  });

  test('a permission for the key alone, and for the secret alone, are none', () => {
    const onlySecret: Build = (_, { role, secret, key }) => role.addToPolicy(READ(secret, key)[0]);
    const onlyKey: Build = (_, { role, secret, key }) => role.addToPolicy(READ(secret, key)[1]);
    expect(change(nothing, onlySecret).kinds).toEqual([]);
    expect(change(nothing, onlyKey).kinds).toEqual([]);
    expect(change(onlySecret, read).kinds).toEqual(['access-gained']);
  });

  test('another account in the policies of secret and key', () => {
    const shared: Build = (_, { secret, key }) => {
      const partner = new iam.ArnPrincipal('arn:aws:iam::444455556666:role/partner');
      secret.addToResourcePolicy(new iam.PolicyStatement({ principals: [partner], actions: ['secretsmanager:GetSecretValue'], resources: ['*'] }));
      key.addToResourcePolicy(new iam.PolicyStatement({ principals: [partner], actions: ['kms:Decrypt'], resources: ['*'] }));
    };
    const { access, kinds } = change(nothing, shared);
    expect(access.join()).toContain('444455556666');
    expect(kinds).not.toEqual([]);
  });

  test('a managed policy that is in no template: no longer decided', () => {
    const imported: Build = (stack, { role }) => role.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyName(stack, 'Imported', 'team-policy'));
    const { access, kinds } = change(nothing, imported);
    expect(access).toEqual(expect.arrayContaining(['no-longer-decided read Shop/Role']));
    expect(kinds).toEqual(['not-decided']);
  });

  test('a new role that reads, and one that goes', () => {
    const one: Build = (stack, { secret, key }) => {
      const role = roleOf(stack, 'Second');
      READ(secret, key).forEach(statement => role.addToPolicy(statement));
    };
    expect(change(nothing, one).access).toEqual(['gained read Shop/Second']);
    expect(change(one, nothing).access).toEqual(['lost read Shop/Second']);
  });

  test('a user and a group', () => {
    const user: Build = (stack, { secret, key }) => {
      const group = new iam.Group(stack, 'Group');
      READ(secret, key).forEach(statement => group.addToPolicy(statement));
      new iam.User(stack, 'User', { groups: [group] });
    };
    expect(change(nothing, user).access).toEqual(expect.arrayContaining(['gained read Shop/User']));
  });
});

describe('secrets', () => {
  const one = (props: secretsmanager.SecretProps, id = 'Secret'): Build => stack => { new secretsmanager.Secret(stack, id, { secretName: 'prod/shop/one', ...props }); };
  const changed = (before: Build, after: Build) => change(before, after, false);

  test.each([
    ['a longer password', {}, { generateSecretString: { passwordLength: 40 } }, ['generated-again prod/shop/one'], ['value-lost']],
    ['a template', { generateSecretString: { secretStringTemplate: '{"username":"a"}', generateStringKey: 'p' } },
      { generateSecretString: { secretStringTemplate: '{"username":"b"}', generateStringKey: 'p' } }, ['generated-again prod/shop/one'], ['value-lost']],
    ['another name', {}, { secretName: 'prod/shop/two' }, ['replaced prod/shop/two'], ['value-lost']],
    ['a description', {}, { description: 'new' }, [], []],
    ['replicas', {}, { replicaRegions: [{ region: 'eu-central-1' }] }, ['replica-added prod/shop/one in eu-central-1'], []],
    ['no replica any more', { replicaRegions: [{ region: 'eu-central-1' }] }, {}, ['replica-removed prod/shop/one in eu-central-1'], ['replica-lost']],
    ['deletion', { removalPolicy: RemovalPolicy.RETAIN }, { removalPolicy: RemovalPolicy.DESTROY }, ['deletion-policy-changed prod/shop/one'], ['guard-rail-lost']],
  ])('%s', (_, before: secretsmanager.SecretProps, after: secretsmanager.SecretProps, secrets, kinds) => {
    expect(changed(one(before), one(after))).toMatchObject({ secrets, kinds });
  });

  test('another logical id', () => {
    expect(changed(one({}), one({}, 'Moved'))).toMatchObject({ secrets: ['moved prod/shop/one'], kinds: ['value-lost'] });
  });

  test('a generated value in place of one that is given, and the other way around', () => {
    const given: Build = stack => { new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/one', secretStringValue: SecretValue.cfnParameter(new CfnParameter(stack, 'Value', { noEcho: true })) }); };
    expect(changed(one({}), given).secrets).toEqual(['value-set prod/shop/one']);
    expect(changed(given, one({})).secrets).toEqual(['generated-again prod/shop/one']);
  });

  const empty = (name = 'prod/shop/one'): Build => stack => { new secretsmanager.CfnSecret(stack, 'Secret', { name }); };
  const generated: Build = stack => { new secretsmanager.CfnSecret(stack, 'Secret', { name: 'prod/shop/one', generateSecretString: {} }); };
  const words = (before: Build, after: Build) => changed(before, after).difference.secrets.map(each => each.words).join();

  test('a generated value in place of none overwrites the one that somebody has put', () => {
    expect(changed(empty(), generated)).toMatchObject({ secrets: ['generated-again prod/shop/one'], kinds: ['value-lost'] });
  });

  test('no value in place of a generated one leaves the one in use', () => {
    expect(changed(generated, empty())).toMatchObject({ secrets: ['value-no-longer-set prod/shop/one'], kinds: [] });
    expect(words(generated, empty())).toContain('the one in use stays');
  });

  test('an empty secret that is renamed, moved or new has no value until somebody puts one', () => {
    const elsewhere: Build = stack => { new secretsmanager.CfnSecret(stack, 'Elsewhere', { name: 'prod/shop/one' }); };
    for (const [before, after] of [[empty(), empty('prod/shop/two')], [empty(), elsewhere], [nothing, empty()]]) {
      expect(words(before, after)).toMatch(/without a value.*reads fail until somebody puts a value/);
    }
    expect(words(nothing, generated)).toBe('is created');
  });

  test('rotation that goes, and a schedule that changes', () => {
    const rotated = (days?: number): Build => stack => {
      const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/one' });
      const rotationLambda = new lambda.Function(stack, 'Fn', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
      if (days !== undefined) secret.addRotationSchedule('Rotation', { rotationLambda, automaticallyAfter: Duration.days(days) });
    };
    expect(changed(rotated(30), rotated(60)).secrets).toEqual(['rotation-changed prod/shop/one']);
    const gone = changed(rotated(30), rotated());
    expect(gone.secrets).toEqual(expect.arrayContaining(['rotation-removed prod/shop/one']));
    expect(gone.kinds).toEqual(expect.arrayContaining(['rotation-lost']));
  });

  test('a guard rail that goes', () => {
    const guarded: Build = stack => {
      const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/one' });
      secret.addToResourcePolicy(new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['secretsmanager:*'],
        resources: ['*'],
        conditions: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      }));
    };
    expect(changed(guarded, one({}))).toMatchObject({ secrets: expect.arrayContaining([expect.stringMatching(/^guard-rail-removed /)]), kinds: ['guard-rail-lost'] });
  });

  test('a secret more, one less, and what they cost', () => {
    const two: Build = stack => ['One', 'Two'].forEach(id => new secretsmanager.Secret(stack, id, { secretName: `prod/shop/${id}` }));
    const first: Build = stack => { new secretsmanager.Secret(stack, 'One', { secretName: 'prod/shop/One' }); };
    const { difference: { price }, secrets } = changed(first, two);
    expect(secrets).toEqual(['added prod/shop/Two']);
    expect(price.after - price.before).toBe(40);
    expect(changed(two, first)).toMatchObject({ secrets: ['removed prod/shop/Two'], kinds: ['value-lost'] });
  });
});

test('a denial in a resource policy is told, although a policy of the role is in no template', () => {
  const { difference: { access } } = change(nothing, (stack, { role, secret }) => {
    role.addManagedPolicy(iam.ManagedPolicy.fromManagedPolicyName(stack, 'Imported', 'team-policy'));
    secret.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY, principals: [new iam.AccountRootPrincipal()], actions: ['secretsmanager:DeleteSecret'], resources: ['*'],
    }));
  });
  expect(access.filter(({ operation }) => operation === 'manage')).toMatchObject([{ change: 'no-longer-decided' }]);
});
