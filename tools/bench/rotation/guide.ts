/** The guide that has the tables of this benchmark, without the sizes, which a test of the bundles keeps. */
export const GUIDE = 'docs/guides/rotation-functions.md';

/** The text with the rows of a table in its own table of the same heading: each in place of the row of the same name, else at the end. */
export function withRows(text: string, table: string): string {
  const [heading, , ...rows] = table.split('\n');
  const lines = text.split('\n');
  const first = lines.indexOf(heading) + 2;
  if (first < 2) throw new Error(`the guide must have a table with the heading ${heading}`);
  const end = lines.indexOf('', first);
  const all = new Map([...lines.slice(first, end), ...rows].map(row => [nameOf(row), row]));
  return [...lines.slice(0, first), ...all.values(), ...lines.slice(end)].join('\n');
}

/** The cells of text, which stand before those with numbers. */
function nameOf(row: string): string {
  const cells = row.split(' | ');
  return cells.slice(0, Math.max(1, cells.findIndex(cell => /^\d/.test(cell)))).join(' | ');
}
