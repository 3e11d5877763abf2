import type { Construct } from 'constructs';
import { functionsThroughAService, Runbook, secretNameBelow } from './private/runbook';
import { HEALING } from './private/scripts/healing';
import type { SecretRunbookProps } from './secret-runbook';
import { acknowledgeWildcard } from '../private/acknowledgement';
import { FUNCTION_INVOKE, ROTATE_NOW_CONDITIONS, SECRET_DESCRIBE, SECRET_ROTATE_NOW, SECRET_STAGE_MOVE } from '../private/actions';
import { withInjected } from '../private/property-injection';

/**
 * A runbook for a rotation that is stuck: it has failed, and has left `AWSPENDING` on a version that is not `AWSCURRENT`.
 *
 * `Action` says what to do. `Retry` is always safe: Secrets Manager calls the rotation function again with the same version, whose value
 * may be the password that the database has already. `Abandon` takes the label away from that version, whose id must be given as
 * `PendingVersionId`. That is safe only when nothing has its value yet, as after a failure of `createSecret`: else the version holds the
 * only password that works.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export class RotationHealing extends Runbook {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.RotationHealing';

  constructor(scope: Construct, id: string, props: SecretRunbookProps) {
    props = withInjected(RotationHealing.PROPERTY_INJECTION_ID, scope, id, props);
    const throughSecretsManager = functionsThroughAService(scope, FUNCTION_INVOKE);
    super(scope, id, props, prefix => ({
      description: `Heals a rotation of a secret below ${prefix} that is stuck.`,
      parameters: {
        SecretName: secretNameBelow(prefix),
        Action: {
          type: 'String',
          description: 'Retry the rotation with the version that is left over, or Abandon that version.',
          default: 'Retry',
          allowedValues: ['Retry', 'Abandon'],
        },
        PendingVersionId: {
          type: 'String',
          description: 'To abandon: the version from which AWSPENDING is taken away, when nothing has its value yet.',
          default: '',
          allowedPattern: '^[A-Za-z0-9-]{0,64}$',
        },
      },
      script: HEALING,
      steps: [{
        name: 'Heal',
        description: 'Waits for the rotation that is tried again, for at most nine minutes.',
        handler: 'heal',
        outputs: { SecretArn: 'String', PendingVersionId: 'String', RotationFunction: 'String' },
      }],
      permissions: [
        { actions: SECRET_DESCRIBE },
        { actions: SECRET_ROTATE_NOW, conditions: ROTATE_NOW_CONDITIONS },
        { actions: SECRET_STAGE_MOVE, conditions: { StringEquals: { 'secretsmanager:VersionStage': 'AWSPENDING' } } },
      ],
      listsSecrets: false,
      furtherStatements: [throughSecretsManager],
    }));
    acknowledgeWildcard(this.role, throughSecretsManager.resources[0], 'The functions that rotate the secrets are invoked through Secrets Manager alone.');
  }
}
