/** An expression of a query: a field, a text, a number, a list, a pattern, or a function or operator with its operands. */
export type Expression =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'value'; readonly value: string | number }
  | { readonly kind: 'list'; readonly items: Expression[] }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'call'; readonly name: string; readonly operands: Expression[] };

/** An expression and its name in the result: the alias, or what stands in the query. */
export interface Named {
  readonly name: string;
  readonly expression: Expression;
}

export type Command =
  | { readonly name: 'fields' | 'display'; readonly columns: Named[] }
  | { readonly name: 'filter'; readonly condition: Expression }
  | { readonly name: 'stats'; readonly aggregates: Named[]; readonly groups: Named[] }
  | { readonly name: 'sort'; readonly by: { readonly expression: Expression; readonly descending: boolean }[] }
  | { readonly name: 'limit'; readonly count: number };

interface Token {
  readonly text: string;
  readonly at: number;
}

/** Texts, patterns, numbers with a unit of time, names of fields with dots, signs. A pattern ends at a slash without a backslash before it. */
const TOKEN = /\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]+`|\/(?:[^/\\\n]|\\.)+\/|[@A-Za-z_][\w@.]*|\d+(?:\.\d+)?[a-z]*|!=|<=|>=|=~|[=<>()[\],|*])/y;

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (query.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(query);
    if (match === null) throw new Error(`cannot read the query at: ${query.slice(from, from + 40)}`);
    tokens.push({ text: match[1], at: from + match[0].length - match[1].length });
  }
  return tokens;
}

/**
 * Reads a query of CloudWatch Logs Insights, in the subset that this library saves. What it does not know is an error.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export function parseQuery(query: string): Command[] {
  return new Parser(query).commands();
}

class Parser {
  private readonly tokens: Token[];
  private position = 0;

  constructor(private readonly query: string) {
    this.tokens = tokensOf(query);
  }

  public commands(): Command[] {
    const commands = [this.command()];
    while (this.accept('|')) commands.push(this.command());
    if (this.position < this.tokens.length) throw this.unexpected();
    return commands;
  }

  private command(): Command {
    const name = this.next();
    if (name === 'fields' || name === 'display') return { name, columns: this.listOf(() => this.named()) };
    if (name === 'filter') return { name, condition: this.either() };
    if (name === 'stats') return { name, aggregates: this.listOf(() => this.named()), groups: this.accept('by') ? this.listOf(() => this.named()) : [] };
    if (name === 'sort') return { name, by: this.listOf(() => this.order()) };
    if (name === 'limit') return { name, count: Number(this.next()) };
    throw new Error(`there is no command ${name} here`);
  }

  private named(): Named {
    const from = this.tokens[this.position]?.at;
    const expression = this.operand();
    const text = this.query.slice(from, this.tokens[this.position]?.at).trim().replace(/[`,|]$/, '').replace(/^`/, '').replace(/ (as|by)$/, '').trim();
    return { name: this.accept('as') ? this.next() : text, expression };
  }

  private order() {
    const expression = this.operand();
    const descending = this.accept('desc');
    if (!descending) this.accept('asc');
    return { expression, descending };
  }

  private either(): Expression {
    return this.joined('or', () => this.joined('and', () => this.negated()));
  }

  private joined(word: string, operand: () => Expression): Expression {
    let left = operand();
    while (this.accept(word)) left = { kind: 'call', name: word, operands: [left, operand()] };
    return left;
  }

  private negated(): Expression {
    return this.accept('not') ? { kind: 'call', name: 'not', operands: [this.negated()] } : this.compared();
  }

  private compared(): Expression {
    if (this.accept('(')) {
      const inner = this.either();
      this.expect(')');
      return inner;
    }
    const left = this.operand();
    const isNegated = this.accept('not');
    const operator = ['=', '!=', '<', '<=', '>', '>=', 'like', '=~', 'in'].find(each => this.accept(each));
    if (operator === undefined) return left;
    const comparison: Expression = { kind: 'call', name: operator === '=~' ? 'like' : operator, operands: [left, this.operand()] };
    return isNegated ? { kind: 'call', name: 'not', operands: [comparison] } : comparison;
  }

  private operand(): Expression {
    const text = this.next();
    if (text === '[') return { kind: 'list', items: this.until(']') };
    if (text === '*') return { kind: 'field', name: '*' };
    if (/^["']/.test(text)) return { kind: 'value', value: text.slice(1, -1).replace(/\\(.)/g, '$1') };
    if (text.startsWith('/')) return { kind: 'pattern', pattern: patternOf(text.slice(1, -1)) };
    if (/^\d+(\.\d+)?$/.test(text)) return { kind: 'value', value: Number(text) };
    if (/^\d+[a-z]+$/.test(text)) return { kind: 'value', value: text };
    if (text.startsWith('`')) return { kind: 'field', name: text.slice(1, -1) };
    if (!/^[@A-Za-z_]/.test(text)) throw this.unexpected(-1);
    return this.accept('(') ? { kind: 'call', name: text, operands: this.until(')') } : { kind: 'field', name: text };
  }

  private until(end: string): Expression[] {
    if (this.accept(end)) return [];
    const items = this.listOf(() => this.operand());
    this.expect(end);
    return items;
  }

  private listOf<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  private accept(text: string): boolean {
    const isThere = this.tokens[this.position]?.text.toLowerCase() === text;
    if (isThere) this.position += 1;
    return isThere;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected();
  }

  private next(): string {
    if (this.position >= this.tokens.length) throw new Error('the query ends too early');
    return this.tokens[this.position++].text;
  }

  private unexpected(offset = 0): Error {
    const token = this.tokens[this.position + offset];
    return new Error(`cannot read the query at: ${token ? this.query.slice(token.at, token.at + 40) : 'its end'}`);
  }
}

/** `(?i)` at the beginning is a flag; JavaScript has it at the end. */
function patternOf(source: string): RegExp {
  return source.startsWith('(?i)') ? new RegExp(source.slice(4), 'i') : new RegExp(source);
}
