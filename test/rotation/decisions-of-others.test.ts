import { App, aws_iam as iam } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, ExternalPartner, ManagedExternalSecret, ManagedSecret, RotationSchedule } from 'cdk-managed-secrets';
import { endpoint, rotated, world } from './rotated-databases';
import { resolveAssemblies } from '../../src/review/assembly/resolve-templates';
import {
  AccessModel, accessModel, Decision, directUse, Principal, principalWith, readSecret, roleOf, rotateSecret, Secret, writeSecret,
} from '../../tools/access';
import { ENV } from '../support/test-app';

/** Who may do what where AWS or a partner rotates, decided by an IAM simulator. */

const FUNCTION = 'rotate-ledger';
const FUNCTION_ARN = `arn:aws:lambda:${ENV.region}:${ENV.account}:function:${FUNCTION}`;

let model: AccessModel;
beforeAll(() => {
  const { stack } = world();
  rotated(stack, { database: endpoint(DatabaseEngine.SQLSERVER), rotator: DatabaseRotator.hosted(stack, 'Rotator', { functionName: FUNCTION }) }, 'Hosted');
  const adminSecret = new ManagedSecret(stack, 'Admin', { purpose: 'admin' });
  const partner = ExternalPartner.DATADOG_API_KEY;
  const secret = new ManagedExternalSecret(stack, 'External', { purpose: 'external', partner, adminSecret, schedule: RotationSchedule.spread() });
  secret.grantRead(new iam.Role(stack, 'Reader', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));
  new ManagedSecret(stack, 'Other', { purpose: 'other' });
  model = accessModel(resolveAssemblies([App.of(stack)!.synth().directory]).stacks);
});

const secretAt = (id: string): Secret => model.secrets.find(({ path }) => path === `Stack/${id}`)!;

/**
 * As AWS's template for a function that it hosts writes the policy of the role.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
 */
function hostedRole(): Principal {
  return principalWith(ENV.account, [
    {
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      Resource: `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:*`,
      Condition: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': FUNCTION_ARN } },
    },
    { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], Resource: secretAt('Hosted').key!.arn },
  ]);
}

const externalRole = () => roleOf(model, 'Stack/External/RotationRole');
const OF_FUNCTION = { context: { 'secretsmanager:resource/AllowRotationLambdaArn': FUNCTION_ARN } };
const [YES, NO]: Decision[] = ['Allowed', 'ImplicitlyDenied'];

test.each<[string, () => Promise<Decision | { decision: Decision }>, Decision]>([
  ['the hosted function rotates its secret', () => rotateSecret(model, hostedRole(), secretAt('Hosted').arn, OF_FUNCTION), YES],
  ['the hosted function rotates what names another function', () => rotateSecret(model, hostedRole(), secretAt('Other').arn), NO],
  ['the hosted function uses the key without Secrets Manager', () => directUse(model, hostedRole(), secretAt('Hosted').arn, 'kms:Decrypt'), NO],
  ['the rotation at a partner rotates its secret', () => rotateSecret(model, externalRole(), secretAt('External').arn), YES],
  ['the rotation at a partner reads the administrator', () => readSecret(model, externalRole(), secretAt('Admin').arn), YES],
  ['the rotation at a partner writes the administrator', () => writeSecret(model, externalRole(), secretAt('Admin').arn), NO],
  ['the rotation at a partner reads another secret of the namespace', () => readSecret(model, externalRole(), secretAt('Other').arn), NO],
  ['the rotation at a partner uses the key without Secrets Manager', () => directUse(model, externalRole(), secretAt('External').arn, 'kms:Decrypt'), NO],
  ['the reader reads', () => readSecret(model, roleOf(model, 'Stack/Reader'), secretAt('External').arn), YES],
  ['the reader writes', () => writeSecret(model, roleOf(model, 'Stack/Reader'), secretAt('External').arn), NO],
])('%s', async (_, ask, decision) => {
  const answer = await ask();
  expect(typeof answer === 'string' ? answer : answer.decision).toBe(decision);
});
