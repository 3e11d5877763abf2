import { type App, aws_ecs as ecs } from 'aws-cdk-lib';
import { apiKey, payments, worker } from './follow';
import { EcsServiceConsumer, SecretField } from '../../src';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, decide, Decision, directDecrypt, readSecret, roleOf, secretOf, writeSecret } from '../../tools/access';
import { role, testApp } from '../support/test-app';

/** What each role of a service that follows its secrets may do, decided by an IAM simulator over the synthesized templates. */

const YES: Decision = 'Allowed';
const NO: Decision = 'ImplicitlyDenied';
const ACCOUNT = '111122223333';
const IMPORTED = `arn:aws:ecs:eu-west-1:${ACCOUNT}:service/payments/legacy`;

function build(): App {
  const app = testApp();
  const stack = payments('payments', app);
  const key = apiKey(stack);
  apiKey(stack, 'Other', 'other');
  const further = apiKey(stack, 'Further', 'further');
  const service = worker(stack);
  worker(stack, 'Bystander');
  new EcsServiceConsumer(stack, 'Consumer', { service, environment: { KEY: SecretField.of(key, 'key') }, secrets: [further] });
  const legacy = ecs.FargateService.fromFargateServiceArn(stack, 'Legacy', IMPORTED);
  new EcsServiceConsumer(stack, 'LegacyConsumer', { service: legacy, secrets: [key] });
  key.grantWrite(role(stack, 'Writer'));
  key.grantManage(role(stack, 'Manager'));
  apiKey(payments('elsewhere', app, { account: ACCOUNT, region: 'us-east-1' }), 'ApiKey', 'elsewhere');
  return app;
}

let model: AccessModel;
const EXECUTION = 'payments/WorkerTask/ExecutionRole';
const TASK = 'payments/WorkerTask/TaskRole';
const MACHINE = 'payments/Consumer/Role';
const LEGACY = 'payments/LegacyConsumer/Role';
const STARTER = 'payments/Consumer/Starter';

beforeAll(() => {
  model = accessModel(resolveTemplates(build().synth()));
});

const reads = async (who: string, secret: string) => (await readSecret(model, roleOf(model, who), secret)).decision;
const may = (who: string, action: string, resource: string) => decide(model, { principal: roleOf(model, who), action, resource });

test.each([
  [EXECUTION, 'prod/payments/api-key', YES], [EXECUTION, 'prod/payments/further', NO], [EXECUTION, 'prod/payments/other', NO],
  [EXECUTION, 'prod/payments/elsewhere', NO],
  [TASK, 'prod/payments/further', YES], [TASK, 'prod/payments/api-key', NO],
  [MACHINE, 'prod/payments/api-key', NO], [STARTER, 'prod/payments/api-key', NO], [LEGACY, 'prod/payments/api-key', NO],
  ['payments/BystanderTask/TaskRole', 'prod/payments/further', NO],
])('%s reads %s: %s', async (who, secret, expected) => {
  expect(await reads(who, secret)).toBe(expected);
});

test('the execution role stores nothing, and uses the key through Secrets Manager alone', async () => {
  const who = roleOf(model, EXECUTION);
  expect((await writeSecret(model, who, 'prod/payments/api-key')).decision).toBe(NO);
  expect(await directDecrypt(model, who, 'prod/payments/api-key')).toBe(NO);
});

/** The service of the worker, and others. */
function arnOf(id: RegExp): string {
  const { stack } = roleOf(model, EXECUTION);
  return stack.ref(Object.keys(stack.template.Resources!).find(each => id.test(each))!);
}

describe('the state machine', () => {
  const UPDATE = 'ecs:UpdateService';

  test('redeploys and looks at its service, and at no other one', async () => {
    const own = arnOf(/^WorkerService/);
    const stranger = arnOf(/^BystanderService/);
    for (const action of [UPDATE, 'ecs:DescribeServices']) {
      expect(await may(MACHINE, action, own)).toBe(YES);
      expect(await may(MACHINE, action, stranger)).toBe(NO);
      expect(await may(MACHINE, action, IMPORTED)).toBe(NO);
      expect(await may(LEGACY, action, IMPORTED)).toBe(YES);
      expect(await may(LEGACY, action, own)).toBe(NO);
      expect(await may(LEGACY, action, IMPORTED.replace('legacy', 'legacy-2'))).toBe(NO);
      expect(await may(LEGACY, action, IMPORTED.replace('eu-west-1', 'us-east-1'))).toBe(NO);
    }
  });

  test.each(['DeleteService', 'CreateService', 'RunTask', 'ExecuteCommand', 'UpdateServicePrimaryTaskSet', 'TagResource'])('does not call ecs:%s', async call => {
    const resource = call === 'RunTask' ? `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/worker:1`
      : call === 'ExecuteCommand' ? `arn:aws:ecs:eu-west-1:${ACCOUNT}:task/payments/abc`
        : IMPORTED;
    expect(await may(LEGACY, `ecs:${call}`, resource)).toBe(NO);
  });

  test('starts no execution', async () => {
    expect(await may(MACHINE, 'states:StartExecution', arnOf(/^ConsumerStateMachine/))).toBe(NO);
  });

  test('is started by the role of its rule alone, which starts no other one', async () => {
    expect(await may(STARTER, 'states:StartExecution', arnOf(/^ConsumerStateMachine/))).toBe(YES);
    expect(await may(STARTER, 'states:StartExecution', arnOf(/^LegacyConsumerStateMachine/))).toBe(NO);
    expect(await may(STARTER, UPDATE, arnOf(/^WorkerService/))).toBe(NO);
  });
});

test.each(['payments/Writer', 'payments/Manager'])('%s, whose new value has the service redeployed, gains nothing by it', async who => {
  for (const [action, resource] of [
    ['ecs:UpdateService', arnOf(/^WorkerService/)], ['states:StartExecution', arnOf(/^ConsumerStateMachine/)],
  ]) {
    expect(await may(who, action, resource)).toBe(NO);
  }
  expect(await reads(who, 'prod/payments/api-key')).toBe(NO);
  expect(secretOf(model, 'prod/payments/api-key').rotationSchedules).toEqual([]);
});
