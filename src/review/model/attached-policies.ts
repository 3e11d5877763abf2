import { awsManagedPolicy } from './aws-managed';
import { pathOf, Placed, resourcesOfType } from './placed';
import { asDocument, listOf, NamedPolicy, PolicyDocument } from './policy';
import type { UnknownPolicy } from './principal';
import type { ResolvedStack } from '../assembly/resolved-stack';
import { isUnknown, textOf } from '../assembly/unknown';

/** What can have identity policies. */
export type IdentityKind = 'role' | 'user' | 'group';

/** The property of a policy that names those it is attached to: of policies that are attached, and of those that are a part of one. */
const NAMED_IN: Record<IdentityKind, readonly [string, string]> = { role: ['Roles', 'RoleName'], user: ['Users', 'UserName'], group: ['Groups', 'GroupName'] };

/** The policies of an identity, and those of which only the ARN is known. */
export interface IdentityPolicies {
  readonly identityPolicies: NamedPolicy[];
  readonly permissionsBoundary?: NamedPolicy;
  readonly unknownPolicies: UnknownPolicy[];
}

/** All policies of the templates, by what they are attached to. Those of an identity may be in other stacks of the account. */
export class AttachedPolicies {
  private readonly byIdentity = new Map<string, NamedPolicy[]>();
  private readonly managed = new Map<string, NamedPolicy>();

  /** @param elsewhere the document of a managed policy that is in no template */
  constructor(stacks: ResolvedStack[], private readonly elsewhere: (arn: string) => PolicyDocument | undefined = () => undefined) {
    const types = ['Policy', 'ManagedPolicy', 'RolePolicy', 'UserPolicy', 'GroupPolicy'].map(type => `AWS::IAM::${type}`);
    for (const placed of resourcesOfType(stacks, ...types)) this.add(placed);
  }

  /** Those of the role, user or group that the resource is. */
  public of(kind: IdentityKind, placed: Placed): IdentityPolicies {
    const { stack, logicalId, resource: { Properties = {} } } = placed;
    const managed = listOf<unknown>(Properties.ManagedPolicyArns);
    const boundaries = listOf<unknown>(Properties.PermissionsBoundary);
    return {
      identityPolicies: [
        ...listOf<any>(Properties.Policies).map(policy => inline(placed, policy)),
        ...this.byIdentity.get(keyOf(kind, stack.account, stack.ref(logicalId))) ?? [],
        ...managed.flatMap(arn => this.managedPolicy(arn) ?? []),
      ],
      permissionsBoundary: boundaries.flatMap(arn => this.managedPolicy(arn) ?? [])[0],
      unknownPolicies: [...this.unknown(boundaries, 'permissions boundary'), ...this.unknown(managed, 'managed policy')],
    };
  }

  private add(placed: Placed): void {
    const { stack, logicalId, resource: { Type, Properties = {} } } = placed;
    const policy = { name: pathOf(placed), policy: asDocument(Properties.PolicyDocument), placed };
    if (Type === 'AWS::IAM::ManagedPolicy') this.managed.set(stack.ref(logicalId), policy);
    for (const [kind, properties] of Object.entries(NAMED_IN)) {
      for (const name of properties.flatMap(property => listOf<unknown>(Properties[property]))) {
        const key = keyOf(kind as IdentityKind, stack.account, textOf(name) ?? '');
        this.byIdentity.set(key, [...this.byIdentity.get(key) ?? [], policy]);
      }
    }
  }

  private managedPolicy(arn: unknown): NamedPolicy | undefined {
    if (typeof arn !== 'string') return undefined;
    const ofApp = this.managed.get(arn);
    if (ofApp !== undefined) return ofApp;
    const policy = this.elsewhere(arn) ?? awsManagedPolicy(arn);
    return policy && { name: arn, policy };
  }

  private unknown(arns: unknown[], use: UnknownPolicy['use']): UnknownPolicy[] {
    return arns.filter(arn => this.managedPolicy(arn) === undefined).map(arn => ({ arn: isUnknown(arn) ? arn.unknown : String(arn), use }));
  }
}

function inline(placed: Placed, policy: any): NamedPolicy {
  const name = `${pathOf(placed)} (${textOf(policy?.PolicyName) ?? 'inline policy'})`;
  return { name, policy: asDocument(isUnknown(policy) ? policy : policy?.PolicyDocument), placed };
}

function keyOf(kind: IdentityKind, account: string, name: string): string {
  return `${kind} ${account} ${name}`;
}
