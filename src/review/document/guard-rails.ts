import type { GuardRailEntry } from './review-document';
import type { StatementTable } from '../access/statement-table';
import { isUnknown } from '../assembly/unknown';
import type { Secret } from '../model/model';
import { listOf, Statement } from '../model/policy';
import { parsed } from '../policy/operators';
import { clauseOf } from '../policy/words';

/** Each denial of the resource policy, in words. */
export function guardRailsOf({ resourcePolicy }: Secret, policy: string | undefined, table: StatementTable): GuardRailEntry[] {
  return (resourcePolicy?.Statement ?? []).flatMap((statement, index) => statement.Effect === 'Deny' && policy !== undefined ? [{
    statement: table.indexOf({ kind: 'resource policy', policy, index, effect: 'Deny' }),
    words: inWords(statement),
  }] : []);
}

function inWords({ Action, NotAction, Principal, NotPrincipal, Condition = {} }: Statement): string {
  const conditions = isUnknown(Condition) ? [Condition.unknown] : Object.entries(Condition).flatMap(([operator, byKey]) =>
    Object.entries(byKey).map(([key, values]) => conditionInWords(operator, key, listOf(values).map(valueInWords))));
  const whom = NotPrincipal !== undefined ? `, for all but ${namesIn(NotPrincipal)}` : namesIn(Principal) === '*' ? '' : `, for ${namesIn(Principal)}`;
  return `denied${whom}${conditions.length === 0 ? '' : ` if ${conditions.join(' and ')}`}: ${actionsInWords(Action, NotAction)}`;
}

function conditionInWords(name: string, key: string, values: string[]): string {
  const operator = parsed(name);
  if (operator === undefined) return `${key} ${name} ${values.join(' or ')}`;
  const clause = name === 'Null'
    ? clauseOf({ key, operator: 'Null', values: ['true'] }, values[0] === 'true')
    : clauseOf({ key, operator: operator.quantifier === undefined ? operator.name : `${operator.quantifier}:${operator.name}`, values }, !operator.negated);
  return operator.ifExists ? `${clause} (or the request does not tell)` : clause;
}

function valueInWords(value: unknown): string {
  return isUnknown(value) ? value.unknown : String(value);
}

function actionsInWords(action: unknown, notAction: unknown): string {
  if (action === undefined) return `everything but ${listOf<unknown>(notAction).map(valueInWords).join(', ')}`;
  const actions = listOf<unknown>(action).map(valueInWords);
  return actions.some(each => each === '*' || each === 'secretsmanager:*') ? 'everything' : actions.join(', ');
}

function namesIn(principal: unknown): string {
  if (typeof principal !== 'object' || principal === null) return String(principal);
  return isUnknown(principal) ? principal.unknown : Object.values(principal).flat().map(valueInWords).join(', ');
}
