import { aws_cloudwatch as cloudwatch, aws_iam as iam, aws_lambda as lambda, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import {
  InstanceConsumer, LambdaFunctionConsumer, ManagedSecret, ParametersAndSecretsExtension, RolesAnywhereRole, SecretNamespace, SecretsManagerAgent,
} from '../../src';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, decide, Decision, directDecrypt, functionOf, readSecret, roleOf, secretOf, writeSecret } from '../../tools/access';
import { ENV, testApp, testStack } from '../support/test-app';

/** What the roles of functions and machines may do, decided by an IAM simulator over the synthesized template: this secret, this key, this region. */

const YES: Decision = 'Allowed';
const NO: Decision = 'ImplicitlyDenied';
const OURS = 'prod/payments/db';
const OTHERS = ['prod/payments/neighbour', 'prod/orders/db'];
const BUCKET = 'arn:aws:s3:::programs';
/** So that no warning is printed. */
const ON_CALL: cloudwatch.IAlarmAction = { bind: () => ({ alarmActionArn: `arn:aws:sns:${ENV.region}:${ENV.account}:on-call` }) };
const READERS = { function: 'Stack/Api/ServiceRole', machine: 'Stack/Machine', plant: 'Stack/Plant/Role' };

function built(): Stack {
  const stack = testStack('Stack', testApp());
  const [payments, orders] = ['payments', 'orders'].map(service => new SecretNamespace(stack, service, { environment: 'prod', service }));
  const db = new ManagedSecret(stack, 'Db', { namespace: payments, purpose: 'db' });
  new ManagedSecret(stack, 'Neighbour', { namespace: payments, purpose: 'neighbour' });
  new ManagedSecret(stack, 'Theirs', { namespace: orders, purpose: 'db' });
  const fn = (id: string) => new lambda.Function(stack, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
  new LambdaFunctionConsumer(stack, 'ApiSecrets', { function: fn('Api'), environment: { DB_SECRET_ARN: db } });
  new LambdaFunctionConsumer(stack, 'ReportSecrets', {
    function: fn('Report'), environment: { DB_SECRET_ARN: db }, extension: ParametersAndSecretsExtension.none(), restart: true, alarmActions: [ON_CALL],
  });
  const agent = SecretsManagerAgent.fromBucket(s3.Bucket.fromBucketArn(stack, 'Programs', BUCKET), 'agent', 'a'.repeat(64));
  const machine = new iam.Role(stack, 'Machine', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  new InstanceConsumer(stack, 'MachineSecrets', { grantee: machine, secrets: [db], agent });
  const plant = new RolesAnywhereRole(stack, 'Plant', {
    commonNames: ['press-1'], certificateAuthorityArn: `arn:aws:acm-pca:${ENV.region}:${ENV.account}:certificate-authority/11111111-2222-3333-4444-555555555555`,
  });
  new InstanceConsumer(stack, 'PlantSecrets', { grantee: plant, secrets: [db], agent });
  return stack;
}

const model = accessModel(resolveTemplates(testAssembly()));

function testAssembly() {
  return (built().node.root as ReturnType<typeof testApp>).synth();
}

describe.each(Object.entries(READERS))('the role of a %s', (_, path) => {
  const principal = roleOf(model, path);

  test('reads this secret, through Secrets Manager of this region', async () => {
    expect((await readSecret(model, principal, OURS)).decision).toBe(YES);
  });

  test.each(OTHERS)('does not read %s', async other => {
    expect((await readSecret(model, principal, other)).decision).toBe(NO);
  });

  test('stores nothing, and uses no key by itself or in another region', async () => {
    const { key, arn } = secretOf(model, OURS);
    expect((await writeSecret(model, principal, OURS)).decision).toBe(NO);
    expect(await directDecrypt(model, principal, OURS)).toBe(NO);
    const context = { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com', 'kms:EncryptionContext:SecretARN': arn };
    expect(await decide(model, { principal, action: 'kms:Decrypt', resource: key!.arn, context })).toBe(NO);
  });
});

describe('what restarts a function', () => {
  const restarter = roleOf(model, 'Stack/ReportSecrets/Refresh/Role');
  const [report, api] = ['Stack/Report', 'Stack/Api'].map(path => functionOf(model, path).arn);
  const may = async (action: string, resource: string) => await decide(model, { principal: restarter, action, resource }) === YES;

  test('changes the configuration of this function, and looks at it', async () => {
    expect(await may('lambda:UpdateFunctionConfiguration', report)).toBe(true);
    expect(await may('lambda:GetFunctionConfiguration', report)).toBe(true);
  });

  test('does nothing else, and nothing to another', async () => {
    for (const action of ['UpdateFunctionCode', 'DeleteFunction', 'InvokeFunction', 'AddPermission', 'PublishVersion']) expect(await may(`lambda:${action}`, report)).toBe(false);
    for (const action of ['UpdateFunctionConfiguration', 'GetFunctionConfiguration']) expect(await may(`lambda:${action}`, api)).toBe(false);
    const actions = restarter.identityPolicies.flatMap(({ policy }) => policy.Statement).flatMap(({ Action }: any) => Action);
    expect(actions.sort()).toEqual(['lambda:GetFunctionConfiguration', 'lambda:UpdateFunctionConfiguration', 'sqs:SendMessage']);
    for (const secret of [OURS, ...OTHERS]) expect((await readSecret(model, restarter, secret)).decision).toBe(NO);
  });
});
