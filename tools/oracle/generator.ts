import fc from 'fast-check';
import { ACCOUNT, ACTION_PATTERNS, ACTIONS, KEY, KEYS, OPERATORS, OTHER_ACCOUNT, PATTERNS, RESOURCE_PATTERNS, RESOURCES, ROLE, SESSION, Type, USER, VALUES } from './vocabulary';
import type { ConditionBlock, OneOrMany, PolicyDocument, PolicyStatement, PrincipalElement, RequestPrincipal } from '../../src/review/policy/types';

/** A request with every policy that it meets; all of it is known. */
export interface Case {
  readonly principal: RequestPrincipal;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context: Readonly<Record<string, OneOrMany<string>>>;
  readonly identity: readonly PolicyDocument[];
  readonly boundary?: PolicyDocument;
  readonly session?: PolicyDocument;
  readonly resourcePolicy?: PolicyDocument;
  readonly endpoint?: PolicyDocument;
  readonly serviceControl: ReadonlyArray<readonly PolicyDocument[]>;
  readonly resourceControl: ReadonlyArray<readonly PolicyDocument[]>;
}

/** The share of the first, of a hundred. */
function mostly<T>(share: number, first: fc.Arbitrary<T>, second: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: first, weight: share }, { arbitrary: second, weight: 100 - share });
}

function oneOrMany<T>(one: fc.Arbitrary<T>): fc.Arbitrary<OneOrMany<T>> {
  return mostly<OneOrMany<T>>(70, one, fc.array(one, { minLength: 1, maxLength: 3 }));
}

const role: RequestPrincipal = { kind: 'role', arn: ROLE, account: ACCOUNT, sessionName: 'morning' };

const foreign: RequestPrincipal = { ...role, arn: ROLE.replace(ACCOUNT, OTHER_ACCOUNT), account: OTHER_ACCOUNT };

const principal = fc.oneof(
  { arbitrary: fc.constant(role), weight: 6 },
  { arbitrary: fc.constant<RequestPrincipal>({ kind: 'user', arn: USER, account: ACCOUNT }), weight: 3 },
  { arbitrary: fc.constant(foreign), weight: 3 },
  { arbitrary: fc.constant<RequestPrincipal>({ kind: 'federated user', arn: `arn:aws:sts::${ACCOUNT}:federated-user/carlos`, account: ACCOUNT, userArn: USER }), weight: 1 },
  { arbitrary: fc.constant<RequestPrincipal>({ kind: 'service', arn: 'secretsmanager.amazonaws.com' }), weight: 1 },
);

const NAMED = [ROLE, SESSION, USER, ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`, OTHER_ACCOUNT, `arn:aws:iam::${OTHER_ACCOUNT}:root`, ROLE.replace(ACCOUNT, OTHER_ACCOUNT),
  SESSION.replace(ACCOUNT, OTHER_ACCOUNT), SESSION.replace('morning', 'evening'), `arn:aws:sts::${ACCOUNT}:federated-user/carlos`, `arn:aws:iam::${ACCOUNT}:role/Another`];

const principalElement: fc.Arbitrary<PrincipalElement> = fc.oneof(
  { arbitrary: oneOrMany(fc.constantFrom(...NAMED)).map(AWS => ({ AWS })), weight: 6 },
  { arbitrary: fc.constantFrom<PrincipalElement>('*', { AWS: '*' }), weight: 2 },
  { arbitrary: oneOrMany(fc.constantFrom('secretsmanager.amazonaws.com', 'lambda.amazonaws.com')).map(Service => ({ Service })), weight: 1 },
  { arbitrary: oneOrMany(fc.constantFrom(...NAMED)).map(AWS => ({ AWS, Service: 'secretsmanager.amazonaws.com' })), weight: 1 },
);

const notPrincipal: fc.Arbitrary<PrincipalElement> = fc.oneof(
  fc.subarray(NAMED, { minLength: 1, maxLength: 4 }).map(AWS => ({ AWS })),
  fc.constant<PrincipalElement>({ AWS: [ROLE, SESSION, `arn:aws:iam::${ACCOUNT}:root`] }),
  fc.constant<PrincipalElement>({ AWS: [USER, ACCOUNT] }),
);

const operatorOf = (type: Type) => fc.record({
  base: fc.constantFrom(...OPERATORS[type]),
  quantifier: mostly(60, fc.constant(''), fc.constantFrom('ForAllValues:', 'ForAnyValue:')),
  ifExists: mostly(75, fc.constant(''), fc.constant('IfExists')),
}).map(({ base, quantifier, ifExists }) => `${quantifier}${base}${ifExists}`);

const typedValue = (type: Type) => fc.constantFrom(...VALUES[type], ...VALUES[type], ...PATTERNS[type]);
const anyType = fc.constantFrom(...Object.keys(OPERATORS) as Type[]);
const garbage = anyType.chain(typedValue);
const inAnyCase = (key: string) => mostly(85, fc.constant(key), fc.constantFrom(key.toLowerCase(), key.toUpperCase()));

/** Most conditions compare what belongs together, some a key of another type, a few a value that is none of the operator. */
const condition: fc.Arbitrary<ConditionBlock> = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...KEYS), oneOrMany(fc.constantFrom('true', 'false'))).map(([{ key }, values]) => ({ Null: { [key]: values } })) },
  {
    weight: 9,
    arbitrary: fc.constantFrom(...KEYS).chain(({ key, type }) => mostly(92, fc.constant(type), anyType).chain(compares => fc.tuple(
      operatorOf(compares), inAnyCase(key), oneOrMany(mostly(95, typedValue(compares), garbage)),
    ))).map(([operator, key, values]) => ({ [operator]: { [key]: values } })),
  },
);

type Block = Record<string, Record<string, OneOrMany<string>>>;

/** Two blocks in one, or the same operator with two keys. */
const conditions = fc.array(condition, { minLength: 1, maxLength: 2 }).map(blocks => blocks.reduce<Block>((all, block) => {
  const [[operator, byKey]] = Object.entries(block) as [string, Record<string, OneOrMany<string>>][];
  return { ...all, [operator]: { ...all[operator], ...byKey } };
}, {}));

const effect = (allows: number) => mostly<'Allow' | 'Deny'>(allows, fc.constant('Allow'), fc.constant('Deny'));

interface Shape {
  readonly allows: number;
  /** Of a hundred. */
  readonly conditional: number;
  readonly principals?: true;
  /** Every statement is about everybody. */
  readonly everybody?: true;
  /** As resource control policies are: no `NotAction`, and the service named. */
  readonly plain?: true;
}

function statement({ allows, conditional, principals, everybody, plain }: Shape): fc.Arbitrary<PolicyStatement> {
  const actions = oneOrMany(fc.constantFrom(...['*', 'secretsmanager:*', 'kms:*', ...ACTION_PATTERNS].filter(each => !plain || each !== '*')));
  const resources = oneOrMany(mostly(45, fc.constant('*'), fc.constantFrom(...RESOURCE_PATTERNS)));
  return fc.record({
    Effect: effect(allows),
    action: mostly<object>(plain ? 100 : 92, actions.map(Action => ({ Action })), actions.map(NotAction => ({ NotAction }))),
    resource: mostly<object>(94, resources.map(Resource => ({ Resource })), resources.map(NotResource => ({ NotResource }))),
    condition: mostly<object>(conditional, conditions.map(Condition => ({ Condition })), fc.constant({})),
    whom: principals === undefined
      ? fc.constant(everybody ? { Principal: '*' } : {})
      : mostly<object>(94, principalElement.map(Principal => ({ Principal })), notPrincipal.map(NotPrincipal => ({ NotPrincipal }))),
  }).map(({ Effect, action, resource, condition: asked, whom }) => {
    const named = 'NotPrincipal' in whom ? { ...whom, Effect: 'Deny' as const } : { ...whom, Effect };
    return { ...named, ...action, ...resource, ...asked } as PolicyStatement;
  });
}

function policy(shape: Shape, most = 3): fc.Arbitrary<PolicyDocument> {
  return fc.record({
    Version: mostly<string | undefined>(shape.plain ? 100 : 90, fc.constant('2012-10-17'), fc.constantFrom('2008-10-17', undefined)),
    Statement: fc.array(statement(shape), { minLength: 1, maxLength: most }),
  }).map(({ Version, Statement }) => ({ ...(Version !== undefined && { Version }), Statement }));
}

/** Half of the policies that have to allow do so whatever is asked, for else hardly anything would be allowed. */
const ALLOWS_ALL: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const limiting = (of: fc.Arbitrary<PolicyDocument>) => mostly(45, fc.constant(ALLOWS_ALL), of);
const ENDPOINT_FOR_ALL: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };
const seldom = <T>(share: number, of: fc.Arbitrary<T>) => mostly<T | undefined>(share, of, fc.constant(undefined));

const contextValue = ({ type, several }: (typeof KEYS)[number]): fc.Arbitrary<OneOrMany<string>> => several
  ? fc.array(fc.constantFrom(...VALUES[type]), { maxLength: 3 })
  : mostly(97, fc.constantFrom(...VALUES[type]), fc.constantFrom(...VALUES.string));

const context = fc.tuple(...KEYS.map(key => fc.tuple(inAnyCase(key.key), seldom(75, contextValue(key)))))
  .map(pairs => Object.fromEntries(pairs.filter((pair): pair is [string, OneOrMany<string>] => pair[1] !== undefined)));

const levels = (of: fc.Arbitrary<PolicyDocument>) => fc.array(fc.array(of, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 });
const ofServices = levels(limiting(policy({ allows: 70, conditional: 30 })));
const ofResources = levels(policy({ allows: 0, conditional: 80, everybody: true, plain: true }, 2));
const target = fc.constantFrom(...RESOURCES)
  .chain(resource => fc.tuple(fc.constant(resource), fc.constantFrom(...(resource === KEY ? ACTIONS.key : ACTIONS.secret))));

/** Requests with policies in which every operator, quantifier and element occurs. */
export const cases: fc.Arbitrary<Case> = fc.record({
  principal,
  target,
  context,
  identity: fc.array(policy({ allows: 88, conditional: 45 }), { maxLength: 2 }),
  boundary: seldom(20, limiting(policy({ allows: 85, conditional: 30 }))),
  session: seldom(12, limiting(policy({ allows: 85, conditional: 30 }))),
  resourcePolicy: mostly<PolicyDocument | undefined>(75, policy({ allows: 88, conditional: 40, principals: true }), fc.constant(undefined)),
  endpoint: seldom(12, mostly(50, fc.constant(ENDPOINT_FOR_ALL), policy({ allows: 85, conditional: 30, everybody: true }))),
  serviceControl: mostly<PolicyDocument[][]>(80, fc.constant([]), ofServices),
  resourceControl: mostly<PolicyDocument[][]>(85, fc.constant([]), ofResources),
}).map(({ target: [resource, action], ...rest }) => ({
  ...rest, action, resource, resourceAccount: ACCOUNT, ...sessionOf(rest), ...boundaryOf(rest),
}));

/** Only a role and a federated user have sessions, and only roles and users a boundary. A service has no policy of its own. */
function sessionOf({ principal: { kind }, session, identity, serviceControl }: Pick<Case, 'principal' | 'session' | 'identity' | 'serviceControl'>) {
  const service = kind === 'service';
  return { session: kind === 'role' || kind === 'federated user' ? session : undefined, identity: service ? [] : identity, serviceControl: service ? [] : serviceControl };
}

function boundaryOf({ principal: { kind }, boundary }: Pick<Case, 'principal' | 'boundary'>) {
  return { boundary: kind === 'role' || kind === 'user' ? boundary : undefined };
}
