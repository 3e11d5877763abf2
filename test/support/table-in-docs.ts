import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';

/**
 * Compares a table that a test decides with the one between the markers `<!-- name -->` and `<!-- /name -->` of a document.
 * `UPDATE_TABLES=1` writes it there, as `--updateSnapshot` writes snapshots; CI never does.
 */
export function expectTableInDocs(document: string, name: string, rows: string[][]): void {
  const file = path.join(__dirname, '../..', document);
  const table = rows.map(row => `| ${row.join(' | ')} |`);
  table.splice(1, 0, `|${rows[0].map(() => '---').join('|')}|`);
  const [open, close] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const text = readFileSync(file, 'utf8');
  const [start, end] = [text.indexOf(open) + open.length, text.indexOf(close)];
  expect(start).toBeGreaterThan(open.length - 1);
  expect(end).toBeGreaterThanOrEqual(start);
  if (process.env.UPDATE_TABLES && !process.env.CI) writeFileSync(file, text.slice(0, start) + table.join('\n') + text.slice(end));
  else expect(text.slice(start, end)).toBe(table.join('\n'));
}
