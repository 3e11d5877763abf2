import { aws_cloudwatch_actions as actions, aws_logs as logs, aws_sns as sns, Stack, StackProps } from 'aws-cdk-lib';
import { AlarmSetting, ManagedSecret, ReplicatedSecret, SecretContent, SecretMonitoring, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInPacks } from './acknowledgements';

/** The secrets that Kubernetes reads. */
export interface ConsumedSecrets {
  readonly stripeApiKey: ManagedSecret;
  readonly signingKey: ReplicatedSecret;
}

/** The namespace and its secrets, of which one can be read while a region fails. */
export class PaymentsSecretsStack extends Stack {
  public readonly consumed: ConsumedSecrets;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions: ['eu-central-1'] });

    const stripeApiKey = new ManagedSecret(this, 'StripeApiKey', {
      purpose: 'stripe/api_key',
      description: 'Issued by Stripe; put by the payments team with PutSecretValue, as {"publishable": …, "secret": …}',
      content: SecretContent.empty(),
      replicas: [],
    });
    const signingKey = new ReplicatedSecret(this, 'SigningKey', {
      purpose: 'signing_key',
      description: 'With which the service signs its webhooks',
      content: SecretContent.generatedPassword(),
    });
    this.consumed = { stripeApiKey, signingKey };

    const onCall = sns.Topic.fromTopicArn(this, 'OnCall', `arn:aws:sns:${this.region}:${this.account}:payments-on-call`);
    const off = AlarmSetting.off(); // nothing is rotated here
    new SecretMonitoring(this, 'Monitoring', {
      trailLogGroup: logs.LogGroup.fromLogGroupName(this, 'Trail', 'organization-trail'),
      alarmActions: [new actions.SnsAction(onCall)],
      alarms: { rotationFailed: off, rotationAbandoned: off, rotationOverdue: off, rotationTurnedOff: off, rotationStuck: off },
    });

    for (const secret of [stripeApiKey, signingKey]) {
      const reason = 'The other side issues or verifies this key; the payments team exchanges it by hand, together with it.';
      acknowledge(secret, { 'AwsSolutions-SMG4': reason });
      acknowledgeInPacks(secret, ['NIST.800.53.R5', 'HIPAA.Security'], 'SecretsManagerRotationEnabled', reason);
    }
  }
}
