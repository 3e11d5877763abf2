import { type aws_iam as iam, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { renderedSize } from '../../private/policy-size';
import { PRINCIPAL_ARN_PATTERN, requirePartition, requireSome, requireTexts } from '../../private/validation';
import type { GuardRail } from '../guard-rail';

/**
 * Characters that AWS Organizations takes, without white space.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
 */
const MAX_POLICY_SIZE = 5120;

export function requireDeploymentRoles(path: string, region: string, roles: string[]): void {
  requireSome(path, 'deploymentRoles', roles, 'name the role with which CloudFormation deploys, or nobody could change a policy');
  requireTexts(path, 'deploymentRoles', roles, PRINCIPAL_ARN_PATTERN);
  requirePartition(path, 'deploymentRoles', region, roles);
  const everyRole = roles.find(role => !Token.isUnresolved(role) && /:(root|(role|user)\/[*?].*)$/.test(role));
  if (everyRole !== undefined) {
    fail(path, `\`deploymentRoles\` must name roles by a part of their names, got ${JSON.stringify(everyRole)}, `
      + 'which lets in everybody who is to be denied; write a pattern such as arn:aws:iam::*:role/cdk-*-cfn-exec-role-*');
  }
}

/** A resource control policy knows no other principal than everybody. */
export function requireForEverybody(path: string, guardRail: GuardRail): void {
  const { Principal } = guardRail._render().toStatementJson() as { Principal: unknown };
  const isEverybody = Principal === '*' || (Principal as { AWS?: unknown }).AWS === '*';
  if (!isEverybody) {
    fail(path, `\`guardRails\` of an organization must have the principal "*", got ${JSON.stringify(Principal)} `
      + `of GuardRail.${guardRail._name}; say in a condition on aws:PrincipalArn whom it denies`);
  }
}

export function requireOneOfEach(path: string, statements: iam.PolicyStatement[]): void {
  const sids = statements.map(({ sid }) => sid);
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice === undefined) return;
  fail(path, `\`guardRails\` must have each \`sid\` once, and ${JSON.stringify(twice)} is there already; join the two, or rename one`);
}

export function requireFit(path: string, policy: string, content: object): void {
  const size = renderedSize(content);
  if (size > MAX_POLICY_SIZE) {
    fail(path, `the ${policy} must have at most ${MAX_POLICY_SIZE} characters, got ${size}; `
      + 'write fewer and shorter patterns, or guard the secrets of a namespace by its `guardRails`');
  }
}
