import type { UnknownValue } from '../policy/types';

/** Something that only a deployment knows, in place of its value. */
export function unknown(what: string, startsWith?: string): UnknownValue {
  return startsWith ? { unknown: what, startsWith } : { unknown: what };
}

export function isUnknown(value: unknown): value is UnknownValue {
  return typeof value === 'object' && value !== null && typeof (value as UnknownValue).unknown === 'string';
}

/** The first unknown value in a value, however deep. */
export function unknownIn(value: unknown): UnknownValue | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isUnknown(value)) return value;
  for (const each of Object.values(value)) {
    const found = unknownIn(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The text, or what is not known in its place. */
export function textOrReason(value: unknown): string | undefined {
  return isUnknown(value) ? value.unknown : textOf(value);
}

/** The text, or nothing for what is no text: an unknown value, or a property of a form that CloudFormation does not take. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
