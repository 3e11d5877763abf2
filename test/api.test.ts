import { readFileSync } from 'fs';
import * as path from 'path';

/** API.md is generated; that it is fresh is checked in CI. Here: that it says what a reader needs. */

const API = readFileSync(path.join(__dirname, '../API.md'), 'utf8');

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

test('every exported construct links the AWS page it rests on', () => {
  for (const construct of ['ManagedSecret', 'SecretNamespace']) {
    const [, section] = API.split(new RegExp(`^### ${construct} <a`, 'm'));
    expect(section.slice(0, 1500)).toMatch(/https:\/\/docs\.aws\.amazon\.com\//);
  }
});
