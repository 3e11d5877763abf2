/** A text with wildcards: the codes of its characters, `ANY` for `*`, `ONE` for `?`. What is matched literally can so hold a `*`. */
export type Pattern = readonly number[];

export const ANY = -1;
export const ONE = -2;
const COLON = ':'.charCodeAt(0);
const STAR = '*'.charCodeAt(0);
const QUESTION_MARK = '?'.charCodeAt(0);

export function literally(text: string): number[] {
  const codes = new Array<number>(text.length);
  for (let at = 0; at < text.length; at++) codes[at] = text.charCodeAt(at);
  return codes;
}

/** `*` and `?` are wildcards. */
export function patternOf(text: string): Pattern {
  const codes = literally(text);
  for (let at = 0; at < codes.length; at++) {
    if (codes[at] === STAR) codes[at] = ANY;
    else if (codes[at] === QUESTION_MARK) codes[at] = ONE;
  }
  return codes;
}

/** The text where wildcards are plain characters. */
export function textOf(pattern: Pattern): string {
  let text = '';
  for (const code of pattern) text += code === ANY ? '*' : code === ONE ? '?' : String.fromCharCode(code);
  return text;
}

/** The pattern as IAM writes it, where `${*}` is a star and no wildcard. */
export function written(pattern: Pattern): string {
  return pattern.map(code => {
    if (code === ANY) return '*';
    if (code === ONE) return '?';
    const character = String.fromCharCode(code);
    return '*?$'.includes(character) ? `\${${character}}` : character;
  }).join('');
}

/** The characters in front of the first wildcard. */
export function prefixOf(pattern: Pattern): string {
  const end = pattern.findIndex(code => code < 0);
  return textOf(end < 0 ? pattern : pattern.slice(0, end));
}

/** Whether the whole text is of the pattern. The time is at most the product of both lengths. */
export function matches(pattern: Pattern, text: string): boolean {
  let at = 0;
  let star = -1;
  let resumed = 0;
  let index = 0;
  while (index < text.length) {
    const code = pattern[at];
    if (code === ANY) {
      star = at++;
      resumed = index;
    } else if (code === ONE || code === text.charCodeAt(index)) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resumed;
    } else {
      return false;
    }
  }
  while (pattern[at] === ANY) at++;
  return at === pattern.length;
}

/** The parts between the first five colons, and the rest: the six components of an ARN, or fewer. */
export function components(pattern: Pattern): Pattern[] {
  const parts: number[][] = [[]];
  for (const code of pattern) {
    if (code === COLON && parts.length < 6) parts.push([]);
    else parts[parts.length - 1].push(code);
  }
  return parts;
}

/** Each of the six components on its own, as the ARN operators compare. */
export function matchesByComponent(pattern: Pattern, arn: string): boolean {
  const values = components(literally(arn)).map(textOf);
  const patterns = components(pattern);
  return patterns.length === 6 && values.length === 6 && patterns.every((part, index) => matches(part, values[index]));
}
