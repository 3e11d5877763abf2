import type { Known, Lookup } from './context';
import { and, Formula, missing, not, open, or } from './formula';
import { hasSixComponents, parsed, ParsedOperator } from './operators';
import { Pattern, patternOf, written } from './pattern';
import type { ConditionBlock, OneOrMany, PolicyValue, UnknownValue } from './types';
import { Filled, filled, Value, valueOf } from './value';

/** One operator with one key of a condition block, read once; the truth of it in a request. */
export type Condition = (lookup: Lookup) => Formula;

/** All of them have to match. */
export function conditionsOf(block: ConditionBlock | UnknownValue | undefined, variables: boolean): Condition[] {
  if (block === undefined) return [];
  if (isUnknown(block)) return [() => missing(block.unknown)];
  return Object.entries(block).flatMap(([operator, byKey]): Condition[] => isUnknown(byKey)
    ? [() => missing(byKey.unknown)]
    : Object.entries(byKey).map(([key, values]) => conditionOf(operator, key, listOf(values), variables)));
}

function isUnknown(value: object): value is UnknownValue {
  return 'unknown' in value && typeof value.unknown === 'string';
}

export function listOf<T>(values: OneOrMany<T> | undefined): readonly T[] {
  return values === undefined ? [] : [values].flat() as T[];
}

function conditionOf(name: string, key: string, values: readonly PolicyValue[], variables: boolean): Condition {
  if (name === 'Null') return nullCondition(key, values);
  const operator = parsed(name);
  if (operator === undefined) return () => missing(`what the operator ${name} compares, which IAM does not document`);
  const read = values.map(each => readFor(operator, valueOf(each, variables && operator.operator.variables === true)));
  return lookup => {
    const basic = compared(operator, key, read, lookup);
    return operator.ifExists ? or(isAbsent(key, lookup), basic) : basic;
  };
}

/** A value that the operator does not take is as good as unknown: IAM does not document what it compares. */
function readFor({ name, operator }: ParsedOperator, value: Value): Value {
  if ('unknown' in value || (value.plain === undefined && !name.startsWith('Arn'))) return value;
  const fits = name.startsWith('Arn')
    ? hasSixComponents(value.pieces.flatMap(piece => Array.isArray(piece) ? piece as Pattern : patternOf('x')))
    : operator.takes(value.text);
  return fits ? value : { unknown: `what ${name} makes of the value ${value.text}, which IAM does not document` };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null */
function nullCondition(key: string, values: readonly PolicyValue[]): Condition {
  return lookup => or(...values.map(value => {
    if (typeof value === 'object') return missing(value.unknown);
    const text = String(value);
    if (text !== 'true' && text !== 'false') return missing(`what Null makes of the value ${text}, which IAM does not document`);
    return text === 'true' ? isNull(key, lookup) : not(isNull(key, lookup));
  }));
}

/** A key without a value is null as well. */
function isNull(key: string, lookup: Lookup): Formula {
  const known = lookup(key);
  return known === 'unknown' ? open({ key, operator: 'Null', values: ['true'] }) : known === 'absent' || known.values.length === 0;
}

/** For `IfExists`, of which IAM does not document whether a key without a value exists. */
function isAbsent(key: string, lookup: Lookup): Formula {
  const known = lookup(key);
  return typeof known === 'object' && known.values.length === 0 ? missing(`whether ${key} exists for IfExists, which has no value`) : isNull(key, lookup);
}

/**
 * The comparison, without `IfExists`. What negates is the opposite of what it negates: also where the key is absent, and with the
 * quantifiers, of which one negated is the other, of the opposite, negated.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
function compared(operator: ParsedOperator, key: string, values: readonly Value[], lookup: Lookup): Formula {
  const quantifier = operator.negated ? opposite(operator.quantifier) : operator.quantifier;
  const positive = matched({ operator, quantifier, key }, values.map(value => filled(value, lookup)), lookup(key));
  return operator.negated ? not(positive) : positive;
}

function opposite(quantifier: ParsedOperator['quantifier']): ParsedOperator['quantifier'] {
  return quantifier && (quantifier === 'ForAllValues' ? 'ForAnyValue' : 'ForAllValues');
}

/** A comparison that does not negate. */
interface Comparison {
  readonly operator: ParsedOperator;
  readonly quantifier: ParsedOperator['quantifier'];
  readonly key: string;
}

/** A value of the policy that is there. */
type Wanted = NonNullable<Filled>;

/**
 * `ForAllValues` is true for a key that the request does not have, or that has no value but an empty text; nothing else is.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function matched(comparison: Comparison, filledValues: readonly Filled[], known: Known): Formula {
  const { quantifier, key } = comparison;
  if (known === 'absent' || (quantifier !== undefined && typeof known === 'object' && known.values.join('') === '')) return quantifier === 'ForAllValues';
  if (quantifier === undefined && known !== 'unknown' && known.list) {
    return missing(`how IAM compares the list of values of ${key} without ForAllValues or ForAnyValue, which it does not document`);
  }
  const wanted = filledValues.filter(each => each !== null);
  if (known === 'unknown' || wanted.some(each => 'open' in each)) return openly(comparison, wanted, known);
  const each = known.values.map(value => anyOf(comparison.operator, value, wanted));
  return quantifier === 'ForAllValues' ? and(...each) : or(...each);
}

/** What depends on a key that is not known, or on a variable that is not. */
function openly({ operator: { name }, quantifier, key }: Comparison, wanted: readonly Wanted[], known: Known): Formula {
  const unknowns = wanted.filter(each => 'unknown' in each);
  if (unknowns.length > 0) return or(...unknowns.map(each => missing(each.unknown)));
  if (wanted.length === 0) return quantifier === 'ForAllValues' && known === 'unknown' && open({ key, operator: 'Null', values: ['true'] });
  const values = wanted.map(each => 'open' in each ? each.open : written((each as { pattern: Pattern }).pattern));
  return open({ key, operator: quantifier === undefined ? name : `${quantifier}:${name}`, values });
}

/** Whether one value of the request is one of those of the policy. */
function anyOf({ name, operator }: ParsedOperator, value: string, wanted: readonly Wanted[]): Formula {
  return or(...wanted.map(each => {
    if ('unknown' in each) {
      return !(operator.byPrefix && each.startsWith !== undefined && !value.startsWith(each.startsWith)) && missing(each.unknown);
    }
    if (!operator.takes(value)) return missing(`what ${name} makes of the value ${value} in the request, which IAM does not document`);
    const { pattern } = each as { pattern: Pattern };
    return operator.compare(value, pattern);
  }));
}
