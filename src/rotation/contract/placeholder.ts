/**
 * What a secret holds until its first rotation, where Secrets Manager cannot generate the value itself: a JSON object with this field
 * alone, whose random text is of no use to anybody.
 */
export const PLACEHOLDER_FIELD = 'placeholder';

export function isPlaceholder(text: string): boolean {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null && Object.keys(document).join() === PLACEHOLDER_FIELD;
  } catch {
    return false;
  }
}
