import type { Construct } from 'constructs';
import { functionsThroughAService, Runbook } from './private/runbook';
import { EMERGENCY_ROTATION } from './private/scripts/emergency-rotation';
import type { SecretRunbookProps } from './secret-runbook';
import { acknowledgeWildcard } from '../private/acknowledgement';
import { FUNCTION_INVOKE, ROTATE_NOW_CONDITIONS, SECRET_DESCRIBE, SECRET_ROTATE_NOW } from '../private/actions';
import { withInjected } from '../private/property-injection';

/**
 * A runbook that rotates every secret of the namespace now, after an incident: in waves of `WaveSize`, each of which waits until all of its
 * secrets are rotated. It stops at the first failure.
 *
 * What was rotated after `Since` is left alone, so that a run that stopped is taken up again. Secrets that have no rotation are named in
 * the output, to be changed by hand. One run rotates at most 100 waves; it fails when some are left, and is then started again.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_now.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-loop.html
 */
export class EmergencyRotation extends Runbook {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.EmergencyRotation';

  constructor(scope: Construct, id: string, props: SecretRunbookProps) {
    props = withInjected(EmergencyRotation.PROPERTY_INJECTION_ID, scope, id, props);
    const throughSecretsManager = functionsThroughAService(scope, FUNCTION_INVOKE);
    const payload = { PlannedSince: '{{ Plan.Since }}' };
    super(scope, id, props, prefix => ({
      description: `Rotates every secret below ${prefix} now, in waves, and stops at the first failure.`,
      parameters: {
        WaveSize: { type: 'Integer', description: 'How many secrets are rotated at once, from 1 to 50.', default: 5 },
        Since: {
          type: 'String',
          description: 'To go on after a failure: what was rotated after this time is left alone.',
          default: '',
          allowedPattern: '^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\+00:00)?$',
        },
      },
      script: EMERGENCY_ROTATION,
      steps: [
        {
          name: 'Plan',
          description: 'Which secrets are to be rotated, and which must be changed by hand because nothing rotates them.',
          handler: 'plan',
          outputs: { Since: 'String', ToRotate: 'StringList', ChangeByHand: 'StringList' },
        },
        {
          name: 'RotateInWaves',
          description: 'Wave after wave, until none is left or one has failed.',
          repeated: {
            name: 'RotateWave',
            description: 'Begins the rotation of some secrets, and waits for all of them.',
            handler: 'rotate_wave',
            payload,
            outputs: { Remaining: 'Boolean' },
          },
        },
        { name: 'Confirm', description: 'No secret is left.', handler: 'confirm', payload },
      ],
      permissions: [{ actions: SECRET_DESCRIBE }, { actions: SECRET_ROTATE_NOW, conditions: ROTATE_NOW_CONDITIONS }],
      listsSecrets: true,
      furtherStatements: [throughSecretsManager],
    }));
    acknowledgeWildcard(this.role, throughSecretsManager.resources[0], 'The functions that rotate the secrets are invoked through Secrets Manager alone.');
  }
}
