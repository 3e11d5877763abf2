import { randomUUID } from 'crypto';

/** Texts, which may hold digits, and numbers: nothing else in JSON begins so. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * The same JSON with other values for some keys, and every number as it was written: JavaScript would round a long one. Each number
 * is read as a text that nobody else has, and written without it.
 */
export function withKeys(json: string, values: Readonly<Record<string, string>>): string {
  const mark = randomUUID();
  const marked = json.replace(TEXT_OR_NUMBER, found => (found.startsWith('"') ? found : `"${mark}${found}"`));
  const changed = JSON.stringify({ ...JSON.parse(marked) as object, ...values });
  return changed.replaceAll(new RegExp(`"${mark}([^"]*)"`, 'g'), '$1');
}
