/**
 * Decides whether a filter of CloudWatch Logs for JSON matches a record, so far as our filters go: comparisons with texts and numbers,
 * `NOT EXISTS`, `IS NULL|TRUE|FALSE`, `&&`, `||` and parentheses; a text may have `*` at its ends. There is no public engine; the tests hold it
 * against the examples of the user guide.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function matchesFilter(filter: string, record: unknown): boolean {
  const [, inner] = /^\s*\{(.*)\}\s*$/s.exec(filter) ?? [];
  if (inner === undefined) throw new Error(`a filter for JSON stands in braces, got ${filter}`);
  const parser = new Parser(tokensOf(inner));
  const matches = parser.any();
  parser.requireEnd();
  return matches(record);
}

type Condition = (record: unknown) => boolean;

const TOKEN = /\s*(&&|\|\||[()]|!=|<=|>=|=|<|>|"(?:[^"\\]|\\.)*"|NOT EXISTS|IS NULL|IS TRUE|IS FALSE|[^\s()=!<>&|]+)/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new Error(`not understood: ${text.slice(start)}`);
    tokens.push(token);
  }
  return tokens;
}

class Parser {
  constructor(private readonly tokens: string[]) {}

  public any(): Condition {
    const conditions = [this.all()];
    while (this.skip('||')) conditions.push(this.all());
    return record => conditions.some(each => each(record));
  }

  public requireEnd(): void {
    if (this.tokens.length > 0) throw new Error(`not understood: ${this.tokens.join(' ')}`);
  }

  private all(): Condition {
    const conditions = [this.one()];
    while (this.skip('&&')) conditions.push(this.one());
    return record => conditions.every(each => each(record));
  }

  private one(): Condition {
    if (!this.skip('(')) return this.comparison();
    const inner = this.any();
    if (this.next() !== ')') throw new Error('a parenthesis is not closed');
    return inner;
  }

  private comparison(): Condition {
    const field = this.next();
    const operator = this.next();
    const isValue = OF_FIELDS[operator];
    if (isValue) return record => isValue(valueOf(record, field));
    const compare = comparisonWith(operator, this.next());
    return record => compare(valueOf(record, field));
  }

  private skip(token: string): boolean {
    if (this.tokens[0] !== token) return false;
    this.tokens.shift();
    return true;
  }

  private next(): string {
    const token = this.tokens.shift();
    if (token === undefined) throw new Error('the filter ends too early');
    return token;
  }
}

const OF_FIELDS: Record<string, (value: unknown) => boolean> = {
  'NOT EXISTS': value => value === undefined,
  'IS NULL': value => value === null,
  'IS TRUE': value => value === true,
  'IS FALSE': value => value === false,
};

/** A field that is absent is neither equal nor unequal. */
function comparisonWith(operator: string, operand: string): (value: unknown) => boolean {
  const isNumber = /^-?\d+(\.\d+)?$/.test(operand);
  const equals = isNumber ? (value: unknown) => value === Number(operand) : isLike(operand.replace(/^"|"$/g, ''));
  const isPresent = (value: unknown) => typeof value === 'string' || typeof value === 'number';
  const comparisons: Record<string, (value: unknown) => boolean> = {
    '=': equals,
    '!=': value => !equals(value),
    '<': value => typeof value === 'number' && value < Number(operand),
    '>': value => typeof value === 'number' && value > Number(operand),
    '<=': value => typeof value === 'number' && value <= Number(operand),
    '>=': value => typeof value === 'number' && value >= Number(operand),
  };
  const compare = comparisons[operator];
  if (compare === undefined) throw new Error(`no operator: ${operator}`);
  return value => isPresent(value) && compare(value);
}

function isLike(text: string): (value: unknown) => boolean {
  const pattern = text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*');
  return value => typeof value === 'string' && new RegExp(`^${pattern}$`, 's').test(value);
}

/** `$.a.b[0].c`, and `$.a.['b.c']` where a name has dots. */
function valueOf(record: unknown, field: string): unknown {
  const names = [...field.replace(/^\$/, '').matchAll(/\.?\['([^']+)'\]|\[(\d+)\]|\.([^.[\]]+)/g)].map(([, quoted, index, plain]) => quoted ?? index ?? plain);
  return names.reduce<unknown>((value, name) => value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[name] : undefined, record);
}
