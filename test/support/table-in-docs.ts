import { markdown, markedPart } from '../../tools/documents/table';

/**
 * Compares a table that a test decides with the one between the markers `<!-- name -->` and `<!-- /name -->` of a document.
 * `UPDATE_TABLES=1` writes it there, as `--updateSnapshot` writes snapshots; CI never does.
 */
export function expectTableInDocs(document: string, name: string, rows: string[][]): void {
  const part = markedPart(document, name);
  if (process.env.UPDATE_TABLES && !process.env.CI) part.replace(markdown(rows));
  else expect(part.text).toBe(markdown(rows));
}
