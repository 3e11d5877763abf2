/** A text that YAML takes for a text, in every version of it, without quotes. */
const PLAIN = /^[A-Za-z/]([A-Za-z0-9_./:-]*[A-Za-z0-9_./-])?$/;
const NO_TEXT = /^(true|false|yes|no|on|off|null|y|n)$/i;

/** Lines that stand below each other as they are. */
const LINES = /^[!-~]([ -~]*\n)+[ -~]*[!-~]$/;

/** What stands behind a key or a dash, and below it. */
interface Node {
  readonly head: string;
  readonly body: readonly string[];
}

/** JSON data as YAML. A text is quoted as in JSON, of which YAML takes all that `JSON.stringify` writes. */
export function yaml(value: unknown): string {
  const { head, body } = nodeOf(value);
  return `${[head, ...body].filter(line => line !== '').join('\n')}\n`;
}

function nodeOf(value: unknown): Node {
  if (typeof value === 'string' && LINES.test(value)) return { head: '|-', body: indented(value.split('\n')) };
  if (Array.isArray(value) && value.length > 0) return { head: '', body: value.flatMap(itemOf) };
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) return { head: '', body: Object.entries(value).flatMap(entryOf) };
  return { head: scalar(value), body: [] };
}

function entryOf([key, value]: [string, unknown]): string[] {
  const { head, body } = nodeOf(value);
  const below = Array.isArray(value) || head !== '' ? body : indented(body);
  return [`${scalar(key)}:${head && ` ${head}`}`, ...below];
}

function itemOf(value: unknown): string[] {
  const { head, body } = nodeOf(value);
  const [first, ...others] = head === '' ? body : [head, ...body.map(line => line.slice(2))];
  return [`- ${first}`, ...indented(others)];
}

function indented(lines: readonly string[]): string[] {
  return lines.map(line => `  ${line}`);
}

function scalar(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) && !NO_TEXT.test(value) ? value : JSON.stringify(value);
}
