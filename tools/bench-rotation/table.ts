import type { Figures } from './measure';
import { MAX_ZIPPED_BYTES } from '../bundles/size';

interface Requirement {
  readonly text: string;
  readonly holds: boolean;
}

/** Of a database; a custom function asks for values that no other call holds. */
const MAX_CALLS = 8;
const MAX_CALLS_OF_CUSTOM = 9;
/** Processor time in multiples of that of a Node.js which does nothing. */
const MAX_READY_CPU = 4.5;
const MAX_ROTATION_CPU = 10.5;
const MAX_PEAK_MIB = 128;

/** Two tables in Markdown: what a function costs to start, and what a rotation costs. */
export function tablesOf(figures: readonly Figures[]): string {
  return [
    line(['Function', 'Zip file', 'Handler ready', 'Processor time', 'First step done', 'Peak memory']),
    line(['---', '---:', '---:', '---:', '---:', '---:']),
    ...figures.map(({ title, zippedBytes, readyMs, readyCpu, firstStepMs, peakMiB }) =>
      line([title, `${whole(zippedBytes)} B`, `${whole(readyMs)} ms`, times(readyCpu), `${whole(firstStepMs)} ms`, `${whole(peakMiB)} MiB`])),
    '',
    line(['Function', 'Rotation', 'Calls to Secrets Manager', 'Process start to end', 'Processor time']),
    line(['---', '---', '---:', '---:', '---:']),
    ...figures.flatMap(({ title, rotations }) => rotations.map(({ of, calls, ms, cpu }) => line([title, of, whole(calls), `${whole(ms)} ms`, times(cpu)]))),
  ].join('\n');
}

export function requirementsOf(figures: readonly Figures[]): Requirement[] {
  return figures.flatMap(({ title, bundle, zippedBytes, readyCpu, peakMiB, rotations }) => [
    { text: `${title}: zip file of at most ${whole(MAX_ZIPPED_BYTES[bundle])} B`, holds: zippedBytes <= MAX_ZIPPED_BYTES[bundle] },
    { text: `${title}: at most ${MAX_PEAK_MIB} MiB of memory, the least that Lambda gives`, holds: peakMiB <= MAX_PEAK_MIB },
    { text: `${title}: ready with at most ${times(MAX_READY_CPU)} the processor time of an empty Node.js`, holds: readyCpu <= MAX_READY_CPU },
    ...rotations.flatMap(({ of, calls, cpu }) => {
      const most = bundle === 'custom' ? MAX_CALLS_OF_CUSTOM : MAX_CALLS;
      return [
        { text: `${of}: at most ${most} calls a rotation`, holds: calls <= most },
        { text: `${of}: at most ${times(MAX_ROTATION_CPU)} the processor time of an empty Node.js`, holds: cpu <= MAX_ROTATION_CPU },
      ];
    }),
  ]);
}

function line(texts: string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function times(multiple: number): string {
  return `${multiple.toFixed(1)} ×`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
