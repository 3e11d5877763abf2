import type { Principal } from './principal';
import { Context, prefixed, Request } from './request';
import type { Target } from './targets';

/**
 * The context keys that AWS fills in.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function contextOf({ principal, action, endpoint, context = {} }: Request, target: Target): Context {
  const [service] = action.split(':');
  return {
    ...ofPrincipal(principal),
    ...(endpoint !== undefined && { 'aws:SourceVpce': endpoint.id, 'aws:SourceVpc': endpoint.vpcId }),
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
    'aws:ResourceAccount': target.account,
    ...prefixed('aws:ResourceTag/', target.tags),
    ...(target.arn !== '*' && { 'aws:RequestedRegion': target.arn.split(':')[3] }),
    ...(service === 'kms' && { 'kms:CallerAccount': principal.account }),
    ...target.context,
    ...context,
  };
}

const OF_PRINCIPALS = new WeakMap<Principal, Context>();

/** The same for all requests of the principal. */
function ofPrincipal(principal: Principal): Context {
  const context = OF_PRINCIPALS.get(principal) ?? contextOfPrincipal(principal);
  OF_PRINCIPALS.set(principal, context);
  return context;
}

function contextOfPrincipal({ arn, account, organizationId, tags, source }: Principal): Context {
  if (source !== undefined) {
    return {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': arn,
      'aws:SourceAccount': source.account,
      ...(source.arn !== undefined && { 'aws:SourceArn': source.arn }),
    };
  }
  return {
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    ...(organizationId !== undefined && { 'aws:PrincipalOrgID': organizationId }),
    ...prefixed('aws:PrincipalTag/', tags),
  };
}

/** Keys that tell from where the principal called. A call that a service makes on its behalf comes from elsewhere. */
const NETWORK_KEYS = ['aws:SourceIp', 'aws:SourceVpc', 'aws:SourceVpcArn', 'aws:SourceVpce', 'aws:VpcSourceIp'].map(key => key.toLowerCase());

/** The part of a caller's context that goes with a call that Secrets Manager makes on its behalf. */
export function forwardedContext(context: Context): Context {
  return Object.fromEntries(Object.entries(context).filter(([key]) => key.toLowerCase().startsWith('aws:') && !NETWORK_KEYS.includes(key.toLowerCase())));
}

/** A version id, of which nothing but its form matters. */
export const VERSION_ID = '01234567-89ab-cdef-0123-456789abcdef';

/**
 * What Secrets Manager gives with each cryptographic call to KMS.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-encryption-context
 */
export function encryptionContext(secretArn: string, versionId: string): Context {
  return {
    'kms:EncryptionContext:SecretARN': secretArn,
    'kms:EncryptionContext:SecretVersionId': versionId,
    'kms:EncryptionContextKeys': ['SecretARN', 'SecretVersionId'],
  };
}

/**
 * That Secrets Manager makes the call on behalf of the principal. Its host name is the same in every partition.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function viaSecretsManager(region: string): Context {
  return {
    'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
    'aws:ViaAWSService': 'true',
    'aws:CalledVia': ['secretsmanager.amazonaws.com'],
    'aws:CalledViaFirst': 'secretsmanager.amazonaws.com',
    'aws:CalledViaLast': 'secretsmanager.amazonaws.com',
  };
}
