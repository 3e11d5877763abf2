import { ACCOUNT, allow, ask, deny, EVERYTHING, FOREIGN, KEY, NOTHING, OTHER, policy, ROLE, SECRET, SESSION, unknown, USER } from './requests';
import type { AccessRequest, PolicySet, RequestPrincipal } from '../../../src/review/policy/types';

/** The pages of the user guide of IAM on the evaluation of policies, sentence by sentence. */

const ROOT: RequestPrincipal = { kind: 'root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT };
const FEDERATED: RequestPrincipal = { kind: 'federated user', arn: `arn:aws:sts::${ACCOUNT}:federated-user/carlos`, account: ACCOUNT, userArn: USER.arn };
const SERVICE: RequestPrincipal = { kind: 'service', arn: 'secretsmanager.amazonaws.com' };
const ANYBODY: RequestPrincipal = { kind: 'anonymous', arn: '*' };

const naming = (AWS: string | string[]) => policy(allow({ Principal: { AWS } }));
const outcome = (policies: PolicySet, request: Partial<AccessRequest> = {}) => {
  const { outcome: answer, ...rest } = ask(policies, request);
  return answer === 'denied' && 'explicit' in rest && rest.explicit ? 'explicitly denied' : answer;
};

describe('in one account', () => {
  test.each<[string, PolicySet, string]>([
    ['nothing', {}, 'denied'],
    ['an identity policy', { identity: [EVERYTHING] }, 'allowed'],
    ['one of two identity policies', { identity: [NOTHING, EVERYTHING] }, 'allowed'],
    ['a resource policy that names the role', { resource: naming(ROLE.arn) }, 'allowed'],
    ['a resource policy that names the account', { resource: naming(ACCOUNT) }, 'denied'],
    ['a resource policy that names another role', { resource: naming(`arn:aws:iam::${ACCOUNT}:role/Another`) }, 'denied'],
    ['a resource policy with a pattern for a principal', { resource: naming(`arn:aws:iam::${ACCOUNT}:role/*`) }, 'denied'],
    ['a denial among allowances', { identity: [EVERYTHING, policy(deny())] }, 'explicitly denied'],
    ['a denial of the account', { identity: [EVERYTHING], resource: policy(deny({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } })) }, 'explicitly denied'],
    ['a denial of somebody else', { identity: [EVERYTHING], resource: policy(deny({ Principal: { AWS: USER.arn } })) }, 'allowed'],
    ['a boundary that does not allow', { identity: [EVERYTHING], permissionsBoundary: NOTHING }, 'denied'],
    ['a boundary that allows, and nothing else', { permissionsBoundary: EVERYTHING }, 'denied'],
    ['a boundary that denies', { resource: naming(SESSION), permissionsBoundary: policy(deny()) }, 'explicitly denied'],
    ['a session policy that does not allow', { identity: [EVERYTHING], session: [NOTHING] }, 'denied'],
    ['one of two session policies that allows', { identity: [EVERYTHING], session: [NOTHING, EVERYTHING] }, 'allowed'],
  ])('%s', (_, policies, expected) => expect(outcome(policies)).toBe(expected));

  test.each<[RequestPrincipal, string, string, boolean]>([
    [ROLE, 'role ARN', ROLE.arn, true], [ROLE, 'session ARN', SESSION, false], [ROLE, 'everybody', '*', false],
    [USER, 'user ARN', USER.arn, false], [FEDERATED, 'federated user ARN', FEDERATED.arn, false], [FEDERATED, 'ARN of the user who federated', USER.arn, true],
  ])('$0.kind: what the resource policy allows to the $1 is limited by implicit denials: $3', (principal, _, named, limited) => {
    expect(outcome({ resource: naming(named) }, { principal })).toBe('allowed');
    expect(outcome({ resource: naming(named), permissionsBoundary: NOTHING }, { principal })).toBe(limited ? 'denied' : 'allowed');
    expect(outcome({ resource: naming(named), session: [NOTHING] }, { principal })).toBe(limited ? 'denied' : 'allowed');
    expect(outcome({ resource: naming(named), session: [EVERYTHING], permissionsBoundary: EVERYTHING }, { principal })).toBe('allowed');
  });

  test('the root user of the account may do everything but what is denied', () => {
    expect(outcome({}, { principal: ROOT })).toBe('allowed');
    expect(outcome({ serviceControl: [[NOTHING]] }, { principal: ROOT })).toBe('denied');
  });

  test('a session of another name is another principal', () => {
    expect(outcome({ resource: naming(SESSION.replace('morning', 'evening')) })).toBe('denied');
    const open = ask({ resource: naming(SESSION) }, { principal: { ...ROLE, sessionName: undefined } });
    expect(open).toMatchObject({ outcome: 'allowed if', words: 'the name of the session is morning' });
  });
});

describe('across accounts both sides have to allow', () => {
  const request = { principal: FOREIGN };
  test.each<[string, PolicySet, string]>([
    ['the identity alone', { identity: [EVERYTHING] }, 'denied'],
    ['the resource alone', { resource: naming(FOREIGN.arn) }, 'denied'],
    ['everybody, by the resource alone', { resource: naming('*') }, 'denied'],
    ['both, by role', { identity: [EVERYTHING], resource: naming(FOREIGN.arn) }, 'allowed'],
    ['both, by account', { identity: [EVERYTHING], resource: naming(OTHER) }, 'allowed'],
    ['both, of the wrong account', { identity: [EVERYTHING], resource: naming(ACCOUNT) }, 'denied'],
    ['both, under a boundary, by session', { identity: [EVERYTHING], resource: naming(`arn:aws:sts::${OTHER}:assumed-role/Reader/morning`), permissionsBoundary: NOTHING }, 'denied'],
    ['both, and a session policy', { identity: [EVERYTHING], resource: naming(OTHER), session: [NOTHING] }, 'denied'],
  ])('%s', (_, policies, expected) => expect(outcome(policies, request)).toBe(expected));

  test('the reason names the side', () => {
    expect(ask({ identity: [EVERYTHING] }, request)).toMatchObject({ reason: 'no statement of the resource policy in the other account allows it' });
    expect(ask({ resource: naming(OTHER) }, request)).toMatchObject({ reason: 'no statement of its identity policies allows it' });
  });
});

describe('a key', () => {
  const decrypt = { action: 'kms:Decrypt', resource: KEY };
  const root = naming(`arn:aws:iam::${ACCOUNT}:root`);
  test.each<[string, PolicySet, string, Partial<AccessRequest>?]>([
    ['an identity policy alone', { identity: [EVERYTHING] }, 'denied'],
    ['an identity policy, and a key policy that names another role', { identity: [EVERYTHING], resource: naming(`arn:aws:iam::${ACCOUNT}:role/Another`) }, 'denied'],
    ['a key policy that lets the account delegate, alone', { resource: root }, 'denied'],
    ['both', { identity: [EVERYTHING], resource: root }, 'allowed'],
    ['both, by the id of the account', { identity: [EVERYTHING], resource: naming(ACCOUNT) }, 'allowed'],
    ['both, for another action', { identity: [EVERYTHING], resource: policy(allow({ Principal: { AWS: ACCOUNT }, Action: 'kms:Encrypt' })) }, 'denied'],
    ['a key policy that names the role, alone', { resource: naming(ROLE.arn) }, 'allowed'],
    ['a key policy that names the role, under a boundary', { resource: naming(ROLE.arn), permissionsBoundary: NOTHING }, 'denied'],
    ['the root user, by the key policy', { resource: root }, 'allowed', { principal: ROOT }],
    ['the root user, whom the key policy leaves out', { resource: naming(ROLE.arn) }, 'denied', { principal: ROOT }],
    ['another account, by the key policy alone', { resource: naming(OTHER) }, 'denied', { principal: FOREIGN }],
    ['another account, by both', { resource: naming(OTHER), identity: [EVERYTHING] }, 'allowed', { principal: FOREIGN }],
    ['an action of no key', { identity: [EVERYTHING] }, 'allowed', { action: 'kms:ListKeys', resource: '*' }],
  ])('%s', (...[, policies, expected, more]) => expect(outcome(policies, { ...decrypt, ...more })).toBe(expected));
});

describe('other principals', () => {
  test('a service is allowed by the resource alone', () => {
    const service = policy(allow({ Principal: { Service: 'secretsmanager.amazonaws.com' } }));
    expect(outcome({ resource: service }, { principal: SERVICE })).toBe('allowed');
    expect(outcome({ resource: service }, { principal: { ...SERVICE, arn: 'lambda.amazonaws.com' } })).toBe('denied');
    expect(outcome({ resource: service })).toBe('denied');
    expect(outcome({ resource: service, serviceControl: [[NOTHING]] }, { principal: SERVICE })).toBe('allowed');
  });

  test('an anonymous request is allowed to everybody or not at all', () => {
    expect(outcome({ resource: naming('*') }, { principal: ANYBODY })).toBe('allowed');
    expect(outcome({ resource: naming(ACCOUNT) }, { principal: ANYBODY })).toBe('denied');
  });

  test('who is named in a way that a template cannot tell is missing', () => {
    expect(ask({ resource: naming('AROAABCDEFGHIJKLMNOPQ') })).toMatchObject({ outcome: 'not decided', missing: ['the principal with the unique id AROAABCDEFGHIJKLMNOPQ'] });
    expect(outcome({ resource: policy(allow({ Principal: { CanonicalUser: '79a59df9' } })) })).toBe('not decided');
    expect(outcome({ resource: policy(allow({ Principal: { Federated: 'cognito-identity.amazonaws.com' } })) })).toBe('denied');
    expect(outcome({ resource: policy(allow()) })).toBe('not decided');
  });
});

describe('NotPrincipal', () => {
  const denied = (AWS: string[]) => ({ identity: [EVERYTHING], resource: policy({ ...deny(), NotPrincipal: { AWS } }) });
  test.each<[string, string[], string]>([
    ['somebody else', [USER.arn], 'explicitly denied'],
    ['role and account', [ROLE.arn, `arn:aws:iam::${ACCOUNT}:root`], 'allowed'],
    ['session, role and account', [SESSION, ROLE.arn, ACCOUNT], 'allowed'],
    ['the role without its account', [ROLE.arn], 'not decided'],
    ['the account without the role', [ACCOUNT], 'not decided'],
    ['session and account', [SESSION, ACCOUNT], 'not decided'],
    ['everybody', ['*'], 'allowed'],
  ])('that names %s', (_, named, expected) => expect(outcome(denied(named))).toBe(expected));

  test('denies everybody who has a permissions boundary', () => {
    expect(outcome({ ...denied([ROLE.arn, ACCOUNT]), permissionsBoundary: EVERYTHING })).toBe('explicitly denied');
  });

  test('does not allow', () => expect(outcome({ resource: policy({ ...allow(), NotPrincipal: { AWS: USER.arn } }) })).toBe('not decided'));
});

describe('control policies and endpoints', () => {
  const denial = policy(deny({ Principal: '*' }));
  test.each<[string, PolicySet, string, Partial<AccessRequest>?]>([
    ['each level of service control policies allows', { serviceControl: [[NOTHING, EVERYTHING], [EVERYTHING]] }, 'allowed'],
    ['a level does not', { serviceControl: [[EVERYTHING], [NOTHING]] }, 'denied'],
    ['a level denies', { serviceControl: [[EVERYTHING, policy(deny())]] }, 'explicitly denied'],
    ['a service-linked role', { serviceControl: [[NOTHING]], resourceControl: [[denial]] }, 'allowed', { principal: { ...ROLE, arn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/x.amazonaws.com/X` } }],
    ['a resource control policy denies', { resourceControl: [[], [denial]] }, 'explicitly denied'],
    ['a resource control policy is about something else', { resourceControl: [[policy(deny({ Principal: '*', Action: 's3:*' }))]] }, 'allowed'],
    ['the endpoint lets it through', { endpoint: policy(allow({ Principal: '*' })) }, 'allowed'],
    ['the endpoint lets the account through', { endpoint: naming(ACCOUNT) }, 'allowed'],
    ['the endpoint lets others through', { endpoint: naming(OTHER) }, 'denied'],
    ['the endpoint denies', { endpoint: policy(allow({ Principal: '*' }), deny({ Principal: '*' })) }, 'explicitly denied'],
  ])('%s', (...[, policies, expected, more]) => expect(outcome({ identity: [EVERYTHING], ...policies }, more)).toBe(expected));
});

describe('actions and resources', () => {
  const reads = (statement: object, more: Partial<AccessRequest> = {}) => outcome({ identity: [policy(allow(statement))] }, more);
  test.each<[object, string]>([
    [{ Action: 'SECRETSMANAGER:getsecretvalue' }, 'allowed'], [{ Action: 'secretsmanager:Get*' }, 'allowed'], [{ Action: 'secretsmanager:?etSecretValue' }, 'allowed'],
    [{ Action: ['s3:*', 'secretsmanager:Put*'] }, 'denied'], [{ Action: 'secretsmanager:GetSecret' }, 'denied'],
    [{ Action: undefined, NotAction: 's3:*' }, 'allowed'], [{ Action: undefined, NotAction: ['s3:*', 'secretsmanager:*'] }, 'denied'],
    [{ Action: undefined }, 'not decided'], [{ Effect: 'Permit' }, 'not decided'],
    [{ Resource: SECRET }, 'allowed'], [{ Resource: SECRET.toUpperCase() }, 'denied'], [{ Resource: SECRET.slice(0, -6) + '??????' }, 'allowed'], [{ Resource: SECRET.slice(0, -7) }, 'denied'],
    [{ Resource: 'arn:aws:secretsmanager:*:*:secret:prod/*' }, 'allowed'], [{ Resource: 'arn:aws:secretsmanager:*:secret:prod/*' }, 'allowed'],
    [{ Resource: 'arn:aws:secretsmanager:e*3:secret:prod/*' }, 'not decided'], [{ Resource: 'arn:aws:secretsmanager:eu?west?1:*:secret:prod/*' }, 'allowed'],
    [{ Resource: 'arn:aws:secretsmanager:*:*:secret?prod/*' }, 'allowed'], [{ Resource: 'arn:aws:secretsmanager:*:*:sec*payments-AbCdEf' }, 'allowed'],
    [{ Resource: 'arn:aws:secretsmanager' }, 'allowed'], [{ Resource: 'arn:aws:s3' }, 'denied'], [{ Resource: 'arn:aws:secretsmanager:*:*:secret:*-??????' }, 'allowed'],
    [{ NotResource: SECRET }, 'denied'], [{ NotResource: 'arn:aws:secretsmanager:*:*:secret:dev/*' }, 'allowed'], [{ NotResource: 'arn:aws:s3:::${aws:username}' }, 'allowed'],
    [{ Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team}/*' }, 'denied'], [{ Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team, \'prod\'}/*' }, 'allowed'],
    [{ Resource: 'arn:aws:secretsmanager:*:${aws:PrincipalTag/team}:secret:prod/*' }, 'not decided'],
  ])('%j', (statement, expected) => expect(reads(statement)).toBe(expected));

  test('an incomplete ARN is completed in the policies of identities only', () => {
    expect(outcome({ resource: policy(allow({ Principal: '*', Resource: 'arn:aws:secretsmanager' })) })).toBe('not decided');
  });

  test('a tag as variable', () => {
    const tagged = { context: { known: { 'aws:PrincipalTag/team': 'prod' }, otherwise: 'absent' as const } };
    expect(reads({ Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team}/*' }, tagged)).toBe('allowed');
    const open = ask({ identity: [policy(allow({ Resource: 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team}/*' }))] }, { context: { known: {} } });
    expect(open).toMatchObject({ outcome: 'allowed if', requirement: { key: 'Resource', operator: 'StringLike', holds: true } });
  });
});

describe('what is not known', () => {
  test.each<[string, PolicySet, object]>([
    ['a managed policy', { identity: [unknown()] }, { outcome: 'not decided', missing: ['the document of Audit'] }],
    ['a managed policy, which could deny what another allows', { identity: [EVERYTHING, unknown()] }, { outcome: 'not decided', missing: ['the document of Audit'] }],
    ['a managed policy, of what is denied anyway', { identity: [policy(deny()), unknown()] }, { outcome: 'denied', explicit: true }],
    ['a boundary', { identity: [EVERYTHING], permissionsBoundary: unknown() }, { outcome: 'not decided' }],
    ['a boundary, of what nothing allows', { permissionsBoundary: unknown() }, { outcome: 'denied', explicit: false }],
    ['a resource policy', { resource: unknown() }, { outcome: 'not decided' }],
    ['a resource', { identity: [policy(allow({ Resource: { unknown: 'the value of Ref Secret' } }))] }, { outcome: 'not decided', missing: ['the value of Ref Secret'] }],
    ['a resource that begins otherwise', { identity: [policy(allow({ Resource: { unknown: 'a bucket', startsWith: 'arn:aws:s3:' } }))] }, { outcome: 'denied' }],
    ['a resource of another action', { identity: [policy(allow({ Action: 's3:*', Resource: { unknown: 'a bucket' } }))] }, { outcome: 'denied' }],
    ['an action', { identity: [policy(allow({ Action: { unknown: 'an action', startsWith: 'SecretsManager:' } }))] }, { outcome: 'not decided' }],
    ['a principal', { resource: policy(allow({ Principal: { AWS: { unknown: 'a role', startsWith: `arn:aws:iam::${ACCOUNT}:role/` } } })) }, { outcome: 'not decided' }],
    ['a principal of another account', { resource: policy(allow({ Principal: { AWS: { unknown: 'a role', startsWith: `arn:aws:iam::${OTHER}:` } } })) }, { outcome: 'denied' }],
    ['a condition', { identity: [policy(allow({ Condition: { unknown: 'a condition' } }))] }, { outcome: 'not decided', missing: ['a condition'] }],
    ['a value of a condition on an absent key', { identity: [policy(allow({ Condition: { StringEquals: { 'aws:x': { unknown: 'a value' } } } }))] }, { outcome: 'denied' }],
  ])('%s', (_, policies, expected) => expect(ask(policies)).toMatchObject(expected));

  test('a session of a principal that is known but for its end', () => {
    const resource = policy(allow({ Principal: { AWS: { unknown: 'a session', startsWith: `${SESSION.slice(0, -3)}` } } }));
    expect(outcome({ resource })).toBe('not decided');
  });

  test('bounds are given where something is certain', () => {
    const condition = { StringEquals: { 'aws:SourceVpce': 'vpce-1' } };
    const certain = { key: 'aws:SourceVpce', operator: 'StringEquals', values: ['vpce-1'], holds: true, words: 'the request comes through VPC endpoint vpce-1' };
    const context = { context: { known: {} } };
    const unknownResource = policy(allow({ Resource: { unknown: 'a value' } }));
    expect(ask({ identity: [policy(allow({ Condition: condition })), unknownResource] }, context)).toMatchObject({ outcome: 'not decided', allowedAtLeastIf: certain });
    expect(ask({ identity: [unknownResource], permissionsBoundary: policy(allow({ Condition: condition })) }, context)).toMatchObject({ outcome: 'not decided', allowedAtMostIf: certain });
  });
});

test('each answer names the statements that decided it', () => {
  const identity = [policy(deny({ Action: 's3:*' }), allow({ Sid: 'Read', Action: 'secretsmanager:*' }))];
  expect(ask({ identity })).toEqual({ outcome: 'allowed', statements: [{ kind: 'identity policy', policy: 'policy', index: 1, sid: 'Read', effect: 'Allow' }] });
  const guard = policy(deny({ Sid: 'Guard', Principal: '*' }));
  expect(ask({ identity, resource: guard })).toEqual({
    outcome: 'denied',
    explicit: true,
    reason: 'a statement of the resource policy policy denies it',
    statements: [{ kind: 'resource policy', policy: 'policy', index: 0, sid: 'Guard', effect: 'Deny' }],
  });
  expect(ask({})).toEqual({ outcome: 'denied', explicit: false, statements: [], reason: 'no statement of its identity policies allows it, and none of the resource policy does' });
});

test('a guard rail and what it lets through are one condition', () => {
  const guard = policy(deny({ Principal: '*', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }));
  expect(ask({ identity: [EVERYTHING], resource: guard }, { context: { known: {} } })).toMatchObject({ outcome: 'allowed if', words: 'the request comes through VPC endpoint vpce-1' });
  const elsewhere = policy(allow(), deny({ Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-2' } } }));
  expect(ask({ identity: [elsewhere] }, { context: { known: {} } })).toMatchObject({ words: 'the request does not come through VPC endpoint vpce-2' });
  const never = policy(allow({ Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } }));
  expect(ask({ identity: [never], resource: guard }, { context: { known: {} } })).toMatchObject({ outcome: 'denied', explicit: false });
  const either = [allow({ Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }), allow({ Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } })];
  expect(ask({ identity: [policy(...either)] }, { context: { known: {} } })).toMatchObject({ outcome: 'allowed' });
});

test('context keys that are absent or unknown by a beginning', () => {
  const asks = policy(allow({ Condition: { StringEqualsIfExists: { 'aws:PrincipalTag/team': 'pay' } } }));
  const given = (context: AccessRequest['context']) => ask({ identity: [asks] }, { context }).outcome;
  expect(given({ known: {}, absent: ['aws:PrincipalTag/*'] })).toBe('allowed');
  expect(given({ known: {}, absent: ['aws:PrincipalTag/*'], unknown: ['AWS:PrincipalTag/Team'] })).toBe('allowed if');
  expect(given({ known: {}, unknown: ['aws:*'], otherwise: 'absent' })).toBe('allowed if');
  expect(given({ known: { 'aws:principaltag/team': 'dev' }, absent: ['aws:PrincipalTag/*'] })).toBe('denied');
});
