import { rmSync } from 'node:fs';

/** After all tests. */
export default function () {
  rmSync(process.env.ROTATION_TEST_PREPARED, { recursive: true, force: true });
}
