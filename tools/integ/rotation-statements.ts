import { aws_iam as iam } from 'aws-cdk-lib';
import { type Call, secretsManager, type Statement } from './check';

const all = (...actions: string[]) => new iam.PolicyStatement({ actions, resources: ['*'] });

function eventIn(logGroupName: string, filterPattern: string): Call {
  return { client: 'cloudwatch-logs', name: 'CloudWatchLogs', command: 'FilterLogEvents', input: { logGroupName, filterPattern } };
}

const FOUND_EVENT = '"events":\\[\\{';

/** What Secrets Manager, Lambda and EventBridge do in a rotation. */
export const ROTATION: Statement[] = [
  {
    id: 'rotation-on-deployment',
    statement: 'Secrets Manager takes schedule and function as they are rendered, and rotates when the schedule is created',
    saidIn: 'docs/guides/rotated-secrets.md',
    check: ({ token }) => ({
      calls: [secretsManager('DescribeSecret', { SecretId: token.secretArn })],
      expected: '(?=.*"LastRotatedDate":)(?=.*"Duration":"2h")(?=.*"ScheduleExpression":"cron\\(0 3 )',
      minutes: 10,
      grant: probe => token.grantRead(probe),
    }),
  },
  {
    id: 'event-of-a-new-value',
    statement: 'Secrets Manager sends `Secret Label Updated` to EventBridge, without a trail, and the rules on the prefix deliver it',
    saidIn: 'docs/guides/monitoring.md',
    check: ({ token, monitoring: { logGroup } }) => ({
      calls: [secretsManager('RotateSecret', { SecretId: token.secretArn }), eventIn(logGroup.logGroupName, '"Secret Label Updated"')],
      expected: FOUND_EVENT,
      minutes: 10,
      grant: probe => { token.grantManage(probe); logGroup.grant(probe, 'logs:FilterLogEvents'); },
    }),
  },
  {
    id: 'event-of-a-failed-rotation',
    statement: 'A rotation that fails is a service event `RotationFailed`, which has the ARN of the secret in `additionalEventData.SecretId`',
    saidIn: 'docs/guides/monitoring.md',
    check: world => {
      const { monitoring: { logGroup } } = world.failingRotation();
      return {
        calls: [eventIn(logGroup.logGroupName, '{ $.detail.eventName = "RotationFailed" && $.detail.additionalEventData.SecretId = "*integ/failing*" }')],
        expected: FOUND_EVENT,
        minutes: 13,
        grant: probe => { logGroup.grant(probe, 'logs:FilterLogEvents'); },
      };
    },
  },
  {
    id: 'restart-by-description',
    statement: 'A change of the description alone restarts a function: Lambda applies it, and says so in `LastUpdateStatus`',
    saidIn: 'docs/guides/consumers-lambda.md',
    check: world => {
      const { target: { functionName, functionArn } } = world.consumer();
      return {
        calls: [{ client: 'lambda', name: 'Lambda', command: 'GetFunctionConfiguration', input: { FunctionName: functionName } }],
        expected: '(?=.*"Description":"restarted for version )(?=.*"LastUpdateStatus":"Successful")',
        minutes: 13,
        allow: [new iam.PolicyStatement({ actions: ['lambda:GetFunctionConfiguration'], resources: [functionArn] })],
      };
    },
  },
  {
    id: 'role-of-a-rule',
    statement: 'EventBridge takes the role of a rule that `aws:SourceAccount` guards, and starts the state machine',
    saidIn: 'docs/guides/consumers-lambda.md',
    check: world => {
      const machine = world.consumer().consumer.stateMachine!;
      return {
        calls: [{ client: 'sfn', name: 'SFN', command: 'ListExecutions', input: { stateMachineArn: machine.stateMachineArn, statusFilter: 'SUCCEEDED' } }],
        expected: '"executions":\\[\\{',
        minutes: 13,
        grant: probe => { machine.grantRead(probe); },
      };
    },
  },
  ...['x86', 'arm64'].map((architecture): Statement => ({
    id: `layer-for-${architecture}`,
    statement: `AWS has the newest layer of its extension for ${architecture} in a public parameter`,
    saidIn: 'docs/guides/consumers-lambda.md',
    check: () => ({
      calls: [{ client: 'ssm', name: 'SSM', command: 'GetParameter', input: { Name: `/aws/service/aws-parameters-and-secrets-lambda-extension/${architecture}/latest` } }],
      expected: '"Value":"arn:[^"]+:layer:',
      allow: [all('ssm:GetParameter')],
    }),
  })),
  {
    id: 'read-through-the-extension',
    statement: 'A function with the layer, the grant and the ARN in its environment reads the secret through the extension',
    saidIn: 'docs/guides/consumers-lambda.md',
    check: world => {
      const { target } = world.consumer();
      return {
        calls: [{ client: 'lambda', name: 'Lambda', command: 'Invoke', input: { FunctionName: target.functionName } }],
        expected: '"text":"[^\\n]*status[^\\n]*200[^\\n]*sameSecret[^\\n]*true',
        minutes: 3,
        grant: probe => { target.grantInvoke(probe); },
      };
    },
  },
  {
    id: 'database-user-on-rds',
    statement: 'The deployment makes the user on Amazon RDS, over TLS that its certificate authority proves, and the password is rotated there',
    saidIn: 'docs/guides/rotation-functions.md',
    needs: 'database',
    check: world => {
      const user = world.databaseUser();
      return {
        calls: [secretsManager('DescribeSecret', { SecretId: user.secretArn })],
        expected: '"LastRotatedDate":',
        minutes: 13,
        grant: probe => { user.grantRead(probe); },
      };
    },
  },
];
