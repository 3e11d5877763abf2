import { type aws_kms as kms, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { requireDescription, type Settings } from './settings';
import { type Decided, requireAsDecided } from '../../private/property-injection';
import { hasRemovalPolicy } from '../../private/removal-policy';

/** The L1 of a secret of ours. */
export function resourceOf(secret: secretsmanager.Secret): secretsmanager.CfnSecret {
  return secret.node.defaultChild as secretsmanager.CfnSecret;
}

/** Fails where a property injector of the L2, which runs after our checks, has changed more than the description. */
export function requireOwnResource(secret: secretsmanager.Secret, settings: Settings): void {
  requireAsDecided(secret.node.path, 'Secret', decidedFor(secret, settings));
  requireDescription(secret.node.path, resourceOf(secret).description);
}

function decidedFor(secret: secretsmanager.Secret, { name, forL2, removalPolicy }: Settings): Decided[] {
  const resource = resourceOf(secret);
  const isSame = (one: unknown, other: unknown) => one === other || textOf(secret, one) === textOf(secret, other);
  const { generateSecretString = stringOf(forL2) === undefined ? {} : undefined } = forL2;
  return [
    { prop: 'secretName', isKept: isSame(resource.name, name), remedy: 'name the secret by its `purpose` or `deployedName`' },
    {
      prop: 'encryptionKey',
      isKept: secret.encryptionKey === undefined,
      remedy: 'set `encryption` by an injector of `SecretNamespace` or '
      + '`ManagedSecret`',
    },
    {
      prop: 'secretStringValue',
      isKept: isSame(resource.secretString, stringOf(forL2)),
      remedy: 'set `content` by an injector of '
      + '`ManagedSecret`',
    },
    {
      prop: 'generateSecretString',
      isKept: isSame(resource.generateSecretString, generateSecretString),
      remedy: 'set `content` by an '
      + 'injector of `ManagedSecret`',
    },
    {
      prop: 'removalPolicy',
      isKept: hasRemovalPolicy(resource, removalPolicy),
      remedy: 'set it by an injector of `SecretNamespace` or '
      + '`ManagedSecret`',
    },
  ];
}

/** As the L2 makes it. */
function stringOf({ secretStringValue, secretObjectValue }: secretsmanager.SecretProps): string | undefined {
  if (!secretObjectValue) return secretStringValue?.unsafeUnwrap();
  return JSON.stringify(Object.fromEntries(Object.entries(secretObjectValue).map(([field, value]) => [field, value.unsafeUnwrap()])));
}

function textOf({ stack }: secretsmanager.Secret, value: unknown): string {
  return JSON.stringify(stack.resolve(value)) ?? '';
}

/** What the L2 has no prop for. */
export function completeResource(secret: secretsmanager.Secret, { content, encryption }: Settings): void {
  const resource = resourceOf(secret);
  resource.kmsKeyId = encryption._kmsKeyId;
  // Given to the L2, it would be granted to the account through Secrets Manager, which its policy says already.
  (secret as { encryptionKey?: kms.IKey }).encryptionKey = encryption.encryptionKey;
  if (content._isEmpty) resource.generateSecretString = undefined;
}
