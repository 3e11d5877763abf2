import type { StatementTable } from './statement-table';
import type { PrincipalEntry } from '../document/review-document';
import type { AccessModel } from '../model/model';
import { listOf, policyOf, Statement, unknownPolicy } from '../model/policy';
import type { Principal } from '../model/principal';
import type { Role } from '../model/roles';
import type { CompiledPolicy, RequestPrincipal } from '../policy/types';

/** A principal that is asked for, with what decides. */
export interface ReviewedPrincipal {
  readonly id: string;
  readonly kind: PrincipalEntry['kind'];
  readonly request: RequestPrincipal;
  /** What the context keys of its requests are made of. */
  readonly caller: Principal;
  readonly identity: readonly CompiledPolicy[];
  readonly permissionsBoundary?: CompiledPolicy;
  /** Absent for one that is in no template. */
  readonly role?: Role;
  /** For one that is in no template: what must be so besides the policies that are known, for no policy of its own is. */
  readonly provided?: string;
}

/** The principals that templates make: roles, users, and groups as what every member of them may do. */
export function principalsOfTemplates({ roles, users, groups }: AccessModel, table: StatementTable): ReviewedPrincipal[] {
  return [...roles, ...users, ...groups].map(role => {
    const named = (kind: string, arn: string) => ({ name: arn, policy: unknownPolicy(`the document of the ${kind} ${arn}`) });
    const missing = (use: string) => role.unknownPolicies.filter(each => each.use === use).map(({ arn }) => table.compile(named(use, arn)));
    return {
      id: role.path,
      kind: role.kind,
      request: { kind: role.kind === 'role' ? 'role' : 'user', arn: role.arn, account: role.account },
      caller: role,
      identity: [...role.identityPolicies.map(policy => table.compile(policy)), ...missing('managed policy')],
      permissionsBoundary: role.permissionsBoundary ? table.compile(role.permissionsBoundary) : missing('permissions boundary')[0],
      role,
    };
  });
}

/** An account that nobody has: everybody who is not named is of it. */
const ANY_ACCOUNT = '000000000000';

/** The principals that resource policies of secrets let in, and that no template makes. */
export function principalsNamedByPolicies({ secrets, roles, users }: AccessModel, table: StatementTable): ReviewedPrincipal[] {
  const known = new Set([...roles, ...users].map(({ arn }) => arn));
  const accounts = new Set(secrets.map(({ account }) => account));
  const everything = table.compile({ name: 'policies of its own', policy: policyOf({ Effect: 'Allow', Action: '*', Resource: '*' }) });
  const found = new Map<string, ReviewedPrincipal>();
  for (const statement of secrets.flatMap(({ resourcePolicy }) => resourcePolicy?.Statement ?? []).filter(({ Effect }) => Effect === 'Allow')) {
    for (const each of namedIn(statement, everything)) {
      if (!known.has(each.request.arn) && !(each.kind === 'account' && accounts.has(each.id))) found.set(each.id, each);
    }
  }
  return [...found.values()];
}

function namedIn({ Principal: element, Condition = {} }: Statement, everything: CompiledPolicy): ReviewedPrincipal[] {
  const of = (type: string) => typeof element === 'object' && element !== null ? listOf<unknown>((element as any)[type]).filter(each => typeof each === 'string') as string[] : [];
  const aws = element === '*' ? ['*'] : of('AWS');
  const organizations = aws.includes('*') ? Object.entries(Condition).filter(([operator]) => /^(ForAnyValue:)?String(Equals|Like)/.test(operator))
    .flatMap(([, byKey]) => Object.entries(byKey).filter(([key]) => key.toLowerCase() === 'aws:principalorgid').flatMap(([, ids]) => listOf(ids as string | string[]))) : [];
  return [
    ...aws.flatMap(name => name === '*' ? [everybody(everything)] : elsewhere(name, everything)),
    ...organizations.filter(id => typeof id === 'string').map(id => ({ ...everybody(everything), ...ofOrganization(id) })),
    ...of('Service').map(service),
  ];
}

function elsewhere(name: string, everything: CompiledPolicy): ReviewedPrincipal[] {
  const account = /^\d{12}$/.test(name) ? name : /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(name)?.[1];
  if (account === undefined) return [];
  const isAccount = name === account || name.endsWith(':root');
  const kind = isAccount ? 'account' : name.includes(':role/') ? 'role' : name.includes(':user/') ? 'user' : 'other';
  const arn = isAccount ? `arn:aws:iam::${account}:role/any` : name;
  return [{
    id: isAccount ? account : name,
    kind,
    request: { kind: kind === 'user' ? 'user' : 'role', arn, account },
    caller: { arn, account, identityPolicies: [], tags: {} },
    identity: [everything],
    provided: isAccount ? `a policy of a principal of account ${account} allows it` : 'its own policies, which are in no template, allow it',
  }];
}

function everybody(everything: CompiledPolicy): ReviewedPrincipal {
  const arn = `arn:aws:iam::${ANY_ACCOUNT}:role/any`;
  return {
    id: '*',
    kind: 'everyone',
    request: { kind: 'role', arn, account: ANY_ACCOUNT },
    caller: { arn, account: ANY_ACCOUNT, identityPolicies: [], tags: {}, organizationId: 'none' },
    identity: [everything],
  };
}

function ofOrganization(id: string): Partial<ReviewedPrincipal> {
  return {
    id,
    kind: 'organization',
    caller: { arn: `arn:aws:iam::${ANY_ACCOUNT}:role/any`, account: ANY_ACCOUNT, identityPolicies: [], tags: {}, organizationId: id },
    provided: 'a policy of a principal of the organization allows it',
  };
}

function service(name: string): ReviewedPrincipal {
  return { id: name, kind: 'service', request: { kind: 'service', arn: name }, caller: { arn: name, account: '', identityPolicies: [], tags: {} }, identity: [] };
}
