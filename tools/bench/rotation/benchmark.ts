import { RunningDatabase, startMongo, startMysqls, startPostgres, startRedshift } from './databases';
import { KEYS, RunningKinds, startDirectories, startHttp, startIam, startRabbitMq, startValkey } from './kinds';
import { Figures, measure, ROTATIONS, RotationFigures, RotationFunction, STARTS } from './measure';
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

const ZIP: Column<Figures> = ['Zip file', ({ zippedBytes }) => bytes(zippedBytes)];

/** What a function costs to start. */
const STARTING: Column<Figures>[] = [
  ['Function', ({ title }) => title, 'text'],
  ZIP,
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

interface Started extends RotationFunction {
  readonly stop: () => Promise<void>;
}

/** Each function with the servers of this machine for it, by its bundle. */
const FUNCTIONS: Readonly<Record<string, (bundle: string) => Promise<Started>>> = {
  custom: async bundle => ({ title: 'Custom', bundle, databases: [], stop: async () => undefined }),
  postgres: async bundle => onDatabases({ title: 'PostgreSQL', bundle, engine: 'postgres' }, [await startPostgres()]),
  redshift: async bundle => onDatabases({ title: 'Redshift', bundle, engine: 'redshift' }, [await startRedshift()]),
  mysql: async bundle => onDatabases({ title: 'MySQL, MariaDB', bundle, engine: 'mysql' }, await startMysqls()),
  mongo: async bundle => onDatabases({ title: 'MongoDB', bundle, engine: 'mongo' }, await startMongo()),
  keys: async bundle => ({ title: 'Keys and tokens', bundle, databases: [], kinds: KEYS, stop: async () => undefined }),
  http: async bundle => ofKinds('Over HTTPS', bundle, await startHttp()),
  iam: async bundle => ofKinds('Access keys', bundle, await startIam()),
  ldap: async bundle => ofKinds('OpenLDAP, Active Directory', bundle, await startDirectories()),
  rabbitmq: async bundle => ofKinds('RabbitMQ', bundle, await startRabbitMq()),
  valkey: async bundle => ofKinds('Valkey, Redis', bundle, await startValkey()),
};

export const MEASURED: readonly string[] = Object.keys(FUNCTIONS);

function onDatabases(of: Omit<RotationFunction, 'databases'>, databases: readonly RunningDatabase[]): Started {
  return { ...of, databases, stop: async () => void await Promise.all(databases.map(async each => each.stop())) };
}

function ofKinds(title: string, bundle: string, { kinds, stop }: RunningKinds): Started {
  return { title, bundle, databases: [], kinds, stop: async () => stop() };
}

/** Of all bundles, or of those that are named. */
export async function* measureRotationFunctions({ only = MEASURED }: { readonly only?: readonly string[] } = {}): AsyncGenerator<Report> {
  const running: Started[] = [];
  try {
    for (const each of MEASURED.filter(name => only.includes(name))) running.push(await FUNCTIONS[each](each));
    yield reportOf(await measure(running.filter(({ kinds }) => kinds?.length !== 0)));
  } finally {
    await Promise.all(running.map(async ({ stop }) => stop()));
  }
}

export function reportOf(figures: readonly Figures[]): Required<Report> {
  const rotating = tableOf(ROTATING, figures.flatMap(({ rotations }) => rotations));
  return {
    tables: [tableOf(STARTING, figures), rotating],
    guide: [tableOf(STARTING.filter(column => column !== ZIP), figures), rotating],
    notes: [`Times are medians, of ${STARTS} processes from their start and of ${ROTATIONS} rotations`
      + ' with a local server over TLS and a fake Secrets Manager over HTTP.'],
    requirements: figures.flatMap(requirementsOf),
  };
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
