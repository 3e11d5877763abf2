import { mkdirSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';
import { bundle, handlerNames } from './bundle';
import { customDeclarations } from './declarations';
import { licensesOf } from './licenses';
import { zippedBytes } from './size';

const ROOT = path.resolve(__dirname, '../..');

/** Writes `assets/rotation`: one folder a handler, and the licenses of what is in them. An argument writes it elsewhere. */
async function main(target = path.join(ROOT, 'assets/rotation')): Promise<void> {
  const bundles = await Promise.all(handlerNames(ROOT).map(async name => bundle(ROOT, name)));
  for (const { name, contents } of bundles) {
    const folder = path.join(target, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'index.js'), contents);
    console.log(`${name}: ${contents.length.toLocaleString('en-US')} bytes, ${zippedBytes(contents).toLocaleString('en-US')} zipped`);
  }
  writeFileSync(path.join(target, 'custom', 'index.d.ts'), customDeclarations(ROOT));
  writeFileSync(path.join(target, 'THIRD-PARTY-LICENSES.txt'), licensesOf(ROOT, bundles));
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
