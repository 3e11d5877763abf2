import {
  aws_cloudwatch as cloudwatch, aws_iam as iam, aws_scheduler as scheduler, aws_scheduler_targets as targets, aws_ssm as ssm, Duration,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { automationRole, schedulerRole, startingAutomation } from './private/automation-role';
import { acknowledgeWildcard } from '../private/acknowledgement';
import { METRIC_PUT, SECRET_DESCRIBE } from '../private/actions';
import { fail, pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';
import { requireWhole } from '../private/validation';
import type { ManagedSecret } from '../secret/managed-secret';

/** Properties of `ReplicationAlarm`. */
export interface ReplicationAlarmProps {
  /** The secret whose replicas are watched, from the primary's region. */
  readonly secret: ManagedSecret;

  /**
   * How long a replica may take until it is `InSync`: whole minutes, and shorter than `interval` even when each replica takes that long.
   *
   * @default Duration.minutes(10)
   */
  readonly syncTimeout?: Duration;

  /**
   * How often to look: whole minutes, at most a day. Each look costs a run of the runbook.
   *
   * @default Duration.hours(1)
   */
  readonly interval?: Duration;
}

const METRIC_NAMESPACE = 'cdk-managed-secrets';
const METRIC_NAME = 'ReplicasInSync';

/**
 * An alarm for replicas that are not `InSync` within a time. CloudFormation does not wait for replication, and Secrets Manager emits
 * neither a metric nor an event when it fails.
 *
 * A schedule starts a runbook, which waits for each replica to be `InSync` and then puts a metric. The alarm goes off when the
 * metric stays away for two turns: because a replica has failed or lags, and as well because nobody looked.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicationStatusType.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-waitForAwsResourceProperty.html
 */
export class ReplicationAlarm extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.ReplicationAlarm';

  /** The alarm; give it an action, such as a topic. */
  public readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: ReplicationAlarmProps) {
    props = withInjected(ReplicationAlarm.PROPERTY_INJECTION_ID, scope, id, props);
    const { secret, syncTimeout = Duration.minutes(10), interval = Duration.hours(1) } = props;
    const replicas = secret.readRegions.length - 1;
    requireTimes(pathOf(scope, id), { replicas, syncTimeout, interval });
    super(scope, id);
    const dimensionsMap = { SecretArn: secret.secretArn };
    const role = automationRole(this, 'Watches the replication of a secret', [
      new iam.PolicyStatement({ actions: SECRET_DESCRIBE, resources: [secret.secretArnForPolicies] }),
      new iam.PolicyStatement({ actions: METRIC_PUT, resources: ['*'], conditions: { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } } }),
    ]);
    acknowledgeWildcard(role, '*', 'cloudwatch:PutMetricData has no resource type; the condition cloudwatch:namespace limits it to one namespace.');
    const document = new ssm.CfnDocument(this, 'Document', {
      documentType: 'Automation',
      updateMethod: 'NewVersion',
      content: runbook({ assumeRole: role.roleArn, secretArn: secret.secretArn, replicas, syncTimeout }),
    });
    new scheduler.Schedule(this, 'Schedule', {
      description: `Looks whether the replicas of ${secret.node.path} are in sync`,
      schedule: scheduler.ScheduleExpression.rate(interval),
      target: new targets.Universal({
        service: 'ssm',
        action: 'startAutomationExecution',
        input: scheduler.ScheduleTargetInput.fromObject({ DocumentName: document.ref }),
        policyStatements: startingAutomation(this, document.ref, role),
        role: schedulerRole(this),
      }),
    });
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `A replica of ${secret.node.path} was not InSync within ${syncTimeout.toMinutes()} minutes, or could not be looked at`,
      metric: new cloudwatch.Metric({ namespace: METRIC_NAMESPACE, metricName: METRIC_NAME, dimensionsMap, statistic: 'Sum', period: interval }),
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
  }
}

interface Times {
  readonly replicas: number;
  readonly syncTimeout: Duration;
  readonly interval: Duration;
}

function requireTimes(path: string, { replicas, syncTimeout, interval }: Times): void {
  if (replicas === 0) fail(path, '`secret` must have a replica to watch; leave the alarm out');
  requireWhole(path, 'syncTimeout', syncTimeout.toMinutes({ integral: false }), { min: 1, max: 1440 });
  requireWhole(path, 'interval', interval.toMinutes({ integral: false }), { min: 1, max: 1440 });
  if (syncTimeout.toMinutes() * replicas >= interval.toMinutes()) {
    fail(path, `\`interval\` must be longer than \`syncTimeout\` for each of the ${replicas} replicas, `
      + `got ${interval.toHumanString()} and ${syncTimeout.toHumanString()}; `
      + 'a look would still be under way when the next one starts');
  }
}

/** Each replica is waited for by its place in the list: all of them are to be `InSync`, so that their order does not matter. */
function runbook(watch: { assumeRole: string; secretArn: string; replicas: number; syncTimeout: Duration }): object {
  const waits = Array.from({ length: watch.replicas }, (_, index) => ({
    name: `WaitForReplica${index + 1}`,
    action: 'aws:waitForAwsResourceProperty',
    timeoutSeconds: watch.syncTimeout.toSeconds(),
    inputs: {
      Service: 'secretsmanager',
      Api: 'DescribeSecret',
      SecretId: watch.secretArn,
      PropertySelector: `$.ReplicationStatus[${index}].Status`,
      DesiredValues: ['InSync'],
    },
  }));
  const MetricData = [{ MetricName: METRIC_NAME, Dimensions: [{ Name: 'SecretArn', Value: watch.secretArn }], Value: 1, Unit: 'Count' }];
  return {
    schemaVersion: '0.3',
    description: `Waits until each replica of a secret is InSync, and says so by the metric ${METRIC_NAMESPACE} ${METRIC_NAME}.`,
    assumeRole: watch.assumeRole,
    mainSteps: [
      ...waits,
      {
        name: 'PutMetric',
        action: 'aws:executeAwsApi',
        inputs: { Service: 'cloudwatch', Api: 'PutMetricData', Namespace: METRIC_NAMESPACE, MetricData },
        isEnd: true,
      },
    ],
  };
}
