import { RotationError } from '../engine/errors';

/** The fields of a value that is a JSON object, each a text that is not empty. */
export function textsIn<K extends string>(text: string, which: string, fields: readonly K[]): Record<K, string> {
  const document = objectIn(text, which);
  for (const field of fields) {
    const value = document[field];
    if (typeof value === 'string' && value !== '') continue;
    throw new RotationError('configuration', `${which} must hold \`${field}\`, a text that is not empty; correct the secret`);
  }
  return document as Record<K, string>;
}

/** A value that is a JSON object; a parser's own message quotes what it read, and stays here. */
export function objectIn(text: string, which: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document as Record<string, unknown>;
  } catch {
    // The text of that error quotes the secret.
  }
  throw new RotationError('configuration', `${which} must be a JSON object; correct the secret`);
}

/** A tag that the construct writes. */
export function tagIn(tags: Readonly<Record<string, string | undefined>>, key: string): string {
  const value = tags[key];
  if (value !== undefined && value !== '') return value;
  throw new RotationError('configuration', `the secret must have the tag \`${key}\`, which its construct writes; deploy its stack again`);
}
