import type { VpcEndpoint } from '../../src/review/model/endpoints';
import { listOf, NamedPolicy, Statement } from '../../src/review/model/policy';
import type { Principal } from '../../src/review/model/principal';

/**
 * The statements of the endpoint policy that are about the principal. The simulator takes no endpoint policy that names principals,
 * which interface endpoints do.
 */
export function endpointPolicyFor({ path, policy }: VpcEndpoint, principal: Principal): NamedPolicy {
  const statements = policy.Statement.filter(statement => isAbout(statement, principal, path)).map(statement => ({ ...statement, Principal: '*' }));
  return { name: path, policy: { ...policy, Statement: statements } };
}

function isAbout({ Principal, NotPrincipal }: Statement, { arn, account }: Principal, path: string): boolean {
  if (NotPrincipal !== undefined) throw new Error(`the endpoint policy of ${path} has a NotPrincipal, which is not decided here; name the principals`);
  const named = listOf(typeof Principal === 'object' ? (Principal as { AWS?: string | string[] }).AWS : Principal as string);
  const ofAccount = `${arn.split(':').slice(0, 5).join(':')}:root`;
  return named.some(each => ['*', arn, account, ofAccount].includes(each));
}
