/** What a JSON pointer (RFC 6901) points at, among the own properties alone. */
export function pointedAt(document: unknown, pointer: string): unknown {
  return pointer.split('/').slice(1).reduce<unknown>((value, part) => {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  }, document);
}
