import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests: where `tools/servers/prepared-folder.ts` keeps what servers begin with. */
export default function () {
  process.env.ROTATION_TEST_PREPARED = mkdtempSync(join(tmpdir(), 'rotation-prepared-'));
}
