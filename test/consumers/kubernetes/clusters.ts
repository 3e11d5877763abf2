import { aws_eks_v2 as eks, aws_iam as iam, Duration, Stack } from 'aws-cdk-lib';
import {
  ExternalSecretOptions, ExternalSecretsConsumer, ExternalSecretsConsumerProps, KubernetesIdentity, ManagedSecret, SecretContent, SecretField,
  SecretNamespace, SecretsStoreConsumer, SecretsStoreConsumerProps,
} from 'cdk-managed-secrets';
import { ENV, testStack } from '../../support/test-app';

export const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';
const PROVIDER_ARN = `arn:aws:iam::${ENV.account}:oidc-provider/${ISSUER}`;

/** A namespace with two secrets, of which one has a replica. */
export class Secrets {
  public readonly db: ManagedSecret;
  public readonly stripe: ManagedSecret;

  constructor(public readonly stack: Stack = testStack()) {
    const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions: ['eu-central-1'] });
    const content = SecretContent.generatedField();
    this.db = new ManagedSecret(stack, 'Db', { namespace, purpose: 'db', content });
    this.stripe = new ManagedSecret(stack, 'Stripe', { namespace, purpose: 'stripe/api_key', replicas: [] });
  }

  public get password(): SecretField {
    return SecretField.of(this.db, 'password');
  }
}

export function importedCluster(stack: Stack, attributes: Partial<eks.ClusterAttributes> = {}): eks.ICluster {
  return eks.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'main', ...attributes });
}

/** A cluster that `kubectl` reaches. */
export function reachableCluster(stack: Stack): eks.ICluster {
  const kubectlProvider = eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
    serviceToken: `arn:aws:lambda:${ENV.region}:${ENV.account}:function:kubectl`,
    role: iam.Role.fromRoleArn(stack, 'KubectlRole', `arn:aws:iam::${ENV.account}:role/kubectl`),
  });
  return importedCluster(stack, { kubectlProvider, openIdConnectProvider: providerIn(stack) });
}

export function providerIn(stack: Stack): iam.IOpenIdConnectProvider {
  return (stack.node.tryFindChild('Provider') as unknown as iam.IOpenIdConnectProvider | undefined)
    ?? iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Provider', PROVIDER_ARN);
}

export function irsa(stack: Stack, serviceAccountName = 'secrets'): KubernetesIdentity {
  return KubernetesIdentity.irsa({ serviceAccountName, openIdConnectProvider: providerIn(stack) });
}

export function podIdentity(serviceAccountName = 'api'): KubernetesIdentity {
  return KubernetesIdentity.podIdentity({ serviceAccountName, clusterName: 'main' });
}

export function controllerRole(stack: Stack): KubernetesIdentity {
  return KubernetesIdentity.controllerRole(iam.Role.fromRoleArn(stack, 'Controller', `arn:aws:iam::${ENV.account}:role/external-secrets`));
}

export function dbSecret({ password, stripe }: Secrets, options: Partial<ExternalSecretOptions> = {}): ExternalSecretOptions {
  return { name: 'db', data: { DB_PASSWORD: password, STRIPE_KEY: SecretField.of(stripe) }, ...options };
}

export function externalSecrets(secrets: Secrets, props: Partial<ExternalSecretsConsumerProps> = {}, id = 'Payments'): ExternalSecretsConsumer {
  const { stack } = secrets;
  return new ExternalSecretsConsumer(stack, id, { namespace: 'payments', identity: irsa(stack), externalSecrets: [dbSecret(secrets)], ...props });
}

export function mounted(secrets: Secrets, props: Partial<SecretsStoreConsumerProps> = {}, id = 'Api'): SecretsStoreConsumer {
  const files = { 'db-password': secrets.password, 'stripe': SecretField.of(secrets.stripe) };
  return new SecretsStoreConsumer(secrets.stack, id, { namespace: 'payments', identity: podIdentity(), files, rotationPollInterval: Duration.hours(1), ...props });
}
