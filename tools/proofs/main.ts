import { readProofs, report } from './readme';

/** `npx projen proofs`: writes the table of README.md; `--anew` from what was run alone, `--check` compares. */
process.exitCode = report(readProofs(), new Set(process.argv.slice(2)), (line) => process.stdout.write(`${line}\n`));
