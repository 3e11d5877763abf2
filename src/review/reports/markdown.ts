/**
 * Text that comes from templates, made safe for Markdown. A name may hold whatever its author likes: HTML, pipes, line breaks, back
 * ticks, the name of a person who would be notified.
 */

/** Characters that end a line, steer a terminal, or turn the direction of text. */
// eslint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** One line, in which nothing is invisible. */
export function oneLine(text: string): string {
  return text.replace(INVISIBLE, ' ').trim();
}

/** A name, as code: nothing in it is Markdown, HTML or a mention. */
export function code(text: string): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return line === '' ? '` `' : `${fence}${space}${line}${space}${fence}`;
}

/** A sentence, in which names may stand: what Markdown and HTML would take for theirs is escaped. */
export function prose(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]()#+!|~$]/g, character => `\\${character}`)
    .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    .replace(/@/g, '&#64;')
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/^(\d+)\./, '$1\\.');
}

/** A table. A pipe in a cell would end the cell, in code too. */
export function table(head: string[], rows: string[][]): string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(cells => row(cells.map(cell)))];
}

function cell(text: string): string {
  return text.replace(/(?<!\\)\|/g, '\\|');
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}
