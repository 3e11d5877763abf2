import { spawnSync } from 'child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '../..');
const JSII_DIFF = path.join(ROOT, 'node_modules/jsii-diff/bin/jsii-diff');
/** Keys of breaks that are accepted until the next release, as projen names the file. */
const ACCEPTED = path.join(ROOT, '.compatignore');

/** What jsii says of an API that takes the place of another one. */
export interface Compatibility {
  readonly isCompatible: boolean;
  readonly words: string;
}

/** Compares two assemblies of this package. */
export function compareApi(before: object, after: object): Compatibility {
  // Below the project, whose node_modules has what the assemblies depend on.
  const folder = mkdtempSync(path.join(ROOT, 'node_modules/.upgrade-'));
  try {
    const [original, updated] = [before, after].map((assembly, index) => packageWith(assembly, path.join(folder, `${index}`)));
    const { status, stdout, stderr, error } = spawnSync(process.execPath, [JSII_DIFF, original, updated, '--keys', '--error-on', 'all', '--ignore-file', ACCEPTED], {
      encoding: 'utf8', env: { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' },
    });
    if (error) throw error;
    return { isCompatible: status === 0, words: `${stdout}${stderr}`.trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packageWith(assembly: object, folder: string): string {
  mkdirSync(folder);
  copyFileSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  writeFileSync(path.join(folder, '.jsii'), JSON.stringify(assembly));
  return folder;
}
