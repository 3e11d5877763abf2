import { aws_events as events } from 'aws-cdk-lib';
import type { KubernetesObject } from './kubernetes-object';

/** A service account, as others refer to it. */
interface ServiceAccount {
  readonly name: string;
  readonly namespace: string;
}

/**
 * What the Reloader reads of a message: the secret, by the name that an `ExternalSecret` calls it, and the time. It takes neither the event of Secrets
 * Manager as it is, nor that of a rotation in a trail.
 *
 * @see https://github.com/external-secrets/reloader/blob/v0.2.0/internal/listener/sqs/listener.go
 */
export function reloaderMessage(): events.RuleTargetInput {
  const { time } = events.EventField;
  return events.RuleTargetInput.fromObject({ detail: { eventTime: time, requestParameters: { secretId: events.EventField.fromPath('$.detail.name') } } });
}

export interface ReloaderConfig {
  readonly configName: string;
  readonly account: ServiceAccount;
  readonly region: string;
  readonly queueUrl: string;
  /** Of the external secrets. */
  readonly names: readonly string[];
}

export function reloaderConfig({ configName, account: { name, namespace }, region, queueUrl: queueURL, names }: ReloaderConfig): KubernetesObject {
  const auth = { authMethod: 'irsa', region, serviceAccountRef: { name, namespace } };
  return {
    apiVersion: 'reloader.external-secrets.io/v1alpha1',
    kind: 'Config',
    metadata: { name: configName },
    spec: {
      notificationSources: [{ type: 'AwsSqs', awsSqs: { queueURL, auth, numberOfMessages: 10, waitTimeSeconds: 20, visibilityTimeout: 30 } }],
      destinationsToWatch: [{ type: 'ExternalSecret', externalSecret: { names } }],
    },
  };
}

const RBAC = 'rbac.authorization.k8s.io';

/** The Reloader looks up its service account, and asks for a token of it; its chart allows neither. */
export function reloaderPermissions(configName: string, { name, namespace }: ServiceAccount): KubernetesObject[] {
  const objectName = `${configName}-reloader`;
  const object = (kind: string, fields: object, inNamespace?: string) => (
    { apiVersion: `${RBAC}/v1`, kind, metadata: { name: objectName, ...inNamespace !== undefined && { namespace: inNamespace } }, ...fields });
  const bound = (kind: string) => ({ roleRef: { apiGroup: RBAC, kind, name: objectName }, subjects: [{ kind: 'ServiceAccount', name, namespace }] });
  const look = { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list', 'watch'] };
  const token = { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [name], verbs: ['create'] };
  return [
    object('ClusterRole', { rules: [look] }),
    object('ClusterRoleBinding', bound('ClusterRole')),
    object('Role', { rules: [token] }, namespace),
    object('RoleBinding', bound('Role'), namespace),
  ];
}
