import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

/** They name versions of packages that each registry resolves by itself, classes, and lines of code. */
const NOT_COMPARED = [/^manifest\.json$/, /^tree\.json$/, /\.metadata\.json$/];

/** The files of a cloud assembly that are compared: templates, lists of assets, and every file of each asset. */
export function comparedFiles(assembly: string): string[] {
  return readdirSync(assembly, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.relative(assembly, path.join(entry.parentPath, entry.name)))
    .filter(file => !NOT_COMPARED.some(pattern => pattern.test(file)))
    .sort();
}

/** The files that are not the same in both, byte for byte. */
export function differences(assembly: string, base: string): string[] {
  const files = new Set([...comparedFiles(assembly), ...comparedFiles(base)]);
  return [...files].filter(file => !bytesOf(assembly, file)?.equals(bytesOf(base, file) ?? Buffer.from('\0none')));
}

function bytesOf(assembly: string, file: string): Buffer | undefined {
  try {
    return readFileSync(path.join(assembly, file));
  } catch {
    return undefined;
  }
}

/** What each validation plugin said at synthesis, such as `SecretsReview success`: proof that the CDK has called it. */
export function verdicts(output: string): string[] {
  const said = [...output.matchAll(/^\W+(\w+)\W+(success|failure)\W*$/gm)].map(([, plugin, verdict]) => `${plugin} ${verdict}`);
  // One process may pass on what another one prints.
  return [...new Set(said)].sort();
}
