import type { Input } from './operations';
import type { SecretRecord } from './secret-record';
import { FAILURES } from './service-failure';

/** The most on a page, and as many when nobody says otherwise. */
const MAX_RESULTS = 100;

/** What a filter looks into, and how it compares. @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html */
const KEYS: Record<string, (secret: SecretRecord, value: string) => boolean> = {
  'name': ({ name }, value) => name.startsWith(value),
  'description': ({ description = '' }, value) => hasWords(description, value),
  'tag-key': ({ tags }, value) => tags.some(({ Key }) => Key.startsWith(value)),
  'tag-value': ({ tags }, value) => tags.some(({ Value }) => Value.startsWith(value)),
};

/** The secrets of one page, and the token of the next. A secret that is made or removed meanwhile shifts no other one. */
export function pageOf(all: readonly SecretRecord[], input: Input): { page: SecretRecord[]; next?: string } {
  const { Filters = [], MaxResults = MAX_RESULTS, NextToken, IncludePlannedDeletion } = input;
  if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > MAX_RESULTS) throw FAILURES.maxResults(MaxResults);
  const after = NextToken === undefined ? '' : keyIn(NextToken);
  const left = all.filter(({ deleted }) => deleted === undefined || IncludePlannedDeletion)
    .filter(secret => Filters.every((filter: Input) => passes(secret, filter)))
    .map(secret => ({ secret, key: keyOf(secret) }))
    .filter(({ key }) => key > after)
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const page = left.slice(0, MaxResults);
  return { page: page.map(({ secret }) => secret), next: left.length > page.length ? tokenOf(page.at(-1)!.key) : undefined };
}

/** One of the values; `!` in front of it means that it is not so. */
function passes(secret: SecretRecord, { Key, Values }: Input): boolean {
  const compare = KEYS[Key];
  if (!compare) throw new Error(`the fake has no filter ${Key}`);
  return (Values as string[]).some(value => (value.startsWith('!') ? !compare(secret, value.slice(1)) : compare(secret, value)));
}

/** Each word begins one of the text, whatever the case. */
function hasWords(text: string, value: string): boolean {
  const words = text.toLowerCase().split(/\W+/);
  return value.toLowerCase().split(/\W+/).every(part => words.some(word => word.startsWith(part)));
}

function keyOf({ created, arn }: SecretRecord): string {
  return `${String(created).padStart(16, '0')} ${arn}`;
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64');
}

function keyIn(token: string): string {
  const key = Buffer.from(token, 'base64').toString();
  if (!/^\d{16} arn:/.test(key)) throw FAILURES.nextToken();
  return key;
}
