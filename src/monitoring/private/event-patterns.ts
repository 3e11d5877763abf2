import type { aws_events as events } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { WatchedSecrets } from './watched-secrets';
import { secretArn } from '../../private/arns';

/** The names of the service's own events about a rotation that did not come to its end. */
export const ROTATION_FAILED_EVENTS = ['RotationFailed', 'TestRotationFailed'];
export const ROTATION_ABANDONED_EVENTS = ['RotationAbandoned'];

/** Calls that change who can read a secret, or whether it is rotated and replicated. */
const CHANGES = [
  'PutResourcePolicy', 'DeleteResourcePolicy', 'UpdateSecret', 'CancelRotateSecret', 'DeleteSecret', 'RemoveRegionsFromReplication', 'StopReplicationToReplica',
];

/** A rotation now is no change; one with another function or schedule is. `exists` looks at the ends of a record alone. */
const CHANGED_ROTATION = [
  { rotationLambdaARN: [{ exists: true }] },
  { rotationRules: { scheduleExpression: [{ exists: true }] } },
  { rotationRules: { automaticallyAfterDays: [{ exists: true }] } },
];

const KEY_CHANGES = ['PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey', 'DisableKeyRotation', 'DeleteImportedKeyMaterial'];

const CLOUDFORMATION = 'cloudformation.amazonaws.com';

/**
 * How the service and its callers write the secrets: the service has the ARN, a caller the name, the ARN, or the ARN without its last six characters.
 */
export class SecretMatchers {
  constructor(private readonly scope: IConstruct, private readonly secrets: WatchedSecrets) {}

  public names(): unknown[] {
    const { prefix, names } = this.secrets;
    return prefix === undefined ? names : [{ prefix }];
  }

  public arns(): unknown[] {
    const { prefix, names } = this.secrets;
    return prefix === undefined ? names.map(name => ({ prefix: this.arn(`${name}-`) })) : [{ prefix: this.arn(prefix) }];
  }

  public anyOf(): unknown[] {
    return [...this.names(), ...this.arns(), ...this.secrets.names.map(name => this.arn(name))];
  }

  private arn(name: string): string {
    return secretArn(this.scope, this.secrets.env, name);
  }
}

/** What the service says of a rotation. It is no call of anybody: another detail type, no request parameters, the secret in another place. */
export function rotationPattern(secrets: SecretMatchers, eventName: string[]): events.EventPattern {
  return {
    source: ['aws.secretsmanager'],
    detailType: ['AWS Service Event via CloudTrail'],
    detail: { eventName, additionalEventData: { SecretId: secrets.arns() } },
  };
}

export function valuePattern(secrets: SecretMatchers): events.EventPattern {
  return {
    source: ['aws.secretsmanager'],
    detailType: ['Secret Label Updated'],
    detail: { name: secrets.names(), labelUpdated: ['AWSCURRENT'] },
  };
}

/** Changes that succeeded. */
export function changePattern(secrets: SecretMatchers, deploymentRoles: string[]): events.EventPattern {
  return {
    source: ['aws.secretsmanager'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['secretsmanager.amazonaws.com'],
      errorCode: [{ exists: false }],
      userIdentity: notDeployed(deploymentRoles),
      requestParameters: { secretId: secrets.anyOf() },
      $or: [{ eventName: CHANGES }, ...CHANGED_ROTATION.map(requestParameters => ({ eventName: ['RotateSecret'], requestParameters }))],
    },
  };
}

export function keyChangePattern(keyArn: string, deploymentRoles: string[]): events.EventPattern {
  return {
    source: ['aws.kms'],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: ['kms.amazonaws.com'],
      eventName: KEY_CHANGES,
      errorCode: [{ exists: false }],
      userIdentity: notDeployed(deploymentRoles),
      resources: { ARN: [keyArn] },
    },
  };
}

/** A field that is absent is not `anything-but`: a person has no `invokedBy`, and an IAM user no role. */
function notDeployed(roles: string[]): Record<string, unknown> {
  return {
    invokedBy: [{ exists: false }, { 'anything-but': [CLOUDFORMATION] }],
    ...(roles.length > 0 && { sessionContext: { sessionIssuer: { arn: [{ exists: false }, { 'anything-but': { wildcard: roles } }] } } }),
  };
}
