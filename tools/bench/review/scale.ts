import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { build } from 'esbuild';
import { Grants, writeApp } from './written-app';
import { atMost, Column, inRounds, median, Report, tableOf, whole } from '../frame';

const ROOT = path.resolve(__dirname, '../../..');

/** Odd, for the median. */
const ROUNDS = 3;
const MAX_MS = 5000;
const MAX_MIB = 600;
const MAX_GROWTH = 2.5;

interface Subject {
  readonly title: string;
  readonly size: number;
  readonly grants: Grants;
}

interface Run {
  readonly ms: number;
  readonly peakMiB: number;
  readonly accesses: number;
}

type Figures = Subject & Run;

const SUBJECTS: Subject[] = [
  { title: 'each role reads three secrets', size: 1000, grants: 'own' },
  { title: 'each role reads three secrets', size: 2000, grants: 'own' },
  { title: 'each role reads all secrets', size: 1000, grants: 'wide' },
];

const COLUMNS: Column<Figures>[] = [
  ['App', ({ title }) => title, 'text'],
  ['Secrets', ({ size }) => whole(size)],
  ['Roles', ({ size }) => whole(size)],
  ['Accesses', ({ accesses }) => whole(accesses)],
  ['Time', ({ ms }) => `${whole(ms)} ms`],
  ['Peak memory', ({ peakMiB }) => `${whole(peakMiB)} MiB`],
];

/** How long a review takes, and what memory, as apps grow. */
export async function* measureScale(): AsyncGenerator<Report> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-review-'));
  try {
    const program = await bundled(folder);
    const subjects = SUBJECTS.map((subject, index) => ({ ...subject, app: path.join(folder, `app-${index}`) }));
    for (const { app, size, grants } of subjects) writeApp(app, size, grants);
    const runs = await inRounds(ROUNDS, subjects, async ({ app }) => JSON.parse(execFileSync(process.execPath, [program, app], { encoding: 'utf8' })) as Run);
    const figures = subjects.map((subject, index): Figures => ({
      ...subject,
      ms: median(runs[index].map(({ ms }) => ms)),
      peakMiB: Math.max(...runs[index].map(({ peakMiB }) => peakMiB)),
      accesses: runs[index][0].accesses,
    }));
    yield { tables: [tableOf(COLUMNS, figures)], notes: [`Times are medians of ${ROUNDS} processes.`], requirements: requirementsOf(figures) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One file, as fast to load as what ships. */
async function bundled(folder: string): Promise<string> {
  const outfile = path.join(folder, 'src/review/run.js');
  await build({ absWorkingDir: ROOT, entryPoints: ['tools/bench/review/run.ts'], bundle: true, packages: 'external', platform: 'node', target: 'node20', outfile });
  for (const each of ['node_modules', 'package.json']) symlinkSync(path.join(ROOT, each), path.join(folder, each));
  return outfile;
}

function requirementsOf([small, large, wide]: Figures[]) {
  return [
    atMost(MAX_GROWTH, 'twice as many secrets and roles: at most {max} times as long', large.ms / small.ms, value => value.toFixed(1)),
    ...[small, wide].flatMap(({ title, ms, peakMiB }) => [
      atMost(MAX_MS, `1,000 secrets and 1,000 roles, ${title}: at most {max} ms`, ms),
      atMost(MAX_MIB, `1,000 secrets and 1,000 roles, ${title}: at most {max} MiB`, peakMiB),
    ]),
  ];
}
