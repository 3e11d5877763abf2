import { readFileSync } from 'fs';
import * as path from 'path';
import { strategies } from '../../../tools/consumers/strategies';
import { brokenPromises, tableOf, watch, Watched } from '../../../tools/consumers/watch';
import { WAYS } from '../../../tools/consumers/ways';
import { MYSQL_FOLDERS } from '../../../tools/servers/local-mysql';
import { whenThere } from '../../support/servers/at-hand';

const ROOT = path.resolve(__dirname, '../../..');
/** So many that the first of two users gets another password while a client may still hold the older one. */
const ROTATIONS = 3;
/** Of the whole run, which rests between two rotations. */
const TIMEOUT_MS = 180_000;

const [SINGLE_USER, ALTERNATING_USERS, DUAL_PASSWORD] = ['single user', 'alternating users', 'dual password']
  .map(title => strategies().find(each => each.title === title)!);

/** Those that some test is about; the command has all. */
const SOME = WAYS.filter(({ title }) => /^(a read|Lambda extension|Secrets Manager Agent)/.test(title));

function outliving(watched: readonly Watched[]): Watched {
  return watched.find(({ way }) => !way.isWithinOverlap)!;
}

(process.platform === 'win32' ? describe.skip : describe)('a client with ten requests a second, while its credentials are rotated', () => {
  test('waits for the new value where a single user is rotated, and loses no request', async () => {
    const watched = await watch(SINGLE_USER, ROTATIONS, SOME);

    expect(watched.flatMap(brokenPromises)).toEqual([]);
    // Not each of them: a request has to come while the password is another one already, and that is short.
    expect(watched.reduce((sum, { figures }) => sum + figures.retried, 0)).toBeGreaterThan(0);
    expect(outliving(watched).figures.longestWaitMs).toBeGreaterThan(outliving(watched).promisedMs / 4);
  }, TIMEOUT_MS);

  test('is never refused where users alternate, unless it keeps a value for longer than the overlap', async () => {
    const watched = await watch(ALTERNATING_USERS, ROTATIONS, SOME);

    expect(watched.flatMap(brokenPromises)).toEqual([]);
    expect(outliving(watched).figures.retried + outliving(watched).figures.failures.length).toBeGreaterThan(0);
    expect(brokenPromises({ ...outliving(watched), way: { ...outliving(watched).way, isWithinOverlap: true } })).not.toEqual([]);
  }, TIMEOUT_MS);

  whenThere(test, DUAL_PASSWORD.start ? undefined : `MySQL: set ${MYSQL_FOLDERS.MySQL}`)('is never refused where a user has two passwords', async () => {
    const watched = await watch(DUAL_PASSWORD, ROTATIONS, SOME);

    expect(watched.flatMap(brokenPromises)).toEqual([]);
    expect(outliving(watched).figures.retried + outliving(watched).figures.failures.length).toBeGreaterThan(0);
  }, TIMEOUT_MS);
});

test('the guide has the figures of each strategy and each way', () => {
  const guide = readFileSync(path.join(ROOT, 'docs/guides/consumers-lambda.md'), 'utf8');
  const [, written] = /<!-- rotations that clients went through -->\n([\s\S]*?)\n<!-- /.exec(guide)!;
  const rows = written.split('\n').map(line => line.slice(2, -2).split(' | '));

  const figures = { connections: 1, retried: 0, longestWaitMs: 0, users: [], failures: [] };
  const expected = tableOf(strategies().flatMap(strategy => WAYS.map(way => ({ strategy, way, figures, seconds: 1, promisedMs: 0 }))));
  expect(rows[0]).toEqual(expected[0]);
  expect(rows.slice(2).map(row => row.slice(0, 2))).toEqual(expected.slice(1).map(row => row.slice(0, 2)));
  for (const [strategy, way, requests, , refused, failed] of rows.slice(2)) {
    if (way.includes('for comparison')) continue;
    expect(Number(requests)).toBeGreaterThan(100);
    expect({ way, failed }).toEqual({ way, failed: '0' });
    if (strategy !== SINGLE_USER.title) expect({ strategy, way, refused }).toEqual({ strategy, way, refused: '0' });
  }
});
