import { mkdirSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { bundle, FAMILIES, Family, handlerNames } from './bundle';
import { customDeclarations } from './declarations';
import { licensesOf } from './licenses';
import { zippedBytes } from './size';

const ROOT = path.resolve(__dirname, '../..');

/** Writes `assets`: a folder for each handler, and beside them the licenses of what is in them. An argument writes it elsewhere. */
async function main(target = path.join(ROOT, 'assets')): Promise<void> {
  for (const family of FAMILIES) await writeFamily(family, path.join(target, family));
}

async function writeFamily(family: Family, target: string): Promise<void> {
  const bundles = await Promise.all(handlerNames(ROOT, family).map(async name => bundle(ROOT, name, family)));
  for (const { name, contents } of bundles) {
    const folder = path.join(target, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'index.js'), contents);
    console.log(`${name}: ${contents.length.toLocaleString('en-US')} bytes, ${zippedBytes(contents).toLocaleString('en-US')} zipped`);
  }
  if (family === 'rotation') writeFileSync(path.join(target, 'custom', 'index.d.ts'), customDeclarations(ROOT));
  writeFileSync(path.join(target, 'THIRD-PARTY-LICENSES.txt'), licensesOf(ROOT, bundles));
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
