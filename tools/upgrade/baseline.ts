import { existsSync, readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { gunzipSync, gzipSync } from 'zlib';
import type { Template } from '../examples/synthesis';

const FOLDER = path.join(__dirname, '../../test/upgrade');

/** The templates of each example at the last release, by the path of their stack. */
export type Templates = Record<string, Record<string, Template>>;

function read<T>(name: string): T {
  const file = path.join(FOLDER, name);
  if (!existsSync(file)) throw new Error(`${file} is not there; \`npx projen upgrade:baseline\` writes it`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as T;
}

function write(name: string, content: unknown): void {
  writeFileSync(path.join(FOLDER, name), gzipSync(JSON.stringify(content), { level: 9 }));
}

export const baselineTemplates = (): Templates => read('templates.json.gz');
export const writeBaselineTemplates = (templates: Templates): void => write('templates.json.gz', templates);

export const baselineAssembly = (): object => read('assembly.json.gz');

/** Of an assembly, what is no part of the API. */
const WORDS = ['readme', 'locationInModule', 'symbolId'];

/** The assembly as `npx projen compile` left it, without its words. */
export function writeBaselineAssembly(assembly: object): void {
  write('assembly.json.gz', JSON.parse(JSON.stringify(assembly, (key, value) => {
    if (WORDS.includes(key)) return undefined;
    return key === 'docs' ? { stability: value.stability, deprecated: value.deprecated } : value;
  })));
}
