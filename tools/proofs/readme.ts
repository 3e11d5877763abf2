import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import type { CountedProof } from './proof';
import { cellsOf, Row, rowsIn, rowsOf } from './table';
import { markdown, markedPart } from '../documents/table';

const ROOT = path.resolve(__dirname, '../..');
/** Where tools/proofs/reporter.mjs keeps them. */
const FOLDER = path.join(ROOT, 'test-reports/proofs');

/** What the last run of each test file has shown, of those files that there are. */
export function readProofs(folder = FOLDER): CountedProof[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const proofs = files.flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as CountedProof[]);
  return proofs.filter(({ file }) => existsSync(path.join(ROOT, file)));
}

const nameOf = ({ credential, strategy, rotator }: Row) => `${credential}, ${strategy}, ${rotator}`;

/** What of a written row was not run, or ran otherwise; nothing when all of it was. */
export function overstated(written: Row, ran: Row | undefined): string | undefined {
  if (!ran) return 'no suite that ran has shown it';
  const missing = written.servers.filter((server) => !ran.servers.includes(server));
  if (missing.length > 0) return `it ran on ${ran.servers.join('; ')}, not on ${missing.join('; ')}`;
  if (ran.tests < written.tests) return `${ran.tests} tests passed`;
  return ran.faultPoints < written.faultPoints ? `the function was ended at ${ran.faultPoints} points` : undefined;
}

const find = (rows: readonly Row[], row: Row) => rows.find((each) => nameOf(each) === nameOf(row));

/** Rows of which not all was run here stay as they are, unless the table is made anew. */
export function merged(written: readonly Row[], ran: readonly Row[]): { rows: Row[]; kept: Row[] } {
  const kept = written.filter((row) => overstated(row, find(ran, row)) !== undefined);
  return { rows: [...kept, ...ran.filter((row) => !find(kept, row))], kept };
}

/** Whether the row needs a server that cannot run on this machine, by one of the variables that name them, such as `ROTATION_TEST_SAMBA`. */
export function isLeftOut({ servers }: Row, variables: readonly string[]): boolean {
  const products = variables.map((variable) => variable.replace('ROTATION_TEST_', '').toLowerCase());
  return servers.some((server) => products.includes(server.split(' ')[0].toLowerCase()));
}

/** Writes or compares the table; the exit code. `leftOut`: the servers that cannot run on this machine. */
export function report(
  proofs: readonly CountedProof[], options: ReadonlySet<string>, say: (line: string) => void, leftOut: readonly string[] = [],
): number {
  const failed = [...new Set(proofs.flatMap((proof) => proof.failed))];
  if (proofs.length === 0 || failed.length > 0) {
    say(failed.length > 0 ? `mend first what failed:\n${failed.join('\n')}` : 'no suite has run; run npm test with the servers of .ci/install-databases');
    return 1;
  }
  const part = markedPart('README.md', 'proofs');
  const [written, ran] = [rowsIn(part.text), rowsOf(proofs)];
  if (options.has('--check')) {
    const [unseen, seen] = [true, false].map((isOut) => written.filter((row) => isLeftOut(row, leftOut) === isOut));
    for (const row of unseen) say(`not run here, where its server cannot run: ${nameOf(row)}`);
    return check(seen, ran.filter((row) => !find(unseen, row)), say);
  }
  const { rows, kept } = options.has('--anew') ? { rows: ran, kept: [] } : merged(written, ran);
  part.replace(markdown(cellsOf(rows)));
  for (const row of kept) say(`not run here as the table has it, and kept: ${nameOf(row)}`);
  say(`${rows.length - kept.length} rows from what was run`);
  return 0;
}

function check(written: readonly Row[], ran: readonly Row[], say: (line: string) => void): number {
  const names = new Set(written.map(nameOf));
  const wrong = [
    ...written.map((row) => ({ row, flaw: overstated(row, ran.find((each) => nameOf(each) === nameOf(row))) })),
    ...ran.filter((row) => !names.has(nameOf(row))).map((row) => ({ row, flaw: 'a suite has shown it, and the table lacks it' })),
  ].filter(({ flaw }) => flaw !== undefined);
  for (const { row, flaw } of wrong) say(`${nameOf(row)}: ${flaw}`);
  say(wrong.length > 0
    ? 'README.md says otherwise than what was run: run npm test with all servers, then npx projen proofs --anew'
    : `README.md says of ${written.length} rows what was run`);
  return wrong.length > 0 ? 1 : 0;
}
