import type { Proof } from './prove';
import { markdown, markedPart } from '../documents/table';

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
  return [['Wrong call', 'Language', 'What the user sees'], ...rows];
}

function cell(text: string): string {
  const short = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return `\`\` ${short.replace(/\|/g, '\\|')} \`\``;
}

/** The rows of a table that is there, with new ones in place of those of the same first cells; a language that was not run now keeps its rows. */
export function mergedTable(present: string, [header, ...rows]: string[][], keyCells: number): string {
  const keyOf = (row: string[]) => row.slice(0, keyCells).join(' | ');
  const old = present.split('\n').filter(line => line.startsWith('| ')).slice(1).map(line => line.slice(2, -2).split(' | '));
  const kept = old.map(row => rows.find(each => keyOf(each) === keyOf(row)) ?? row);
  const added = rows.filter(row => !old.some(each => keyOf(each) === keyOf(row)));
  return markdown([header, ...grouped([...kept, ...added])]);
}

/** Rows with the same first cell beside each other. */
function grouped(rows: string[][]): string[][] {
  return [...new Set(rows.map(([first]) => first))].flatMap(first => rows.filter(row => row[0] === first));
}

/** Puts the rows of a table into the guide, between the marks of its name. */
export function writeIntoGuide(name: string, table: string[][], keyCells: number): void {
  const part = markedPart('docs/guides/languages.md', name);
  part.replace(mergedTable(part.text, table, keyCells));
}
