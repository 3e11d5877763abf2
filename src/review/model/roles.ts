import { AttachedPolicies, IdentityKind } from './attached-policies';
import { pathOf, Placed, resourcesOfType } from './placed';
import { asDocument, listOf, PolicyDocument, tagsOf } from './policy';
import type { Principal, UnknownPolicy } from './principal';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { textOf } from '../assembly/unknown';
import { matches, patternOf } from '../policy/pattern';

export { pathOf, resourcesOfType } from './placed';
export type { Placed } from './placed';

/** A role, user or group of a template, with all policies of the app that are attached to it. */
export interface Role extends Principal, Placed {
  readonly kind: IdentityKind;
  /** The construct path, or stack path and logical id where the assembly does not tell it. */
  readonly path: string;
  readonly unknownPolicies: UnknownPolicy[];
}

export interface RoleOptions {
  /**
   * The document of a managed policy that is in no template, by its ARN.
   *
   * @default - such a policy is one of `unknownPolicies` of the role, unless `aws-managed.ts` has it
   */
  readonly managedPolicies?: (arn: string) => PolicyDocument | undefined;
  /** @default - the accounts belong to no organization */
  readonly organizationId?: string;
}

/** Every role, user and group of the stacks; a user has the policies of its groups. */
export function identitiesOf(stacks: ResolvedStack[], { managedPolicies, organizationId }: RoleOptions): Record<IdentityKind, Role[]> {
  const policies = new AttachedPolicies(stacks, managedPolicies);
  const all = (kind: IdentityKind, type: string) => resourcesOfType(stacks, type).map((placed): Role => ({
    ...placed,
    ...policies.of(kind, placed),
    kind,
    arn: placed.stack.getAtt(placed.logicalId, 'Arn'),
    account: placed.stack.account,
    tags: takesSessionTags(placed) ? {} : tagsOf(placed.resource.Properties?.Tags),
    organizationId,
    path: pathOf(placed),
  }));
  const group = all('group', 'AWS::IAM::Group');
  return { role: all('role', 'AWS::IAM::Role'), user: all('user', 'AWS::IAM::User').map(user => inGroups(user, group, stacks)), group };
}

/**
 * Whether whoever assumes the role may give tags of his choice, which take the place of those of the role. Those are then not known.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
function takesSessionTags({ resource: { Properties = {} } }: Placed): boolean {
  const trust = Properties.AssumeRolePolicyDocument;
  return trust !== undefined && asDocument(trust).Statement.some(({ Effect, Action, NotAction }) => Effect === 'Allow'
    && (NotAction !== undefined || listOf<unknown>(Action).some(each => matches(patternOf(textOf(each)?.toLowerCase() ?? '*'), 'sts:tagsession'))));
}

function inGroups(user: Role, groups: Role[], stacks: ResolvedStack[]): Role {
  const name = user.stack.ref(user.logicalId);
  const added = resourcesOfType(stacks, 'AWS::IAM::UserToGroupAddition')
    .filter(({ stack, resource: { Properties = {} } }) => stack.account === user.account && listOf<unknown>(Properties.Users).includes(name))
    .map(({ resource: { Properties = {} } }) => Properties.GroupName);
  const names = [...listOf<unknown>(user.resource.Properties?.Groups), ...added].flatMap(each => textOf(each) ?? []);
  const mine = groups.filter(group => group.account === user.account && names.includes(group.stack.ref(group.logicalId)));
  return {
    ...user,
    identityPolicies: [user, ...mine].flatMap(each => each.identityPolicies),
    unknownPolicies: [user, ...mine].flatMap(each => each.unknownPolicies),
  };
}
