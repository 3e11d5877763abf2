import type { Comparison, Result } from './comparison';
import { MANAGED_SECRET, PLAIN_SECRET } from './contenders';

type Column = [heading: string, cell: (result: Result) => string];

const COLUMNS: Column[] = [
  ['Synthesis', ({ seconds }) => `${seconds.toFixed(2)} s`],
  ['Peak memory', ({ peakBytes }) => `${Math.round(peakBytes / 2 ** 20)} MiB`],
  ['Resources', ({ resources }) => whole(resources)],
  ['…besides readers', ({ resourcesBesidesReaders }) => whole(resourcesBesidesReaders)],
  ['Key policy', ({ keyPolicyBytes }) => `${whole(keyPolicyBytes)} B`],
  ['Policy of a reader', ({ readerPolicyBytes }) => `${whole(readerPolicyBytes)} B`],
  ['Templates', ({ templateBytes }) => `${whole(Math.round(templateBytes / 1000))} kB`],
];

/** The comparisons in Markdown, two lines for each number of secrets. */
export function tableOf(comparisons: Comparison[]): string {
  return [
    line(['Secrets', 'Construct', ...COLUMNS.map(([heading]) => heading)]),
    line(['---:', '---', ...COLUMNS.map(() => '---:')]),
    ...comparisons.flatMap(({ secrets, managedSecret, plainSecret }) => [
      line([whole(secrets), MANAGED_SECRET.title, ...cells(managedSecret)]),
      line([whole(secrets), PLAIN_SECRET.title, ...cells(plainSecret)]),
    ]),
  ].join('\n');
}

function cells(result: Result): string[] {
  return COLUMNS.map(([, cell]) => cell(result));
}

function line(texts: string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}
