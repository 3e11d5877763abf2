import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import type { Proof } from '../../tools/proofs/proof';

/** The folder that tools/proofs/reporter.mjs reads when the file has ended. Without that reporter nothing is written. */
const FOLDER = process.env.PROOFS_FOLDER;

const proofs: (Proof & { readonly tests: readonly string[] })[] = [];

/** Inside a `describe`: what its tests prove, when they pass, for the table in README.md. Without a server there is nothing to say of it. */
export function proves(proof: () => Promise<Proof | undefined>): void {
  const tests: string[] = [];
  let said: Proof | undefined;
  beforeEach(async () => {
    // While the server runs: hooks that end it may come before the one below.
    if (tests.length === 0) said = await proof();
    tests.push(expect.getState().currentTestName!);
  });
  afterAll(() => {
    if (said) record(said, tests);
  });
}

/** Inside a test: what it proves, when it passes. */
export function proved(proof: Proof): void {
  record(proof, [expect.getState().currentTestName!]);
}

function record(proof: Proof, tests: readonly string[]): void {
  if (!FOLDER) return;
  proofs.push({ ...proof, tests });
  mkdirSync(FOLDER, { recursive: true });
  const name = path.relative(path.resolve(__dirname, '..'), expect.getState().testPath!).replaceAll(path.sep, '-');
  writeFileSync(path.join(FOLDER, `${name}.json`), JSON.stringify(proofs));
}
