import { assertions, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, NestedStack, Stack, type StackProps } from 'aws-cdk-lib';
import {
  CrossAccountSecretPolicy, GuardRail, ManagedSecret, ReplicaRegion, ReplicatedSecret, SecretEncryption, SecretNamespace, SecretReader,
} from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, administrator, Decision, readSecret, replicaIn, writeSecret } from '../../tools/access';
import { ENV, OTHER_ACCOUNT, testApp } from '../support/test-app';

/** Each kind of guard rail against those whom a deployment, a replica or a share needs; rotations have a file of their own. */

const [HERE, THERE] = ['vpce-0123456789abcdef0', 'vpce-0aaaaaaaaaaaaaaa0'];
const REPLICA = 'us-east-1';
const NAME = 'prod/payments/key';

function namespaceIn(stack: Stack, ...guardRails: GuardRail[]): SecretNamespace {
  return new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', guardRails });
}

const stackWith = (props: StackProps = {}, app = testApp()) => new Stack(app, 'Stack', { env: ENV, ...props });
const warningsOf = (stack: Stack, id: string) => assertions.Annotations.fromStack(stack).findWarning('*', assertions.Match.stringLikeRegexp(id));

describe('the role with which CloudFormation deploys', () => {
  const deployed = (guardRail: GuardRail, props: StackProps = {}) => {
    const stack = stackWith(props);
    namespaceIn(stack, guardRail);
    return () => new ManagedSecret(stack, 'Secret', { purpose: 'key' });
  };
  const organization = new DefaultStackSynthesizer({ cloudFormationExecutionRole: 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/platform/deploy' });

  test.each<[string, string, StackProps?]>([
    ['every role', 'arn:aws:iam::*:role/*'],
    ['every role of the account', 'arn:aws:iam::111122223333:role/*'],
    ['the roles of a bootstrapped account', 'arn:aws:iam::*:role/cdk-*'],
    ['the very role', 'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-?'],
    ['a role of one\'s own', 'arn:aws:iam::*:role/platform/*', { synthesizer: organization }],
    ['every role, where the account is not known', 'arn:aws:iam::*:role/*', { env: undefined }],
    ['every role, in China', 'arn:aws-cn:iam::*:role/*', { env: { account: ENV.account, region: 'cn-north-1' } }],
  ])('refuses a guard rail that denies %s', (...[, pattern, props]) => {
    expect(deployed(GuardRail.denyPrincipals([pattern]), props)).toThrow(
      /GuardRail.denyPrincipals of the namespace would deny arn:.*, the role with which CloudFormation deploys the secret,.*write patterns.*\[at Stack\/Secret\]/);
  });

  test('also from a nested stack, which its parent\'s role deploys', () => {
    const stack = stackWith();
    namespaceIn(stack, GuardRail.denyPrincipals(['arn:aws:iam::*:role/cdk-*']));
    expect(() => new ManagedSecret(new NestedStack(stack, 'Nested'), 'Secret', { purpose: 'key' })).toThrow(/would deny arn:aws:iam::111122223333:role\/cdk-hnb659fds/);
  });

  test('before anything is created', () => {
    const stack = stackWith();
    namespaceIn(stack, GuardRail.denyPrincipals(['arn:aws:iam::*:role/*']));
    expect(() => new ManagedSecret(stack, 'Secret', { purpose: 'key' })).toThrow();
    expect(stack.node.tryFindChild('Secret')).toBeUndefined();
  });

  test.each<[string, GuardRail, StackProps?]>([
    ['other roles', GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])],
    ['roles of another account', GuardRail.denyPrincipals(['arn:aws:iam::444455556666:role/*'])],
    ['roles without a path', GuardRail.denyPrincipals(['arn:aws:iam::*:role/platform/other']), { synthesizer: organization }],
    ['every role, where the one who calls deploys', GuardRail.denyPrincipals(['arn:aws:iam::*:role/*']), { synthesizer: new CliCredentialsStackSynthesizer() }],
    ['what comes from elsewhere: CloudFormation is a service', GuardRail.denyOutsideVpcEndpoints([HERE])],
    ['another organization: the role is of this one', GuardRail.denyOutsideOrganization('o-a1b2c3d4e5')],
  ])('accepts a guard rail that denies %s', (...[, guardRail, props]) => {
    expect(deployed(guardRail, props)).not.toThrow();
  });
});

describe('denyOutsideVpcEndpoints, decided', () => {
  let model: AccessModel;
  const executionRole = administrator(ENV.account, { roleName: `cdk-hnb659fds-cfn-exec-role-${ENV.account}-${ENV.region}` });
  const viaCloudFormation = { 'aws:ViaAWSService': 'true', 'aws:CalledVia': ['cloudformation.amazonaws.com'], 'aws:CalledViaFirst': 'cloudformation.amazonaws.com' };

  beforeAll(() => {
    const app = testApp();
    const stack = stackWith({}, app);
    new SecretNamespace(stack, 'Secrets', {
      environment: 'prod',
      service: 'payments',
      replicaRegions: [REPLICA],
      guardRails: [GuardRail.denyOutsideVpcEndpoints([HERE], {
        replicaVpcEndpointIds: { [REPLICA]: [THERE] }, exceptPrincipals: ['arn:aws:iam::111122223333:role/break-glass'],
      })],
    });
    new ReplicatedSecret(stack, 'Secret', { purpose: 'key' });
    model = accessModel(resolveTemplates(app.synth()));
  });

  const secretIn = (region: string) => region === ENV.region ? NAME : replicaIn(model, region, NAME).arn;

  test.each<[string, string, object, Decision]>([
    ['CloudFormation in a forward access session', ENV.region, viaCloudFormation, 'Allowed'],
    ['the same role without CloudFormation', ENV.region, {}, 'ExplicitlyDenied'],
    ['the same role through the endpoint', ENV.region, { 'aws:SourceVpce': HERE }, 'Allowed'],
    ['the same role through another endpoint', ENV.region, { 'aws:SourceVpce': 'vpce-0fffffffffffffff0' }, 'ExplicitlyDenied'],
    ['a read of the replica through the endpoint there', REPLICA, { 'aws:SourceVpce': THERE }, 'Allowed'],
    ['a read of the replica through none', REPLICA, {}, 'ExplicitlyDenied'],
    ['a read of the replica through another', REPLICA, { 'aws:SourceVpce': 'vpce-0fffffffffffffff0' }, 'ExplicitlyDenied'],
  ])('%s', async (_, region, context, decision) => {
    expect((await readSecret(model, executionRole, secretIn(region), { context: context as Record<string, string> })).decision).toBe(decision);
    if (region !== ENV.region) return; // a replica takes no changes
    expect((await writeSecret(model, executionRole, secretIn(region), { context: context as Record<string, string> })).decision).toBe(decision);
  });

  test('an exception is the role alone', async () => {
    const read = async (roleName: string) => (await readSecret(model, administrator(ENV.account, { roleName }), secretIn(ENV.region))).decision;
    expect([await read('break-glass'), await read('break-glass-not')]).toEqual(['Allowed', 'ExplicitlyDenied']);
  });
});

describe('a replica in a region without an endpoint', () => {
  const replicated = (guardRail: GuardRail) => {
    const stack = stackWith();
    namespaceIn(stack, guardRail);
    const replica = (region: string) => ReplicaRegion.of(region, SecretEncryption.awsManagedKey());
    new ReplicatedSecret(stack, 'Secret', { purpose: 'key', replicas: [replica(REPLICA), replica('eu-central-1')] });
    return warningsOf(stack, 'guardRailMayDenyReplica').map(({ entry }) => String(entry.data));
  };

  test('warns, and says what to write', () => {
    const warnings = replicated(GuardRail.denyOutsideVpcEndpoints([HERE], { replicaVpcEndpointIds: { 'eu-central-1': [THERE] } }));
    expect(warnings).toEqual([expect.stringMatching(/copied to the replica in us-east-1.*replicaVpcEndpointIds: { 'us-east-1': \['vpce-…'\] }/)]);
  });

  test.each([
    ['endpoints in each region', GuardRail.denyOutsideVpcEndpoints([HERE], { replicaVpcEndpointIds: { 'eu-central-1': [THERE], [REPLICA]: [THERE] } })],
    ['a guard rail of another kind', GuardRail.denyOutsideOrganization('o-a1b2c3d4e5')],
    ['a guard rail on principals', GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])],
  ])('not with %s', (_, guardRail) => {
    expect(replicated(guardRail)).toEqual([]);
  });
});

describe('a reader of another account', () => {
  const shared = (of: 'secret' | 'namespace', guardRail: GuardRail, ...readers: SecretReader[]) => {
    const stack = stackWith();
    const namespace = namespaceIn(stack, guardRail);
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    if (of === 'secret') CrossAccountSecretPolicy.forSecret(stack, 'Share', secret, { readers });
    else CrossAccountSecretPolicy.forNamespace(stack, 'Share', namespace, { readers });
    return warningsOf(stack, 'guardRailMayDenyReader');
  };
  const role = SecretReader.role(`arn:aws:iam::${OTHER_ACCOUNT}:role/staging-report`);
  const [organization, account, service] = [SecretReader.organization('o-a1b2c3d4e5'), SecretReader.account(OTHER_ACCOUNT), SecretReader.servicePrincipal('appflow.amazonaws.com')];

  test.each<[string, GuardRail, SecretReader]>([
    ['a role that is denied', GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*']), role],
    ['another organization', GuardRail.denyOutsideOrganization('o-zzzzzzzzzz'), organization],
  ])('refuses %s', (_, guardRail, reader) => {
    expect(() => shared('secret', guardRail, reader)).toThrow(/of Stack\/Secret would deny the reader .* every read;.*\[at Stack\/Share\]/);
    expect(() => shared('namespace', guardRail, reader)).toThrow(/of Stack\/Secrets would deny the reader .* every read;.*\[at Stack\/Share\]/);
  });

  test('warns of readers who come from elsewhere', () => {
    expect(shared('secret', GuardRail.denyOutsideVpcEndpoints([HERE]), role, account)).toHaveLength(2);
    expect(shared('namespace', GuardRail.denyOutsideVpcEndpoints([HERE]), organization)).toHaveLength(1);
  });

  test.each<[string, GuardRail, SecretReader]>([
    ['a role that is not denied', GuardRail.denyPrincipals(['arn:aws:iam::*:role/dev-*']), role],
    ['an account, of which some roles are denied', GuardRail.denyPrincipals(['arn:aws:iam::*:role/dev-*']), account],
    ['the same organization', GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'), organization],
    ['a role that comes from elsewhere, and is an exception', GuardRail.denyOutsideVpcEndpoints([HERE], { exceptPrincipals: ['arn:aws:iam::*:role/staging-*'] }), role],
    ['a service', GuardRail.denyOutsideVpcEndpoints([HERE]), service],
  ])('accepts %s', (_, guardRail, reader) => {
    expect(shared('secret', guardRail, reader)).toEqual([]);
  });
});
