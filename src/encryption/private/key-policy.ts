import { aws_iam as iam } from 'aws-cdk-lib';
import { KMS_ADMINISTRATION, KMS_REPLICATION, KMS_USE_BY_SECRETS_MANAGER } from '../../private/actions';

type Conditions = Record<string, Record<string, unknown>>;

/** The encryption context that Secrets Manager gives with each call to KMS: it names the secret. */
const SECRET_ARN_CONTEXT = 'kms:EncryptionContext:SecretARN';

/**
 * The caller asks Secrets Manager, which asks KMS for these secrets.
 *
 * The host name ends in `.amazonaws.com` in every partition, China included.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function viaSecretsManager(regions: string | string[], secretArns: string[]): Conditions {
  const hosts = [regions].flat().map(region => `secretsmanager.${region}.amazonaws.com`);
  return {
    StringEquals: { 'kms:ViaService': hosts.length === 1 ? hosts[0] : hosts },
    StringLike: { [SECRET_ARN_CONTEXT]: secretArns },
  };
}

/**
 * Key administration for the account, by whoever its IAM policies allow it to. No cryptographic action: the key cannot be used with this.
 */
export function keyAdministration(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'KeyAdministration',
    principals: [new iam.AccountRootPrincipal()],
    actions: KMS_ADMINISTRATION,
    resources: ['*'],
  });
}

/**
 * Making replicas of a primary key in these regions, by whoever the account's IAM policies allow it to: CloudFormation asks for it
 * when it creates a replica key.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html
 */
export function keyReplication(regions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'KeyReplication',
    principals: [new iam.AccountRootPrincipal()],
    actions: KMS_REPLICATION,
    resources: ['*'],
    conditions: { StringEquals: { 'kms:ReplicaRegion': regions } },
  });
}

/**
 * Nobody but an AWS service may create a grant on the key, whatever an IAM policy or a statement added later allows: a grant
 * would go around every condition of this policy. Control Tower asks for it in these words (CT.KMS.PR.3).
 */
export function noGrantsToPrincipals(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'NoGrantsToPrincipals',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['kms:CreateGrant'],
    resources: ['*'],
    conditions: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
  });
}

/** Use of the key by the account's principals, through Secrets Manager, for the secrets with these ARNs, and in no other way. */
export function useThroughSecretsManager(env: { account: string; region: string | string[] }, secretArns: string[]): iam.PolicyStatement {
  const conditions = viaSecretsManager(env.region, secretArns);
  return new iam.PolicyStatement({
    principals: [new iam.AccountRootPrincipal()],
    actions: KMS_USE_BY_SECRETS_MANAGER,
    resources: ['*'],
    conditions: { ...conditions, StringEquals: { ...conditions.StringEquals, 'kms:CallerAccount': env.account } },
  });
}

/** Adds a secret whose name is outside of the namespace's prefix to the statement of `useThroughSecretsManager`. */
export function addSecretTo(use: iam.PolicyStatement, secretArn: string): void {
  const { [SECRET_ARN_CONTEXT]: secretArns } = use.conditions.StringLike;
  use.addCondition('StringLike', { [SECRET_ARN_CONTEXT]: [...secretArns, secretArn] });
}
