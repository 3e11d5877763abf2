import { Annotations, aws_iam as iam, ResourceEnvironment, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { RegionalAccess } from './regional-access';
import { viaSecretsManager } from '../../encryption/private/key-policy';
import type { SecretEncryption } from '../../encryption/secret-encryption';
import { KMS_DECRYPT } from '../../private/actions';
import { fail } from '../../private/errors';
import type { GuardedRequest } from '../../private/guarded-caller';
import type { GuardRail } from '../guard-rail';

/** What tells a read from a write. */
const READ_VALUE = 'secretsmanager:GetSecretValue';

/** Somebody of another account. */
export interface ReaderIdentity {
  readonly kind: 'role' | 'account' | 'organization' | 'service';
  /** The ARN, the account, the organization or the service. */
  readonly value: string;
  /** The account of a role or of an account. */
  readonly account?: string;
  readonly paths?: string[];
  readonly sourceAccount?: string;
}

/** What has an identity of another account, as `SecretReader` has. */
export interface Reader {
  readonly _identity: ReaderIdentity;
}

type Conditions = Record<string, Record<string, unknown>>;

/** Readers that one statement names together. */
interface ReaderGroup {
  readonly principals: iam.IPrincipal[];
  readonly conditions: Conditions;
}

/** What a statement allows its readers. */
interface Allowance {
  readonly actions: string[];
  readonly conditions?: Conditions;
}

/** What readers of other accounts may do. */
export interface SharedActions {
  readonly onSecret: string[];
  readonly onKey: string[];
}

/**
 * With whom a secret or a namespace is shared, and whether that is all.
 *
 * @internal
 */
export interface Shares {
  readonly readers: Reader[];
  closedBy?: string;
}

/**
 * A secret, or all secrets of a namespace, with the policies that decide who may read them.
 *
 * @internal
 */
export interface Shareable extends IConstruct {
  readonly env: ResourceEnvironment;
  readonly encryption: SecretEncryption;
  /** Pattern of the ARNs by names, without a reference: a key policy that referred to its secrets would make a cycle. */
  readonly _arnPattern: string;
  /** The service copies the resource policy to each of them; the key of each has a policy of its own. */
  readonly _replicas: RegionalAccess[];
  readonly _shares: Shares;
  /** What denies readers whom the rest lets in. */
  readonly _guardRails: GuardRail[];
  /** Adds to the resource policy of each secret. */
  _addToResourcePolicies(statement: iam.PolicyStatement): void;
}

/** Fails where the owner's half cannot be written, or would be in vain. Writes nothing. */
export function requireShareable(shared: Shareable, path: string, readers: Reader[], actions: SharedActions): void {
  readers.forEach(reader => requireNotDenied(shared, path, reader, actions));
  const { closedBy } = shared._shares;
  if (closedBy !== undefined && closedBy !== path) {
    fail(path, `${shared.node.path} must have one CrossAccountSecretPolicy with all readers, `
      + `because ${closedBy} denies all others by \`denyOthers\`; add the reader there`);
  }
  for (const { region, encryption, statements } of onKeys(shared, readers, actions)) {
    requireCustomerManagedKey(encryption, region, path);
    if (!encryption._key.ownsKeyPolicy) failOnForeignKey(shared, path, statements);
  }
}

/** Writes the owner's half: into the resource policies, and into the keys'. */
export function share(shared: Shareable, path: string, readers: Reader[], actions: SharedActions): void {
  requireShareable(shared, path, readers, actions);
  readers.forEach(reader => warnWhereDenied(shared, reader, actions));
  shared._shares.readers.push(...readers);
  const { onSecret } = ownersHalf(shared.env, shared._arnPattern, readers, actions);
  onKeys(shared, readers, actions)
    .forEach(({ encryption, statements }) => statements.forEach(each => encryption._key.addToKeyPolicy(each)));
  onSecret.forEach(statement => shared._addToResourcePolicies(statement));
}

/** The key of the primary, and that of each replica that can be read: a replica takes no changes. */
function onKeys({ env, encryption, _arnPattern, _replicas }: Shareable, readers: Reader[], actions: SharedActions) {
  const primary = { region: env.region, encryption, arnPattern: _arnPattern, actions };
  const replicas = actions.onSecret.includes(READ_VALUE) ? _replicas
    .map(each => ({ ...each, actions: { ...actions, onKey: KMS_DECRYPT } })) : [];
  return [primary, ...replicas].map(({ region, encryption: key, arnPattern, actions: allowed }) => ({
    region, encryption: key, statements: ownersHalf({ ...env, region }, arnPattern, readers, allowed).onKey,
  }));
}

/** A guard rail holds for readers of other accounts too. */
function requireNotDenied({ node, _guardRails }: Shareable, path: string, { _identity }: Reader, actions: SharedActions): void {
  const denying = _guardRails.find(each => each._rule(readBy(_identity, actions)) === 'denies');
  if (denying === undefined) return;
  fail(path, `GuardRail.${denying._name} of ${node.path} would deny the reader ${JSON.stringify(_identity.value)} every read; `
    + 'correct the guard rail, or leave the reader out');
}

function warnWhereDenied(shared: Shareable, { _identity }: Reader, actions: SharedActions): void {
  const read = readBy(_identity, actions);
  for (const guardRail of shared._guardRails.filter(each => each._rule(read) === 'depends')) {
    Annotations.of(shared).addWarningV2('cdk-managed-secrets:guardRailMayDenyReader',
      `GuardRail.${guardRail._name} of ${shared.node.path} may deny the reader ${JSON.stringify(_identity.value)}, `
        + `${guardRail._remedy(read)}.`);
  }
}

function readBy({ kind, value }: ReaderIdentity, { onSecret }: SharedActions): GuardedRequest {
  return {
    purpose: 'read',
    actions: onSecret,
    isOfAwsService: kind === 'service',
    ...(kind === 'role' && { principalArn: value }),
    ...(kind === 'organization' && { organizationId: value }),
  };
}

/** Fails where another reader, who was let in before, would be denied without a word. */
export function requireAllReaders(shared: Shareable, path: string, readers: Reader[]): void {
  if (shared._shares.readers.every(each => readers.includes(each))) return;
  fail(path, `\`denyOthers\` must stand on the one CrossAccountSecretPolicy of ${shared.node.path} with all readers, `
    + 'and it has been shared with others already; '
    + 'name them all here');
}

/** Denies all but these readers. */
export function closeToOthers(shared: Shareable, path: string, readers: Reader[]): void {
  shared._shares.closedBy = path;
  shared._addToResourcePolicies(denialOfOthers(readers, shared.env.account));
}

/** The statements that let the readers in, for the resource policy and for the key policy. */
export function ownersHalf(env: ResourceEnvironment, arnPattern: string, readers: Reader[], actions: SharedActions) {
  return {
    onSecret: statementsFor(readers, env.account, { actions: actions.onSecret }),
    onKey: statementsFor(readers, env.account, { actions: actions.onKey, conditions: viaSecretsManager(env.region, [arnPattern]) }),
  };
}

function requireCustomerManagedKey(encryption: SecretEncryption, region: string, path: string): void {
  if (encryption._kmsKeyId === undefined) {
    fail(path, 'a shared secret must be encrypted under a customer managed key, because the AWS managed key never serves another account; '
      + `leave \`encryption\` of secret and namespace out, in ${region} too, to take a key of the namespace's own`);
  }
}

function failOnForeignKey(shared: Shareable, path: string, statements: iam.PolicyStatement[]): never {
  return fail(path, 'the key of a shared secret must be of this app, because its policy has to let the readers in; '
    + `have its owner add this to the key policy: ${statementsAsJson(shared, statements)}`);
}

/** For a person to paste. */
export function statementsAsJson(scope: IConstruct, statements: iam.PolicyStatement[]): string {
  return JSON.stringify(Stack.of(scope).resolve(statements.map(each => each.toStatementJson())));
}

/** The fewest statements that let these readers, and nobody else, do that. The resource is `*`: the policy may be copied to a replica. */
function statementsFor(readers: Reader[], ownerAccount: string, { actions, conditions = {} }: Allowance): iam.PolicyStatement[] {
  return groupsOf(readers, ownerAccount).map(group => new iam.PolicyStatement({
    actions,
    principals: group.principals,
    resources: ['*'],
    conditions: merged(conditions, group.conditions),
  }));
}

/** Denies everything to everybody but these readers, the owner's account and AWS services. */
function denialOfOthers(readers: Reader[], ownerAccount: string): iam.PolicyStatement {
  const ofKind = (kind: string) => readers.map(each => each._identity).filter(each => each.kind === kind);
  const valuesOf = (kind: string) => ofKind(kind).map(each => each.value);
  const roles = valuesOf('role');
  const organizations = ofKind('organization').filter(each => each.paths === undefined).map(each => each.value);
  const paths = ofKind('organization').flatMap(each => each.paths ?? []);
  return new iam.PolicyStatement({
    sid: 'DenyOthers',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['secretsmanager:*'],
    resources: ['*'],
    conditions: {
      StringNotEquals: {
        'aws:PrincipalAccount': [ownerAccount, ...valuesOf('account')],
        ...(organizations.length > 0 && { 'aws:PrincipalOrgID': organizations }),
      },
      ...(roles.length > 0 && { ArnNotEquals: { 'aws:PrincipalArn': roles } }),
      ...(paths.length > 0 && { 'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': paths } }),
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
  });
}

function groupsOf(readers: Reader[], ownerAccount: string): ReaderGroup[] {
  const ofKind = (kind: string) => readers.map(each => each._identity).filter(each => each.kind === kind);
  const [roles, accounts] = [ofKind('role'), ofKind('account')];
  return [
    ...(accounts.length > 0 ? [{ principals: inAccounts(accounts.map(each => each.account!)), conditions: {} }] : []),
    ...(roles.length > 0 ? [{
      principals: inAccounts(roles.map(each => each.account!)),
      conditions: { ArnEquals: { 'aws:PrincipalArn': roles.map(each => each.value) } },
    }] : []),
    ...ofKind('organization').map(({ value, paths }) => ({
      principals: [new iam.AnyPrincipal()],
      conditions: {
        StringEquals: { 'aws:PrincipalOrgID': value },
        StringNotEquals: { 'aws:PrincipalAccount': ownerAccount },
        ...(paths && { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': paths } }),
      },
    })),
    ...ofKind('service').map(({ value, sourceAccount = ownerAccount }) => ({
      principals: [new iam.ServicePrincipal(value)],
      conditions: { StringEquals: { 'aws:SourceAccount': sourceAccount } },
    })),
  ];
}

function inAccounts(accounts: string[]): iam.IPrincipal[] {
  return [...new Set(accounts)].map(account => new iam.AccountPrincipal(account));
}

/** Both conditions hold; keys of one operator join in it. */
function merged(one: Conditions, other: Conditions): Conditions {
  const result: Conditions = { ...one };
  for (const [operator, keys] of Object.entries(other)) result[operator] = { ...result[operator], ...keys };
  return result;
}
