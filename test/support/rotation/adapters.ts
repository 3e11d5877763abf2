import { readdirSync } from 'fs';
import * as path from 'path';
import type { DatabaseAdapter } from '../../../lambda/rotation/engine/database-adapter';

const FOLDER = path.resolve(__dirname, '../../../lambda/rotation/adapters');

/** Those of every folder, which is all that there are. */
export const ADAPTERS: readonly DatabaseAdapter[] = readdirSync(FOLDER, { withFileTypes: true }).filter(entry => entry.isDirectory())
  .flatMap(({ name }) => jest.requireActual<{ adapters: DatabaseAdapter[] }>(path.join(FOLDER, name, 'adapter')).adapters);
