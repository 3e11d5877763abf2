import { availableParallelism } from 'os';
import { RunningDatabase, startMysqls, startPostgres } from './databases';
import { Candidate, Figures, measure, ROTATIONS, STARTS } from './measure';
import { requirementsOf, tablesOf } from './table';

/** Prints what rotation functions cost, and fails when one of them costs more than it may. */
async function main(): Promise<void> {
  const running: RunningDatabase[] = [];
  try {
    running.push(await startPostgres(), ...await startMysqls());
    const [postgres, ...mysqls] = running;
    const candidates: Candidate[] = [
      { title: 'Custom', bundle: 'custom', databases: [] },
      { title: 'PostgreSQL', bundle: 'postgres', engine: 'postgres', databases: [postgres] },
      { title: 'MySQL, MariaDB', bundle: 'mysql', engine: 'mysql', databases: mysqls },
    ];
    const figures: Figures[] = [];
    for (const candidate of candidates) {
      console.error(`measuring ${candidate.title}`);
      figures.push(await measure(candidate));
    }
    report(figures);
  } finally {
    await Promise.all(running.map(async database => database.stop()));
  }
}

function report(figures: readonly Figures[]): void {
  console.log(tablesOf(figures));
  console.log(`\nNode.js ${process.version}, ${availableParallelism()} CPUs; times are medians, of ${STARTS} processes from their start and of ${ROTATIONS} rotations`
    + ' with a local server over TLS and a fake Secrets Manager over HTTP.\n');
  for (const { text, holds } of requirementsOf(figures)) {
    console.log(`${holds ? 'holds ' : 'BROKEN'}  ${text}`);
    if (!holds) process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
