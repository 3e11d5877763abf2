import { aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { requireSchedule, type RotationSchedule } from './rotation-schedule';
import { requireTarget, type RotationTarget } from './rotation-target';
import { fail, pathOf } from '../private/errors';
import { requireFirstSchedule } from '../private/one-schedule';
import { withInjected } from '../private/property-injection';
import { ManagedSecret } from '../secret/managed-secret';

/** Properties of `MasterUserRotation`. */
export interface MasterUserRotationProps {
  /** The instance or cluster whose master user's password Amazon RDS manages (`manageMasterUserPassword`). */
  readonly database: RotationTarget;

  /** When Amazon RDS rotates the password. Without this construct, it does so every seven days. */
  readonly schedule: RotationSchedule;

  /**
   * The secret of the master user, for a database that is imported.
   *
   * @default - the one of the instance or cluster
   */
  readonly masterUserSecret?: secretsmanager.ISecret;
}

/**
 * The schedule on which Amazon RDS rotates the password of a master user that it manages. There is no rotation function: the
 * service does it itself (managed rotation).
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
 */
export class MasterUserRotation extends Construct {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.MasterUserRotation';

  constructor(scope: Construct, id: string, props: MasterUserRotationProps) {
    props = withInjected(MasterUserRotation.PROPERTY_INJECTION_ID, scope, id, props);
    const path = pathOf(scope, id);
    requireTarget(path, props.database);
    requireSchedule(path, props.schedule);
    const secretId = masterUserSecretArn(path, props);
    const rotationRules = props.schedule._rules(path, path);
    requireFirstSchedule(path, secretId, Stack.of(scope), scope.node.root);
    super(scope, id);
    new secretsmanager.CfnRotationSchedule(this, 'Resource', { secretId, rotationRules, rotateImmediatelyOnUpdate: false });
  }
}

function masterUserSecretArn(path: string, { database, masterUserSecret }: MasterUserRotationProps): string {
  const { resource } = database._bind(path);
  if (resource === undefined) {
    if (masterUserSecret instanceof ManagedSecret) {
      fail(path, `\`masterUserSecret\` must be the one that Amazon RDS manages, got ${masterUserSecret.node.path} of this app; `
        + 'import it with ManagedSecret.fromArn');
    }
    return masterUserSecret?.secretArn ?? fail(path, '`masterUserSecret` must be given for a database that this app does not create');
  }
  if (masterUserSecret) fail(path, `\`masterUserSecret\` must be left out, because ${resource.node.scope!.node.path} knows its own`);
  if (resource.manageMasterUserPassword !== true) {
    fail(path, '`database` must be one whose master '
      + `user's password Amazon RDS manages; set \`manageMasterUserPassword\` on ${resource.node.scope!.node.path}`);
  }
  return resource.attrMasterUserSecretSecretArn;
}
