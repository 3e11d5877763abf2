import { readFileSync } from 'fs';
import * as path from 'path';

/** The version of this package: its `package.json` lies as far above `src/review` as above `lib/review`. */
export const PACKAGE_VERSION: string = JSON.parse(readFileSync(path.join(__dirname, '../../package.json'), 'utf8')).version;
