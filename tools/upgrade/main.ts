import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { compareApi } from './api';
import { baselineAssembly, writeBaselineAssembly, writeBaselineTemplates } from './baseline';
import { templatesOfExamples } from './templates';

/** `npx projen upgrade`: is the API compatible? `npx projen upgrade:baseline`: from now on, this is the last release. */
function main([command]: string[]): number {
  if (command === 'baseline') {
    writeBaselineTemplates(templatesOfExamples());
    writeBaselineAssembly(compiled());
    return 0;
  }
  const { isCompatible, words } = compareApi(baselineAssembly(), compiled());
  console.log(isCompatible ? 'What compiled against the last release compiles still.' : `${words}\nThe API breaks what compiled against the last release.`);
  return isCompatible ? 0 : 1;
}

function compiled(): object {
  const assembly = path.join(__dirname, '../../.jsii');
  if (!existsSync(assembly)) throw new Error(`${assembly} is not there; run \`npx projen compile\` first`);
  return JSON.parse(readFileSync(assembly, 'utf8')) as object;
}

process.exitCode = main(process.argv.slice(2));
