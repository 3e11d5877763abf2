import { startMysqls, startPostgres } from './databases';
import { startIam, startValkey } from './kinds';
import { Figures, measure, ROTATIONS, RotationFigures, STARTS } from './measure';
import { MAX_ZIPPED_BYTES } from '../../bundles/size';
import { atMost, Column, Report, Requirement, tableOf, whole } from '../frame';

/** Of a database; a custom function asks for values that no other call holds. */
const MAX_CALLS = 8;
const MAX_CALLS_OF_CUSTOM = 9;
/** It looks at the secret again just before each effect. */
const MAX_CALLS_OF_KIND = 10;
/** Processor time in multiples of that of a Node.js which does nothing. */
const MAX_READY_CPU = 4;
const MAX_ROTATION_CPU = 8;
const MAX_PEAK_MIB = 128;

/** What a function costs to start. */
const STARTING: Column<Figures>[] = [
  ['Function', ({ title }) => title, 'text'],
  ['Zip file', ({ zippedBytes }) => bytes(zippedBytes)],
  ['Handler ready', ({ readyMs }) => `${whole(readyMs)} ms`],
  ['Processor time', ({ readyCpu }) => times(readyCpu)],
  ['First step done', ({ firstStepMs }) => `${whole(firstStepMs)} ms`],
  ['Peak memory', ({ peakMiB }) => mebibytes(peakMiB)],
];

/** What a rotation costs. */
const ROTATING: Column<RotationFigures>[] = [
  ['Function', ({ title }) => title, 'text'],
  ['Rotation', ({ of }) => of, 'text'],
  ['Calls to Secrets Manager', ({ calls }) => whole(calls)],
  ['Process start to end', ({ ms }) => `${whole(ms)} ms`],
  ['Processor time', ({ cpu }) => times(cpu)],
];

export async function* measureRotationFunctions(): AsyncGenerator<Report> {
  const running: { stop(): Promise<void> }[] = [];
  try {
    const postgres = await startPostgres();
    running.push(postgres);
    const mysqls = await startMysqls();
    running.push(...mysqls);
    const iam = await startIam();
    running.push(iam);
    const valkey = await startValkey();
    running.push(valkey);
    const ofKinds = [
      { title: 'Access keys', bundle: 'iam', databases: [], kinds: iam.kinds },
      { title: 'Valkey, Redis', bundle: 'valkey', databases: [], kinds: valkey.kinds },
    ];
    const figures = await measure([
      { title: 'Custom', bundle: 'custom', databases: [] },
      { title: 'PostgreSQL', bundle: 'postgres', engine: 'postgres', databases: [postgres] },
      { title: 'MySQL, MariaDB', bundle: 'mysql', engine: 'mysql', databases: mysqls },
      ...ofKinds.filter(({ kinds }) => kinds.length > 0),
    ]);
    yield {
      tables: [tableOf(STARTING, figures), tableOf(ROTATING, figures.flatMap(({ rotations }) => rotations))],
      notes: [`Times are medians, of ${STARTS} processes from their start and of ${ROTATIONS} rotations`
        + ' with a local server over TLS and a fake Secrets Manager over HTTP.'],
      requirements: figures.flatMap(requirementsOf),
    };
  } finally {
    await Promise.all(running.map(async database => database.stop()));
  }
}

function requirementsOf({ title, bundle, kinds, zippedBytes, readyCpu, peakMiB, rotations }: Figures): Requirement[] {
  return [
    atMost(MAX_ZIPPED_BYTES[bundle], `${title}: zip file of at most {max}`, zippedBytes, bytes),
    atMost(MAX_PEAK_MIB, `${title}: at most {max} of memory, the least that Lambda gives`, peakMiB, mebibytes),
    atMost(MAX_READY_CPU, `${title}: ready with at most {max} the processor time of an empty Node.js`, readyCpu, times),
    ...rotations.flatMap(({ of, calls, cpu }) => [
      atMost(mostCalls(bundle, kinds !== undefined), `${of}: at most {max} calls a rotation`, calls),
      atMost(MAX_ROTATION_CPU, `${of}: at most {max} the processor time of an empty Node.js`, cpu, times),
    ]),
  ];
}

function mostCalls(bundle: string, isKind: boolean): number {
  if (isKind) return MAX_CALLS_OF_KIND;
  return bundle === 'custom' ? MAX_CALLS_OF_CUSTOM : MAX_CALLS;
}

function bytes(value: number): string {
  return `${whole(value)} B`;
}

function mebibytes(value: number): string {
  return `${whole(value)} MiB`;
}

function times(multiple: number): string {
  return `${multiple.toFixed(1)} ×`;
}
