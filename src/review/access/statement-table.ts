import { isUnknown, unknown } from '../assembly/unknown';
import type { Place, StatementEntry } from '../document/review-document';
import type { Placed } from '../model/placed';
import type { PolicyDocument } from '../model/policy';
import { compile } from '../policy/compile';
import type { CompiledPolicy, DecidingStatement, PolicyDocument as EvaluatedDocument, PolicyKind } from '../policy/types';

const KINDS: Record<PolicyKind, StatementEntry['kind']> = {
  'identity policy': 'identity',
  'permissions boundary': 'permissions-boundary',
  'session policy': 'identity',
  'resource policy': 'resource',
  'key policy': 'key',
  'VPC endpoint policy': 'endpoint',
  'service control policy': 'service-control',
  'resource control policy': 'resource-control',
};

/** Where a policy comes from. */
export interface PolicySource {
  /** Tells the policy from every other one. */
  readonly name: string;
  readonly policy: PolicyDocument;
  readonly placed?: Pick<Placed, 'stack' | 'logicalId'>;
}

/** Compiles policies, and lists the statements that decisions rest on, each once. */
export class StatementTable {
  public readonly entries: StatementEntry[] = [];
  private readonly sources = new Map<string, PolicySource>();
  private readonly compiled = new Map<string, CompiledPolicy>();
  private readonly places = new Map<string, number>();

  constructor(private readonly placeOf: (placed: Pick<Placed, 'stack' | 'logicalId'>) => Place) {}

  public compile(source: PolicySource): CompiledPolicy {
    const before = this.compiled.get(source.name);
    if (before !== undefined) return before;
    const policy = compile({ name: source.name, document: evaluated(source.policy) as EvaluatedDocument });
    this.sources.set(source.name, source);
    this.compiled.set(source.name, policy);
    return policy;
  }

  /** Policies of an organization are named by files: two documents of one name are told apart. */
  public compileApart(source: PolicySource): CompiledPolicy {
    const before = this.sources.get(source.name);
    if (before === undefined || before.policy === source.policy) return this.compile(source);
    return this.compileApart({ ...source, name: `${source.name} (another)` });
  }

  /** The place of the statement in the list. */
  public indexOf({ kind, policy, index, effect }: Omit<DecidingStatement, 'sid'>): number {
    const key = `${kind} ${index} ${policy}`;
    const before = this.places.get(key);
    if (before !== undefined) return before;
    const source = this.sources.get(policy);
    this.entries.push({
      kind: KINDS[kind],
      effect,
      policy,
      ...source?.placed && { place: this.placeOf(source.placed) },
      statement: source?.policy.Statement[index]?.Sid ?? String(index + 1),
      json: source?.policy.Statement[index],
    });
    this.places.set(key, this.entries.length - 1);
    return this.entries.length - 1;
  }
}

/**
 * A dynamic reference is no text that a policy compares: CloudFormation puts its value there. What is known for sure of a value ends in
 * front of its first wildcard or variable, behind which anything can be.
 */
function evaluated(value: unknown): unknown {
  if (typeof value === 'string') {
    const at = value.indexOf('{{resolve:');
    return at < 0 ? value : unknown(`the value of ${value.slice(at)}`, value.slice(0, at).split(/[*?$]/)[0]);
  }
  if (isUnknown(value)) return unknown(value.unknown, value.startsWith?.split(/[*?$]/)[0]);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map(evaluated)
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, evaluated(each)]));
}
