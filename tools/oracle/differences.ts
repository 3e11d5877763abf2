import { isIPv4, isIPv6 } from 'net';
import type { Case } from './generator';
import { conditionsOf, listOf } from '../../src/review/policy/conditions';
import { lookupOf } from '../../src/review/policy/context';
import { matches, matchesByComponent, patternOf } from '../../src/review/policy/pattern';
import { resourceValue } from '../../src/review/policy/resources';
import type { OneOrMany, PolicyDocument, PolicyStatement } from '../../src/review/policy/types';

/** A case in which the simulator is known to answer otherwise than AWS documents. The guide of the evaluator has a row for each. */
export type Difference =
  | 'IfExists of ForAnyValue' | 'variable without a value' | 'addresses of two versions' | 'spelling of IPv6' | 'range of every address' | 'empty values'
  | 'seconds as a date' | 'special variable' | '* beyond a colon' | 'variable in an old version' | 'incomplete ARN' | 'session policy';

/** A condition in its request. */
interface Asked {
  readonly operator: string;
  readonly values: readonly string[];
  /** The values of the key; absent for a key that the request does not have. */
  readonly known?: readonly string[];
  readonly has: (key: string) => boolean;
  readonly variables: boolean;
}

const VARIABLE = /\$\{([^*?$,}]+)\}/g;

const OF_CONDITIONS: ReadonlyArray<readonly [Difference, (asked: Asked) => boolean]> = [
  ['IfExists of ForAnyValue', ({ operator, known }) => /^ForAnyValue:.*IfExists$/.test(operator) && known === undefined],
  ['variable without a value', ({ operator, values, has, variables }) => variables && /(String|Arn)Not/.test(operator) && values.some(value => namedIn(value).some(key => !has(key)))],
  ['addresses of two versions', ({ operator, values, known = [] }) => operator.includes('NotIpAddress')
    && values.some(value => known.some(address => isIPv4(address) ? isIPv6(value) : isIPv6(address) && isIPv4(value)))],
  ['spelling of IPv6', ({ operator, values, known = [] }) => operator.includes('IpAddress') && known.some(isIPv6) && values.some(isIPv6)],
  ['range of every address', ({ operator, values, known = [] }) => operator.includes('IpAddress') && known.some(isIPv4) && values.includes('0.0.0.0/0')],
  ['variable in an old version', ({ values, variables }) => !variables && values.some(value => value.includes('${'))],
  ['special variable', ({ operator, values, variables }) => variables && /String(Not)?Equals/.test(operator) && values.some(value => /\$\{[*?$]\}/.test(value))],
  ['seconds as a date', ({ operator, values, known = [] }) => operator.includes('Date') && [...values, ...known].some(value => /^\d+$/.test(value))],
  ['empty values', ({ operator, known }) => known !== undefined && (operator === 'Null' ? known.length === 0 : operator.includes(':') && known.join('') === '')],
];

function namedIn(value: string): string[] {
  return [...value.matchAll(VARIABLE)].map(([, key]) => key);
}

/** The request as the simulator gets it right, and the differences that were in the way. What they touch has the value that AWS documents. */
export function withoutDifferences(request: Case): { readonly request: Case; readonly differences: ReadonlySet<Difference> } {
  const differences = new Set<Difference>();
  const mended = (document: PolicyDocument, ofIdentity: boolean) => mendedDocument(document, { request, ofIdentity, differences });
  const all = (documents: readonly PolicyDocument[], ofIdentity = false) => documents.map(document => mended(document, ofIdentity));
  const { identity, boundary, session, resourcePolicy, endpoint, serviceControl, resourceControl } = request;
  return {
    request: {
      ...request,
      identity: all(identity, true),
      boundary: boundary && mended(boundary, true),
      session: session && mended(session, true),
      resourcePolicy: resourcePolicy && mended(resourcePolicy, false),
      endpoint: endpoint && mended(endpoint, false),
      serviceControl: serviceControl.map(level => all(level)),
      resourceControl: resourceControl.map(level => all(level)),
    },
    differences,
  };
}

interface Mending {
  readonly request: Case;
  readonly ofIdentity: boolean;
  readonly differences: Set<Difference>;
}

function mendedDocument(document: PolicyDocument, mending: Mending): PolicyDocument {
  const variables = document.Version === '2012-10-17';
  const statements = listOf(document.Statement as OneOrMany<PolicyStatement>);
  return { ...document, Statement: statements.map(statement => mendedStatement(statement, variables, mending)) };
}

/** A condition that never matches, in place of one that does not. */
const NEVER = { StringEquals: { 'aws:RequestTag/never': 'never' } };
const NO_RESOURCE = 'arn:aws:s3:::nothing';

function mendedStatement(statement: PolicyStatement, variables: boolean, mending: Mending): PolicyStatement {
  const { Resource, NotResource, Condition } = statement;
  const resources = (element: string, values: PolicyStatement['Resource']) =>
    values === undefined ? {} : { [element]: listOf(values as OneOrMany<string>).map(value => mendedResource(value, variables, mending)) };
  return {
    ...statement,
    ...resources('Resource', Resource),
    ...resources('NotResource', NotResource),
    ...(Condition !== undefined && { Condition: mendedConditions(Condition as Block, variables, mending) }),
  };
}

type Block = Record<string, Record<string, OneOrMany<string>>>;

function mendedConditions(block: Block, variables: boolean, { request, differences }: Mending): Block {
  const context = new Map(Object.entries(request.context).map(([key, value]) => [key.toLowerCase(), listOf(value)]));
  const lookup = lookupOf({ known: request.context, otherwise: 'absent' });
  const kept: Block = {};
  for (const [operator, byKey] of Object.entries(block)) {
    for (const [key, values] of Object.entries(byKey)) {
      const known = context.get(key.toLowerCase());
      const asked: Asked = { operator, values: listOf(values), known, has: name => context.has(name.trim().toLowerCase()), variables };
      const found = OF_CONDITIONS.filter(([, applies]) => applies(asked)).map(([name]) => name);
      const [truth] = conditionsOf({ [operator]: { [key]: values } }, variables).map(condition => condition(lookup));
      if (found.length === 0 || typeof truth !== 'boolean') kept[operator] = { ...kept[operator], [key]: values };
      else if (!truth) Object.assign(kept, { StringEquals: { ...kept.StringEquals, ...NEVER.StringEquals } });
      found.forEach(name => differences.add(name));
    }
  }
  return kept;
}

function mendedResource(value: string, variables: boolean, { request, ofIdentity, differences }: Mending): string {
  const found = resourceDifference(value, variables, request);
  const truth = found && resourceValue(value, variables).matches(request.resource, lookupOf({ known: request.context, otherwise: 'absent' }), ofIdentity);
  if (found === undefined || typeof truth !== 'boolean') return value;
  differences.add(found);
  return truth ? request.resource : NO_RESOURCE;
}

function resourceDifference(value: string, variables: boolean, { resource, context }: Case): Difference | undefined {
  if (value === '*') return undefined;
  if (value.includes('${')) {
    if (!variables) return 'variable in an old version';
    return namedIn(value).some(key => !Object.keys(context).some(name => name.toLowerCase() === key.toLowerCase())) ? 'variable without a value' : undefined;
  }
  if (value.split(':').length < 6 && !matches(patternOf(value), resource)) return 'incomplete ARN';
  return matches(patternOf(value), resource) && !matchesByComponent(patternOf(value), resource) ? '* beyond a colon' : undefined;
}

/**
 * The request without session policy but for its denials, and without identity policies but for theirs. What is allowed then is allowed by the
 * policy of the resource; the difference is there if that names the session itself, or everybody.
 */
export function withoutSession(request: Case): Case | undefined {
  const { session, identity, principal: { account }, resourceAccount } = request;
  if (session === undefined || account !== resourceAccount) return undefined;
  return { ...request, session: onlyDenials(session, true), identity: identity.map(document => onlyDenials(document, false)) };
}

/** The request where every policy that has to allow does, so that the denials alone decide. */
export function whereOnlyDenialsDecide(request: Case): Case {
  const { identity, boundary, session, resourcePolicy, endpoint, serviceControl } = request;
  const all = (document: PolicyDocument, whom: object = {}) => ({
    ...document, Statement: [...listOf(document.Statement), { ...whom, Effect: 'Allow' as const, Action: '*', Resource: '*' }],
  });
  const everybody = { Principal: '*' };
  return {
    ...request,
    identity: identity.map(each => all(each)).concat(all({ Statement: [] })),
    boundary: boundary && all(boundary),
    session: session && all(session),
    resourcePolicy: all(resourcePolicy ?? { Statement: [] }, everybody),
    endpoint: endpoint && all(endpoint, everybody),
    serviceControl: serviceControl.map(level => level.map(each => all(each))),
  };
}

function onlyDenials(document: PolicyDocument, allowsAll: boolean): PolicyDocument {
  const denials = listOf(document.Statement as OneOrMany<PolicyStatement>).filter(({ Effect }) => Effect === 'Deny');
  return { ...document, Statement: allowsAll ? [...denials, { Effect: 'Allow', Action: '*', Resource: '*' }] : denials };
}
