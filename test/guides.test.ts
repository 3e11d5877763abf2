import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

/** The TypeScript of the guides compiles, within what rosetta/ puts around that of the README. */

const ROOT = path.join(__dirname, '..');
const GUIDES = path.join(ROOT, 'docs/guides');
const [BEFORE, AFTER] = readFileSync(path.join(ROOT, 'rosetta/default.ts-fixture'), 'utf8').split('/// here');

/** Guides that show code before and after a change, or with parts left out, which is no program. */
const NO_PROGRAMS = ['moving-from-the-l2.md'];

/** Each piece of code as a file of its own, by the name of a file that is not there. */
const SNIPPETS = new Map(readdirSync(GUIDES).filter(guide => !NO_PROGRAMS.includes(guide)).flatMap(guide =>
  [...readFileSync(path.join(GUIDES, guide), 'utf8').matchAll(/^ *```ts\n(.*?)^ *```/gms)]
    .map(([, code], index): [string, string] => [path.join(ROOT, 'test', `${guide}.${index + 1}.ts`), `${BEFORE}${code}${AFTER}`])));

function errors(): string[] {
  const { config } = ts.readConfigFile(path.join(ROOT, 'examples/tsconfig.json'), file => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, path.join(ROOT, 'examples'));
  const host = ts.createCompilerHost({ ...options, noUnusedLocals: false });
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (file, version, ...rest) => SNIPPETS.has(file)
    ? ts.createSourceFile(file, SNIPPETS.get(file)!, version) : readFile(file, version, ...rest);
  const program = ts.createProgram([...SNIPPETS.keys()], { ...options, noUnusedLocals: false, skipLibCheck: true }, host);
  return [...SNIPPETS.keys()].flatMap(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)))
    .map(({ file, messageText }) => `${path.basename(file!.fileName)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

test('the guides have code', () => {
  expect(SNIPPETS.size).toBeGreaterThan(10);
});

test('all of it compiles', () => {
  expect(errors()).toEqual([]);
});
