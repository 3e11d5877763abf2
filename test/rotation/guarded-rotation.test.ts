import {
  assertions, aws_ec2 as ec2, aws_iam as iam, aws_lambda as lambda, aws_rds as rds,
  aws_secretsmanager as secretsmanager, Stack,
} from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseRotator, GuardRail, ManagedSecret, RotatedDatabaseSecret, type RotatedDatabaseSecretProps, RotationStrategy, RotationTarget,
  SecretNamespace, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { ENV, testApp } from '../support/test-app';

/** Each kind of guard rail against each kind of rotation function: refused where every rotation fails, warned of where it depends. */

const ENDPOINT = 'vpce-0123456789abcdef0';
const DATABASE = RotationTarget.fromEndpoint({ engine: DatabaseEngine.POSTGRESQL, host: 'db.example.com' });
const CONNECTED = (stack: Stack) => RotationTarget.fromCluster(clusterIn(stack));
const THROUGH_ENDPOINT = GuardRail.denyOutsideVpcEndpoints([ENDPOINT]);
const mine = (action: string, conditions?: iam.PolicyStatementProps['conditions']) => GuardRail.fromStatement(new iam.PolicyStatement({
  sid: 'Mine', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: [action], resources: ['*'], conditions,
}));
const WITH_EXCEPTION = (role: string) => GuardRail.denyOutsideVpcEndpoints([ENDPOINT], { exceptPrincipals: [`arn:aws:iam::111122223333:role/${role}`] });

function vpcIn(scope: Construct): ec2.IVpc {
  return scope.node.tryFindChild('Vpc') as ec2.Vpc ?? new ec2.Vpc(scope, 'Vpc');
}

function clusterIn(scope: Construct): rds.IDatabaseCluster {
  return new rds.DatabaseCluster(scope, 'Cluster', {
    engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 }),
    vpc: vpcIn(scope),
    writer: rds.ClusterInstance.serverlessV2('Writer'),
  });
}

let stack: Stack;

beforeEach(() => {
  stack = new Stack(testApp(), 'Stack', { env: ENV });
});

function namespace(guardRail: GuardRail, service = 'payments', id = 'Secrets'): SecretNamespace {
  return new SecretNamespace(stack, id, { environment: 'prod', service, guardRails: [guardRail] });
}

function functionOf(props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(stack, 'Own', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//'), ...props });
}

const endpoint = (vpcEndpointId: string) => () => SecretsManagerEndpoint.fromInterfaceEndpoint(
  ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, `Endpoint${vpcEndpointId}`, { vpcEndpointId, port: 443 }));
const endpointOfTheApp = () => SecretsManagerEndpoint.fromInterfaceEndpoint(new ec2.InterfaceVpcEndpoint(stack, 'Interface', {
  vpc: vpcIn(stack), service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
}));

type Rotation = () => Partial<RotatedDatabaseSecretProps>;

const WITHOUT_VPC: Rotation = () => ({ database: DATABASE });
const IN_VPC: Rotation = () => ({ database: CONNECTED(stack), vpc: vpcIn(stack) });
const THROUGH = (through: () => SecretsManagerEndpoint): Rotation => () => ({
  database: CONNECTED(stack), rotator: new DatabaseRotator(stack, 'Through', { engine: DatabaseEngine.POSTGRESQL, vpc: vpcIn(stack), endpoint: through() }),
});
const SHARED: Rotation = () => ({ database: DATABASE, rotator: new DatabaseRotator(stack, 'Shared', { engine: DatabaseEngine.POSTGRESQL }) });
const OWN = (props: () => Partial<lambda.FunctionProps> = () => ({})): Rotation => () => ({
  database: DATABASE, rotator: DatabaseRotator.fromFunction(stack, 'Rotator', functionOf(props())),
});
const IMPORTED: Rotation = () => ({
  database: DATABASE,
  rotator: DatabaseRotator.fromFunction(stack, 'Rotator', lambda.Function.fromFunctionAttributes(stack, 'Imported', {
    functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:rotate',
    role: iam.Role.fromRoleArn(stack, 'ImportedRole', 'arn:aws:iam::111122223333:role/rotate'),
    sameEnvironment: true,
  })),
});
const NAMED = () => ({ role: new iam.Role(stack, 'Named', { roleName: 'rotation', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }) });

function rotated(guardRail: GuardRail, rotation: Rotation): void {
  namespace(guardRail);
  new RotatedDatabaseSecret(stack, 'Credentials', { purpose: 'db', username: 'app', ...rotation() } as RotatedDatabaseSecretProps);
}

function warnings(): string[] {
  return assertions.Annotations.fromStack(stack).findWarning('/Stack/Credentials', assertions.Match.stringLikeRegexp('guardRailMayDenyRotation'))
    .map(({ entry }) => String(entry.data));
}

test.each<[string, GuardRail, Rotation]>([
  ['a function without a VPC', THROUGH_ENDPOINT, WITHOUT_VPC],
  ['a function through another endpoint', THROUGH_ENDPOINT, THROUGH(endpoint('vpce-0fffffffffffffff0'))],
  ['a shared rotator without a VPC', THROUGH_ENDPOINT, SHARED],
  ['a function of the user without a VPC', THROUGH_ENDPOINT, OWN()],
  ['a shared rotator whose role is denied', GuardRail.denyPrincipals(['arn:aws:iam::*:role/Stack-*']), SHARED],
  ['a function of the user whose role is denied', GuardRail.denyPrincipals(['arn:aws:iam::111122223333:role/rotat*']), OWN(NAMED)],
  ['an imported function whose role is denied', GuardRail.denyPrincipals(['arn:aws:iam::*:role/rotate']), IMPORTED],
  ['a function that a statement of one\'s own denies, as everybody', mine('secretsmanager:UpdateSecretVersionStage'), WITHOUT_VPC],
])('refuses %s', (_, guardRail, rotation) => {
  expect(() => rotated(guardRail, rotation)).toThrow(/GuardRail\.(deny\w+|fromStatement \(Mine\)) of the namespace would deny the rotation function its secret, because .*; .*\[at Stack\/Credentials\]/);
  expect(stack.node.tryFindChild('Credentials')).toBeUndefined();
});

test.each<[string, GuardRail, Rotation, RegExp]>([
  ['a function in a VPC of which no endpoint is given', THROUGH_ENDPOINT, IN_VPC, /nobody knows here through which endpoint/],
  ['a function through an endpoint of this app', THROUGH_ENDPOINT, THROUGH(endpointOfTheApp), /not come through one of those/],
  ['a function of the user in a VPC', THROUGH_ENDPOINT, OWN(() => ({ vpc: vpcIn(stack) })), /nobody knows here/],
  ['an imported function', THROUGH_ENDPOINT, IMPORTED, /nobody knows here/],
  ['a function without a VPC, where others are excepted', WITH_EXCEPTION('break-glass'), WITHOUT_VPC, /name the role of the function in `exceptPrincipals`/],
  ['a function of its own whose role is denied', GuardRail.denyPrincipals(['arn:aws:iam::*:role/Stack-*']), WITHOUT_VPC, /role arn:aws:iam::111122223333:role\/Stack-/],
  ['a function that a statement of one\'s own may deny', mine('secretsmanager:Put*', { Bool: { 'aws:SecureTransport': 'false' } }), WITHOUT_VPC, /it denies secretsmanager:PutSecretValue/],
])('warns of %s', (_, guardRail, rotation, message) => {
  rotated(guardRail, rotation);
  expect(warnings()).toEqual([expect.stringMatching(message)]);
});

test.each<[string, GuardRail, Rotation]>([
  ['a function through one of the endpoints', THROUGH_ENDPOINT, THROUGH(endpoint(ENDPOINT))],
  ['a function whose role is excepted by its name', WITH_EXCEPTION('rotation'), OWN(NAMED)],
  ['a function whose role is excepted by the name of its stack', WITH_EXCEPTION('Stack-*'), WITHOUT_VPC],
  ['an imported function whose role is excepted', WITH_EXCEPTION('rotate'), IMPORTED],
  ['a function whose role is not denied', GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*']), WITHOUT_VPC],
  ['a function of the account', GuardRail.denyOutsideOrganization('o-a1b2c3d4e5'), WITHOUT_VPC],
  ['a function where deletion is denied', GuardRail.denyDeletion(), WITHOUT_VPC],
  ['a function where a statement of one\'s own denies something else', mine('secretsmanager:RestoreSecret'), WITHOUT_VPC],
])('accepts %s', (_, guardRail, rotation) => {
  rotated(guardRail, rotation);
  expect(warnings()).toEqual([]);
});

test('an endpoint of this app that the guard rail names is allowed', () => {
  const own = endpointOfTheApp();
  rotated(GuardRail.denyOutsideVpcEndpoints([own._existing!.vpcEndpointId]), THROUGH(() => own));
  expect(warnings()).toEqual([]);
});

test('the guard rail of the superuser\'s namespace counts too, because the function reads both secrets', () => {
  const open = new SecretNamespace(stack, 'Open', { environment: 'prod', service: 'open' });
  const superuserSecret = new ManagedSecret(stack, 'Superuser', { namespace: namespace(THROUGH_ENDPOINT), purpose: 'superuser' });
  expect(() => new RotatedDatabaseSecret(stack, 'Credentials', {
    namespace: open, purpose: 'db', username: 'app', database: DATABASE, strategy: RotationStrategy.alternatingUsers({ superuserSecret }),
  })).toThrow(/GuardRail\.denyOutsideVpcEndpoints of the namespace would deny the rotation function/);
});

describe('addRotationSchedule', () => {
  const schedule = (options: () => secretsmanager.RotationScheduleOptions, attached = false) => {
    namespace(THROUGH_ENDPOINT);
    const secret = new ManagedSecret(stack, 'Credentials', { purpose: 'db' });
    (attached ? secret.attach(clusterIn(stack)) : secret).addRotationSchedule('Rotation', options());
  };

  test.each([[false], [true]])('refuses a function without a VPC (attached: %s)', attached => {
    expect(() => schedule(() => ({ rotationLambda: functionOf() }), attached)).toThrow(/would deny the rotation function its secret/);
  });

  test.each<[string, () => secretsmanager.RotationScheduleOptions]>([
    ['a function in a VPC', () => ({ rotationLambda: functionOf({ vpc: vpcIn(stack) }) })],
    ['hosted rotation', () => ({ hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser() })],
  ])('warns of %s', (_, options) => {
    schedule(options);
    expect(warnings()).toHaveLength(1);
  });
});
