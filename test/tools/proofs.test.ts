import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { markdown } from '../../tools/documents/table';
import type { CountedProof } from '../../tools/proofs/proof';
import { isLeftOut, merged, overstated, readProofs } from '../../tools/proofs/readme';
import { cellsOf, Row, rowsIn, rowsOf } from '../../tools/proofs/table';

const FILE = 'test/tools/proofs.test.ts';
const proof = (more: Partial<CountedProof>): CountedProof => ({
  credential: 'PostgreSQL', strategies: ['singleUser'], server: 'PostgreSQL 18.4', file: FILE, passed: 12, failed: [], ...more,
});
const row = (more: Partial<Row>): Row => ({
  credential: 'PostgreSQL', strategy: 'single user', rotator: 'this package', servers: ['PostgreSQL 17.10', 'PostgreSQL 18.4'], tests: 20, faultPoints: 40, ...more,
});

describe('the rows', () => {
  test('are of each credential and strategy, with all servers, the sum of the tests and the least of the points', () => {
    expect(rowsOf([
      proof({ faultPoints: 44 }), proof({ server: 'PostgreSQL 17.10', faultPoints: 43 }), proof({ strategies: ['singleUser', 'alternatingUsers'], passed: 5 }),
    ])).toEqual([
      row({ servers: ['PostgreSQL 17.10', 'PostgreSQL 18.4'], tests: 29, faultPoints: 43 }),
      row({ strategy: 'alternating users', servers: ['PostgreSQL 18.4'], tests: 5, faultPoints: 0 }),
    ]);
  });

  test('count a suite without a strategy where a strategy was tried, and make none of it', () => {
    const contract = [proof({ strategies: undefined, passed: 39 }), proof({ strategies: undefined, server: 'PostgreSQL 15.1', passed: 39 })];
    expect(rowsOf(contract)).toEqual([]);
    expect(rowsOf([...contract, proof({})])).toMatchObject([{ servers: ['PostgreSQL 18.4'], tests: 51 }]);
  });

  test.each([
    ['PostgreSQL', 'PostgreSQL 18.4 (Debian 18.4-1)', 'PostgreSQL 18.4'],
    ['MariaDB', 'MariaDB 10.11.19-MariaDB-0+deb12u1-log', 'MariaDB 10.11'],
    ['MySQL', 'PostgreSQL 18.4', 'PostgreSQL 18.4 in its place'],
    ['MySQL', 'FerretDB 2.7.0 in place of MySQL', 'FerretDB 2.7 in place of MySQL'],
    ['SSH key pair', 'OpenSSH 9.2p1', 'OpenSSH 9.2'],
    ['random token', 'needs no server', 'needs no server'],
    ['user of ElastiCache', 'Valkey 9.1.2, with a fake of the API', 'Valkey 9.1, with a fake of the API'],
  ])('%s on %s', (credential, server, shown) => {
    expect(rowsOf([proof({ credential, server })])[0].servers).toEqual([shown]);
  });

  test('are read from the table as they were written into it', () => {
    const rows = [
      row({ servers: ['Valkey 9.1, with a fake of the API, and more'] }), row({ rotator: 'hosted by AWS', servers: ['template alone'], faultPoints: 0, tests: 7 }),
      row({ credential: 'signing key, HS256', servers: ['OpenSSH 9.2', 'needs no server'] }), row({}),
    ];
    const read = rowsIn(markdown(cellsOf(rows)));
    expect(read.at(-1)!.rotator).toBe('hosted by AWS');
    expect(read).toEqual(expect.arrayContaining(rows));
    expect(read).toHaveLength(rows.length);
  });
});

describe('what the table says too much', () => {
  test.each<[string, Partial<Row> | undefined, RegExp | undefined]>([
    ['nothing', {}, undefined],
    ['nothing, where more was run', { servers: ['PostgreSQL 17.10', 'PostgreSQL 18.4', 'PostgreSQL 19.1'], tests: 29, faultPoints: 44 }, undefined],
    ['a row that nothing has shown', undefined, /no suite that ran has shown it/],
    ['a server', { servers: ['PostgreSQL 18.4'] }, /not on PostgreSQL 17.10/],
    ['another server', { servers: ['PostgreSQL 17.11', 'PostgreSQL 18.4'] }, /ran on PostgreSQL 17.11; PostgreSQL 18.4, not on PostgreSQL 17.10/],
    ['tests', { tests: 19 }, /19 tests passed/],
    ['points', { faultPoints: 39 }, /ended at 39 points/],
  ])('%s', (_, ran, flaw) => {
    const said = overstated(row({}), ran && row(ran));
    if (flaw) expect(said).toMatch(flaw);
    else expect(said).toBeUndefined();
  });

  test('stays when the rest is written, and is named', () => {
    const written = [row({}), row({ strategy: 'alternating users' })];
    const ran = [row({ servers: ['PostgreSQL 18.4'] }), row({ strategy: 'alternating users', tests: 31 }), row({ credential: 'MySQL' })];
    expect(merged(written, ran)).toEqual({ rows: [written[0], ran[1], ran[2]], kept: [written[0]] });
  });
});

test.each<[string, string, boolean]>([
  ['Samba 4.17 in place of Active Directory', 'ROTATION_TEST_SAMBA', true], ['Samba 4.17', 'ROTATION_TEST_SLAPD', false], ['PostgreSQL 18.4', '', false],
])('a row on %s is left out where %s cannot run: %s', (server, variable, expected) => {
  expect(isLeftOut(row({ servers: [server] }), [variable])).toBe(expected);
});

describe('the reporter', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'proofs-')); });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it in a process of its own, as an ES module, over a test file that has written its proofs; the folder that the proofs command reads. */
  function reported(config: object, tests: readonly object[]): CountedProof[] {
    const program = `
      import { mkdirSync, writeFileSync } from 'node:fs';
      import Reporter from ${JSON.stringify(pathToFileURL(path.resolve('tools/proofs/reporter.mjs')).href)};
      const reporter = new Reporter({ rootDir: ${JSON.stringify(folder)}, ...${JSON.stringify(config)} });
      if (process.env.PROOFS_FOLDER) {
        mkdirSync(process.env.PROOFS_FOLDER, { recursive: true });
        writeFileSync(process.env.PROOFS_FOLDER + '/tools-proofs.test.ts.json', '[{"credential":"MySQL","server":"MySQL 9.7","tests":["a","b","c","d"]}]');
      }
      reporter.onTestFileResult({ path: ${JSON.stringify(path.join(folder, FILE))} }, { testResults: ${JSON.stringify(tests)} });
      reporter.onRunComplete();`;
    execFileSync(process.execPath, ['--input-type=module', '-e', program], { env: { PATH: process.env.PATH } });
    return readProofs(path.join(folder, 'test-reports/proofs'));
  }

  test('counts the tests of a proof that passed, and names those that failed', () => {
    const tests = [['a', 'passed'], ['b', 'failed'], ['c', 'pending'], ['d', 'passed'], ['another', 'failed'], ['one more', 'passed']].map(([fullName, status]) => ({ fullName, status }));
    expect(reported({}, tests)).toEqual([{ credential: 'MySQL', server: 'MySQL 9.7', file: FILE, passed: 2, failed: ['b'] }]);
  });

  test('keeps nothing of a run of some tests of a file', () => {
    expect(reported({ testNamePattern: 'a' }, [{ fullName: 'a', status: 'passed' }])).toEqual([]);
  });

  test('of a file that is gone nothing is read', () => {
    const kept = path.join(folder, 'kept');
    mkdirSync(kept);
    const all = [proof({}), proof({ file: 'test/no-such.test.ts' })];
    all.forEach((each, index) => writeFileSync(path.join(kept, `${index}.json`), JSON.stringify([each])));
    expect(readProofs(kept)).toEqual([proof({})]);
  });
});

test('jest has the reporter', () => {
  const { jest } = JSON.parse(readFileSync('package.json', 'utf8')) as { jest: { reporters: string[] } };
  expect(jest.reporters).toContain('<rootDir>/tools/proofs/reporter.mjs');
});
