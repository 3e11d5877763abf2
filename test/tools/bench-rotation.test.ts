import { readFileSync } from 'fs';
import * as path from 'path';
import { MEASURED, reportOf } from '../../tools/bench/rotation/benchmark';
import { GUIDE, withRows } from '../../tools/bench/rotation/guide';
import { KEYS, startHttp } from '../../tools/bench/rotation/kinds';
import type { Figures } from '../../tools/bench/rotation/measure';
import { MAX_ZIPPED_BYTES } from '../../tools/bundles/size';

const TOKENS: Figures = {
  title: 'Keys and tokens',
  bundle: 'keys',
  databases: [],
  kinds: KEYS,
  zippedBytes: 120_000,
  readyMs: 1,
  firstStepMs: 1,
  peakMiB: 128,
  readyCpu: 4,
  rotations: [{ title: 'Keys and tokens', of: 'random token', calls: 10, ms: 1, cpu: 8 }],
};

const broken = (change: Partial<Figures>) =>
  reportOf([{ ...TOKENS, ...change }]).requirements.filter(({ holds }) => !holds).map(({ text, measured }) => `${text}: ${measured}`);

test('every rotation function is measured', () => {
  expect([...MEASURED].sort()).toEqual(Object.keys(MAX_ZIPPED_BYTES).filter(name => name !== 'watcher').sort());
});

test.each<[string, Partial<Figures>, string[]]>([
  ['nothing at the limit itself', {}, []],
  ['a zip file', { zippedBytes: 120_001 }, ['Keys and tokens: zip file of at most 120,000 B: 120,001 B']],
  ['calls', { rotations: [{ ...TOKENS.rotations[0], calls: 11 }] }, ['random token: at most 10 calls a rotation: 11']],
  ['the start', { readyCpu: 4.2 }, ['Keys and tokens: ready with at most 4.0 × the processor time of an empty Node.js: 4.2 ×']],
])('a requirement for a kind is broken by %s', (_, change, expected) => {
  expect(broken(change)).toEqual(expected);
});

test('each rotation of a client over HTTPS has a client of its own', async () => {
  const { kinds: [{ make }], stop } = await startHttp();
  try {
    const [one, two] = [await make(), await make()];
    expect(one.environment.HTTP_CREDENTIAL).not.toBe(two.environment.HTTP_CREDENTIAL);
  } finally {
    await stop();
  }
});

test('the guide takes the tables: a row in place of that of its name, a new one at the end, and nothing else', () => {
  const text = readFileSync(path.join(__dirname, '../..', GUIDE), 'utf8');
  const { guide } = reportOf([{ ...TOKENS, title: 'New', rotations: [{ ...TOKENS.rotations[0], title: 'New' }] }, { ...TOKENS, title: 'Custom', rotations: [] }]);
  const changed = guide.reduce(withRows, text).split('\n');
  expect(changed.filter(line => /^\| (New|Custom) /.test(line)).filter(line => line.includes(' 1 ms ')).map(line => line.split(' | ')[0]))
    .toEqual(['| Custom', '| New', '| New']);
  expect(changed).toHaveLength(text.split('\n').length + 2);
  expect(() => withRows('', guide[0])).toThrow('the guide must have a table with the heading | Function |');
});
