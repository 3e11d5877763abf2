import type { Decider, ReviewedSecret } from './access-of';
import { directDecryption } from './pair-requests';
import type { ReviewedPrincipal } from './reviewed-principal';
import type { StatementTable } from './statement-table';
import type { Key } from '../model/keys';
import { policyOf } from '../model/policy';
import { administrator } from '../model/principal';
import { Candidates } from '../policy/candidates';
import { decide } from '../policy/decide';

/** Who can decrypt with a key around Secrets Manager: principals, and the account where the key policy leaves it to policies of the account. */
export function keyUsersOf(
  secrets: readonly ReviewedSecret[], principals: readonly ReviewedPrincipal[], decider: Decider, table: StatementTable,
): Map<Key, string[]> {
  const byKey = new Map<Key, ReviewedSecret>();
  for (const each of secrets) if (each.secret.key !== undefined && !byKey.has(each.secret.key)) byKey.set(each.secret.key, each);
  const keys = [...byKey];
  const users = new Map(keys.map(([key]) => [key, new Set<string>()]));
  const can = (who: ReviewedPrincipal, { secret, key }: ReviewedSecret) => {
    const { outcome } = decide(directDecryption(who, secret), decider.policiesOf(who, key.policy, secret.key!.account));
    return outcome === 'allowed' || outcome === 'allowed if';
  };
  for (const [key, secret] of keys) if (can(anAdministrator(key, table), secret)) users.get(key)!.add(key.account);
  const who = principals.map(({ request, identity }) => ({ principal: request, identity }));
  for (const { principal, resource } of new Candidates(who, keys.map(([, { key: { arn, policy } }]) => ({ arn, policy }))).of('kms:Decrypt')) {
    const [key, secret] = keys[resource];
    if (can(principals[principal], secret)) users.get(key)!.add(principals[principal].id);
  }
  return new Map([...users].map(([key, ids]) => [key, [...ids].sort()]));
}

/** Somebody of the account of the key whose own policies allow everything. */
function anAdministrator({ account, arn }: Key, table: StatementTable): ReviewedPrincipal {
  const caller = administrator(account, { partition: arn.split(':')[1] });
  const policy = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
  return {
    id: account,
    kind: 'account',
    request: { kind: 'role', arn: caller.arn, account },
    caller,
    identity: [table.compile({ name: 'policies of its own', policy })],
  };
}
