import { decide, Decision } from './decide';
import type { VpcEndpoint } from './endpoints';
import type { Key } from './keys';
import { AccessModel, logGroupOf, Secret, secretOf } from './model';
import { Principal, secretsManager, Source } from './principal';
import { Context, encryptionContext, forwardedContext, viaSecretsManager } from './request-context';

/** A request that the service decides while it performs an operation. */
export interface Step {
  readonly action: string;
  readonly decision: Decision;
}

/** An operation: allowed when each of its steps is. */
export interface Operation {
  readonly decision: Decision;
  readonly steps: Step[];
}

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

/** What a rotation function asks of Secrets Manager, and Secrets Manager of the key for it, from the first step to the last. */
const ROTATION = [
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue', 'kms:Decrypt',
  'secretsmanager:PutSecretValue', 'kms:GenerateDataKey',
  'secretsmanager:UpdateSecretVersionStage',
];

/**
 * Does what the four steps of a rotation do, as the role of a rotation function.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
 */
export async function rotateSecret(model: AccessModel, principal: Principal, secret: string, options: OperationOptions = {}): Promise<Operation> {
  return operation(model, principal, secret, ROTATION, options);
}

/**
 * Invokes the function that rotates the secret, as Secrets Manager does; or tries to, for a secret of somebody else, as it does for
 * whoever names the function in a rotation schedule of their own.
 */
export async function invokeRotation(model: AccessModel, secretArnOrName: string, source?: Source): Promise<Decision> {
  const secret = secretOf(model, secretArnOrName);
  const [schedule] = secret.rotationSchedules;
  if (schedule?.functionArn === undefined) throw new Error(`no function of the templates rotates ${secret.name}`);
  return invokeFunction(model, secretsManager(source ?? secret), schedule.functionArn);
}

/** Invokes the function, version or alias of that ARN. */
export async function invokeFunction(model: AccessModel, principal: Principal, functionArn: string): Promise<Decision> {
  return decide(model, { principal, action: 'lambda:InvokeFunction', resource: functionArn });
}

/** Opens a stream in the log group, at its construct path or of that name, and writes to it, as Lambda does as the role of a function. */
export async function writeLogs(model: AccessModel, principal: Principal, logGroup: string): Promise<Operation> {
  const resource = `${logGroupOf(model, logGroup).arn}:log-stream:some-stream`;
  return inTurn(['logs:CreateLogStream', 'logs:PutLogEvents'], action => decide(model, { principal, action, resource }));
}

/** Decrypts the secret's data key without Secrets Manager: the principal calls KMS itself, with the right encryption context. */
export async function directDecrypt(model: AccessModel, principal: Principal, secretArnOrName: string): Promise<Decision> {
  return directUse(model, principal, secretArnOrName, 'kms:Decrypt');
}

/** Uses the secret's key without Secrets Manager, with the right encryption context: `kms:Decrypt`, `kms:GenerateDataKey` or `kms:Encrypt`. */
export async function directUse(model: AccessModel, principal: Principal, secretArnOrName: string, action: string): Promise<Decision> {
  const secret = secretOf(model, secretArnOrName);
  return decide(model, { principal, action, resource: keyOf(secret).arn, context: encryptionContext(secret.arn, VERSION_ID) });
}

async function operation(
  model: AccessModel, principal: Principal, secretArnOrName: string, actions: string[], { context = {}, endpoint }: OperationOptions,
): Promise<Operation> {
  const secret = secretOf(model, secretArnOrName);
  const key = keyOf(secret);
  const onSecret = { resource: secret.arn, endpoint, context: { 'secretsmanager:SecretId': secret.arn, ...context } };
  const onKey = {
    resource: key.arn,
    context: { ...forwardedContext(context), ...viaSecretsManager(secret.region), ...encryptionContext(secret.arn, VERSION_ID) },
  };
  return inTurn(actions, action => decide(model, { principal, action, ...(action.startsWith('kms:') ? onKey : onSecret) }));
}

async function inTurn(actions: string[], decided: (action: string) => Promise<Decision>): Promise<Operation> {
  const steps: Step[] = [];
  for (const action of actions) steps.push({ action, decision: await decided(action) });
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
