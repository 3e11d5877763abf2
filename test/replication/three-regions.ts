import { App, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { GuardRail, ReplicaPromotion, ReplicaRegion, ReplicatedSecret, SecretEncryption, SecretMonitoring, SecretNamespace } from 'cdk-managed-secrets';
import { ENV, role, testApp } from '../support/test-app';

export const ACCOUNT = ENV.account;
export const PRIMARY = ENV.region;
export const REPLICA = 'us-east-1';
export const OTHER_REPLICA = 'eu-central-1';
export const STRANGE_REGION = 'ap-south-1';

export const KEY = 'prod/payments/api_key';
export const OTHER = 'prod/payments/other';
export const AWS_KEY = 'prod/payments/aws_key';
export const PRIVATE = 'prod/payments/unreplicated';

/** An app in three regions, with one role for each kind of grant in each of them. */
export function threeRegions(app: App = testApp()) {
  const stackIn = (id: string, region: string) => new Stack(app, id, { env: { account: ACCOUNT, region }, crossRegionReferences: true });
  const home = stackIn('home', PRIMARY);
  const secrets = new SecretNamespace(home, 'Secrets', {
    environment: 'prod',
    service: 'payments',
    replicaRegions: [OTHER_REPLICA, REPLICA],
    guardRails: [GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])],
  });
  const apiKey = new ReplicatedSecret(home, 'ApiKey', { purpose: 'api_key' });
  const other = new ReplicatedSecret(home, 'Other', { purpose: 'other', replicas: [ReplicaRegion.of(REPLICA)] });
  const awsKey = new ReplicatedSecret(home, 'AwsKey', {
    purpose: 'aws_key', replicas: [ReplicaRegion.of(REPLICA, SecretEncryption.awsManagedKey())],
  });
  new SecretMonitoring(home, 'Monitoring', { namespace: secrets });

  const near = stackIn('app-near', PRIMARY);
  const far = stackIn('app-far', REPLICA);
  const elsewhere = stackIn('app-elsewhere', OTHER_REPLICA);
  const strange = stackIn('app-strange', STRANGE_REGION);
  apiKey.grantRead(role(near, 'Reader'));
  apiKey.grantWrite(role(near, 'Writer'));
  apiKey.grantManage(role(near, 'Manager'));
  apiKey.grantBatchRead(role(near, 'BatchReader'));
  apiKey.grantRead(role(far, 'FailingOver'));
  apiKey.replica(REPLICA).grantRead(role(far, 'LocalReader'));
  apiKey.replica(OTHER_REPLICA).grantRead(role(elsewhere, 'LocalReader'));
  apiKey.replica(REPLICA).grantRead(role(near, 'FarReader'));
  apiKey.grantRead(role(strange, 'Reader'));
  apiKey.replica(REPLICA).grantRead(role(strange, 'FarReader'));
  secrets.grantRead(role(strange, 'PrefixReader'));
  awsKey.grantRead(role(near, 'AwsKeyReader'));
  secrets.grantRead(role(near, 'PrefixReader'));
  secrets.grantRead(role(far, 'PrefixReader'));
  role(strange, 'Stranger').addToPolicy(new iam.PolicyStatement({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] }));
  const promotion = new ReplicaPromotion(far, 'Promotion', { secrets: [apiKey, other] });
  promotion.grantStart(role(far, 'Operator'));
  return { app, home, near, far, elsewhere, secrets, apiKey, other, awsKey, promotion };
}
