import { Duration, type Stack } from 'aws-cdk-lib';
import { NAMESPACE_NAME, OBJECT_NAME, requireDataKeys, requireEachOnce } from './kubernetes-names';
import { goDuration, type KubernetesObject, requireInterval } from './kubernetes-object';
import { requireReadableIn, secretIdOf } from './secret-ids';
import type { StoreTags } from './workload-role';
import { fail } from '../../../private/errors';
import { requireEachMade, requireSome, requireText } from '../../../private/validation';
import type { IManagedSecret } from '../../../secret/managed-secret-props';
import { distinct, requireManaged, requireSecretFields } from '../../private/consumed-secrets';
import { type ExternalSecretOptions, ExternalSecretRefreshPolicy, type ExternalSecretsConsumerProps } from '../external-secrets-consumer-props';
import type { IdentityWay } from '../kubernetes-identity';

const API_VERSION = 'external-secrets.io/v1';
const STORE = 'aws-secrets-manager';
const EVERY_HOUR = Duration.hours(1);

/**
 * What the operator takes for the name of a field, and not for a path, a pattern or a function.
 *
 * @see https://github.com/tidwall/gjson/blob/master/SYNTAX.md
 */
const FIELD = /^[A-Za-z0-9_.$/+~ -]+$/;

const EXTERNAL_SECRET = { member: 'name', words: 'an ExternalSecretOptions, with a `name`' };

/** The operator's own name for the store. */
export function storeOf({ namespace, clusterStore = false, storeName }: ExternalSecretsConsumerProps): StoreTags {
  const esoStoreName = storeName ?? (clusterStore ? `${namespace}-${STORE}` : STORE);
  return { esoNamespace: namespace, esoStoreName, esoStoreKind: clusterStore ? 'ClusterSecretStore' : 'SecretStore' };
}

/** Each secret that one of the Kubernetes secrets has something of. */
export function secretsIn(options: readonly ExternalSecretOptions[]): IManagedSecret[] {
  return distinct(options.flatMap(({ data = {}, extract = [] }) => [...Object.values(data).map(field => field.secret), ...extract]));
}

/** How old the value of a Kubernetes secret may be; absent for one that is not read again by itself. */
export function refreshedEvery({ refreshPolicy, refreshInterval = EVERY_HOUR }: ExternalSecretOptions): Duration | undefined {
  return (refreshPolicy ?? ExternalSecretRefreshPolicy.PERIODIC) === ExternalSecretRefreshPolicy.PERIODIC ? refreshInterval : undefined;
}

export function requireExternalSecrets(path: string, stack: Stack, props: ExternalSecretsConsumerProps): void {
  const { namespace, externalSecrets } = props;
  requireText(path, 'namespace', namespace, NAMESPACE_NAME);
  requireText(path, 'storeName', storeOf(props).esoStoreName, OBJECT_NAME);
  requireSome(path, 'externalSecrets', externalSecrets, 'name the Kubernetes secrets');
  requireEachMade(path, 'externalSecrets', externalSecrets, EXTERNAL_SECRET);
  externalSecrets.forEach(each => requireExternalSecret(path, stack, each));
  requireEachOnce(path, 'name', externalSecrets.map(({ name }) => name));
  requireEachOnce(path, 'targetName', externalSecrets.map(({ name, targetName = name }) => targetName));
}

function requireExternalSecret(path: string, stack: Stack, options: ExternalSecretOptions): void {
  const { name, targetName = name, data = {}, extract = [], refreshInterval = EVERY_HOUR } = options;
  requireText(path, 'name', name, OBJECT_NAME);
  requireText(path, 'targetName', targetName, OBJECT_NAME);
  if (extract.length === 0) requireDataKeys(path, 'data', Object.keys(data));
  else if (Object.keys(data).length > 0) requireDataKeys(path, 'data', Object.keys(data));
  requireSecretFields(path, 'data', data);
  requireManaged(path, 'extract', extract);
  Object.values(data).forEach(({ jsonField }) => requireField(path, jsonField));
  const secrets = secretsIn([options]);
  requireReadableIn(path, 'externalSecrets', secrets, [stack.region]);
  requireInterval(path, 'refreshInterval', refreshInterval, 'for a value that follows a rotation at once, create an ExternalSecretsReloader');
}

function requireField(path: string, jsonField?: string): void {
  if (jsonField === undefined || FIELD.test(jsonField)) return;
  fail(path, `\`jsonField\` must be letters, digits, spaces and any of _.$/+~- for the External Secrets Operator, which takes other characters for a path, got ${
    JSON.stringify(jsonField)}; name the field otherwise, or take the whole secret by \`extract\``);
}

/** The store, by which the operator finds region and role. */
export function secretStore(
  region: string, { esoNamespace, esoStoreName, esoStoreKind }: StoreTags, way: IdentityWay, roleArn: string,
): KubernetesObject {
  const isOfCluster = esoStoreKind === 'ClusterSecretStore';
  const aws = { service: 'SecretsManager', region, ...authentication(way, roleArn, isOfCluster ? esoNamespace : undefined) };
  return {
    apiVersion: API_VERSION,
    kind: esoStoreKind,
    metadata: { name: esoStoreName, ...!isOfCluster && { namespace: esoNamespace } },
    spec: { provider: { aws }, ...isOfCluster && { conditions: [{ namespaces: [esoNamespace] }] } },
  };
}

function authentication(way: IdentityWay, role: string, namespace?: string): Record<string, unknown> {
  if (way.kind !== 'irsa') return { role, sessionTagsPolicy: 'Simple' };
  return { auth: { jwt: { serviceAccountRef: { name: way.serviceAccountName, ...namespace !== undefined && { namespace } } } } };
}

export function externalSecret(
  path: string, stack: Stack, { esoNamespace, esoStoreName, esoStoreKind }: StoreTags, options: ExternalSecretOptions,
): KubernetesObject {
  const { name, targetName = name, data = {}, extract = [], creationPolicy = 'Owner', refreshPolicy = ExternalSecretRefreshPolicy.PERIODIC } = options;
  const interval = refreshedEvery(options);
  const keyOf = (secret: IManagedSecret) => secretIdOf(path, stack, secret);
  return {
    apiVersion: API_VERSION,
    kind: 'ExternalSecret',
    metadata: { name, namespace: esoNamespace },
    spec: {
      secretStoreRef: { name: esoStoreName, kind: esoStoreKind },
      refreshPolicy,
      ...interval && { refreshInterval: goDuration(interval) },
      target: { name: targetName, creationPolicy },
      ...Object.keys(data).length > 0 && {
        data: Object.entries(data).map(([secretKey, { secret, jsonField: property }]) => (
          { secretKey, remoteRef: { key: keyOf(secret), ...property !== undefined && { property } } })),
      },
      ...extract.length > 0 && { dataFrom: extract.map(secret => ({ extract: { key: keyOf(secret) } })) },
    },
  };
}
