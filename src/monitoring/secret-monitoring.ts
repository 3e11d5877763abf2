import {
  Annotations, Aspects, aws_cloudwatch as cloudwatch, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, aws_sns as sns, aws_sqs as sqs, Stack,
} from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { alarmActionOf } from './private/alarm-actions';
import { EventAlarms } from './private/event-alarms';
import { claimWatched } from './private/monitored-namespaces';
import { MonitoringAlarms } from './private/monitoring-alarms';
import { requireMonitoringProps } from './private/monitoring-input';
import { deadLetters, encryptedLog, encryptedTopic, letAlarmsPublish, letRulesPublish, letRulesWrite, letServicesUse, monitoringKey } from './private/notification';
import { watchQuotas } from './private/quotas';
import { watchRotations } from './private/rotated-secrets';
import { TrailAlarms } from './private/trail-alarms';
import { type WatchedSecrets, watchedSecrets } from './private/watched-secrets';
import { SecretWatcher } from './private/watcher';
import { watchFindings } from './private/watcher-alarms';
import type { SecretMonitoringProps } from './secret-monitoring-props';
import { SecretNamespace } from '../namespace/secret-namespace';
import type { ISecretNamespace } from '../namespace/secret-namespace-props';
import { pathOf } from '../private/errors';
import { withInjected } from '../private/property-injection';

/**
 * Watches all secrets of a namespace, or some by their names: a rotation that failed, was given up, is overdue, stuck or turned off; replicas; changes by hand;
 * secrets that nobody reads; credentials that expire; and, with the log group of a trail, reads that were denied, unexpected or very many.
 *
 * What pages goes off as a composite alarm, one for rotation and one for access, so that a rotation that is tried again pages once, and hides no intruder. What happened is told in words, one message an event, in
 * `messageTopic`. The number of resources does not grow with the number of secrets; each ten rotation functions have three alarms.
 *
 * Subscribe somebody: `monitoring.alarmTopic` for pages, `monitoring.messageTopic` for words. The events need a trail of CloudTrail in the account; what the scheduled
 * function finds, such as a rotation that is overdue, does not.
 *
 * The guide has a table of what happens, who is told, and what to do:
 * https://github.com/cdk-managed-secrets/cdk-managed-secrets/blob/main/docs/guides/monitoring.md
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring.html
 *
 * @example
 * const secrets = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
 * new SecretMonitoring(this, 'Monitoring', { namespace: secrets, trailLogGroup });
 */
export class SecretMonitoring extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretMonitoring';

  /** The alarms that page, one for rotation, one for access and one for the monitoring itself: each in alarm as long as one of its group is. */
  public readonly pagingAlarms: cloudwatch.CompositeAlarm[];

  /** The topic of the pages, absent where `alarmActions` are given. */
  public readonly alarmTopic?: sns.ITopic;

  /** The topic of one message an event, and of each alarm. */
  public readonly messageTopic: sns.ITopic;

  /** The key of topics and logs. */
  public readonly encryptionKey: kms.IKey;

  /** Where every event is written as it came. */
  public readonly logGroup: logs.ILogGroup;

  /** Where the scheduled function names each secret that it found. */
  public readonly watcherLogGroup: logs.ILogGroup;

  /** Where events go that could not be delivered. */
  public readonly deadLetterQueue: sqs.IQueue;

  /** The scheduled function. */
  public readonly watcherFunction: lambda.IFunction;

  /** @internal */
  public readonly _alarms: MonitoringAlarms;

  /** @internal */
  public readonly _scheduled: SecretWatcher;

  constructor(scope: Construct, id: string, props: SecretMonitoringProps = {}) {
    props = withInjected(SecretMonitoring.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    const namespace = props.namespace === undefined && props.secrets ? undefined : SecretNamespace._find(scope, path, props.namespace);
    const secrets = watchedSecrets(path, { namespace, secrets: props.secrets });
    requireMonitoringProps(path, Stack.of(scope), secrets, props);
    claimWatched(path, scope, secrets);
    super(scope, id);
    const watched = secrets.prefix ?? path;
    this.encryptionKey = props.encryptionKey ?? monitoringKey(this, watched);
    letServicesUse(this.encryptionKey, this);
    this.deadLetterQueue = deadLetters(this);
    this.messageTopic = this._messages(props, watched);
    this._alarms = new MonitoringAlarms(new Construct(this, 'Alarm'), { watched, settings: props.alarms ?? {}, messageTopic: this.messageTopic });
    this.logGroup = this._watchEvents(secrets, watched, props, namespace);
    const watcher = this._watcher(secrets, watched, props);
    this._scheduled = watcher;
    this.watcherFunction = watcher.function;
    this.watcherLogGroup = watcher.logGroup;
    if (props.trailLogGroup) this._watchTrail(secrets, watched, props, props.trailLogGroup);
    else warnOfNoTrail(this);
    watchQuotas(this._alarms);
    this.pagingAlarms = this._alarms.composites();
    this.alarmTopic = this._page(props, watched);
    this._watchRotationsAtSynthesis(props, namespace);
  }

  private _messages({ messageTopic: given }: SecretMonitoringProps, watched: string): sns.ITopic {
    const topic = given ?? encryptedTopic(this, 'Messages', this.encryptionKey, `What happens to secrets of ${watched}`);
    letAlarmsPublish(topic, this);
    letRulesPublish(topic, this);
    return topic;
  }

  private _watchEvents(secrets: WatchedSecrets, watched: string, props: SecretMonitoringProps, namespace?: ISecretNamespace): logs.ILogGroup {
    const logGroup = encryptedLog(this, 'Events', this.encryptionKey);
    letRulesWrite(logGroup);
    const { messageTopic, deadLetterQueue } = this;
    new EventAlarms(this, { logGroup, messageTopic, deadLetterQueue, watched }, this._alarms)
      .add({ secrets, deploymentRoles: props.deploymentRoles ?? [], keyArn: namespace?.encryption.encryptionKey?.keyArn });
    return logGroup;
  }

  private _watchTrail(secrets: WatchedSecrets, watched: string, { expectedReaders }: SecretMonitoringProps, trailLogGroup: logs.ILogGroup): void {
    new TrailAlarms(this, secrets, { watched, trailLogGroup, expectedReaders }).addTo(this._alarms);
  }

  private _watcher({ prefix, regions }: WatchedSecrets, watched: string, props: SecretMonitoringProps): SecretWatcher {
    const { secrets, thresholds, interval, reserveConcurrency } = props;
    const logGroup = encryptedLog(this, 'WatcherLog', this.encryptionKey);
    const watcher = new SecretWatcher(this, 'Watcher', {
      ...{ watched, prefix, secrets, interval, reserveConcurrency, ...thresholds, logGroup },
      describeAll: regions.length > 1,
      deadLetterQueue: this.deadLetterQueue,
    });
    watchFindings(this._alarms, watcher);
    return watcher;
  }

  private _page({ alarmActions }: SecretMonitoringProps, watched: string): sns.ITopic | undefined {
    if (alarmActions) {
      this.pagingAlarms.forEach(alarm => alarm.addAlarmAction(...alarmActions.map(alarmActionOf)));
      return undefined;
    }
    const topic = encryptedTopic(this, 'Alarms', this.encryptionKey, `Secrets of ${watched} need somebody`);
    letAlarmsPublish(topic, this);
    this.pagingAlarms.forEach(alarm => alarm.addAlarmAction({ bind: () => ({ alarmActionArn: topic.topicArn }) }));
    return topic;
  }

  /** Secrets may be created after this construct, in whichever stack of the app. */
  private _watchRotationsAtSynthesis(props: SecretMonitoringProps, namespace?: ISecretNamespace): void {
    let isDone = false;
    const visit = (node: IConstruct) => {
      if (node !== this || isDone) return;
      isDone = true;
      watchRotations(this, this._alarms, props, namespace);
    };
    Aspects.of(this).add({ visit });
  }
}

/** Nothing in an app tells whether its account has a trail. */
function warnOfNoTrail(scope: IConstruct): void {
  Annotations.of(scope).addWarningV2('cdk-managed-secrets:noTrail',
    'Failed rotations and changes by hand are told only where a trail of CloudTrail logs management events; give its `trailLogGroup`, or acknowledge that there is such a trail');
}
