import { existsSync } from 'fs';
import * as path from 'path';
import { KIND_CLIENTS } from './kind-clients';
import { run } from './program';
import { SERVER_CLIENTS } from './server-clients';
import { synthesizeExamples } from '../examples/synthesize';

const CLOUD_ASSEMBLIES = path.resolve(__dirname, '../../cdk.out');

/** The directory of a cloud assembly, which is synthesized first when an example is named. */
function assemblyOf(app: string): string {
  if (existsSync(path.join(app, 'manifest.json'))) return path.resolve(app);
  if (!synthesizeExamples([app])) throw new Error(`examples/${app} was not synthesized: see above`);
  return path.join(CLOUD_ASSEMBLIES, app);
}

// The command of the package has these servers not.
Object.assign(KIND_CLIENTS, SERVER_CLIENTS);

const [watched] = process.argv.slice(2).filter(each => each === '--watch');

// What an interrupt leaves in the middle must not keep the process.
void run(process.argv.slice(2).map(each => each === '--watch' ? '--steps' : each), {
  call: watched ? 'npm run watch:rotation -- [<app>...]' : 'npx projen rotate <app>...',
  argument: '<app>        an example, such as golden-path, or the directory of a cloud assembly',
  assemblyOf,
  all: false,
  defaultApps: watched ? ['golden-path', 'rotated-postgres'] : undefined,
}).then(code => process.exit(code));
