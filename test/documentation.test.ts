import * as path from 'path';
import * as ts from 'typescript';

/**
 * What an editor shows of each member that a user meets, and what jsii hands on to Javadoc, help and API.md: both take the text of an
 * overridden member where ours has none.
 */

const ENTRY = path.join(__dirname, '..', 'src', 'index.ts');
const program = ts.createProgram([ENTRY], { strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, skipLibCheck: true, types: ['node'] });
const checker = program.getTypeChecker();

interface Member {
  readonly name: string;
  readonly text: string;
}

/** The public members of every exported class, interface and enum, inherited ones too, each with its text. */
function members(): Member[] {
  const entry = checker.getSymbolAtLocation(program.getSourceFile(ENTRY)!)!;
  return checker.getExportsOfModule(entry).map(declared).flatMap(symbol => {
    const ofInstances = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
    const ofClass = [...symbol.exports?.values() ?? []];
    return [symbol, ...[...ofInstances, ...ofClass].filter(isPublic)].map(each => ({
      name: each === symbol ? symbol.name : `${symbol.name}.${each.name}`,
      text: ts.displayPartsToString(each.getDocumentationComment(checker)).trim(),
    }));
  });
}

/** What a file exports from another one. */
function declared(symbol: ts.Symbol): ts.Symbol {
  return symbol.declarations?.some(ts.isExportSpecifier) ? checker.getAliasedSymbol(symbol) : symbol;
}

function isPublic(symbol: ts.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  if (declaration === undefined || symbol.name.startsWith('_') || symbol.name === 'prototype') return false;
  const modifiers = ts.canHaveModifiers(declaration) ? ts.getModifiers(declaration) ?? [] : [];
  return !modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword);
}

const MEMBERS = members();

test('there are members to look at, inherited ones among them', () => {
  expect(MEMBERS.map(({ name }) => name)).toEqual(expect.arrayContaining([
    'ManagedSecret.grantRead', 'RotatedDatabaseSecret.grantRead', 'ReplicatedSecret.secretArn', 'SecretNamespaceProps.environment', 'ManagedSecret.fromName',
  ]));
});

test('each is described', () => {
  expect(MEMBERS.filter(({ text }) => text === '').map(({ name }) => name)).toEqual([]);
});

test('none by an instruction to the linter of the CDK', () => {
  expect(MEMBERS.filter(({ text }) => /awslint/.test(text)).map(({ name }) => name)).toEqual([]);
});
