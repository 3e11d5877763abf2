import type { VpcEndpoint } from './endpoints';
import type { Key } from './keys';
import { AccessModel, logGroupOf, Secret, secretOf } from './model';
import { Principal, secretsManager, Source } from './principal';
import type { Context, Request } from './request';
import { encryptionContext, forwardedContext, VERSION_ID, viaSecretsManager } from './request-context';
import { ReviewError } from '../review-error';

export interface OperationOptions {
  /** Context keys of the caller's request to Secrets Manager, such as `aws:SourceVpce` or `secretsmanager:VersionStage`. */
  readonly context?: Context;
  /**
   * The VPC endpoint through which the caller reaches Secrets Manager.
   *
   * @default - the public endpoint of Secrets Manager
   */
  readonly endpoint?: VpcEndpoint;
}

export interface WriteOptions extends OperationOptions {
  /**
   * The request names a version that exists, which Secrets Manager then decrypts to compare.
   *
   * @default false
   */
  readonly existingVersion?: boolean;
}

/** Reads the value, as `GetSecretValue` does: Secrets Manager decrypts the secret's data key on behalf of the principal. */
export const READ = ['secretsmanager:GetSecretValue', 'kms:Decrypt'];

/**
 * Stores a new value, as `PutSecretValue` does: Secrets Manager asks for a new data key on behalf of the principal.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-using-cmk
 */
export const WRITE = ['secretsmanager:PutSecretValue', 'kms:GenerateDataKey'];

/**
 * What a rotation function asks of Secrets Manager, and Secrets Manager of the key for it, from the first step to the last.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
 */
export const ROTATE_AS_FUNCTION = [
  'secretsmanager:DescribeSecret',
  ...READ,
  ...WRITE,
  'secretsmanager:UpdateSecretVersionStage',
];

/** The requests of a principal for a secret: `kms:` actions are those that Secrets Manager makes of its key on behalf of the principal. */
export function requestsOn(
  secret: Secret, principal: Principal, actions: readonly string[], { context = {}, endpoint }: OperationOptions = {},
): Request[] {
  const onSecret = { resource: secret.arn, endpoint, context: { 'secretsmanager:SecretId': secret.arn, ...context } };
  const onKey = () => ({
    resource: keyOf(secret).arn,
    context: { ...forwardedContext(context), ...viaSecretsManager(secret.region), ...encryptionContext(secret.arn, VERSION_ID) },
  });
  return actions.map(action => ({ principal, action, ...(action.startsWith('kms:') ? onKey() : onSecret) }));
}

/** Uses the secret's key without Secrets Manager, with the right encryption context: `kms:Decrypt`, `kms:GenerateDataKey` or `kms:Encrypt`. */
export function directUseOf(secret: Secret, principal: Principal, action: string): Request {
  return { principal, action, resource: keyOf(secret).arn, context: encryptionContext(secret.arn, VERSION_ID) };
}

/**
 * Secrets Manager invokes the function that rotates the secret; or tries to, for a secret of somebody else, as it does for whoever
 * names the function in a rotation schedule of their own.
 */
export function invocationFor(model: AccessModel, secretArnOrName: string, source?: Source): Request {
  const secret = secretOf(model, secretArnOrName);
  const [schedule] = secret.rotationSchedules;
  if (schedule?.functionArn === undefined) throw new ReviewError(`no function of the templates rotates ${secret.name}`);
  return invocation(secretsManager(source ?? secret), schedule.functionArn);
}

/** Invokes the function, version or alias of that ARN. */
export function invocation(principal: Principal, functionArn: string): Request {
  return { principal, action: 'lambda:InvokeFunction', resource: functionArn };
}

/** Opens a stream in the log group, at its construct path or of that name, and writes to it, as Lambda does as the role of a function. */
export function logRequests(model: AccessModel, principal: Principal, logGroup: string): Request[] {
  const resource = `${logGroupOf(model, logGroup).arn}:log-stream:some-stream`;
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map(action => ({ principal, action, resource }));
}

/** The AWS managed key is in every model, with the policy that AWS gives it; a customer managed key must be in a template. */
function keyOf(secret: Secret): Key {
  if (secret.key !== undefined) return secret.key;
  throw new ReviewError(`cannot decide who may use ${secret.name}: its key ${secret.kmsKeyId} is in none of the templates;`
    + ' resolve the app that owns the key too');
}
