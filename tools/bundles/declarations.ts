import { readFileSync } from 'fs';
import * as path from 'path';
import { ModuleKind, ScriptTarget, transpileDeclaration } from 'typescript';

/** What a rotation function of one's own sees: these files declare all of it, and need no other. */
const PUBLIC_FILES = ['engine/errors.ts', 'engine/custom-rotation.ts', 'handlers/custom.ts'];

/** The types of the custom bundle, in one file without imports. */
export function customDeclarations(root: string): string {
  const declarations = PUBLIC_FILES.map(file => declarationsOf(path.join(root, 'lambda/rotation', file)));
  return `${declarations.join('\n').trim()}\n`;
}

function declarationsOf(file: string): string {
  const { outputText, diagnostics = [] } = transpileDeclaration(readFileSync(file, 'utf8'), {
    fileName: file, reportDiagnostics: true, compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ESNext, declaration: true },
  });
  if (diagnostics.length > 0) throw new Error(`${file} needs explicit types: ${String(diagnostics[0].messageText)}`);
  return outputText.split('\n').filter(line => !/^(import|export) .*from '/.test(line)).join('\n').trim();
}
