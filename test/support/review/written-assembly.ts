import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

/** A stack of an assembly that no app synthesizes. */
export interface WrittenStack {
  readonly name: string;
  readonly template: unknown;
  readonly environment?: { readonly account: string; readonly region: string };
  readonly metadata?: Record<string, { type: string; data?: unknown; trace?: string[] }[]>;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'assembly-'));
  folders.push(folder);
  return folder;
}

/** Writes a cloud assembly of these stacks and returns its folder, which is removed after the tests of the file. */
export function writtenAssembly(...stacks: WrittenStack[]): string {
  return writeAssembly(temporaryFolder(), stacks);
}

export function writeAssembly(folder: string, stacks: WrittenStack[], version = '38.0.0'): string {
  mkdirSync(folder, { recursive: true });
  for (const { name, template } of stacks) {
    writeFileSync(path.join(folder, `${name}.template.json`), typeof template === 'string' ? template : JSON.stringify(template));
  }
  const artifacts = Object.fromEntries(stacks.map(({ name, environment = { account: '111122223333', region: 'eu-west-1' }, metadata }) => [name, {
    type: 'aws:cloudformation:stack',
    environment: `aws://${environment.account}/${environment.region}`,
    properties: { templateFile: `${name}.template.json` },
    metadata,
  }]));
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ version, artifacts }));
  return folder;
}
