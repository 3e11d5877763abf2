import { awsManagedPolicy } from './aws-managed';
import { asDocument, listOf, NamedPolicy, PolicyDocument, tagsOf } from './policy';
import type { Principal, UnknownPolicy } from './principal';
import type { ResolvedStack, Resource } from '../assembly/resolved-stack';

/** A role of a template, with all policies of the app that are attached to it. */
export interface Role extends Principal {
  readonly stack: ResolvedStack;
  readonly logicalId: string;
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

/** Something of a template, and where it is. */
export interface Placed {
  readonly stack: ResolvedStack;
  readonly logicalId: string;
  readonly resource: Resource;
}

export function resourcesOfType(stacks: ResolvedStack[], ...types: string[]): Placed[] {
  return stacks.flatMap(stack => Object.entries(stack.template.Resources)
    .filter(([, { Type }]) => types.includes(Type))
    .map(([logicalId, resource]) => ({ stack, logicalId, resource })));
}

export function pathOf({ stack, logicalId }: Pick<Placed, 'stack' | 'logicalId'>): string {
  return stack.constructPaths[logicalId] ?? `${stack.path}/${logicalId}`;
}

/** Every role of the stacks. The policies of a role may be in other stacks of the account. */
export function rolesOf(stacks: ResolvedStack[], options: RoleOptions): Role[] {
  const attached = resourcesOfType(stacks, 'AWS::IAM::Policy', 'AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy');
  return resourcesOfType(stacks, 'AWS::IAM::Role').map(placed => {
    const { stack, logicalId, resource: { Properties = {} } } = placed;
    const ofAccount = attached.filter(policy => policy.stack.account === stack.account);
    const find = (arn: string) => managedPolicy(arn, ofAccount, options);
    const managed = listOf<string>(Properties.ManagedPolicyArns);
    const boundaries = listOf<string>(Properties.PermissionsBoundary);
    const unknown = (arns: string[], use: UnknownPolicy['use']) => arns.filter(arn => find(arn) === undefined).map(arn => ({ arn, use }));
    return {
      arn: stack.getAtt(logicalId, 'Arn'),
      account: stack.account,
      identityPolicies: [
        ...listOf<any>(Properties.Policies).map(({ PolicyName, PolicyDocument: document }) => ({ name: PolicyName, policy: asDocument(document) })),
        ...ofAccount.filter(policy => isAttached(policy, placed)).map(named),
        ...managed.flatMap(arn => find(arn) ?? []),
      ],
      permissionsBoundary: boundaries.flatMap(arn => find(arn) ?? [])[0],
      unknownPolicies: [...unknown(boundaries, 'permissions boundary'), ...unknown(managed, 'managed policy')],
      tags: tagsOf(Properties.Tags),
      organizationId: options.organizationId,
      stack,
      logicalId,
      path: pathOf(placed),
    };
  });
}

function isAttached(policy: Placed, role: Placed): boolean {
  const { Roles, RoleName } = policy.resource.Properties ?? {};
  return [...listOf<string>(Roles), ...listOf<string>(RoleName)].includes(role.stack.ref(role.logicalId));
}

function named(policy: Placed): NamedPolicy {
  return { name: pathOf(policy), policy: asDocument(policy.resource.Properties?.PolicyDocument) };
}

function managedPolicy(arn: string, policies: Placed[], { managedPolicies }: RoleOptions): NamedPolicy | undefined {
  const ofApp = policies.find(policy => policy.resource.Type === 'AWS::IAM::ManagedPolicy' && policy.stack.ref(policy.logicalId) === arn);
  if (ofApp !== undefined) return named(ofApp);
  const policy = managedPolicies?.(arn) ?? awsManagedPolicy(arn);
  return policy && { name: arn, policy };
}
