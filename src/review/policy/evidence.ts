import { applies, ReadPolicy, Statement } from './compile';
import { lookupOf } from './context';
import { and, bound, decided, Formula, missing, or } from './formula';
import { Naming } from './principals';
import type { AccessRequest, CompiledPolicy, DecidingStatement, PolicyKind, PolicySet } from './types';

/** A statement that can be about the request, with its truths. */
export interface Hit {
  readonly statement: DecidingStatement;
  readonly naming: Naming;
  /** Whether it applies to the request, by action, resource and conditions. */
  readonly applies: Formula;
}

/** The kinds of policies whose statements say whom they are about. */
const NAMES_PRINCIPALS: readonly PolicyKind[] = ['resource policy', 'key policy', 'VPC endpoint policy'];

/** The kinds that are written as policies of identities are. */
const OF_IDENTITIES: readonly PolicyKind[] = ['identity policy', 'permissions boundary', 'session policy'];

/** What the policies of one kind, or of one level, say of a request. */
export interface Evidence {
  readonly kind: PolicyKind;
  readonly hits: readonly Hit[];
}

/** @param bounded whether the principal has a permissions boundary */
export function evidenceOf(kind: PolicyKind, policies: readonly CompiledPolicy[], request: AccessRequest, bounded: boolean): Evidence {
  const about = { resource: request.resource, lookup: lookupOf(request.context), ofIdentity: OF_IDENTITIES.includes(kind) };
  const hits = policies.flatMap(policy => (policy as ReadPolicy).about(request.action).flatMap((statement): Hit[] => {
    const truth = applies(statement, request.action, about);
    if (truth === false) return [];
    const naming = namingOf(kind, statement, request, bounded);
    if (naming.directly === false && naming.byRole === false && naming.byAccount === false) return [];
    return [{ statement: described(kind, policy.name, statement), naming, applies: truth }];
  }));
  return { kind, hits };
}

function namingOf(kind: PolicyKind, statement: Statement, { principal }: AccessRequest, bounded: boolean): Naming {
  if (statement.principal === undefined && NAMES_PRINCIPALS.includes(kind)) {
    return { directly: missing(`whom the statement ${statement.sid ?? statement.index} of a ${kind} is about, which names no principal`), byRole: false, byAccount: false };
  }
  return statement.naming(principal, bounded);
}

function described(kind: PolicyKind, policy: string, { index, sid, effect }: Statement): DecidingStatement {
  return { kind, policy, index, ...(sid !== undefined && { sid }), effect };
}

/** Whether it is about the request in any way. */
export function truthOf({ naming, applies: truth }: Hit): Formula {
  return and(or(naming.directly, naming.byRole, naming.byAccount), truth);
}

export function allowed({ hits }: Evidence, level?: keyof Naming): Formula {
  return or(...hits.filter(isAllow).map(hit => level === undefined ? truthOf(hit) : and(hit.naming[level], hit.applies)));
}

export function denied(evidence: readonly Evidence[]): Formula {
  return or(...evidence.flatMap(({ hits }) => hits.filter(hit => !isAllow(hit)).map(truthOf)));
}

export function isAllow({ statement }: Hit): boolean {
  return statement.effect === 'Allow';
}

/** Those that apply for sure, whatever is missing, and all where that is none. */
export function surest(hits: readonly Hit[]): readonly DecidingStatement[] {
  const sure = hits.filter(hit => decided(bound(truthOf(hit), false)) === true);
  return (sure.length > 0 ? sure : hits).map(({ statement }) => statement);
}

/** Everything that the policies say of a request, by the part that they play. */
export interface AllEvidence {
  readonly identity: Evidence;
  readonly boundary?: Evidence;
  readonly session?: Evidence;
  readonly resource: Evidence;
  readonly endpoint?: Evidence;
  readonly serviceControl: readonly Evidence[];
  readonly resourceControl: readonly Evidence[];
}

/**
 * Service control policies are for the principals of an account, and do not restrict service-linked roles; nor do resource control policies.
 *
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 * @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export function gather(request: AccessRequest, policies: PolicySet): AllEvidence {
  const { identity = [], permissionsBoundary, session, resource, endpoint, serviceControl = [], resourceControl = [] } = policies;
  const serviceLinked = /:role\/aws-service-role\//.test(request.principal.arn);
  const of = (kind: PolicyKind, some: readonly CompiledPolicy[]) => evidenceOf(kind, some, request, permissionsBoundary !== undefined);
  return {
    identity: of('identity policy', identity),
    boundary: permissionsBoundary && of('permissions boundary', [permissionsBoundary]),
    session: session && of('session policy', session),
    resource: of(isForKey(request) ? 'key policy' : 'resource policy', resource === undefined ? [] : [resource]),
    endpoint: endpoint && of('VPC endpoint policy', [endpoint]),
    serviceControl: serviceLinked || request.principal.account === undefined ? [] : serviceControl.map(level => of('service control policy', level)),
    resourceControl: serviceLinked ? [] : resourceControl.map(level => of('resource control policy', level)),
  };
}

export function everyEvidence({ identity, boundary, session, resource, endpoint, serviceControl, resourceControl }: AllEvidence): Evidence[] {
  return [identity, boundary, session, resource, endpoint, ...serviceControl, ...resourceControl].filter(each => each !== undefined);
}

/** An action of KMS on a key. One on an alias, or on nothing, meets no key policy. */
export function isForKey({ action, resource }: AccessRequest): boolean {
  return /^kms:/i.test(action) && resource.includes(':key/');
}
