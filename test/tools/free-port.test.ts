import { createServer } from 'net';
import { freePort } from '../../tools/servers/free-port';

/** What Linux gives to whoever connects begins here, unless somebody has set it otherwise. */
const FIRST_EPHEMERAL = 32_768;

async function listening(port: number, work: () => Promise<void>): Promise<void> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  try {
    await work();
  } finally {
    await new Promise(resolve => server.close(resolve));
  }
}

test('is another one each time, and none that a client may get', async () => {
  const ports = [await freePort(), await freePort(), await freePort()];
  expect(new Set(ports).size).toBe(3);
  expect(ports.filter(port => port >= FIRST_EPHEMERAL)).toEqual([]);
});

test('is none on which somebody listens', async () => {
  const before = await freePort();
  await listening(before + 1, async () => expect(await freePort()).not.toBe(before + 1));
});

test.each(['1', '2', '10', '11'])('worker %s of the tests has ports of its own', async worker => {
  const own = process.env.JEST_WORKER_ID;
  process.env.JEST_WORKER_ID = worker;
  try {
    jest.resetModules();
    const ofWorker = jest.requireActual<{ freePort: typeof freePort }>('../../tools/servers/free-port');
    expect(Math.floor((await ofWorker.freePort() - 12_000) / 2_000)).toBe(Number(worker) % 10);
  } finally {
    process.env.JEST_WORKER_ID = own;
  }
});
