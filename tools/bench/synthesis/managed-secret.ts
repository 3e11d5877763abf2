import { App, Validations } from 'aws-cdk-lib';
import { GuardRail, ManagedSecret, SecretNamespace, SecretsReview } from 'cdk-managed-secrets';
import { Layout, NAMESPACE, purposeOf, readerIn, secretStacks, stackIn, VPC_ENDPOINT_ID } from './layout';

/** `ManagedSecret`: all secrets in one namespace with its key, which stands in a stack of its own. */
export function build(app: App, { secrets, guardRail }: Layout): void {
  const namespace = new SecretNamespace(stackIn(app, 'Namespace'), 'Namespace', {
    ...NAMESPACE,
    guardRails: guardRail ? [GuardRail.denyOutsideVpcEndpoints([VPC_ENDPOINT_ID])] : [],
  });
  for (const { stack, numbers } of secretStacks(app, secrets)) {
    for (const number of numbers) {
      new ManagedSecret(stack, `Secret${number}`, { namespace, purpose: purposeOf(number) }).grantRead(readerIn(stack, number));
    }
  }
}

/** The same, with the review at the end of the synthesis. */
export function buildReviewed(app: App, layout: Layout): void {
  Validations.of(app).addPlugins(new SecretsReview());
  build(app, layout);
}
