import { aws_cloudwatch_actions as actions, aws_eks_v2 as eks, aws_iam as iam, aws_sns as sns, Stack, StackProps } from 'aws-cdk-lib';
import {
  ExternalSecretsConsumer, ExternalSecretsReloader, KubernetesIdentity, SecretField, SecretsStoreAddon, SecretsStoreConsumer,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import type { ConsumedSecrets } from './payments-secrets-stack';

export interface PaymentsKubernetesStackProps extends StackProps, ConsumedSecrets {}

const OIDC_ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';

/** Who reads which secret in the cluster `main`, which another team runs. The objects for it are YAML, for its GitOps repository. */
export class PaymentsKubernetesStack extends Stack {
  constructor(scope: Construct, id: string, { stripeApiKey, signingKey, ...props }: PaymentsKubernetesStackProps) {
    super(scope, id, props);

    const cluster = eks.Cluster.fromClusterAttributes(this, 'Main', {
      clusterName: 'main',
      openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(this, 'Issuer', `arn:aws:iam::${this.account}:oidc-provider/${OIDC_ISSUER}`),
    });
    const onCall = sns.Topic.fromTopicArn(this, 'OnCall', `arn:aws:sns:${this.region}:${this.account}:payments-on-call`);

    // The External Secrets Operator keeps a Kubernetes secret for whoever takes environment variables.
    const operator = new ExternalSecretsConsumer(this, 'Stripe', {
      namespace: 'payments',
      identity: KubernetesIdentity.irsa({ serviceAccountName: 'payments-secrets', cluster }),
      externalSecrets: [{
        name: 'stripe',
        data: { STRIPE_PUBLISHABLE_KEY: SecretField.of(stripeApiKey, 'publishable'), STRIPE_SECRET_KEY: SecretField.of(stripeApiKey, 'secret') },
      }],
    });

    // A new key is there in seconds, and not in an hour.
    new ExternalSecretsReloader(this, 'Reloader', {
      consumers: [operator],
      namespace: 'external-secrets',
      identity: KubernetesIdentity.irsa({ serviceAccountName: 'reloader', cluster }),
      alarmActions: [new actions.SnsAction(onCall)],
    });

    // The CSI driver mounts a file, and makes no Kubernetes secret. The file comes from Frankfurt while Secrets Manager fails in Ireland.
    new SecretsStoreConsumer(this, 'Webhooks', {
      namespace: 'payments',
      identity: KubernetesIdentity.podIdentity({ serviceAccountName: 'webhooks', clusterName: cluster.clusterName }),
      files: { 'signing-key': SecretField.of(signingKey) },
      addon: new SecretsStoreAddon(this, 'Driver', { cluster }),
      failoverRegion: 'eu-central-1',
    });
  }
}
