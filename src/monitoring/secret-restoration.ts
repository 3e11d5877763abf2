import type { Construct } from 'constructs';
import { Runbook, secretNameBelow } from './private/runbook';
import { RESTORATION } from './private/scripts/restoration';
import type { SecretRunbookProps } from './secret-runbook';
import { SECRET_RESTORE } from '../private/actions';
import { withInjected } from '../private/property-injection';

/**
 * A runbook that restores a secret of the namespace that is going to be deleted, within its recovery window of 7 to 30 days.
 *
 * Its parameter `SecretName` takes the name. It fails on a secret that is not going to be deleted, and says whether its rotation is on.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_restore-secret.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-automation.html
 */
export class SecretRestoration extends Runbook {
  /** The name of this class for a property injector. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-managed-secrets.SecretRestoration';

  constructor(scope: Construct, id: string, props: SecretRunbookProps) {
    props = withInjected(SecretRestoration.PROPERTY_INJECTION_ID, scope, id, props);
    super(scope, id, props, prefix => ({
      description: `Restores a secret below ${prefix} that is going to be deleted.`,
      parameters: { SecretName: secretNameBelow(prefix) },
      script: RESTORATION,
      steps: [{
        name: 'Restore',
        description: 'The deletion is cancelled; the value, its versions and the policy are as before.',
        handler: 'restore',
        outputs: { SecretArn: 'String', RotationEnabled: 'Boolean' },
      }],
      permissions: [{ actions: SECRET_RESTORE }],
      listsSecrets: false,
    }));
  }
}
