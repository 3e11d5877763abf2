import { aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { MasterUser } from './private/master-user';
import { requireSchedule, type RotationSchedule } from './rotation-schedule';
import { requireTarget, type RotationTarget } from './rotation-target';
import { fail, pathOf } from '../private/errors';
import { requireFirstSchedule } from '../private/one-schedule';
import { withInjected } from '../private/property-injection';
import { ManagedSecret } from '../secret/managed-secret';

/** Properties of `MasterUserRotation`. */
export interface MasterUserRotationProps {
  /**
   * The database whose master user's password its service manages: `manageMasterUserPassword` of Amazon RDS, Aurora and Amazon DocumentDB,
   * `manageMasterPassword` of Amazon Redshift, `manageAdminPassword` of the namespace of a workgroup of Amazon Redshift Serverless.
   */
  readonly database: RotationTarget;

  /** When the service rotates the password. Without this construct, it does so on a schedule of its own: Amazon RDS every seven days. */
  readonly schedule: RotationSchedule;

  /**
   * The secret of the master user, for a database that is imported, and of Amazon DocumentDB and Amazon Redshift Serverless, where
   * CloudFormation does not tell it.
   *
   * @default - the one of the instance or cluster
   */
  readonly masterUserSecret?: secretsmanager.ISecret;
}

/**
 * The schedule on which Amazon RDS, Aurora, Amazon DocumentDB or Amazon Redshift rotates the password of a master user that it manages.
 * There is no rotation function: the service does it itself (managed rotation).
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
  const { master } = database._bind(path);
  if (masterUserSecret instanceof ManagedSecret) {
    fail(path, `\`masterUserSecret\` must be the one that ${master?.service ?? 'Amazon RDS'} manages, got ${masterUserSecret.node.path} of `
      + 'this app; import it with ManagedSecret.fromArn');
  }
  if (master === undefined) {
    return masterUserSecret?.secretArn ?? fail(path, '`masterUserSecret` must be given for a database that this app does not create');
  }
  requireManaged(path, master);
  if (master.secretArn !== undefined) {
    if (masterUserSecret) fail(path, `\`masterUserSecret\` must be left out, because ${master.path} knows its own`);
    return master.secretArn;
  }
  return masterUserSecret?.secretArn ?? fail(path, '`masterUserSecret` must be given, because CloudFormation does not tell which one '
    + `${master.service} makes for ${master.path}; deploy that first, and import its secret with ManagedSecret.fromArn`);
}

function requireManaged(path: string, { path: database, service, property, isManaged, passwordProperty }: MasterUser): void {
  if (!isManaged) {
    fail(path, `\`database\` must be one whose master user's password ${service} manages; set \`${property}\` on ${database}`);
  }
  if (passwordProperty !== undefined) {
    fail(path, `\`${passwordProperty}\` of ${database} must not be given with \`${property}\`, because ${service} refuses both; leave the `
      + 'password out');
  }
}
