/**
 * `node tools/compiled.mjs`: succeeds when `lib` and `.jsii` are, byte for byte, what the last compile has made, and it was made of what is here now.
 * `node tools/compiled.mjs --note` is the end of a compile, and notes both.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NOTE = join(ROOT, '.compiled');
/** What a compile reads: the sources and what jsii copies from, its settings and steps, and by npm's list of what is installed, the compilers and types. */
const READ = ['src', 'README.md', 'package.json', 'tsconfig.json', '.projen/tasks.json', 'node_modules/.package-lock.json'];
const MADE = ['lib', '.jsii'];

/** Names, modes and contents; the command is made executable. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  for (const file of [...READ, ...MADE].flatMap(filesOf)) {
    const contents = readFileSync(join(ROOT, file));
    hash.update(JSON.stringify([file, statSync(join(ROOT, file)).mode, contents.length])).update(contents);
  }
  return hash.digest('hex');
}

function filesOf(name) {
  const path = join(ROOT, name);
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path, { recursive: true }).sort().map(file => join(name, file)).filter(file => statSync(join(ROOT, file)).isFile());
}

function isUpToDate() {
  try {
    return readFileSync(NOTE, 'utf8') === fingerprint();
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

if (process.argv[2] === '--note') writeFileSync(NOTE, fingerprint());
else process.exitCode = isUpToDate() ? 0 : 1;
