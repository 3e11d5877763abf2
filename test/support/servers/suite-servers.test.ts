import { spawn } from 'child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { ended } from '../ended';

const ROOT = resolve(__dirname, '../../..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'failing-suites-'));
  // The servers run as another user when we are root.
  chmodSync(folder, 0o777);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the suites of failing-suites.ts, of which those fail; how their process ends. */
async function run(names: RegExp, environment: Record<string, string> = {}): Promise<{ output: string; code: number | null; signal: string | null }> {
  const jest = spawn(process.execPath, [
    'node_modules/jest/bin/jest.js', '--runInBand', '--testMatch', '<rootDir>/test/support/servers/failing-suites.ts', '-t', names.source,
  ], { cwd: ROOT, env: { ...process.env, ...environment, FAILING_SUITES: folder }, timeout: 60_000, killSignal: 'SIGKILL' });
  let output = '';
  for (const stream of [jest.stdout, jest.stderr]) stream.on('data', (chunk) => { output += String(chunk); });
  const [code, signal] = await new Promise<[number | null, string | null]>((done) => jest.once('exit', (...ending) => done(ending)));
  return { output, code, signal };
}

const servers = () => readdirSync(folder).map((name) => Number(readFileSync(join(folder, name), 'utf8')));

(process.platform === 'win32' ? describe.skip : describe)('the tests end by themselves and leave no server behind', () => {
  test('when a hook fails, when its time is over, and when nobody stops the server', async () => {
    const { output, code } = await run(/^(?!.*killed)/);
    expect(output).toMatch(/the second server does not start[^]*Exceeded timeout of 20 ms for a hook[^]*somebody forgot it/);
    expect(output).toContain('✓ both have been stopped when the next suite begins');
    expect(output).not.toContain('did not exit');
    expect(code).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['first', 'forgotten', 'late']);
    for (const server of servers()) await ended(server);
  });

  test('when their process is killed', async () => {
    expect(await run(/is killed/, { FAILING_SUITES_KILLED: 'yes' })).toMatchObject({ signal: 'SIGKILL' });
    expect(readdirSync(folder)).toEqual(['killed']);
    for (const server of servers()) await ended(server);
  });
});
