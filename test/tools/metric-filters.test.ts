import { contributors } from '../../tools/metric-filters/contributors';
import { matchesFilter } from '../../tools/metric-filters/json-filter';

/** The record and the filters of the user guide of CloudWatch Logs, with what it says of each. */
const RECORD = {
  'eventType': 'UpdateTrail',
  'sourceIPAddress': '111.111.111.111',
  'arrayKey': ['value', 'another value'],
  'objectList': [{ name: 'a', id: 1 }, { name: 'b', id: 2 }],
  'SomeObject': null,
  'cluster.name': 'c',
  'user': { id: 1, email: 'John.Stiles@example.com' },
  'users': [{ id: 2, email: 'John.Doe@example.com' }, { id: 3, email: 'Jane.Doe@example.com' }],
  'actions': ['GET', 'PUT', 'DELETE'],
  'coordinates': [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
  'ThisFlag': true,
  'errorCode': 400,
};

test.each([
  ['{ $.eventType = "UpdateTrail" }', true],
  ['{ $.sourceIPAddress != 123.123.* }', true],
  ['{ $.arrayKey[0] = "value" }', true],
  ['{ $.objectList[1].id = 2 }', true],
  ['{ $.SomeObject IS NULL }', true],
  ['{ $.SomeOtherObject NOT EXISTS }', true],
  ['{ $.ThisFlag IS TRUE }', true],
  ['{ $.[\'cluster.name\'] = "c" }', true],
  ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', true],
  ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', false],
  ['{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }', true],
  ['{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }', false],
  ['{ $.errorCode >= 400 }', true],
  ['{ $.errorCode = 4* }', false],
])('%s: %s', (filter, expected) => {
  expect(matchesFilter(filter, RECORD)).toBe(expected);
});

test.each([
  ['a field that is absent is neither equal nor unequal', '{ $.absent != "x" }', false],
  ['a wildcard at both ends', '{ $.eventType = "*Trail*" }', true],
  ['a wildcard does not stand in the middle of another text', '{ $.eventType = "Update" }', false],
  ['a dot is a dot', '{ $.sourceIPAddress = "111.111.111.11" }', false],
])('%s', (_, filter, expected) => {
  expect(matchesFilter(filter, RECORD)).toBe(expected);
});

test.each(['$.a = 1', '{ $.a = 1', '{ $.a }', '{ $.a ~ 1 }', '{ ($.a = 1 }', '{ $.a = 1 $.b = 2 }'])('%s is no filter', filter => {
  expect(() => matchesFilter(filter, RECORD)).toThrow();
});

test('contributors are counted by their key, and a record without it counts for nobody', () => {
  const rule = { Contribution: { Keys: ['$.who'], Filters: [{ Match: '$.what', In: ['read'] }, { Match: '$.id', StartsWith: ['a/', 'b/'] }] } };
  const records = [{ who: 'x', what: 'read', id: 'a/1' }, { who: 'x', what: 'read', id: 'b/1' }, { who: 'y', what: 'write', id: 'a/1' }, { who: 'y', what: 'read', id: 'c/1' }, { what: 'read', id: 'a/2' }];
  expect([...contributors(rule, records)]).toEqual([['x', 2]]);
});
