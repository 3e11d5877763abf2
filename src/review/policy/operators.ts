import { isIPv4, isIPv6 } from 'net';
import { components, matches, matchesByComponent, Pattern, textOf } from './pattern';

/** How one value of a request compares with one of a policy. */
interface Operator {
  /** Policy variables and, where the comparison knows them, wildcards have a meaning. */
  readonly variables?: true;
  /** A value that is unknown but for its beginning can be told from one that begins otherwise. */
  readonly byPrefix?: true;
  /** Whether a value of a policy or a request is one that the operator compares; IAM does not document what else does. */
  readonly takes: (text: string) => boolean;
  /** Both are taken. */
  readonly compare: (value: string, wanted: Pattern) => boolean;
}

const anything = () => true;

function ordered(takes: (text: string) => boolean, order: (text: string) => number, holds: (value: number, wanted: number) => boolean): Operator {
  return { takes, compare: (value, wanted) => holds(order(value), order(textOf(wanted))) };
}

/** Equal, less, at most, greater, at least. */
function comparisons(type: string, takes: (text: string) => boolean, order: (text: string) => number): Record<string, Operator> {
  return {
    [`${type}Equals`]: ordered(takes, order, (value, wanted) => value === wanted),
    [`${type}LessThan`]: ordered(takes, order, (value, wanted) => value < wanted),
    [`${type}LessThanEquals`]: ordered(takes, order, (value, wanted) => value <= wanted),
    [`${type}GreaterThan`]: ordered(takes, order, (value, wanted) => value > wanted),
    [`${type}GreaterThanEquals`]: ordered(takes, order, (value, wanted) => value >= wanted),
  };
}

const isNumber = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

/** A date of ISO 8601 as the W3C profiles it, or seconds since 1970. Four digits could be either, and are not taken. */
const DATE = /^\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?)?$/;
const isEpoch = (text: string) => /^\d{5,}$/.test(text);
const isDate = (text: string) => isEpoch(text) || (DATE.test(text) && !Number.isNaN(Date.parse(text)));
const millis = (text: string) => isEpoch(text) ? Number(text) * 1000 : Date.parse(text);

const isBoolean = (text: string) => /^(true|false)$/i.test(text);
const isBase64 = (text: string) => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
const isArn = (text: string) => text.split(':').length >= 6;

const arn: Operator = { variables: true, byPrefix: true, takes: isArn, compare: (value, wanted) => matchesByComponent(wanted, value) };

/**
 * The operators that do not negate. `ArnEquals` and `ArnLike` behave identically.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { variables: true, byPrefix: true, takes: anything, compare: (value, wanted) => value === textOf(wanted) },
  StringEqualsIgnoreCase: { variables: true, takes: anything, compare: (value, wanted) => value.toLowerCase() === textOf(wanted).toLowerCase() },
  StringLike: { variables: true, byPrefix: true, takes: anything, compare: (value, wanted) => matches(wanted, value) },
  ...comparisons('Numeric', isNumber, Number),
  ...comparisons('Date', isDate, millis),
  Bool: { takes: isBoolean, compare: (value, wanted) => value.toLowerCase() === textOf(wanted).toLowerCase() },
  BinaryEquals: { takes: isBase64, compare: (value, wanted) => value === textOf(wanted) },
  IpAddress: { takes: isRange, compare: (value, wanted) => inRange(value, textOf(wanted)) },
  ArnEquals: arn,
  ArnLike: arn,
};

/** What negates what. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** An operator as a policy writes it, taken apart. */
export interface ParsedOperator {
  /** The operator without negation, quantifier and `IfExists`. */
  readonly name: string;
  readonly operator: Operator;
  readonly negated: boolean;
  readonly quantifier?: 'ForAllValues' | 'ForAnyValue';
  readonly ifExists: boolean;
}

/** Absent for an operator that IAM does not document, and for `Null`, which compares nothing. */
export function parsed(operator: string): ParsedOperator | undefined {
  const [, quantifier, written, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const name = NEGATED[written] ?? written;
  if (!Object.hasOwn(OPERATORS, name)) return undefined;
  const negated = name !== written;
  return { name, operator: OPERATORS[name], negated, quantifier: quantifier as ParsedOperator['quantifier'], ifExists: ifExists !== undefined };
}

/** Whether the pattern, for an operator that takes ARNs, has the six components of one. */
export function hasSixComponents(pattern: Pattern): boolean {
  return components(pattern).length === 6;
}

function isRange(text: string): boolean {
  const [address, length, ...rest] = text.split('/');
  const most = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : -1;
  return rest.length === 0 && most > 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= most));
}

/** An address of the one version of IP is in no range of the other. */
function inRange(address: string, range: string): boolean {
  const [network, length] = range.split('/');
  const value = bitsOf(address.split('/')[0]);
  const wanted = bitsOf(network);
  const bits = length === undefined ? wanted.length : Number(length);
  return value.length === wanted.length && value.slice(0, bits) === wanted.slice(0, bits);
}

/** The address as a text of zeros and ones. */
function bitsOf(address: string): string {
  if (isIPv4(address)) return address.split('.').map(part => binary(Number(part), 8)).join('');
  const [head, tail] = address.replace(/\d+\.\d+\.\d+\.\d+$/, inHextets).split('::');
  const left = hextets(head);
  const right = hextets(tail);
  const middle = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...middle, ...right].map(part => binary(parseInt(part, 16), 16)).join('');
}

function hextets(text = ''): string[] {
  return text === '' ? [] : text.split(':');
}

/** The last 32 bits of an IPv6 address that are written as IPv4. */
function inHextets(address: string): string {
  const [a, b, c, d] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function binary(value: number, width: number): string {
  return value.toString(2).padStart(width, '0');
}
