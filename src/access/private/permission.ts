import { aws_iam as iam, Resource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { fail } from '../../private/errors';

/** One statement of a grant, before it is bound to a grantee. */
export interface Permission {
  readonly actions: string[];
  readonly resourceArns: string[];
  readonly conditions?: Record<string, Record<string, unknown>>;
}

/** Whose secret it is, and which of its owner's policies stand. */
export interface Owner {
  readonly scope: IConstruct;
  readonly account: string;
  readonly sharedByOwner: boolean;
}

/** Writes all permissions into the grantee's policy, or fails without having pretended. */
export function grantAll(owner: Owner, grant: string, grantee: iam.IGrantable, permissions: Permission[]): iam.Grant {
  requireSameAccount(owner, grant, grantee, permissions);
  requireIdentity(owner, grant, grantee, permissions);
  const grants = permissions.map(permission => iam.Grant.addToPrincipal({ grantee, ...permission }));
  if (!grants.every(each => each.success)) failWithoutIdentity(owner, grant, permissions);
  return grants.reduce((all, each) => all.combine(each));
}

/** A role that this app creates in another account than the owner's: its policy and the owner's can both be written. */
export function foreignRole(ownerAccount: string, grantee: iam.IGrantable): iam.IRole | undefined {
  const principal = grantee.grantPrincipal as iam.IPrincipal & Partial<iam.IRole>;
  if (principal.roleArn === undefined || !Construct.isConstruct(principal) || !Resource.isOwnedResource(principal)) return undefined;
  const isForeign = Token.compareStrings(ownerAccount, principal.principalAccount ?? '') === TokenComparison.DIFFERENT;
  return isForeign ? principal as unknown as iam.IRole : undefined;
}

/** The CDK refers to a role of another account by a name that is known before it is deployed, and says so as late as synthesis. */
export function requireKnownName(scope: IConstruct, grant: string, role: iam.IRole): void {
  try {
    Stack.of(scope).resolve(role.roleArn);
  } catch {
    fail(scope.node.path, `\`${grant}\` must know the name of ${role.node.path} of account ${role.principalAccount} before it is deployed, `
      + 'because the policies of '
      + 'secret and key name it; give that role a `roleName`, or `PhysicalName.GENERATE_IF_NEEDED` as its name');
  }
}

/** In another account the grantee's policy is one of three; the other two are the owner's to write. */
function requireSameAccount(owner: Owner, grant: string, grantee: iam.IGrantable, permissions: Permission[]): void {
  const granteeAccount = grantee.grantPrincipal.principalAccount;
  if (owner.sharedByOwner || granteeAccount === undefined) return;
  if (Token.compareStrings(owner.account, granteeAccount) !== TokenComparison.DIFFERENT) return;
  const [ofSecret, ofKey] = ['secretsmanager:', 'kms:'].map(service => permissions.filter(each => each.actions[0].startsWith(service)));
  const principal = { AWS: `arn:aws:iam::${granteeAccount}:root` };
  fail(owner.scope.node.path, `\`${grant}\` must have a grantee of the secret's own account ${owner.account}, got one of account `
    + `${granteeAccount}; `
    + 'a read across accounts needs three policies to agree. '
    + `Resource policy of the secret: ${asJson(owner.scope, ofSecret.map(each => ({ ...each, resourceArns: ['*'] })), principal)}. `
    + (ofKey.length > 0
      ? `Key policy: ${asJson(owner.scope, ofKey.map(each => ({ ...each, resourceArns: ['*'] })), principal)}. `
      : 'The AWS managed key never serves another account: encrypt the secret under a customer managed key. ')
    + `Policy of the grantee: ${asJson(owner.scope, permissions)}. `
    + 'Share it with CrossAccountSecretPolicy; when the owner\'s two policies stand, import the secret in the grantee\'s stack with '
    + '`sharedByOwner: true` and grant there');
}

/** Accounts, services and organizations hold no policy of their own, and of an unknown role none can be written. */
function requireIdentity(owner: Owner, grant: string, grantee: iam.IGrantable, permissions: Permission[]): void {
  const principal = grantee.grantPrincipal;
  if (principal instanceof iam.UnknownPrincipal || isImportedFromElsewhere(principal)) failWithoutIdentity(owner, grant, permissions);
  const account = principal.principalAccount;
  if (account !== undefined && !Token.isUnresolved(account) && Token.isUnresolved(owner.account)) {
    fail(owner.scope.node.path, `\`${grant}\` must know whether account ${account} is the secret's own, and the account of this stack `
      + 'is not resolved; set `env: { account, region }` on the stack');
  }
}

/** The CDK takes an imported role of another account than its stack's for one that takes no policy, and says that it took it. */
function isImportedFromElsewhere(principal: iam.IPrincipal): boolean {
  if (!Construct.isConstruct(principal) || Resource.isOwnedResource(principal) || principal.principalAccount === undefined) return false;
  return Token.compareStrings(Stack.of(principal).account, principal.principalAccount) === TokenComparison.DIFFERENT;
}

function failWithoutIdentity(owner: Owner, grant: string, permissions: Permission[]): never {
  return fail(owner.scope.node.path, `\`${grant}\` must have a grantee whose policy this app can write, such as a role; `
    + `add this to the grantee's policy by hand: ${asJson(owner.scope, permissions)}`);
}

/** The statements as a policy would hold them, for a person to paste. */
export function asJson(scope: IConstruct, permissions: Permission[], principal?: Record<string, string>): string {
  return JSON.stringify(permissions.map(({ actions, resourceArns, conditions }) => ({
    Effect: 'Allow',
    ...(principal && { Principal: principal }),
    Action: actions,
    Resource: Stack.of(scope).resolve(resourceArns),
    ...(conditions && { Condition: Stack.of(scope).resolve(conditions) }),
  })));
}
