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
export class Candidates {
  private readonly arns: Arns;
  private readonly byName = new Map<string, number[]>();

  constructor(private readonly principals: readonly Candidate[], private readonly resources: readonly CandidateResource[]) {
    this.arns = new Arns(resources);
    for (const [index, { principal }] of principals.entries()) for (const name of namesOf(principal)) push(this.byName, name, index);
  }

  public* of(action: string): Generator<Pair> {
    const byResource = this.namedByResources(action);
    const byPolicy = new Map<CompiledPolicy, readonly number[]>();
    for (const [principal, candidate] of this.principals.entries()) {
      const found = new Set(byResource.get(principal));
      for (const policy of candidate.identity) {
        const allowed = byPolicy.get(policy) ?? this.arns.allowedBy(policy as ReadPolicy, action);
        byPolicy.set(policy, allowed);
        for (const resource of allowed) found.add(resource);
      }
      if (candidate.principal.kind === 'root') this.resources.forEach((_, resource) => found.add(resource));
      for (const resource of found) yield { principal, resource };
    }
  }

  /** By principal, the resources whose policies could allow it without its account being named: what names an account allows nobody by itself. */
  private namedByResources(action: string): Map<number, number[]> {
    const everybody = this.principals.map((_, index) => index);
    const found = new Map<number, number[]>();
    for (const [resource, { arn, policy }] of this.resources.entries()) {
      const statements = policy === undefined ? [] : allowing(policy as ReadPolicy, action).filter(statement => statement.mayBeAbout(arn));
      for (const statement of statements) {
        const named = namesIn(statement.principal);
        const whom = named === undefined ? everybody : ['', ...named].flatMap(name => this.byName.get(name) ?? []);
        for (const principal of whom) push(found, principal, resource);
      }
    }
    return found;
  }
}

/** The ARNs in order, so that those with one beginning are neighbours. */
class Arns {
  private readonly order: readonly number[];

  constructor(private readonly resources: readonly CandidateResource[]) {
    this.order = resources.map((_, index) => index).sort((a, b) => resources[a].arn < resources[b].arn ? -1 : 1);
  }

  public allowedBy(policy: ReadPolicy, action: string): readonly number[] {
    return allowing(policy, action).flatMap(statement => statement.prefixes.flatMap(prefix => this.beginningWith(prefix, statement)));
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
