import { rmSync } from 'fs';
import * as path from 'path';
import { EXAMPLES, exampleNames, loadExample } from './examples';
import { synthesizeApp, templateOf } from './synthesis';
import { validationErrors } from './validation';

const CLOUD_ASSEMBLIES = path.resolve(__dirname, '../../cdk.out');

/**
 * Synthesizes the named examples, or all, each into a folder of its own, and prints a line for each.
 * Answers whether all succeeded; a failure is printed, so that the others are still tried.
 */
export function synthesizeExamples(names: string[], directory = EXAMPLES, outdir = CLOUD_ASSEMBLIES): boolean {
  const known = exampleNames(directory);
  const unknown = names.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`there is no example named ${unknown.join(', ')}; examples are: ${known.join(', ') || 'none yet'}`);
  }
  const chosen = names.length > 0 ? names : known;
  if (chosen.length === 0) {
    throw new Error('there is nothing to synthesize: no folder of examples/ holds an app.ts');
  }
  return chosen.map(name => report(name, directory, path.join(outdir, name))).every(succeeded => succeeded);
}

function report(name: string, directory: string, outdir: string): boolean {
  const start = performance.now();
  try {
    console.log(`${name}: ${describeSynthesis(name, directory, outdir)}, ${secondsSince(start)} s`);
    return true;
  } catch (error) {
    console.error(`${name}: failed after ${secondsSince(start)} s\n${indented(messageOf(error))}`);
    return false;
  }
}

function describeSynthesis(name: string, directory: string, outdir: string): string {
  // The assembly of an earlier run may hold templates of stacks that are gone.
  rmSync(outdir, { recursive: true, force: true });
  const synthesized = synthesizeApp(loadExample(name, directory), { flags: 'recommended', outdir });
  const errors = validationErrors(synthesized);
  if (errors.length > 0) {
    throw new Error(errors.join('\n'));
  }
  const resources = synthesized.stacks.reduce((sum, stack) => sum + Object.keys(templateOf(stack).Resources ?? {}).length, 0);
  return `${synthesized.stacks.length} stacks, ${resources} resources`;
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

function indented(text: string): string {
  return text.split('\n').map(line => `  ${line}`).join('\n');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `npx projen examples [names...]` */
function main(): void {
  try {
    process.exitCode = synthesizeExamples(process.argv.slice(2)) ? 0 : 1;
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}

if (require.main === module) {
  main();
}
