import { parseArgs } from 'util';
import { dotNet } from './dotnet';
import { go } from './go';
import { java } from './java';
import type { Language } from './language';
import { Proof, Prover } from './prove';
import { python } from './python';
import { tableOfLanguages, tableOfMistakes, writeIntoGuide } from './report';
import { typescript } from './typescript';
import { markdown } from '../documents/table';

/** TypeScript is what the others are compared with. */
const LANGUAGES: readonly Language[] = [typescript, python, java, dotNet, go];
/** With `all`, a language whose programs are missing has failed, as a server that is missing has in the tests. */
const REQUIRE = 'ROTATION_TEST_REQUIRE';

function chosen(names: string[]): readonly Language[] {
  const unknown = names.filter(name => !LANGUAGES.some(language => language.name === name));
  if (unknown.length > 0) throw new Error(`there is no language named ${unknown.join(', ')}; languages are: ${LANGUAGES.map(({ name }) => name).join(', ')}`);
  return names.length === 0 ? LANGUAGES : LANGUAGES.filter(language => language === typescript || names.includes(language.name));
}

function failed(proof: Proof): boolean {
  return proof.failure !== undefined || (proof.missing !== undefined && process.env[REQUIRE] === 'all');
}

/** `npx projen languages [names...] [--write]` */
function main(): number {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });
  const languages = chosen(positionals);
  const prover = new Prover();
  const proofs = languages.map(language => {
    console.log(`${language.title} …`);
    const proof = prover.prove(language);
    if (proof.failure) console.error(`${proof.title}: ${proof.failure}`);
    if (proof.missing) console.error(`${proof.title}: not run, because ${proof.missing} is missing`);
    proof.limits.forEach(limit => console.log(limit));
    return proof;
  });
  const [table, mistakes] = [tableOfLanguages(proofs), tableOfMistakes(proofs)];
  console.log(`\n${markdown(table)}\n\n${markdown(mistakes)}\n`);
  const failures = proofs.filter(failed).length;
  const proved = proofs.filter(({ failure, missing }) => !failure && !missing);
  if (values.write && failures === 0) {
    writeIntoGuide('languages', tableOfLanguages(proved), 1);
    writeIntoGuide('mistakes', tableOfMistakes(proved), 2);
  } else if (values.write) {
    console.error('the guide is not written, because a language has failed');
  }
  console.log(`${proofs.filter(proof => !failed(proof) && !proof.missing).length} passed, ${failures} failed`);
  return failures > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
