import * as path from 'path';
import { newPassword } from '../../../../tools/servers/new-password';
import { Deployment, HOST } from '../../../support/rotation/user/deployment';

/** The code of the CDK that answers CloudFormation, with the rotation function behind it, and nothing of AWS. */

jest.mock('@aws-sdk/client-lambda', () => ({}), { virtual: true });
jest.mock('@aws-sdk/client-sfn', () => ({}), { virtual: true });

interface Outbound {
  invokeFunction(request: { Payload: string }): Promise<object>;
  httpRequest(options: { hostname: string; method: string }, body: string): Promise<void>;
}

const RUNTIME = path.join(path.dirname(require.resolve('aws-cdk-lib/package.json')), 'custom-resources/lib/provider-framework/runtime');
const outbound = jest.requireActual<Outbound>(path.join(RUNTIME, 'outbound'));
const { onEvent } = jest.requireActual<{ onEvent(event: object): Promise<void> }>(path.join(RUNTIME, 'framework'));

const REQUEST = {
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'User',
  ServiceToken: 'token',
  ResponseURL: 'https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/answer?signature=none',
};

interface Told {
  readonly Status: string;
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly Data?: object;
}

let deployment: Deployment;
let invoked = 0;
let told: Told[] = [];

beforeEach(() => {
  [deployment, invoked, told] = [new Deployment(), 0, []];
  process.env.USER_ON_EVENT_FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:rotation';
  jest.spyOn(console, 'log').mockImplementation();
  // As Lambda answers who waits.
  outbound.invokeFunction = async ({ Payload }) => {
    invoked += 1;
    return deployment.invoke(JSON.parse(Payload) as Record<string, unknown>).then(
      (result) => ({ Payload: JSON.stringify(result) }),
      ({ name, message }: Error) => ({ FunctionError: 'Unhandled', Payload: JSON.stringify({ errorType: name, errorMessage: message }) }),
    );
  };
  outbound.httpRequest = async (_, body) => {
    told.push(JSON.parse(body) as Told);
  };
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.USER_ON_EVENT_FUNCTION_ARN;
});

async function ask(RequestType: string, more: object = {}): Promise<Told> {
  await onEvent({ ...REQUEST, RequestType, ResourceProperties: { ServiceToken: 'token', ...deployment.properties }, ...more });
  expect(told).toHaveLength(1);
  const [answer] = told.splice(0);
  expect(JSON.stringify(answer)).not.toContain(deployment.password);
  return answer;
}

test('CloudFormation is told when the user is ready, and hears no secret', async () => {
  const answer = await ask('Create');
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `app@${HOST}:4242`, Data: { SecretArn: deployment.secretArn } });
  expect(deployment.logsIn()).toBe(true);
});

test('what failed is told with the reason, and the deletion that follows asks nobody', async () => {
  deployment.database.createUser('app', newPassword());
  const failed = await ask('Create');
  expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('the database user is not ready') });
  const before = invoked;
  expect(await ask('Delete', { PhysicalResourceId: failed.PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS' });
  expect(invoked).toBe(before);
});

test('an update and a deletion keep the name by which CloudFormation knows the user', async () => {
  const { PhysicalResourceId } = await ask('Create');
  expect(await ask('Update', { PhysicalResourceId, OldResourceProperties: deployment.properties })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
  expect(await ask('Delete', { PhysicalResourceId })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId });
  expect(deployment.logsIn()).toBe(true);
});
