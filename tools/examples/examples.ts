import { existsSync, readdirSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import type { App } from 'aws-cdk-lib';

/** What `examples/<name>/app.ts` exports: it adds every stage and stack to the given app. */
export type BuildApp = (app: App) => void;

export const EXAMPLES = path.resolve(__dirname, '../../examples');

/** The folders of `examples/` that hold an `app.ts`, in alphabetical order. */
export function exampleNames(directory = EXAMPLES): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(path.join(directory, entry.name, 'app.ts')))
    .map(entry => entry.name)
    .sort();
}

/** The `build` function of one example. */
export function loadExample(name: string, directory = EXAMPLES): BuildApp {
  const names = exampleNames(directory);
  if (!names.includes(name)) {
    throw new Error(`there is no example named ${JSON.stringify(name)}; examples are: ${names.join(', ') || 'none yet'}`);
  }
  const file = path.join(directory, name, 'app.ts');
  const { build } = createRequire(__filename)(file) as { build?: BuildApp };
  if (typeof build !== 'function') {
    throw new Error(`examples/${name}/app.ts must export a function build(app: cdk.App): void`);
  }
  return build;
}
