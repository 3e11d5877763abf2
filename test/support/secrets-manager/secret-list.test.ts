import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import type { Input } from '../../../tools/secrets-manager/operations';

/** The list of the fake. What its answers hold is compared with recorded ones; here is what it leaves out, in which order, and where it ends. */

let fake: FakeSecretsManager;
const create = (Name: string, more: Input = {}) => String(fake.perform('CreateSecret', { Name, SecretString: 'one', ...more }).ARN);
const list = (input: Input = {}) => fake.perform('ListSecrets', input) as { SecretList: { Name: string; DeletedDate?: Date }[]; NextToken?: string };
const namesIn = (input: Input = {}) => list(input).SecretList.map(({ Name }) => Name);

beforeEach(() => {
  fake = new FakeSecretsManager();
});

/** These secrets and filters are those with which AWS was asked; see the source of the recordings. */
test.each<[string, Input[], string[]]>([
  ['names that begin so', [{ Key: 'name', Values: ['/'] }], ['two', 'four']],
  ['names that do not', [{ Key: 'name', Values: ['!/'] }], ['one', 'three']],
  ['no name of two words', [{ Key: 'name', Values: ['testing1 one'] }], []],
  ['a word of the description that begins so', [{ Key: 'description', Values: ['a'] }], ['one', 'two', 'three']],
  ['none', [{ Key: 'description', Values: ['!a'] }], ['four']],
  ['each word', [{ Key: 'description', Values: ['a secret'] }], ['one', 'two']],
  ['both filters', [{ Key: 'description', Values: ['a'] }, { Key: 'name', Values: ['secret'] }], []],
  ['no such word', [{ Key: 'description', Values: ['!c'] }], ['one', 'two', 'three', 'four']],
])('a filter finds %s', (_, Filters, found) => {
  const secrets = { one: ['testing1/one', 'a secret'], two: ['/testing2/two', 'an secret'], three: ['testing3/three', 'asecret'], four: ['/testing4/four', 'thesecret'] };
  for (const [name, Description] of Object.values(secrets)) create(name, { Description });
  expect(namesIn({ Filters }).map(name => name.split('/').at(-1)).sort()).toEqual([...found].sort());
});

test('a filter by name knows upper and lower case, and takes one of several values', () => {
  ['prod/a', 'PROD/b', 'test/c'].forEach(name => create(name));
  expect(namesIn({ Filters: [{ Key: 'name', Values: ['prod/'] }] })).toEqual(['prod/a']);
  expect(namesIn({ Filters: [{ Key: 'name', Values: ['prod/', 'test/'] }] }).sort()).toEqual(['prod/a', 'test/c']);
});

test('pages hold each secret once, also when one goes meanwhile', () => {
  for (let index = 0; index < 250; index += 1) create(`prod/${index}`);
  const first = list();
  expect(first.SecretList).toHaveLength(100);
  fake.perform('DeleteSecret', { SecretId: first.SecretList.at(-1)!.Name, ForceDeleteWithoutRecovery: true });
  const second = list({ NextToken: first.NextToken });
  const third = list({ NextToken: second.NextToken });
  expect(third.NextToken).toBeUndefined();
  const names = [first, second, third].flatMap(({ SecretList }) => SecretList.map(({ Name }) => Name));
  expect(new Set(names).size).toBe(250);
  expect(names).toHaveLength(250);
});

test('the end of the list has no token, also when it fills its page', () => {
  for (let index = 0; index < 4; index += 1) create(`prod/${index}`);
  expect(list({ MaxResults: 4 }).NextToken).toBeUndefined();
  expect(list({ MaxResults: 3 }).NextToken).toBeDefined();
});

test('what is going to be deleted is listed for who asks for it', () => {
  create('stays');
  create('goes');
  fake.perform('DeleteSecret', { SecretId: 'goes' });
  expect(namesIn()).toEqual(['stays']);
  expect(list({ IncludePlannedDeletion: true }).SecretList.find(({ Name }) => Name === 'goes')!.DeletedDate).toBeInstanceOf(Date);
});

test.each([['too few', { MaxResults: 0 }, 'ValidationException'], ['too many', { MaxResults: 101 }, 'ValidationException'],
  ['a token that it never gave', { NextToken: 'bm8=' }, 'InvalidNextTokenException']])('refuses %s', (_, input, name) => {
  expect(() => list(input)).toThrow(expect.objectContaining({ name }));
});

test('the day of the last read is told, and no time of it', () => {
  fake = new FakeSecretsManager(() => Date.parse('2026-03-04T17:35:00Z'));
  create('app');
  expect(list().SecretList[0]).toMatchObject({ LastAccessedDate: undefined });
  fake.perform('GetSecretValue', { SecretId: 'app' });
  expect(list().SecretList[0]).toMatchObject({ LastAccessedDate: new Date('2026-03-04T00:00:00Z') });
});
