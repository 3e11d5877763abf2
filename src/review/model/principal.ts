import { NamedPolicy, policyOf, Statement } from './policy';

/** On whose behalf a service makes a request in its own name. */
export interface Source {
  readonly account: string;
  /** The ARN of the resource. */
  readonly arn?: string;
}

/** A policy of a principal of which the templates have the ARN, and not the document. */
export interface UnknownPolicy {
  readonly arn: string;
  readonly use: 'managed policy' | 'permissions boundary';
}

/** Who makes a request, with everything IAM knows about who it is. */
export interface Principal {
  /** The ARN of a role, or the name of a service. */
  readonly arn: string;
  readonly account: string;
  readonly identityPolicies: NamedPolicy[];
  readonly permissionsBoundary?: NamedPolicy;
  /** As long as there is one, no request of the principal is decided. */
  readonly unknownPolicies?: readonly UnknownPolicy[];
  readonly tags: Readonly<Record<string, string>>;
  /** The id of the AWS Organization of the account, such as `o-a1b2c3d4e5`; absent for an account without one. */
  readonly organizationId?: string;
  /** Absent for a role. */
  readonly source?: Source;
}

export interface MadeUpPrincipalOptions {
  /** @default - the name of the role is made up */
  readonly roleName?: string;
  /** @default 'aws' */
  readonly partition?: string;
  /** @default - the account belongs to no organization */
  readonly organizationId?: string;
}

/** A role that is in no template, with one policy. */
export function principalWith(account: string, statements: Statement[], options: MadeUpPrincipalOptions = {}): Principal {
  const { roleName = 'SomeRole', partition = 'aws', organizationId } = options;
  return {
    arn: `arn:${partition}:iam::${account}:role/${roleName}`,
    account,
    identityPolicies: [{ name: roleName, policy: policyOf(...statements) }],
    tags: {},
    organizationId,
  };
}

/** An administrator of the account: everything is allowed on everything. */
export function administrator(account: string, options: MadeUpPrincipalOptions = {}): Principal {
  return principalWith(account, [{ Effect: 'Allow', Action: '*', Resource: '*' }], { roleName: 'Administrator', ...options });
}

/** Secrets Manager itself, as it invokes the rotation function of a secret. */
export function secretsManager({ account, arn }: Source): Principal {
  return { arn: 'secretsmanager.amazonaws.com', account, identityPolicies: [], tags: {}, source: { account, arn } };
}

/** The principal with its known policies alone, under no boundary where that is unknown. */
export function asFarAsKnown<T extends Principal>(principal: T): T {
  return { ...principal, unknownPolicies: [] };
}

/** The same if each unknown policy allowed everything: the principal can do no more. */
export function atMost<T extends Principal>(principal: T): T {
  const managed = (principal.unknownPolicies ?? []).filter(({ use }) => use === 'managed policy');
  const everything = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
  const identityPolicies = [...principal.identityPolicies, ...managed.map(({ arn }) => ({ name: arn, policy: everything }))];
  return asFarAsKnown({ ...principal, identityPolicies });
}
