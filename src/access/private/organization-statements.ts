import { aws_iam as iam } from 'aws-cdk-lib';
import { PROTECTED_TAG_KEYS } from './protected-tags';
import {
  KMS_ALIAS_CHANGE, KMS_CHANGE, KMS_ENCRYPT, POLICY_DELETE, POLICY_PUT, SECRET_KEY_CHOICE, SECRET_TAG,
} from '../../private/actions';

/** The partition is left open, so that the document can be taken to any organization as it is. */
const SECRETS_OF_CALLER = 'arn:*:secretsmanager:*:${aws:PrincipalAccount}:secret:*';
const CALLER = '${aws:PrincipalAccount}';
/** Where the aliases of the keys of namespaces are: see `keyAliasOf` of src/encryption. */
const OUR_ALIASES = 'alias/secrets/*';

type Denial = Pick<iam.PolicyStatementProps, 'sid' | 'actions' | 'conditions' | 'resources'>;

function denial(statement: Denial): iam.PolicyStatement {
  return new iam.PolicyStatement({ resources: ['*'], ...statement, effect: iam.Effect.DENY });
}

/** Services that call in their own name have no ARN, which is unlike every pattern. */
const NO_SERVICE = { 'aws:PrincipalIsAWSService': 'false' };

/** What a service control policy denies to the principals of its accounts. */
export function ofPrincipals(deploymentRoles: string[], keyAccounts: string[]): iam.PolicyStatement[] {
  const accounts = [CALLER, ...keyAccounts];
  const unlessDeployed = { ArnNotLike: { 'aws:PrincipalArn': deploymentRoles } };
  return [
    denial({
      sid: 'DenyForeignKeysOfSecrets',
      actions: SECRET_KEY_CHOICE,
      conditions: {
        Null: { 'secretsmanager:KmsKeyArn': 'false' },
        // As a text: the colon of the variable must not be taken for one that divides an ARN.
        StringNotLike: { 'secretsmanager:KmsKeyArn': accounts.map(account => `arn:*:kms:*:${account}:*`) },
      },
    }),
    // No condition key tells the key of a replica, and an alias need not be an ARN. Secrets Manager asks KMS in each case.
    denial({
      sid: 'DenyEncryptionUnderForeignKeys',
      actions: KMS_ENCRYPT,
      conditions: {
        StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com', 'kms:EncryptionContext:SecretARN': SECRETS_OF_CALLER },
        StringNotEquals: { 'aws:ResourceAccount': accounts },
      },
    }),
    denial({
      sid: 'DenyChangesOfKeys',
      actions: KMS_CHANGE,
      conditions: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': OUR_ALIASES }, ...unlessDeployed },
    }),
    denial({
      sid: 'DenyChangesOfKeyAliases', actions: KMS_ALIAS_CHANGE, resources: [`arn:*:kms:*:*:${OUR_ALIASES}`], conditions: unlessDeployed,
    }),
  ];
}

/** What a resource control policy denies on the secrets of its accounts, whoever asks. */
export function onSecrets(deploymentRoles: string[]): iam.PolicyStatement[] {
  const unlessDeployed = { ArnNotLike: { 'aws:PrincipalArn': deploymentRoles }, BoolIfExists: NO_SERVICE };
  return [
    denial({
      sid: 'RequireBlockPublicPolicy',
      actions: POLICY_PUT,
      conditions: { BoolIfExists: { 'secretsmanager:BlockPublicPolicy': 'false', ...NO_SERVICE } },
    }),
    denial({
      sid: 'DenyChangesOfResourcePolicies',
      actions: [...POLICY_PUT, ...POLICY_DELETE],
      conditions: unlessDeployed,
    }),
    denial({
      sid: 'DenyChangesOfTags',
      actions: SECRET_TAG,
      conditions: { 'ForAnyValue:StringEqualsIgnoreCase': { 'aws:TagKeys': PROTECTED_TAG_KEYS }, ...unlessDeployed },
    }),
  ];
}
