import { aws_kms as kms, aws_logs as logs, Stack, StackProps } from 'aws-cdk-lib';
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
    new ManagedSecret(this, 'StripeApiKey', { purpose: 'stripe_api_key' });

    const trailLogGroup = logs.LogGroup.fromLogGroupName(this, 'Trail', 'organization-trail');
    const monitoring = new SecretMonitoring(this, 'Monitoring', { namespace, trailLogGroup });
    new SecretAudit(this, 'Audit', { namespace, trailLogGroup });

    const logGroup = new logs.LogGroup(this, 'RunbookLog', {
      retention: logs.RetentionDays.ONE_YEAR, encryptionKey: new kms.Key(this, 'LogKey', { enableKeyRotation: true }),
    });
    const runbooks = [
      new SecretRestoration(this, 'Restore', { namespace, logGroup }),
      new RotationHealing(this, 'HealRotation', { namespace, logGroup }),
      new EmergencyRotation(this, 'RotateAll', { namespace, logGroup }),
      new EmergencyRevocation(this, 'Revoke', { namespace, logGroup }),
    ];
    new SecretDashboard(this, 'Dashboard', { monitoring, runbooks });
  }
}
