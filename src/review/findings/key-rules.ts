import { Flaw, KMS_GUIDE, Rule, SECRETS_MANAGER_GUIDE } from './rule';
import { enumerated, principalInWords, secretInWords } from '../document/words';
import { isAwsManagedKeyId } from '../model/keys';

const customerManagedKey: Rule = {
  id: 'customer-managed-key',
  severity: 'warning',
  finds: 'a secret under the AWS managed key `aws/secretsmanager`, whose policy nobody can limit and which no other account can use',
  fix: 'give the secret a customer managed key',
  page: `${SECRETS_MANAGER_GUIDE}/security-encryption.html`,
  flaws: ({ document }) => document.secrets.filter(({ replicaOf, kmsKeyId }) => replicaOf === undefined && isAwsManagedKeyId(kmsKeyId))
    .map(({ place }) => ({ place, message: 'the secret is encrypted under the AWS managed key aws/secretsmanager' })),
};

const replicaKey: Rule = {
  id: 'replica-key',
  severity: 'warning',
  finds: 'a replica without a customer managed key of its own region, of a secret that has one',
  fix: 'give the replica a customer managed key of its region: a multi-Region key, or one of its own',
  page: `${SECRETS_MANAGER_GUIDE}/replicate-secrets.html`,
  flaws: ({ document: { secrets } }) => {
    const primaries = new Map(secrets.map(secret => [secret.id, secret]));
    return secrets.flatMap(({ replicaOf, region, kmsKeyId, place }): Flaw[] => {
      if (replicaOf === undefined || isAwsManagedKeyId(primaries.get(replicaOf)?.kmsKeyId)) return [];
      if (isAwsManagedKeyId(kmsKeyId)) return [{ place, message: `the replica in ${region} is encrypted under the AWS managed key of that region` }];
      const ofKey = /^arn:[^:]+:kms:([^:]+):/.exec(kmsKeyId!)?.[1];
      return ofKey === undefined || ofKey === region ? [] : [{ place, message: `the replica in ${region} names a key of ${ofKey}, and cannot be made` }];
    });
  },
};

const keyUsableDirectly: Rule = {
  id: 'key-usable-directly',
  severity: 'warning',
  finds: 'a key of secrets with which principals can decrypt around Secrets Manager, so that no policy of a secret holds for them',
  fix: 'limit the key policy by the condition kms:ViaService to Secrets Manager, without `kms:*` for the account',
  page: `${KMS_GUIDE}/conditions-kms.html#conditions-kms-via-service`,
  flaws: ({ document: { keys, secrets, principals } }) => {
    const nameOf = new Map(principals.map(principal => [principal.id, principalInWords(principal)]));
    const used = new Set(secrets.map(({ key }) => key));
    return keys.filter(({ id, awsManaged }) => used.has(id) && !awsManaged).flatMap(({ place, usableDirectlyBy, id }): Flaw[] =>
      place === undefined || usableDirectlyBy.length === 0 ? [] : [{
        place,
        message: `${some(usableDirectlyBy.map(user => nameOf.get(user) ?? user))} can decrypt with this key without Secrets Manager; it encrypts `
          + some(secrets.filter(({ key }) => key === id).map(secretInWords)),
      }]);
  },
};

const MOST_NAMED = 3;

/** A few names, and how many more. */
function some(names: string[]): string {
  return names.length <= MOST_NAMED ? enumerated(names) : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
}

export const KEY_RULES: Rule[] = [customerManagedKey, replicaKey, keyUsableDirectly];
