import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import * as path from 'path';

/** The TypeScript of the guides compiles, within what rosetta/ puts around that of the README. */

const ROOT = path.join(__dirname, '..');
const GUIDES = path.join(ROOT, 'docs/guides');
const [BEFORE, AFTER] = readFileSync(path.join(ROOT, 'rosetta/default.ts-fixture'), 'utf8').split('/// here');

/** Guides that show code before and after a change, or with parts left out, which is no program. */
const NO_PROGRAMS = ['moving-from-the-l2.md'];

/** Each piece of code, by the name of a file of its own. */
const SNIPPETS = new Map(readdirSync(GUIDES).filter(guide => !NO_PROGRAMS.includes(guide)).flatMap(guide =>
  [...readFileSync(path.join(GUIDES, guide), 'utf8').matchAll(/^ *```ts\n(.*?)^ *```/gms)]
    .map(([, code], index): [string, string] => [`${guide}.${index + 1}.ts`, `${BEFORE}${code}${AFTER}`])));

/** What the compiler that checks types quickly says. */
function errors(): string[] {
  mkdirSync(path.join(ROOT, 'cdk.out'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, 'cdk.out', 'guides-'));
  try {
    const compilerOptions = { noUnusedLocals: false, skipLibCheck: true, rootDir: '../..', paths: { 'cdk-managed-secrets': ['../../src'] } };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../../examples/tsconfig.json', compilerOptions, include: ['*.ts'] }));
    for (const [name, code] of SNIPPETS) writeFileSync(path.join(folder, name), code);
    const compiler = path.join(ROOT, 'node_modules/typescript-7/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    return status === 0 ? [] : [`the compiler ended with ${status}`, ...stdout.split('\n').filter(line => line !== '')];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the guides have code', () => {
  expect(SNIPPETS.size).toBeGreaterThan(10);
});

test('all of it compiles', () => {
  expect(errors()).toEqual([]);
});
