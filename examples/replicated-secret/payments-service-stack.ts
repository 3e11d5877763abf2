import { aws_iam as iam, Stack, StackProps } from 'aws-cdk-lib';
import { ReplicaPromotion, ReplicatedSecret } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { acknowledgeInlinePolicies } from './acknowledgements';

export interface PaymentsServiceStackProps extends StackProps {
  readonly stripeApiKey: ReplicatedSecret;
}

/** The service in one region. In the primary's it fails over to the replicas; in any other it reads the replica that is there. */
export class PaymentsServiceStack extends Stack {
  constructor(scope: Construct, id: string, { stripeApiKey, ...props }: PaymentsServiceStackProps) {
    super(scope, id, props);

    const service = new iam.Role(this, 'Service', {
      description: 'The payments service',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });

    if (this.region === stripeApiKey.env.region) {
      stripeApiKey.grantRead(service);
    } else {
      stripeApiKey.replica(this.region).grantRead(service);
      new ReplicaPromotion(this, 'Promotion', { secrets: [stripeApiKey] });
    }
    acknowledgeInlinePolicies(service);
  }
}
