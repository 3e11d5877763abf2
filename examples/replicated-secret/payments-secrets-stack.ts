import { aws_cloudwatch_actions as actions, aws_logs as logs, aws_sns as sns, Stack, StackProps } from 'aws-cdk-lib';
import { AlarmSetting, ReplicatedSecret, SecretContent, SecretMonitoring, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgeInPacks } from './acknowledgements';

export interface PaymentsSecretsStackProps extends StackProps {
  readonly replicaRegions: string[];
}

/** The namespace, whose keys are in all regions, and its secret, which is replicated into them. */
export class PaymentsSecretsStack extends Stack {
  public readonly stripeApiKey: ReplicatedSecret;

  constructor(scope: Construct, id: string, props: PaymentsSecretsStackProps) {
    super(scope, id, props);

    new SecretNamespace(this, 'Secrets', {
      environment: 'prod',
      service: 'payments',
      replicaRegions: props.replicaRegions,
    });

    this.stripeApiKey = new ReplicatedSecret(this, 'StripeApiKey', {
      purpose: 'stripe/api_key',
      description: 'Issued by Stripe; put by the payments team with PutSecretValue',
      content: SecretContent.empty(),
    });

    const onCall = sns.Topic.fromTopicArn(this, 'OnCall', `arn:aws:sns:${this.region}:${this.account}:payments-on-call`);
    const off = AlarmSetting.off(); // nothing is rotated here
    new SecretMonitoring(this, 'Monitoring', {
      trailLogGroup: logs.LogGroup.fromLogGroupName(this, 'Trail', 'organization-trail'),
      alarmActions: [new actions.SnsAction(onCall)],
      alarms: { rotationFailed: off, rotationAbandoned: off, rotationOverdue: off, rotationTurnedOff: off, rotationStuck: off },
    });

    const reason = 'Stripe issues this key; the payments team exchanges it by hand when Stripe asks for it.';
    acknowledge(this.stripeApiKey, { 'AwsSolutions-SMG4': reason });
    acknowledgeInPacks(this.stripeApiKey, ['NIST.800.53.R5', 'HIPAA.Security'], 'SecretsManagerRotationEnabled', reason);
  }
}
