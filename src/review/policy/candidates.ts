import type { ReadPolicy, Statement } from './compile';
import { listOf } from './conditions';
import { namesOf } from './principals';
import type { CompiledPolicy, PrincipalElement, RequestPrincipal } from './types';

/** A principal with the policies that allow it something by themselves: those of its identity. */
export interface Candidate {
  readonly principal: RequestPrincipal;
  readonly identity: readonly CompiledPolicy[];
}

/** A resource with its own policy. */
export interface CandidateResource {
  readonly arn: string;
  readonly policy?: CompiledPolicy;
}

/** Places in the two lists. */
export interface Pair {
  readonly principal: number;
  readonly resource: number;
}

/**
 * The pairs for which some statement of an identity or of a resource could allow the action; the principal of every other pair is denied. The
 * work is that of the pairs that are found, not of all there are: ARNs are looked up by what the statements have in front of their wildcards.
 */
export function* candidates(action: string, principals: readonly Candidate[], resources: readonly CandidateResource[]): Generator<Pair> {
  const byIdentity = new Arns(resources, action);
  const byResource = namedByResources(action, principals, resources);
  for (const [principal, candidate] of principals.entries()) {
    const found = new Set(byResource.get(principal));
    for (const policy of candidate.identity) for (const resource of byIdentity.allowedBy(policy as ReadPolicy)) found.add(resource);
    if (candidate.principal.kind === 'root') resources.forEach((_, resource) => found.add(resource));
    for (const resource of found) yield { principal, resource };
  }
}

/** The ARNs in order, so that those with one beginning are neighbours. */
class Arns {
  private readonly order: readonly number[];
  private readonly found = new Map<ReadPolicy, readonly number[]>();

  constructor(private readonly resources: readonly CandidateResource[], private readonly action: string) {
    this.order = resources.map((_, index) => index).sort((a, b) => resources[a].arn < resources[b].arn ? -1 : 1);
  }

  public allowedBy(policy: ReadPolicy): readonly number[] {
    const before = this.found.get(policy);
    if (before !== undefined) return before;
    const found = allowing(policy, this.action).flatMap(statement => statement.prefixes.flatMap(prefix => this.beginningWith(prefix, statement)));
    this.found.set(policy, found);
    return found;
  }

  private beginningWith(prefix: string, { mayBeAbout }: Statement): number[] {
    const found: number[] = [];
    for (let at = this.firstFrom(prefix); at < this.order.length && this.arnAt(at).startsWith(prefix); at++) {
      if (mayBeAbout(this.arnAt(at))) found.push(this.order[at]);
    }
    return found;
  }

  private firstFrom(prefix: string): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >> 1; // eslint-disable-line no-bitwise
      if (this.arnAt(middle) < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private arnAt(place: number): string {
    return this.resources[this.order[place]].arn;
  }
}

function allowing(policy: ReadPolicy, action: string): Statement[] {
  return policy.about(action).filter(({ effect }) => effect === 'Allow');
}

/** By principal, the resources whose policies could allow it without its account being named: what names an account allows nobody by itself. */
function namedByResources(action: string, principals: readonly Candidate[], resources: readonly CandidateResource[]): Map<number, number[]> {
  const everybody = principals.map((_, index) => index);
  const byName = new Map<string, number[]>();
  for (const [index, { principal }] of principals.entries()) for (const name of namesOf(principal)) push(byName, name, index);
  const found = new Map<number, number[]>();
  for (const [resource, { arn, policy }] of resources.entries()) {
    const statements = policy === undefined ? [] : allowing(policy as ReadPolicy, action).filter(statement => statement.mayBeAbout(arn));
    for (const statement of statements) {
      const named = namesIn(statement.principal);
      const whom = named === undefined ? everybody : ['', ...named].flatMap(name => byName.get(name) ?? []);
      for (const principal of whom) push(found, principal, resource);
    }
  }
  return found;
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** The principals that are named, a session also by what its role has in common; absent where more are meant than are named. */
function namesIn(element: PrincipalElement | undefined): string[] | undefined {
  if (element === undefined || element === '*' || !('AWS' in element || 'Service' in element) || Object.keys(element).some(type => type !== 'AWS' && type !== 'Service')) return undefined;
  const values = Object.values(element).flatMap(each => listOf(each));
  if (!values.every(value => typeof value === 'string' && value !== '*' && !/^A[A-Z0-9]{15,}$/.test(value))) return undefined;
  return (values as string[]).flatMap(value => [value, value.slice(0, value.lastIndexOf('/'))]);
}
