import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { acknowledgements, unacknowledged } from './acknowledgements';
import { readAnnotations, readBuiltInValidation } from './built-in-validation';
import { runControlTowerRules } from './control-tower';
import type { Finding } from './finding';
import { runNagPacks } from './nag';
import type { Synthesized } from '../examples/synthesis';
import { synthesizeExample } from '../examples/synthesis';

export { acknowledgements } from './acknowledgements';
export type { Acknowledgement } from './acknowledgements';
export type { Finding } from './finding';

/** Every finding on one example that is not acknowledged with a reason; none is what an example must have. */
export async function ruleFindings(example: string): Promise<Finding[]> {
  const outdir = mkdtempSync(path.join(tmpdir(), `${example}-rules-`));
  try {
    return findingsOf(synthesizeExample(example, { flags: 'recommended', outdir, traces: false }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The same for an app that is synthesized already. */
export function findingsOf(synthesized: Synthesized): Finding[] {
  const runs = [
    ...runNagPacks(synthesized),
    runControlTowerRules(synthesized),
    readBuiltInValidation(synthesized),
    readAnnotations(synthesized),
  ];
  return unacknowledged(runs, acknowledgements(synthesized.app), synthesized.stacks);
}
