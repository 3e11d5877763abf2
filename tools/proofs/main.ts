import { readProofs, report } from './readme';
import { LEFT_OUT } from '../servers/left-out';

const leftOut = (process.env[LEFT_OUT] ?? '').split(' ');

/** `npx projen proofs`: writes the table of README.md; `--anew` from what was run alone, `--check` compares. */
process.exitCode = report(readProofs(), new Set(process.argv.slice(2)), (line) => process.stdout.write(`${line}\n`), leftOut);
