import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.resolve(__dirname, '../..');

/** A table in Markdown; the first row is its heading. */
export function markdown([heading, ...rows]: string[][]): string {
  const [first, ...others] = [heading, ...rows].map(cells => `| ${cells.join(' | ')} |`);
  return [first, `|${heading.map(() => '---').join('|')}|`, ...others].join('\n');
}

/** What a document has between two marks. */
export interface MarkedPart {
  readonly text: string;
  replace(by: string): void;
}

/** What stands between `<!-- name -->` and `<!-- /name -->` of a document, such as `README.md`. */
export function markedPart(document: string, name: string): MarkedPart {
  const file = path.join(ROOT, document);
  const content = readFileSync(file, 'utf8');
  const [open, close] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
  const [start, end] = [content.indexOf(open) + open.length, content.indexOf(close)];
  if (start < open.length || end < start) throw new Error(`${document} has no place for ${name}`);
  return {
    text: content.slice(start, end),
    replace: by => writeFileSync(file, content.slice(0, start) + by + content.slice(end)),
  };
}
