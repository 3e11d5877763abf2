import type { SynthesizedStack } from '../examples/synthesis';

/** A rule that a construct breaks. */
export interface Finding {
  /** The id under which `Validations.of(scope).acknowledge({ id, reason })` acknowledges it. */
  readonly rule: string;
  /** The construct path of the stack; empty for a construct above all stacks. */
  readonly stack: string;
  /** The construct path of the resource. */
  readonly resource: string;
  readonly message: string;
}

/** All that one source of rules raised, acknowledged or not. */
export interface RuleRun {
  readonly raised: Finding[];
  /** Whether a rule id belongs to this source: an acknowledgement of such an id must meet a finding in `raised`. */
  readonly owns: (ruleId: string) => boolean;
}

/** The construct path of the innermost stack that holds a construct. */
export function enclosingStackPath(stacks: SynthesizedStack[], constructPath: string): string {
  return stacks
    .map(stack => stack.path)
    .filter(path => constructPath === path || constructPath.startsWith(`${path}/`))
    .reduce((longest, path) => path.length > longest.length ? path : longest, '');
}
