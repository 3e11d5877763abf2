import { createHash, randomBytes } from 'crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'fs';
import { join } from 'path';

/** The folder of a run of the tests, in which each kind of server leaves the data that it begins with. Without it every server makes its own. */
export const PREPARED = 'ROTATION_TEST_PREPARED';

/**
 * Fills `folder` with what `fill` makes there in seconds, or with a copy of what it made for the first server of this run that had the same `key`.
 */
export function prepare(key: string, folder: string, fill: () => void): void {
  const run = process.env[PREPARED];
  const kept = run !== undefined && join(run, createHash('sha256').update(key).digest('hex').slice(0, 16));
  if (kept && existsSync(kept)) return cpSync(kept, folder, { recursive: true });
  mkdirSync(folder);
  fill();
  if (kept) keep(folder, kept);
}

/** At once, so that nobody finds half of it. Two may be first; then one of them is kept. */
function keep(folder: string, kept: string): void {
  const copy = `${kept}-${randomBytes(4).toString('hex')}`;
  cpSync(folder, copy, { recursive: true });
  try {
    renameSync(copy, kept);
  } catch (error) {
    rmSync(copy, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
}
