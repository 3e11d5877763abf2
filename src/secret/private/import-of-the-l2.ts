import type { Construct } from 'constructs';
import { fail, pathOf } from '../../private/errors';

/** The L2's own imports are inherited, and grant what the L2 grants: nothing on an imported key. */
export function failOnImportOfL2(scope: Construct, id: string, inherited: string, instead: string): never {
  return fail(pathOf(scope, id), `\`${inherited}\` makes an import of the L2, whose grants leave the key out; `
    + `use ${instead}, which takes the key as \`encryption\``);
}
