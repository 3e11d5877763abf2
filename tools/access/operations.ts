import { decide, Decision } from './decide';
import type { Key } from './keys';
import { AccessModel, Secret, secretOf } from './model';
import type { Principal } from './principal';
import { Context, encryptionContext, forwardedContext, viaSecretsManager } from './request-context';

/** A request that the service decides while it performs an operation. */
export interface Step {
  readonly action: string;
  readonly decision: Decision;
}

/** An operation on a secret: allowed when each of its steps is. */
export interface Operation {
  readonly decision: Decision;
  readonly steps: Step[];
}

export interface OperationOptions {
  /** Context keys of the caller's request to Secrets Manager, such as `aws:SourceVpce` or `secretsmanager:VersionStage`. */
  readonly context?: Context;
}

export interface WriteOptions extends OperationOptions {
  /**
   * The request names a version that exists, which Secrets Manager then decrypts to compare.
   *
   * @default false
   */
  readonly existingVersion?: boolean;
}

/** A version id, of which nothing but its form matters. */
const VERSION_ID = '01234567-89ab-cdef-0123-456789abcdef';

/** Reads the value, as `GetSecretValue` does: Secrets Manager decrypts the secret's data key on behalf of the principal. */
export async function readSecret(model: AccessModel, principal: Principal, secret: string, options: OperationOptions = {}): Promise<Operation> {
  return operation(model, principal, secret, ['secretsmanager:GetSecretValue', 'kms:Decrypt'], options);
}

/**
 * Stores a new value, as `PutSecretValue` does: Secrets Manager asks for a new data key on behalf of the principal.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-using-cmk
 */
export async function writeSecret(model: AccessModel, principal: Principal, secret: string, options: WriteOptions = {}): Promise<Operation> {
  const decrypt = options.existingVersion ? ['kms:Decrypt'] : [];
  return operation(model, principal, secret, ['secretsmanager:PutSecretValue', 'kms:GenerateDataKey', ...decrypt], options);
}

/** Decrypts the secret's data key without Secrets Manager: the principal calls KMS itself, with the right encryption context. */
export async function directDecrypt(model: AccessModel, principal: Principal, secretArnOrName: string): Promise<Decision> {
  const secret = secretOf(model, secretArnOrName);
  const key = keyOf(secret);
  return decide(model, {
    principal,
    action: 'kms:Decrypt',
    resource: key.arn,
    context: encryptionContext(secret.arn, VERSION_ID),
  });
}

async function operation(
  model: AccessModel, principal: Principal, secretArnOrName: string, actions: string[], { context = {} }: OperationOptions,
): Promise<Operation> {
  const secret = secretOf(model, secretArnOrName);
  const key = keyOf(secret);
  const onSecret = { resource: secret.arn, context: { 'secretsmanager:SecretId': secret.arn, ...context } };
  const onKey = {
    resource: key.arn,
    context: { ...forwardedContext(context), ...viaSecretsManager(secret.region), ...encryptionContext(secret.arn, VERSION_ID) },
  };
  const steps: Step[] = [];
  for (const action of actions) {
    steps.push({ action, decision: await decide(model, { principal, action, ...(action.startsWith('kms:') ? onKey : onSecret) }) });
  }
  return { decision: combined(steps), steps };
}

/** The AWS managed key is in every model, with the policy that AWS gives it; a customer managed key must be in a template. */
function keyOf(secret: Secret): Key {
  if (secret.key !== undefined) return secret.key;
  throw new Error(`cannot decide who may use ${secret.name}: its key ${secret.kmsKeyId} is in none of the templates; resolve the app that owns the key too`);
}

function combined(steps: Step[]): Decision {
  const decisions = steps.map(step => step.decision);
  return decisions.find(decision => decision === 'ExplicitlyDenied') ?? decisions.find(decision => decision !== 'Allowed') ?? 'Allowed';
}
