import type { Figures } from './measure';

interface Requirement {
  readonly text: string;
  readonly holds: boolean;
}

const MAX_CALLS = 10;
const MAX_PEAK_MIB = 128;
const MAX_ZIPPED: Record<string, number> = { 'Custom': 150_000, 'PostgreSQL': 180_000, 'MySQL, MariaDB': 550_000 };

/** Two tables in Markdown: what a function costs to start, and what a rotation costs. */
export function tablesOf(figures: readonly Figures[]): string {
  return [
    line(['Function', 'Zip file', 'Handler ready', 'First step done', 'Peak memory']),
    line(['---', '---:', '---:', '---:', '---:']),
    ...figures.map(({ title, zippedBytes, readyMs, firstStepMs, peakMiB }) =>
      line([title, `${whole(zippedBytes)} B`, `${whole(readyMs)} ms`, `${whole(firstStepMs)} ms`, `${whole(peakMiB)} MiB`])),
    '',
    line(['Function', 'Rotation', 'Calls to Secrets Manager', 'Whole rotation']),
    line(['---', '---', '---:', '---:']),
    ...figures.flatMap(({ title, rotations }) => rotations.map(({ of, calls, ms }) => line([title, of, whole(calls), `${whole(ms)} ms`]))),
  ].join('\n');
}

export function requirementsOf(figures: readonly Figures[]): Requirement[] {
  return figures.flatMap(({ title, zippedBytes, peakMiB, rotations }) => [
    { text: `${title}: zip file of at most ${whole(MAX_ZIPPED[title])} B`, holds: zippedBytes <= MAX_ZIPPED[title] },
    { text: `${title}: at most ${MAX_PEAK_MIB} MiB of memory, the least that Lambda gives`, holds: peakMiB <= MAX_PEAK_MIB },
    ...rotations.map(({ of, calls }) => ({ text: `${of}: at most ${MAX_CALLS} calls a rotation`, holds: calls <= MAX_CALLS })),
  ]);
}

function line(texts: string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
