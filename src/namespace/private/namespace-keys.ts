import type { aws_kms as kms, Stack } from 'aws-cdk-lib';
import { SecretsKey } from './secrets-key';
import { useThroughSecretsManager } from '../../access/key-policy';
import { SecretEncryption } from '../../access/secret-encryption';
import { forKeyBesideSecrets } from '../../private/removal-policy';
import { keyAliasOf } from '../secret-name';
import type { SecretNamespace } from '../secret-namespace';

/** What a namespace needs of its key, be it in one region or in several. */
export interface NamespaceKeys {
  encryptionIn(region: string): SecretEncryption | undefined;
  /** Absent where there is no replica key of this app. */
  stackOfReplica(region: string): Stack | undefined;
  /** Lets the key serve a secret whose name is outside of the prefix. */
  admit(secretArnPattern: string): void;
}

/** The key of a namespace without replicas: its own, in its own stack, or one that it was given. */
export class SingleRegionKey implements NamespaceKeys {
  private readonly key: kms.IKey;
  private readonly encryption: SecretEncryption;

  constructor(private readonly namespace: SecretNamespace, given?: kms.IKey) {
    this.key = given ?? createKey(namespace);
    this.encryption = SecretEncryption.customerManagedKey(this.key, given ? undefined : keyAliasOf(namespace.node.path, namespace.prefix));
    if (given) this.admit(namespace.secretArnForPolicies);
  }

  public encryptionIn(region: string): SecretEncryption | undefined {
    return region === this.namespace.env.region ? this.encryption : undefined;
  }

  public stackOfReplica(): undefined {
    return undefined;
  }

  public admit(secretArnPattern: string): void {
    admitTo(this.key, this.namespace.env, secretArnPattern);
  }
}

function createKey(namespace: SecretNamespace): SecretsKey {
  return new SecretsKey(namespace, 'Key', {
    ...keyProps(namespace),
    aliasName: keyAliasOf(namespace.node.path, namespace.prefix),
    removalPolicy: forKeyBesideSecrets(namespace.removalPolicy),
  });
}

/** What every key of the namespace has, in whichever region. */
export function keyProps(namespace: SecretNamespace) {
  return {
    description: `Secrets ${namespace.prefix}*, through Secrets Manager only`,
    removalPolicy: namespace.removalPolicy,
    secretArns: [namespace.secretArnForPolicies],
  };
}

/** A given key of this app gets the same statement of use as ours; an imported one holds it already, or its owner adds it. */
export function admitTo(key: kms.IKey, env: { account: string; region: string }, secretArnPattern: string): void {
  if (key instanceof SecretsKey) key.admit(secretArnPattern);
  else key.addToResourcePolicy(useThroughSecretsManager(env, [secretArnPattern]), true);
}
