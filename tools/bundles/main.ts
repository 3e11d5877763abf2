import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Bundle, bundle, FAMILIES, handlerNames } from './bundle';
import { customDeclarations } from './declarations';
import { licensesOf } from './licenses';
import { rehearsalBundle } from './rehearsal';
import { zippedBytes } from './size';

const ROOT = path.resolve(__dirname, '../..');

/** Writes `assets`: a folder for each program, and beside them the licenses of what is in them. An argument writes it elsewhere. */
async function main(target = path.join(ROOT, 'assets')): Promise<void> {
  write([await rehearsalBundle(ROOT)], path.join(target, 'commands'));
  for (const family of FAMILIES) {
    const folder = path.join(target, family);
    const bundles = await Promise.all(handlerNames(ROOT, family).map(async name => bundle(ROOT, name, family)));
    if (family === 'rotation') write(bundles, folder, [['custom/index.d.ts', customDeclarations(ROOT)]]);
    else write(bundles, folder);
  }
}

/** The licenses come last: a file that is there says that all is. */
function write(bundles: readonly Bundle[], target: string, further: readonly (readonly [string, string])[] = []): void {
  for (const { name, contents } of bundles) {
    put(path.join(target, name, 'index.js'), contents);
    console.log(`${name}: ${contents.length.toLocaleString('en-US')} bytes, ${zippedBytes(contents).toLocaleString('en-US')} zipped`);
  }
  for (const [file, text] of further) put(path.join(target, file), text);
  put(path.join(target, 'THIRD-PARTY-LICENSES.txt'), licensesOf(ROOT, bundles));
}

/** What has not changed is left alone: another command may read it, such as `npm pack` or an app. */
function put(file: string, contents: Uint8Array | string): void {
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(contents))) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, contents);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
