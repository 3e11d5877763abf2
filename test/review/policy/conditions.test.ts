import { matching } from './requests';

/**
 * The tables of the user guide of IAM: what each operator matches.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */

type Row = readonly [operator: string, policy: string | string[], request: string | string[] | undefined, outcome: 'allowed' | 'denied' | 'not decided'];

const ROWS: Row[] = [
  ['StringEquals', 'prod', 'prod', 'allowed'], ['StringEquals', 'prod', 'Prod', 'denied'], ['StringEquals', 'p*', 'prod', 'denied'], ['StringEquals', 'p*', 'p*', 'allowed'],
  ['StringEquals', ['dev', 'prod'], 'prod', 'allowed'], ['StringEquals', 'prod', undefined, 'denied'],
  ['StringNotEquals', 'prod', 'prod', 'denied'], ['StringNotEquals', ['dev', 'prod'], 'prod', 'denied'], ['StringNotEquals', ['dev', 'prod'], 'test', 'allowed'],
  ['StringNotEquals', 'prod', undefined, 'allowed'],
  ['StringEqualsIgnoreCase', 'PROD', 'prod', 'allowed'], ['StringNotEqualsIgnoreCase', 'PROD', 'prod', 'denied'],
  ['StringLike', 'p*', 'prod', 'allowed'], ['StringLike', 'p??', 'prod', 'denied'], ['StringLike', '?rod', 'prod', 'allowed'], ['StringLike', '*a*b*c', 'xaybzbc', 'allowed'],
  ['StringLike', 'P*', 'prod', 'denied'], ['StringLike', '*', '', 'allowed'], ['StringNotLike', 'p*', 'prod', 'denied'], ['StringNotLike', 'p*', undefined, 'allowed'],
  ['NumericEquals', '7', '7.0', 'allowed'], ['NumericNotEquals', '7', '8', 'allowed'], ['NumericLessThan', '7', '7', 'denied'], ['NumericLessThan', '10', '9', 'allowed'],
  ['NumericLessThanEquals', '7', '7', 'allowed'], ['NumericGreaterThan', '7', '7', 'denied'], ['NumericGreaterThanEquals', '7', '7', 'allowed'],
  ['NumericEquals', 'seven', '7', 'not decided'], ['NumericNotEquals', '7', 'seven', 'not decided'], ['NumericEquals', ['7', 'seven'], '7', 'allowed'],
  ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', 'allowed'], ['DateEquals', '2026-01-01', '1767225600', 'allowed'],
  ['DateNotEquals', '2026-01-01', '2026-01-02', 'allowed'], ['DateLessThan', '2026-01-01', '2025-12-31T23:59:59.999Z', 'allowed'], ['DateLessThan', '2026-01-01', '2026-01-01', 'denied'],
  ['DateLessThanEquals', '2026-01-01', '2026-01-01', 'allowed'], ['DateGreaterThan', '2026-01-01', '2026-01-01', 'denied'], ['DateGreaterThanEquals', '2026-01-01', '2026-01-01', 'allowed'],
  ['DateEquals', '2026', '2026-01-01', 'not decided'], ['DateEquals', 'tomorrow', '2026-01-01', 'not decided'],
  ['Bool', 'true', 'true', 'allowed'], ['Bool', 'false', 'true', 'denied'], ['Bool', 'true', undefined, 'denied'], ['Bool', 'yes', 'true', 'not decided'],
  ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', 'allowed'], ['BinaryEquals', 'QmluYXJ5', 'AAAA', 'denied'], ['BinaryEquals', '*', 'AAAA', 'not decided'],
  ['IpAddress', '203.0.113.0/24', '203.0.113.7', 'allowed'], ['IpAddress', '203.0.113.0/24', '203.0.114.7', 'denied'], ['IpAddress', '203.0.113.7', '203.0.113.7', 'allowed'],
  ['IpAddress', '0.0.0.0/0', '10.0.0.1', 'allowed'], ['IpAddress', '203.0.113.128/25', '203.0.113.127', 'denied'],
  ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5678:9::1', 'allowed'], ['IpAddress', '2001:db8:1234:5678::/64', '2001:db8:1234:5679::1', 'denied'],
  ['IpAddress', '2001:db8:0:0:0:0:0:1', '2001:db8::1', 'allowed'], ['IpAddress', '::ffff:10.0.0.1', '::ffff:a00:1', 'allowed'], ['IpAddress', '::/0', '10.0.0.1', 'denied'],
  ['NotIpAddress', '2001:db8::/32', '10.0.0.1', 'allowed'], ['NotIpAddress', '203.0.113.0/24', '203.0.113.7', 'denied'], ['NotIpAddress', '203.0.113.0/24', undefined, 'allowed'],
  ['IpAddress', '10.0.0.0/33', '10.0.0.1', 'not decided'],
  ['ArnEquals', 'arn:aws:sns:*:*:topic', 'arn:aws:sns:eu-west-1:111122223333:topic', 'allowed'], ['ArnLike', 'arn:aws:sns:*:topic', 'arn:aws:sns:eu-west-1:111122223333:topic', 'not decided'],
  ['ArnLike', 'arn:aws:sns:*:*:t?pic', 'arn:aws:sns:eu-west-1:111122223333:topic', 'allowed'], ['ArnLike', 'arn:aws:s*:1:topic', 'arn:aws:sns:eu-west-1:1:topic', 'not decided'],
  ['ArnLike', 'arn:aws:*:1:1:topic', 'arn:aws:sns:eu:1:topic', 'denied'], ['ArnLike', 'arn:aws:lambda:*:*:function:*', 'arn:aws:lambda:eu-west-1:111122223333:function:f:1', 'allowed'],
  ['ArnNotEquals', 'arn:aws:sns:*:*:topic', 'arn:aws:sns:eu-west-1:111122223333:topic', 'denied'], ['ArnNotLike', 'arn:aws:sns:*:*:topic', undefined, 'allowed'],
  ['Null', 'true', undefined, 'allowed'], ['Null', 'true', 'x', 'denied'], ['Null', 'false', 'x', 'allowed'], ['Null', 'false', undefined, 'denied'], ['Null', 'true', [], 'allowed'],
  ['Null', 'maybe', 'x', 'not decided'],
  ['StringEqualsIfExists', 'prod', undefined, 'allowed'], ['StringEqualsIfExists', 'prod', 'dev', 'denied'], ['StringEqualsIfExists', 'prod', 'prod', 'allowed'],
  ['StringNotEqualsIfExists', 'prod', undefined, 'allowed'], ['NumericLessThanIfExists', '7', undefined, 'allowed'], ['NullIfExists', 'true', 'x', 'not decided'],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], 'allowed'], ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], 'denied'], ['ForAllValues:StringEquals', 'a', undefined, 'allowed'],
  ['ForAllValues:StringEquals', 'a', [], 'allowed'], ['ForAllValues:StringEquals', 'a', [''], 'allowed'], ['ForAllValues:StringLike', 'a*', ['ab', 'ac'], 'allowed'],
  ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd'], 'allowed'], ['ForAllValues:StringNotEquals', ['a', 'b'], ['a', 'd'], 'denied'], ['ForAllValues:StringNotEquals', 'a', undefined, 'allowed'],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['a', 'c'], 'allowed'], ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], 'denied'], ['ForAnyValue:StringEquals', 'a', undefined, 'denied'],
  ['ForAnyValue:StringEquals', 'a', [], 'denied'], ['ForAnyValue:StringNotEquals', 'a', ['a', 'b'], 'allowed'], ['ForAnyValue:StringNotEquals', 'a', ['a'], 'denied'],
  ['ForAnyValue:StringNotEquals', 'a', undefined, 'denied'], ['ForAnyValue:StringEqualsIfExists', 'a', undefined, 'allowed'], ['ForAnyValue:NumericLessThan', '7', ['9', '5'], 'allowed'],
  ['StringEquals', 'a', ['a'], 'not decided'], ['StringNotEquals', 'a', ['b', 'c'], 'not decided'], ['StringEqualsIfExists', 'a', [], 'not decided'],
  ['StringMatches', 'a', 'a', 'not decided'], ['stringequals', 'a', 'a', 'not decided'], ['ForSomeValues:StringEquals', 'a', 'a', 'not decided'], ['constructor', 'a', 'a', 'not decided'],
];

test.each(ROWS)('%s of %j with %j is %s', (operator, wanted, value, outcome) => {
  expect(matching({ [operator]: { 'aws:Key': wanted } }, value === undefined ? {} : { 'AWS:key': value })).toBe(outcome);
});

test('every operator and every key of a block has to match', () => {
  const block = { StringEquals: { 'aws:a': 'x', 'aws:b': 'y' }, Bool: { 'aws:c': true } };
  expect(matching(block, { 'aws:a': 'x', 'aws:b': 'y', 'aws:c': 'true' })).toBe('allowed');
  for (const wrong of ['aws:a', 'aws:b', 'aws:c']) expect(matching(block, { 'aws:a': 'x', 'aws:b': 'y', 'aws:c': 'true', [wrong]: 'z' })).not.toBe('allowed');
});

describe('policy variables', () => {
  const asked = (value: string, context: Record<string, string | string[]>, operator = 'StringEquals', version?: string) => matching({ [operator]: { 'aws:Key': value } }, context, version);

  test.each<[string, Record<string, string | string[]>, string, string]>([
    ['${aws:PrincipalTag/team}', { 'aws:Key': 'pay', 'aws:principaltag/TEAM': 'pay' }, 'StringEquals', 'allowed'],
    ['a-${aws:PrincipalTag/team}-b', { 'aws:Key': 'a-pay-b', 'aws:PrincipalTag/team': 'pay' }, 'StringEquals', 'allowed'],
    ['${aws:PrincipalTag/team}', { 'aws:Key': 'pay' }, 'StringEquals', 'denied'],
    ['${aws:PrincipalTag/team}', { 'aws:Key': 'pay' }, 'StringNotEquals', 'allowed'],
    ['${aws:PrincipalTag/team, \'all\'}', { 'aws:Key': 'all' }, 'StringEquals', 'allowed'],
    ['${aws:PrincipalTag/team, \'all\'}', { 'aws:Key': 'all', 'aws:PrincipalTag/team': 'pay' }, 'StringEquals', 'denied'],
    ['${aws:PrincipalTag/team}', { 'aws:Key': 'anything', 'aws:PrincipalTag/team': '*' }, 'StringLike', 'denied'],
    ['a${*}', { 'aws:Key': 'ab' }, 'StringLike', 'denied'], ['a${*}', { 'aws:Key': 'a*' }, 'StringLike', 'allowed'],
    ['a${?}', { 'aws:Key': 'ab' }, 'StringLike', 'denied'], ['${$}{x}', { 'aws:Key': '${x}' }, 'StringEquals', 'allowed'],
    ['${aws:TagKeys}', { 'aws:Key': 'a', 'aws:TagKeys': ['a'] }, 'StringEquals', 'not decided'],
    ['${aws:PrincipalTag/team}', { 'aws:Key': '', 'aws:PrincipalTag/team': '' }, 'StringEquals', 'not decided'],
  ])('%s with %j: %s is %s', (value, context, operator, outcome) => expect(asked(value, context, operator)).toBe(outcome));

  test.each(['2008-10-17', ''])('are plain text in version %j', version => {
    expect(asked('${aws:username}', { 'aws:Key': 'carlos', 'aws:username': 'carlos' }, 'StringEquals', version)).toBe('denied');
    expect(asked('${aws:username}', { 'aws:Key': '${aws:username}', 'aws:username': 'carlos' }, 'StringEquals', version)).toBe('allowed');
  });

  test('have no meaning where strings are not compared', () => {
    expect(asked('${aws:Number}', { 'aws:Key': '7', 'aws:Number': '7' }, 'NumericEquals')).toBe('not decided');
  });
});

test('a pattern of many stars takes no exponential time', () => {
  const start = Date.now();
  expect(matching({ StringLike: { 'aws:Key': `${'*a'.repeat(200)}*b` } }, { 'aws:Key': 'a'.repeat(2_000) })).toBe('denied');
  expect(Date.now() - start).toBeLessThan(2_000);
});
