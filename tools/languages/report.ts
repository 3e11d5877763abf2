import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { ROOT } from './language';
import type { Proof } from './prove';

const GUIDE = path.join(ROOT, 'docs/guides/languages.md');
/** What a cell of the table of mistakes has room for; the errors of jsii go on with the value that was given. */
const MOST_CHARACTERS = 260;

export const STEPS = ['built', 'installed', 'checked', 'synthesized', 'equal', 'mistakes'] as const;
export type Step = typeof STEPS[number];

/** A row for each language: each step with its seconds, `failed` or `not run`. */
export function tableOfLanguages(proofs: readonly Proof[]): string[][] {
  return [
    ['Language', ...STEPS.map(step => step === 'mistakes' ? 'wrong calls refused' : step)],
    ...proofs.map(({ title, missing, steps }) => [title, ...STEPS.map(step => missing ? 'not run' : steps[step] ?? 'not run')]),
  ];
}

/** A row for each mistake and language, with what the user sees. */
export function tableOfMistakes(proofs: readonly Proof[]): string[][] {
  const names = [...new Set(proofs.flatMap(({ seen }) => Object.keys(seen)))];
  const rows = names.flatMap(name => proofs.filter(({ seen }) => seen[name] !== undefined).map(({ title, seen }) => [name, title, cell(seen[name])]));
  return [['Wrong call', 'Language', 'What the user sees'], ...rows.map(([name, ...cells], n) => [name === rows[n - 1]?.[0] ? '' : name, ...cells])];
}

function cell(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return `\`\` ${short.replace(/\|/g, '\\|')} \`\``;
}

export function markdown([header, ...rows]: string[][]): string {
  return [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts a text into the guide, between the marks of its name. */
export function writeIntoGuide(name: string, content: string): void {
  const text = readFileSync(GUIDE, 'utf8');
  const [start, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  if (to < from) throw new Error(`${GUIDE} has no place for ${name}`);
  writeFileSync(GUIDE, text.slice(0, from) + content + text.slice(to));
}
