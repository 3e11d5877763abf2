import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const ROOT = path.join(__dirname, '..');
const FILES = ['src', 'lambda'].flatMap(folder => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
  .filter(file => /(?<!\.d)\.ts$/.test(file)).map(file => path.join(folder, file)));

/** The files that a file imports or exports from, types included. */
function importsOf(file: string): string[] {
  const specifiers: string[] = [];
  const visit = (node: ts.Node): void => {
    const from = ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
    if (from) specifiers.push((from as ts.StringLiteral).text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest));
  return specifiers.filter(each => each.startsWith('.')).map(each => resolved(path.join(path.dirname(file), each)));
}

function resolved(module: string): string {
  return [`${module}.ts`, path.join(module, 'index.ts'), module].find(each => existsSync(path.join(ROOT, each)) && path.extname(each) !== '')!;
}

const IMPORTS = new Map(FILES.map(file => [file, importsOf(file)]));

/** Each circle once, from the file at which it is entered. */
function circles(): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, way: string[]): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    IMPORTS.get(file)?.forEach(next => walk(next, [...way, file]));
    done.add(file);
  };
  FILES.forEach(file => walk(file, []));
  return found;
}

test('every relative import leads to a file', () => {
  expect(FILES.length).toBeGreaterThan(100);
  expect([...IMPORTS].filter(([, imports]) => imports.includes(undefined as never))).toEqual([]);
});

test('no imports go in a circle, types included', () => {
  expect(circles()).toEqual([]);
});

test('a private folder is exported by no index', () => {
  const indexes = FILES.filter(file => path.basename(file) === 'index.ts');
  expect(indexes.length).toBeGreaterThan(5);
  expect(indexes.flatMap(file => IMPORTS.get(file)!).filter(each => each.includes('/private/'))).toEqual([]);
});

test('handlers know of src the contracts alone, and src knows no handler', () => {
  const crossing = [...IMPORTS].flatMap(([file, imports]) => imports.filter(each => each.split('/')[0] !== file.split('/')[0]));
  expect(crossing.length).toBeGreaterThan(0);
  expect(crossing.filter(each => !/^src\/(rotation|monitoring)\/contract\//.test(each))).toEqual([]);
});
