import { readFileSync } from 'fs';
import * as path from 'path';

/** It lies as far above `src/review` as above `lib/review`. */
export const PACKAGE_ROOT = path.join(__dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The `package.json` of this package. */
export const PACKAGE: Manifest = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'));

/** The version of this package. */
export const PACKAGE_VERSION: string = PACKAGE.version;
