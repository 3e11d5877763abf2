import { readFileSync } from 'fs';
import * as path from 'path';
import * as library from 'cdk-managed-secrets';
import { Construct } from 'constructs';

/** API.md is generated; that it is fresh is checked in CI. Here: that it says what a reader needs. */

const API = readFileSync(path.join(__dirname, '../API.md'), 'utf8');

/** Folders of `src` whose types stay few: a user learns all of them. */
const FOLDERS = ['encryption', 'access', 'namespace', 'secret', 'sharing', 'replication', 'rotation'];
const MOST_TYPES = 111;

test('the public types stay few', () => {
  const types = FOLDERS.flatMap(folder => exportedBy(readFileSync(path.join(__dirname, `../src/${folder}/index.ts`), 'utf8')));
  const remedy = 'a new public type needs a reason: decision docs/decisions/0016-public-api.md; merge it, or write the reason there and raise MOST_TYPES';
  expect(types).toContain('ManagedSecret');
  expect(types.length > MOST_TYPES ? `${types.length} public types: ${remedy}` : '').toBe('');
});

function exportedBy(index: string): string[] {
  expect(index).not.toContain('export *');
  return [...index.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names]) => names.split(',').map(each => each.trim()).filter(each => each !== ''));
}

/** The sections of members: heading, signature, default and text. */
const MEMBERS = API.split(/^#{4,5} /m).slice(1).filter(section => section.includes('- *Type:*'));
const OPTIONAL = MEMBERS.filter(section => /<sup>Optional<\/sup>.*(Props|Options|Attributes)\.property\./.test(section.split('\n')[0]));
const titleOf = (section: string) => section.split('\n')[0];

test('there is an API to check', () => {
  expect(OPTIONAL.length).toBeGreaterThan(25);
});

test('every optional prop says its default', () => {
  expect(OPTIONAL.filter(section => !section.includes('- *Default:*')).map(titleOf)).toEqual([]);
});

test('no default is empty, undefined or None', () => {
  const defaults = [...API.matchAll(/^- \*Default:\* (.*)$/gm)].map(match => match[1]);
  expect(defaults.filter(text => /^(undefined|none|-|)$/i.test(text.trim()))).toEqual([]);
});

test('no default holds an angle bracket, which breaks the documentation of .NET: it stands in XML as it is', () => {
  const defaults = [...API.matchAll(/^- \*Default:\* (.*)$/gm)].map(match => match[1]);
  expect(defaults.length).toBeGreaterThan(100);
  expect(defaults.filter(text => text.includes('<'))).toEqual([]);
});

test('every parameter has a name: one that is taken apart in the signature is `__0`, and `0` in C#, which does not compile', () => {
  expect(API).toContain('DatabaseGrant.onTables(');
  expect([...API.matchAll(/^.*\b__\d+\b.*$/gm)].map(([line]) => line)).toEqual([]);
});

/** What the API says of each exported construct, before its members. */
const CONSTRUCTS = API.split(/^## /m).find(part => part.startsWith('Constructs'))!.split(/^### /m).slice(1)
  .map(section => [section.split(' ')[0], section.split('#### Initializers')[0]] as const);

test('every exported construct is checked', () => {
  const exported = Object.entries(library).filter(([, each]) => typeof each === 'function' && each.prototype instanceof Construct);
  expect(CONSTRUCTS.map(([name]) => name).sort()).toEqual(exported.map(([name]) => name).sort());
});

test.each(CONSTRUCTS)('%s links the AWS page it rests on', (_, introduction) => {
  expect(introduction).toMatch(/https:\/\/docs\.aws\.amazon\.com\//);
});
