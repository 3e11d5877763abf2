import type { ResolvedStack, Resource } from '../templates';
import { awsManagedPolicy } from './aws-managed';
import { asDocument, listOf, NamedPolicy, PolicyDocument, tagsOf } from './policy';
import type { Principal } from './principal';

/** A role of a template, with all policies of the app that are attached to it. */
export interface Role extends Principal {
  readonly stack: ResolvedStack;
  readonly logicalId: string;
  /** The construct path, or stack path and logical id where the assembly does not tell it. */
  readonly path: string;
}

export interface RoleOptions {
  /**
   * Documents of managed policies that are in no template, by ARN.
   *
   * @default - none
   */
  readonly managedPolicies?: Readonly<Record<string, PolicyDocument>>;
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
    const managed = (arn: string) => managedPolicy(arn, ofAccount, placed, options);
    const { PermissionsBoundary: boundary } = Properties;
    return {
      arn: stack.getAtt(logicalId, 'Arn'),
      account: stack.account,
      identityPolicies: [
        ...listOf<any>(Properties.Policies).map(({ PolicyName, PolicyDocument: document }) => ({ name: PolicyName, policy: asDocument(document) })),
        ...ofAccount.filter(policy => isAttached(policy, placed)).map(named),
        ...listOf<string>(Properties.ManagedPolicyArns).map(managed),
      ],
      permissionsBoundary: boundary === undefined ? undefined : managed(boundary),
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

/** A policy that is not known is an error: without it, what the role may do would be a guess. */
function managedPolicy(arn: string, policies: Placed[], role: Placed, { managedPolicies = {} }: RoleOptions): NamedPolicy {
  const ofApp = policies.find(policy => policy.resource.Type === 'AWS::IAM::ManagedPolicy' && policy.stack.ref(policy.logicalId) === arn);
  if (ofApp !== undefined) return named(ofApp);
  const policy = managedPolicies[arn] ?? awsManagedPolicy(arn);
  if (policy === undefined) {
    throw new Error(`${pathOf(role)} has the managed policy ${arn}, which is in no template; give its document in \`managedPolicies\``
      + ' (that of an AWS managed policy belongs in tools/access/aws-managed.ts)');
  }
  return { name: arn, policy };
}
