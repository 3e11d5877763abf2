import type { Stack } from 'aws-cdk-lib';
import { FILE_NAME, NAMESPACE_NAME, OBJECT_NAME, requireDataKeys, requireEachOnce } from './kubernetes-names';
import { type KubernetesObject } from './kubernetes-object';
import { requireReadableIn, secretIdOf } from './secret-ids';
import { fail } from '../../../private/errors';
import { REGION, requireText, type TextRule } from '../../../private/validation';
import type { IManagedSecret } from '../../../secret/managed-secret-props';
import { distinct, requireSecretFields } from '../../private/consumed-secrets';
import type { SecretField } from '../../secret-field';
import type { SecretsStoreConsumerProps, SyncedSecretOptions } from '../secrets-store-consumer-props';

/** A name in the folder that is mounted; the provider would make an underscore of a slash. */
const FILE: TextRule = {
  pattern: FILE_NAME,
  words: 'names of files: at most 253 letters, digits, hyphens, underscores and dots, such as db-password',
};

/** What needs no quotes in JMESPath. */
const UNQUOTED = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What its quoted identifiers hold as it is. */
// eslint-disable-next-line no-control-regex -- these are what it refuses
const QUOTABLE = /^[^"\\\u0000-\u001f]+$/;

export function classNameOf({ className, identity: { _way: way } }: SecretsStoreConsumerProps): string {
  return className ?? (way.kind === 'controller' ? '' : `${way.serviceAccountName}-secrets`);
}

export function secretsOf(files: Record<string, SecretField>): IManagedSecret[] {
  return distinct(Object.values(files).map(({ secret }) => secret));
}

export function requireProviderClass(path: string, stack: Stack, props: SecretsStoreConsumerProps): void {
  const { namespace, files, failoverRegion, syncedSecrets = [] } = props;
  requireText(path, 'namespace', namespace, NAMESPACE_NAME);
  requireText(path, 'className', classNameOf(props), OBJECT_NAME);
  requireSecretFields(path, 'files', files);
  if (Object.keys(files).length === 0) fail(path, '`files` must have at least one entry; name the files');
  Object.keys(files).forEach(name => requireText(path, 'files', name, FILE));
  Object.values(files).forEach(({ jsonField }) => requireKey(path, jsonField));
  const secrets = secretsOf(files);
  requireReadableIn(path, 'files', secrets, [stack.region]);
  if (failoverRegion !== undefined) requireFailover(path, stack, failoverRegion, secrets);
  requireEachOnce(path, 'syncedSecrets', syncedSecrets.map(({ name }) => name));
  syncedSecrets.forEach(each => requireSynced(path, files, each));
}

function requireKey(path: string, jsonField?: string): void {
  if (jsonField === undefined || QUOTABLE.test(jsonField)) return;
  fail(path, `\`jsonField\` must be a text without quotes, backslashes and control characters, which JMESPath cannot take, got ${JSON.stringify(jsonField)}; `
    + 'name the field otherwise, or mount the whole secret by SecretField.of(secret)');
}

function requireFailover(path: string, { region }: Stack, failoverRegion: string, secrets: readonly IManagedSecret[]): void {
  requireText(path, 'failoverRegion', failoverRegion, REGION);
  if (failoverRegion === region) fail(path, `\`failoverRegion\` must be another region than the stack's own ${region}; leave it out, or name a region of the replicas`);
  requireReadableIn(path, 'files', secrets, [failoverRegion]);
}

function requireSynced(path: string, files: Record<string, SecretField>, { name, data }: SyncedSecretOptions): void {
  requireText(path, 'syncedSecrets', name, OBJECT_NAME);
  requireDataKeys(path, 'syncedSecrets', Object.keys(data));
  const unknown = Object.values(data).find(file => !Object.hasOwn(files, file));
  if (unknown === undefined) return;
  fail(path, `\`syncedSecrets\` must name files of \`files\`, got ${JSON.stringify(unknown)}; there are ${Object.keys(files).join(', ')}`);
}

export function secretProviderClass(path: string, stack: Stack, props: SecretsStoreConsumerProps): KubernetesObject {
  const { namespace, files, failoverRegion, identity, syncedSecrets = [] } = props;
  const objects = secretsOf(files).flatMap(secret => objectsOf(secretIdOf(path, stack, secret), secret, files));
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name: classNameOf(props), namespace },
    spec: {
      provider: 'aws',
      parameters: {
        region: stack.region,
        ...failoverRegion !== undefined && { failoverRegion },
        ...identity._way.kind === 'podIdentity' && { usePodIdentity: 'true' },
        objects: JSON.stringify(objects, undefined, 2), // which is YAML too
      },
      ...syncedSecrets.length > 0 && { secretObjects: syncedSecrets.map(secretObject) },
    },
  };
}

/** What is read of one secret: the fields by one object, the whole value by that one too, and by others where it has several names. */
function objectsOf(objectName: string, secret: IManagedSecret, files: Record<string, SecretField>): object[] {
  const ofSecret = Object.entries(files).filter(([, field]) => field.secret === secret);
  const fields = ofSecret.filter(([, { jsonField }]) => jsonField !== undefined);
  const [first, ...others] = ofSecret.filter(([, { jsonField }]) => jsonField === undefined).map(([name]) => name);
  const object = (objectAlias?: string) => ({ objectName, objectType: 'secretsmanager', ...objectAlias !== undefined && { objectAlias } });
  const jmesPath = fields.map(([objectAlias, { jsonField }]) => ({ path: quoted(jsonField!), objectAlias }));
  return [{ ...object(first), ...jmesPath.length > 0 && { jmesPath } }, ...others.map(object)];
}

function quoted(key: string): string {
  return UNQUOTED.test(key) ? key : `"${key}"`;
}

function secretObject({ name: secretName, data }: SyncedSecretOptions): object {
  return { secretName, type: 'Opaque', data: Object.entries(data).map(([key, objectName]) => ({ objectName, key })) };
}
