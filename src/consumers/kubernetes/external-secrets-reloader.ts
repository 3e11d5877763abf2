import { aws_cloudwatch as cloudwatch, type aws_eks_v2 as eks, type aws_iam as iam, type aws_sqs as sqs, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ExternalSecretsConsumer } from './external-secrets-consumer';
import type { KubernetesIdentity } from './kubernetes-identity';
import { deliver, requireDeliverable } from './private/delivery';
import { NAMESPACE_NAME, OBJECT_NAME } from './private/kubernetes-names';
import { reloaderConfig, reloaderMessage, reloaderPermissions } from './private/reloader-objects';
import { ReloaderQueue } from './private/reloader-queue';
import { requireIdentity, WorkloadRole } from './private/workload-role';
import { QUEUE_RECEIVE } from '../../private/actions';
import { pathOf } from '../../private/errors';
import { withInjected } from '../../private/property-injection';
import { requireEachMade, requireSome, requireText } from '../../private/validation';
import type { IManagedSecret } from '../../secret/managed-secret-props';
import { distinct } from '../private/consumed-secrets';
import { LabelUpdatedRules, requireEventsHere } from '../private/label-updated-event';
import { RefreshFailure } from '../private/refresh-failure';

/** The Reloader receives from the queue with the token of a service account, and has no other way without an access key. */
const IRSA_ALONE = 'must be KubernetesIdentity.irsa(…), because the Reloader receives with the token of a service account; create the identity provider of the cluster for it';
const IDENTITIES = { irsa: undefined, podIdentity: IRSA_ALONE, controller: IRSA_ALONE };

const CONSUMER = { member: '_secrets', words: 'an ExternalSecretsConsumer' };

/** Whose external secrets follow an event, and where the Reloader runs. */
export interface ExternalSecretsReloaderProps {
  /** The consumers whose external secrets are read again when one of their secrets has a new value. Secrets of this account and region. */
  readonly consumers: ExternalSecretsConsumer[];

  /** The Kubernetes namespace in which the Reloader runs, such as `external-secrets`. */
  readonly namespace: string;

  /**
   * The service account of the Reloader, by `KubernetesIdentity.irsa`. The construct makes it: set `serviceAccount.create` to false and
   * `serviceAccount.name` in the values of the Reloader's chart.
   */
  readonly identity: KubernetesIdentity;

  /**
   * The name of the Reloader's `Config`.
   *
   * @default cdk-managed-secrets
   */
  readonly configName?: string;

  /**
   * Who hears of an event that the Reloader did not get.
   *
   * @default - nobody, and a warning says so
   */
  readonly alarmActions?: cloudwatch.IAlarmAction[];

  /**
   * The cluster to which the objects are applied by `kubectl`. Its custom resource definitions must be there.
   *
   * @default - none; `npx cdk-managed-secrets manifests` writes the objects as YAML
   */
  readonly cluster?: eks.ICluster;
}

/**
 * Has the External Secrets Operator read a secret as soon as it is rotated, through the operator's Reloader: rules on the event of Secrets Manager, a
 * queue in the form that the Reloader reads, a role that receives from this queue alone, and the Reloader's `Config`. No trail of CloudTrail is needed.
 *
 * The Reloader must be installed in the cluster. It takes a message from the queue before it acts, so that one may be lost: the external secrets are
 * then read at their next `refreshInterval`.
 *
 * @see https://github.com/external-secrets/reloader
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/secret-event-notifications.html
 */
export class ExternalSecretsReloader extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.ExternalSecretsReloader';

  /** The queue that the Reloader reads. */
  public readonly queue: sqs.IQueue;

  /** Where events go that did not reach the queue, and messages that nobody took. */
  public readonly deadLetterQueue: sqs.IQueue;

  /** The alarms: on the dead-letter queue, on lost events, and on a queue that nobody reads. */
  public readonly alarms: cloudwatch.Alarm[];

  /** The role of the Reloader. */
  public readonly role: iam.IRole;

  /** The objects, as `kubectl apply` takes them: service account, permissions in the cluster, and `Config`. */
  public readonly kubernetesObjects: any[];

  constructor(scope: Construct, id: string, props: ExternalSecretsReloaderProps) {
    props = withInjected(ExternalSecretsReloader.PROPERTY_INJECTION_ID, scope, id, props);
    const { consumers, namespace, identity, configName = 'cdk-managed-secrets', alarmActions, cluster } = props;
    const path = pathOf(scope, id);
    const stack = Stack.of(scope);
    requireSome(path, 'consumers', consumers, 'give the consumers whose secrets are rotated');
    requireEachMade(path, 'consumers', consumers, CONSUMER);
    requireText(path, 'namespace', namespace, NAMESPACE_NAME);
    requireText(path, 'configName', configName, OBJECT_NAME);
    requireIdentity(path, stack, identity, IDENTITIES);
    requireDeliverable(path, stack, cluster);
    const secrets = distinct(consumers.flatMap(each => each._secrets));
    requireEventsHere(path, scope, secrets);
    super(scope, id);
    const isNamed = cluster === undefined;
    const failure = new RefreshFailure(this, 'Failure', `The Reloader of ${namespace}`, alarmActions);
    const { queue, url: queueUrl } = this.queueOf(secrets, failure, isNamed);
    const workload = new WorkloadRole(this, 'Workload', { identity, namespace, isNamed });
    queue.grant(workload.role, ...QUEUE_RECEIVE);
    this.queue = queue;
    this.deadLetterQueue = failure.deadLetterQueue;
    this.alarms = failure.alarms;
    this.role = workload.role;
    const serviceAccounts = workload.serviceAccounts();
    const account = { name: serviceAccounts[0].metadata.name, namespace };
    const config = reloaderConfig({ configName, account, names: namesOf(consumers), region: stack.region, queueUrl });
    this.kubernetesObjects = [...serviceAccounts, ...reloaderPermissions(configName, account), config];
    deliver(this, this.kubernetesObjects, cluster, workload);
  }

  private queueOf(secrets: readonly IManagedSecret[], failure: RefreshFailure, isNamed: boolean): ReloaderQueue {
    const queue = new ReloaderQueue(this, 'Queue', { failure, isNamed });
    const events = new LabelUpdatedRules(this, 'Events', secrets, 'Has the External Secrets Operator read a secret that has a new value');
    events.addTarget({ arn: queue.queue.queueArn, input: reloaderMessage(), deadLetterQueue: failure.deadLetterQueue });
    queue.letRulesSend(events.rules);
    failure.watch(events.rules);
    return queue;
  }
}

/** Of the external secrets. */
function namesOf(consumers: readonly ExternalSecretsConsumer[]): string[] {
  const objects = consumers.flatMap(({ kubernetesObjects }) => kubernetesObjects);
  return distinct(objects.filter(({ kind }) => kind === 'ExternalSecret').map(({ metadata }) => metadata.name));
}
