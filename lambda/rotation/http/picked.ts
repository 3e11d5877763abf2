import { pointedAt } from './json-pointer';
import type { Answer } from './send';
import { RotationError } from '../engine/errors';

/** What a secret may be to be stored and sent again. */
const SECRET_TEXT = /^[\x21-\x7e]{1,4096}$/;

/** The document of an answer. */
export function documentIn({ text }: Answer, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RotationError('configuration', `the service answers without JSON where ${what} was asked for; check the URL of the call`);
  }
}

/** A text of an answer that is a secret or a token. */
export function pickedText(answer: Answer, pointer: string, what: string): string {
  const value = pointedAt(documentIn(answer, what), pointer);
  if (typeof value === 'string' && SECRET_TEXT.test(value)) return value;
  throw new RotationError('configuration', `the answer of the service must have ${what} at ${pointer}, 1 to 4096 printable characters; `
    + 'check the description of the call');
}
