import { aws_logs as logs, Stack, StackProps, Validations } from 'aws-cdk-lib';
import {
  EmergencyRevocation, EmergencyRotation, ManagedSecret, RotationHealing, SecretAudit, SecretDashboard, SecretMonitoring, SecretNamespace,
  SecretRestoration,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The secrets of the payments service, with all that an incident needs beside them. */
export class PaymentsSecretsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const namespace = new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments' });
    const stripeApiKey = new ManagedSecret(this, 'StripeApiKey', { purpose: 'stripe_api_key' });
    acknowledgeNoRotation(stripeApiKey);

    const trailLogGroup = logs.LogGroup.fromLogGroupName(this, 'Trail', 'organization-trail');
    const monitoring = new SecretMonitoring(this, 'Monitoring', { namespace, trailLogGroup });
    new SecretAudit(this, 'Audit', { namespace, trailLogGroup });

    Validations.of(monitoring).acknowledge({
      id: 'cdk-managed-secrets:nothingRotates', reason: 'The apps that own databases add their secrets to this namespace, and rotate them.',
    });

    const logGroup = new logs.LogGroup(this, 'RunbookLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: monitoring.encryptionKey });
    const runbooks = [
      new SecretRestoration(this, 'Restore', { namespace, logGroup }),
      new RotationHealing(this, 'HealRotation', { namespace, logGroup }),
      new EmergencyRotation(this, 'RotateAll', { namespace, logGroup }),
      new EmergencyRevocation(this, 'Revoke', { namespace, logGroup }),
    ];
    new SecretDashboard(this, 'Dashboard', { monitoring, runbooks });
  }
}

/** The runbook that rotates all names this secret among those that must be changed by hand. */
function acknowledgeNoRotation(secret: ManagedSecret): void {
  const reason = 'Stripe issues this key; the payments team exchanges it by hand when Stripe asks for it.';
  for (const id of ['AwsSolutions-SMG4', 'NIST.800.53.R5-SecretsManagerRotationEnabled', 'HIPAA.Security-SecretsManagerRotationEnabled']) {
    Validations.of(secret).acknowledge({ id, reason });
  }
}
