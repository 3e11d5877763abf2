import { RotationError } from './errors';

/** Shorter texts, such as a region, occur in any message. */
const SHORTEST_SECRET = 6;

/** Runs a function of the user; when it throws an error of ours that quotes a secret, the text is withheld. */
export async function withheld<T>(work: () => Promise<T>, values: () => readonly string[]): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RotationError && values().flatMap(textsIn).some(text => `${error.message} ${error.code ?? ''}`.includes(text))) {
      throw new RotationError(error.kind, 'the rotation function failed; its text is not shown, for it holds a part of the secret');
    }
    throw error;
  }
}

/** A value and, when it is JSON, every text in it. */
function textsIn(value: string): string[] {
  const texts = [value];
  try {
    JSON.parse(value, (_, part: unknown) => {
      if (typeof part === 'string') texts.push(part);
      return part;
    });
  } catch {
    // Not JSON: the value is all there is.
  }
  return texts.filter(({ length }) => length >= SHORTEST_SECRET);
}
