import { aws_iam as iam } from 'aws-cdk-lib';
import { type Call, secretsManager, type Statement } from './check';

const all = (...actions: string[]) => new iam.PolicyStatement({ actions, resources: ['*'] });

function metricsOf(MetricName: string, dimensions: Record<string, string>): Call {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { client: 'cloudwatch', name: 'CloudWatch', command: 'ListMetrics', input: { Namespace: 'AWS/Usage', MetricName, Dimensions } };
}

/** What CloudWatch, AWS Config and Systems Manager do. */
export const MONITORING: Statement[] = [
  {
    id: 'quiet-at-first',
    statement: 'The alarm that pages is OK after a first deployment, when no metric has a value',
    saidIn: 'docs/guides/monitoring.md',
    check: ({ monitoring: { pagingAlarms: [alarm] } }) => ({
      calls: [{ client: 'cloudwatch', name: 'CloudWatch', command: 'DescribeAlarms', input: { AlarmNames: [alarm.alarmName], AlarmTypes: ['CompositeAlarm'] } }],
      expected: '"StateValue":"OK"',
      minutes: 5,
      allow: [all('cloudwatch:DescribeAlarms')],
    }),
  },
  {
    id: 'watcher-looks',
    statement: 'The function that looks at every secret does so with the permissions that it has',
    saidIn: 'docs/guides/monitoring.md',
    check: ({ monitoring: { watcherFunction } }) => ({
      calls: [{ client: 'lambda', name: 'Lambda', command: 'Invoke', input: { FunctionName: watcherFunction.functionName } }],
      expected: '^(?!.*FunctionError).*"StatusCode":200',
      grant: probe => { watcherFunction.grantInvoke(probe); },
    }),
  },
  {
    id: 'metric-of-reads',
    statement: 'CloudWatch counts the calls of `GetSecretValue` in `AWS/Usage`, under the dimensions of the alarm `callsQuota`',
    saidIn: 'docs/guides/monitoring.md',
    check: ({ secret }) => ({
      calls: [
        secretsManager('GetSecretValue', { SecretId: secret.secretArn }),
        metricsOf('CallCount', { Service: 'Secrets Manager', Type: 'API', Resource: 'GetSecretValue', Class: 'None' }),
      ],
      expected: '"Metrics":\\[\\{',
      minutes: 13,
      allow: [all('cloudwatch:ListMetrics')],
      grant: probe => secret.grantRead(probe),
    }),
  },
  {
    id: 'dry-run-of-a-runbook',
    statement: 'Systems Manager runs the script of a runbook, in its own Python, with its role',
    saidIn: 'docs/decisions/0020-runbooks-and-audit.md',
    check: world => {
      const runbook = world.runbook();
      const filters = [{ Key: 'DocumentNamePrefix', Values: [runbook.documentName] }];
      return {
        calls: [
          { client: 'ssm', name: 'SSM', command: 'StartAutomationExecution', input: { DocumentName: runbook.documentName } },
          { client: 'ssm', name: 'SSM', command: 'DescribeAutomationExecutions', input: { Filters: filters } },
        ],
        expected: '"AutomationExecutionStatus":"Success"',
        minutes: 10,
        allow: [all('ssm:DescribeAutomationExecutions')],
        grant: probe => { runbook.grantStart(probe); },
      };
    },
  },
  {
    id: 'config-rules',
    statement: 'AWS Config knows the five managed rules by their identifiers, with the parameters that they get',
    saidIn: 'docs/guides/monitoring.md',
    needs: 'config',
    check: world => {
      const { ruleNames } = world.configRules();
      return {
        calls: [{ client: 'config-service', name: 'ConfigService', command: 'DescribeConfigRules', input: { ConfigRuleNames: ruleNames } }],
        expected: `^(?:.*?"ConfigRuleState":"ACTIVE"){${ruleNames.length}}`,
        allow: [all('config:DescribeConfigRules')],
      };
    },
  },
];
