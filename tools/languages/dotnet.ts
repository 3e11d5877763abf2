import { writeFileSync } from 'fs';
import * as path from 'path';
import { DIST, Language } from './language';
import { pacmak } from './pacmak';
import { run } from './run';

/** The package comes from `dist`. It has the same version each time, so that it must not stay in the folder of all projects. */
const NUGET_CONFIG = `<configuration>
  <config><add key="globalPackagesFolder" value=".packages" /></config>
  <packageSources><add key="dist" value="${path.join(DIST, 'dotnet')}" /></packageSources>
</configuration>
`;

/** Without the greetings of the first command, which would stand before what is compared. */
const QUIET = { DOTNET_NOLOGO: '1', DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_SKIP_FIRST_TIME_EXPERIENCE: '1' };

function dotnet(folder: string, ...args: string[]): string {
  return run(['dotnet', ...args], { cwd: folder, env: QUIET });
}

export const dotNet: Language = {
  name: 'dotnet',
  title: '.NET',
  programs: ['dotnet'],
  build: () => pacmak('dotnet'),
  install: folder => {
    writeFileSync(path.join(folder, 'nuget.config'), NUGET_CONFIG);
    dotnet(folder, 'restore');
  },
  // The project file asks for nullable references, and takes each warning for an error.
  check: folder => void dotnet(folder, 'build', '--no-restore'),
  environment: () => QUIET,
  mistakes: folder => dotnet(folder, 'run', '--project', 'mistakes'),
};
