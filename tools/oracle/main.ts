import { parseArgs } from 'util';
import { compareMany } from './compare';

const USAGE = `npx projen compare:policies [--runs 100000] [--seed <number>]

Compares the evaluator of policies with the simulator @cloud-copilot/iam-simulate on generated policies and requests.`;

/** Prints what was compared; the exit code is 1 when there is a difference that nothing explains. */
async function main(): Promise<void> {
  const { runs, seed } = argumentsIn(process.argv.slice(2));
  console.log(`${runs.toLocaleString('en-US')} requests, seed ${seed}`);
  const { outcomes, explained, unexplained } = await compareMany(runs, seed);
  for (const [title, counts] of [['answers', outcomes], ['differences that are explained', explained]] as const) {
    console.log(`\n${title}:`);
    for (const [name, count] of [...counts].sort(([, a], [, b]) => b - a)) {
      console.log(`${count.toLocaleString('en-US').padStart(9)}  ${(100 * count / runs).toFixed(2).padStart(6)} %  ${name}`);
    }
  }
  console.log(`\n${unexplained.length} differences without an explanation`);
  for (const each of unexplained.slice(0, 5)) console.log(JSON.stringify(each));
  if (unexplained.length > 0) process.exitCode = 1;
}

function argumentsIn(args: string[]): { runs: number; seed: number } {
  const { values } = parseArgs({ args, options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Date.now() % 2 ** 31) } } });
  const [runs, seed] = [Number(values.runs), Number(values.seed)];
  if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) throw new Error(USAGE);
  return { runs, seed };
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
