import type { Comparison, Result } from './comparison';
import type { Contender } from './contenders';

export type Column = [heading: string, cell: (result: Result) => string];

export const SYNTHESIS: Column = ['Synthesis', ({ seconds }) => `${seconds.toFixed(2)} s`];
export const PEAK_MEMORY: Column = ['Peak memory', ({ peakBytes }) => `${Math.round(peakBytes / 2 ** 20)} MiB`];
export const STACKS: Column = ['Stacks', ({ stacks }) => whole(stacks)];
export const RESOURCES: Column = ['Resources', ({ resources }) => whole(resources)];
export const BESIDES_READERS: Column = ['…besides readers', ({ resourcesBesidesRoles }) => whole(resourcesBesidesRoles)];
export const KEY_POLICY: Column = ['Key policy', ({ keyPolicyBytes }) => `${whole(keyPolicyBytes)} B`];
export const POLICY_OF_READER: Column = ['Policy of a reader', ({ rolePolicyBytes }) => `${whole(rolePolicyBytes)} B`];
export const POLICIES_OF_ROTATOR: Column = ['Policies of the function', ({ rolePolicyBytes }) => `${whole(rolePolicyBytes)} B`];
export const TEMPLATES: Column = ['Templates', ({ templateBytes }) => `${whole(Math.round(templateBytes / 1000))} kB`];

export interface Table {
  readonly ours: Contender;
  readonly theirs: Contender;
  readonly columns: Column[];
}

/** The comparisons in Markdown, two lines for each number of secrets. */
export function tableOf({ ours, theirs, columns }: Table, comparisons: Comparison[]): string {
  const cells = (result: Result) => columns.map(([, cell]) => cell(result));
  return [
    line(['Secrets', 'Construct', ...columns.map(([heading]) => heading)]),
    line(['---:', '---', ...columns.map(() => '---:')]),
    ...comparisons.flatMap(comparison => [
      line([whole(comparison.secrets), ours.title, ...cells(comparison.ours)]),
      line([whole(comparison.secrets), theirs.title, ...cells(comparison.theirs)]),
    ]),
  ].join('\n');
}

function line(texts: string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
