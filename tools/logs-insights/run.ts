import { Command, Expression, Named, parseQuery } from './syntax';

type Value = string | number | undefined;

/** A log event, or a row of a result: fields by their names, those of nested JSON with dots. */
export type Row = Readonly<Record<string, Value>>;

/** A log event as it was written. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Runs a query of CloudWatch Logs Insights over log events, as its documentation says: without a `sort` in the order of the newest first.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export function runQuery(query: string, events: readonly LogEvent[]): Row[] {
  const commands = parseQuery(query);
  const newestFirst = [...events].sort((a, b) => b.timestamp - a.timestamp).map(rowOf);
  const rows = commands.reduce(apply, newestFirst);
  const shown = columnsOf(commands);
  return shown === undefined ? rows : rows.map(row => Object.fromEntries(shown.map(name => [name, row[name]])));
}

/** Fields of JSON are found by themselves, those of a list by their index. */
function rowOf({ timestamp, message }: LogEvent): Row {
  const fields: Record<string, Value> = { '@timestamp': timestamp, '@message': message };
  const add = (value: unknown, name: string): void => {
    if (value === null) return;
    if (typeof value === 'object') Object.entries(value as object).forEach(([key, inner]) => add(inner, name === '' ? key : `${name}.${key}`));
    else if (name !== '') fields[name] = typeof value === 'boolean' ? Number(value) : value as Value;
  };
  if (message.startsWith('{')) add(JSON.parse(message), '');
  return fields;
}

function apply(rows: Row[], command: Command): Row[] {
  switch (command.name) {
    case 'fields':
    case 'display': return rows.map(row => ({ ...row, ...valuesOf(command.columns, row) }));
    case 'filter': return rows.filter(row => holds(command.condition, row));
    case 'stats': return aggregated(rows, command);
    case 'limit': return rows.slice(0, command.count);
    case 'sort': return [...rows].sort((a, b) => {
      const orders = command.by.map(({ expression, descending }) => order(evaluate(expression, a), evaluate(expression, b)) * (descending ? -1 : 1));
      return orders.find(each => each !== 0) ?? 0;
    });
  }
}

/** Of `display` the last, else of what `stats` made, else of every `fields`. */
function columnsOf(commands: Command[]): string[] | undefined {
  const names = (named: Named[]) => named.map(({ name }) => name);
  const columns = (name: 'fields' | 'display') => commands.flatMap(each => each.name === name ? [each.columns] : []);
  const display = columns('display').at(-1);
  if (display) return names(display);
  if (commands.some(each => each.name === 'stats')) return undefined;
  const fields = columns('fields');
  return fields.length > 0 ? fields.flatMap(names) : ['@timestamp', '@message'];
}

function valuesOf(columns: Named[], row: Row): Row {
  return Object.fromEntries(columns.map(({ name, expression }) => [name, evaluate(expression, row)]));
}

function aggregated(rows: Row[], { aggregates, groups }: { aggregates: Named[]; groups: Named[] }): Row[] {
  const byKey = new Map<string, { key: Row; rows: Row[] }>();
  for (const row of rows) {
    const key = valuesOf(groups, row);
    const text = JSON.stringify(Object.values(key).map(each => each ?? null));
    if (!byKey.has(text)) byKey.set(text, { key, rows: [] });
    byKey.get(text)!.rows.push(row);
  }
  if (groups.length === 0 && byKey.size === 0) byKey.set('', { key: {}, rows: [] });
  return [...byKey.values()].map(group => ({
    ...group.key, ...Object.fromEntries(aggregates.map(({ name, expression }) => [name, aggregate(expression, group.rows)])),
  }));
}

function aggregate(expression: Expression, rows: Row[]): Value {
  if (expression.kind !== 'call') throw new Error('stats takes functions');
  const [operand] = expression.operands;
  const isAll = operand === undefined || (operand.kind === 'field' && operand.name === '*');
  const values = isAll ? rows.map(() => 1) : rows.map(row => evaluate(operand, row)).filter(each => each !== undefined);
  const byTime = () => [...rows].sort((a, b) => order(a['@timestamp'], b['@timestamp'])).map(row => evaluate(operand, row)).filter(each => each !== undefined);
  const sorted = () => [...values].sort(order);
  const sum = () => values.reduce<number>((total, each) => total + Number(each), 0);
  switch (expression.name) {
    case 'count': return values.length;
    case 'count_distinct': return new Set(values).size;
    case 'sum': return sum();
    case 'avg': return values.length === 0 ? undefined : sum() / values.length;
    case 'min':
    case 'sortsFirst': return sorted()[0];
    case 'max':
    case 'sortsLast': return sorted().at(-1);
    case 'earliest': return byTime()[0];
    case 'latest': return byTime().at(-1);
    default: throw new Error(`there is no aggregation ${expression.name} here`);
  }
}

/** What is absent satisfies no comparison, and so no negation of `=`; `not like` is true of it, because nothing matches. */
function holds(expression: Expression, row: Row): boolean {
  if (expression.kind !== 'call') return evaluate(expression, row) !== undefined;
  const [left, right] = expression.operands;
  switch (expression.name) {
    case 'and': return holds(left, row) && holds(right, row);
    case 'or': return holds(left, row) || holds(right, row);
    case 'not': return !holds(left, row);
    case 'like': return matches(evaluate(left, row), right);
    case 'in': return right.kind === 'list' && right.items.some(each => equal(evaluate(each, row), evaluate(left, row)));
    case 'ispresent': return evaluate(left, row) !== undefined;
  }
  const [a, b] = [left, right].map(each => evaluate(each, row));
  if (a === undefined || b === undefined) return false;
  switch (expression.name) {
    case '=': return equal(a, b);
    case '!=': return !equal(a, b);
    case '<': return order(a, b) < 0;
    case '<=': return order(a, b) <= 0;
    case '>': return order(a, b) > 0;
    case '>=': return order(a, b) >= 0;
    default: throw new Error(`there is no operator ${expression.name} here`);
  }
}

function equal(a: Value, b: Value): boolean {
  return a !== undefined && b !== undefined && String(a) === String(b);
}

/** A pattern is found anywhere in the value; so is a text, letter for letter. */
function matches(value: Value, wanted: Expression): boolean {
  if (value === undefined) return false;
  if (wanted.kind === 'pattern') return wanted.pattern.test(String(value));
  if (wanted.kind === 'value') return String(value).includes(String(wanted.value));
  throw new Error('like takes a pattern or a text');
}

function order(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;
}

function evaluate(expression: Expression, row: Row): Value {
  switch (expression.kind) {
    case 'value': return expression.value;
    case 'field': return row[expression.name];
    case 'call': return call(expression.name, expression.operands, row);
    default: throw new Error(`a ${expression.kind} has no value`);
  }
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function call(name: string, operands: Expression[], row: Row): Value {
  const value = (index: number) => evaluate(operands[index], row);
  switch (name) {
    case 'coalesce': return operands.map((_, index) => value(index)).find(each => each !== undefined);
    case 'tolower': return value(0) === undefined ? undefined : String(value(0)).toLowerCase();
    case 'strlen': return value(0) === undefined ? undefined : String(value(0)).length;
    case 'bin': {
      const [, count, unit] = /^(\d+)([a-z]+)$/.exec(String(value(0)))!;
      const period = Number(count) * UNITS[unit];
      return Math.floor(Number(row['@timestamp']) / period) * period;
    }
    default: throw new Error(`there is no function ${name} here`);
  }
}
