import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { startsServers, Stoppable } from './suite-servers';
import { ServerProcess } from '../../../tools/servers/server-process';
import { ended } from '../ended';

/** Suites that fail while a server runs, but for one test. suite-servers.test.ts runs them in a process of their own. */
const FOLDER = process.env.FAILING_SUITES!;

/** Something that runs for ever, as a server does, and has written its process id into a file of that name. */
async function start(name: string): Promise<Stoppable> {
  const server = new ServerProcess({ command: ['sh', '-c', `echo $$ >${name}.part; mv ${name}.part ${name}; exec sleep 600`], cwd: FOLDER, signal: 'KILL' });
  while (!existsSync(join(FOLDER, name))) await sleep(20);
  return { stop: async () => server.end() };
}

describe('a hook that fails when a server runs', () => {
  startsServers(async (keep) => {
    await keep(start('first'));
    throw new Error('the second server does not start');
  });
  test('never runs', () => undefined);
});

describe('a hook whose time is over before the server runs', () => {
  startsServers(async (keep) => {
    await sleep(200);
    await keep(start('late'));
  }, 20);
  test('never runs', () => undefined);
});

test('both have been stopped when the next suite begins', async () => {
  for (const name of ['first', 'late']) await ended(Number(readFileSync(join(FOLDER, name), 'utf8')));
});

describe('a server that nobody stops', () => {
  test('runs when the tests have ended', async () => {
    await start('forgotten');
    throw new Error('somebody forgot it');
  });
});

describe('a process of the tests that is killed', () => {
  const killed = process.env.FAILING_SUITES_KILLED === 'yes';
  (killed ? test : test.skip)('while a server runs', async () => {
    await start('killed');
    process.kill(process.pid, 'SIGKILL');
  });
});
