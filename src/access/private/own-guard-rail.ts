import { aws_iam as iam } from 'aws-cdk-lib';
import type { GuardRailKind } from './guard-rail-kind';
import { fail } from '../../private/errors';
import { type GuardedRequest, isMatch, type Ruling } from '../../private/guarded-caller';

const SERVICE_PREFIX = 'secretsmanager:';

/** A statement of one's own. What its conditions and principals amount to is not judged: where it may deny, there is a warning. */
export function ownStatement(statement: iam.PolicyStatement): GuardRailKind {
  const own = statement.copy();
  const patterns = own.actions.map(each => each.toLowerCase());
  const denies = (actions: readonly string[]) => actions.filter(action => patterns.some(each => isMatch(action.toLowerCase(), each)));
  return {
    name: `fromStatement (${own.sid})`,
    sid: own.sid,
    keepsSecrets: denies(['secretsmanager:DeleteSecret']).length > 0 && denies(['secretsmanager:DeleteResourcePolicy']).length === 0,
    validate: path => requireDenial(path, own),
    rule({ actions, perhapsActions = [] }: GuardedRequest): Ruling {
      if (isUnconditional(own) && denies(actions).length > 0) return 'denies';
      return denies([...actions, ...perhapsActions]).length > 0 ? 'depends' : 'lets in';
    },
    remedy: ({ actions, perhapsActions = [] }) => `because it denies ${denies([...actions, ...perhapsActions]).join(', ')} `
      + `${isUnconditional(own) ? 'to everybody' : 'to principals, or under conditions, that are not compared here'}; `
      + 'name in a condition ArnNotLike on aws:PrincipalArn who must not be denied',
    closesReplicaIn: () => false,
    render: () => own.copy(),
  };
}

function isUnconditional({ principals, conditions }: iam.PolicyStatement): boolean {
  const fragments = principals.map(each => each.policyFragment);
  return Object.keys(conditions ?? {}).length === 0
    && fragments.some(({ principalJson, conditions: ofPrincipal }) => Object.values(principalJson).flat().includes('*') && Object
      .keys(ofPrincipal).length === 0);
}

function requireDenial(path: string, statement: iam.PolicyStatement): void {
  const { effect, sid, principals, notPrincipals, actions, notActions, resources, notResources } = statement;
  const must = (isGood: boolean, words: string, given: unknown, remedy: string): void => {
    if (!isGood) {
      fail(path, `the statement of \`GuardRail.fromStatement\` must ${words}, got ${JSON.stringify(given) ?? 'none'}; `
      + `${remedy}`);
    }
  };
  must(effect === iam.Effect.DENY, 'have the effect Deny', effect, 'add what allows by CrossAccountSecretPolicy or `addToResourcePolicy`');
  must(sid !== undefined && sid !== '', 'have a `sid`', sid, 'name it, because errors and warnings call it by its name');
  must(notPrincipals.length === 0, 'have no NotPrincipal', notPrincipals.map(each => each.policyFragment.principalJson),
    'deny everybody, and name whom not in a condition ArnNotLike on aws:PrincipalArn: NotPrincipal with a role denies its sessions');
  must(principals.length > 0, 'have principals', [], 'name them, or everybody: `new iam.AnyPrincipal()`');
  must(notActions.length === 0 && actions.length > 0, 'name `actions`, and no `notActions`', notActions, 'name what is denied, such as '
    + 'secretsmanager:*');
  const foreign = actions.filter(each => !each.toLowerCase().startsWith(SERVICE_PREFIX));
  must(foreign.length === 0, 'deny actions of Secrets Manager alone', foreign, 'name secretsmanager:*, or less');
  must(notResources.length === 0 && resources.length === 1
    && resources[0] === '*', 'have the resource "*"', [...resources, ...notResources],
  'the policy stands on each secret, and is copied to replicas, whose ARNs differ');
}
