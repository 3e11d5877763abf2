import { createServer, Server } from 'http';
import type { AddressInfo } from 'net';
import {
  GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { customHandler } from '../../../lambda/rotation/engine/custom';
import type { CustomRotation } from '../../../lambda/rotation/engine/custom-rotation';
import { checkRotation } from '../../../tools/check-rotation/program';
import { freePort } from '../../../tools/servers/free-port';

type Event = Record<'Step' | 'SecretId' | 'ClientRequestToken', string>;
type Handler = (event: Event, secretsManager: SecretsManagerClient) => Promise<unknown>;

const RIGHT: CustomRotation = { create: async ({ randomPassword }) => randomPassword(), set: async () => undefined, test: async () => undefined };
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The functions of the package, and what goes wrong before or after them. */
function handlerWith(functions: Partial<CustomRotation>, wrong: Handler = async () => undefined): Handler {
  return async (event, secretsManager) => {
    await wrong(event, secretsManager);
    await customHandler({ ...RIGHT, ...functions }, { secretsManager, environment: {}, sink: silent, sleep: async () => undefined })(event, {
      getRemainingTimeInMillis: () => 30_000,
    });
  };
}

/** What the command says of a function that is served as the emulator of Lambda serves it. */
async function saidOf(handler: Handler): Promise<{ code: number; said: string }> {
  const port = await freePort();
  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1,
  });
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); }).on('end', () => {
      void handler(JSON.parse(body) as Event, client)
        .then(answer => answer ?? null, ({ message }: Error) => ({ errorMessage: message }))
        .then(answer => response.end(JSON.stringify(answer)));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const lines: string[] = [];
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/invocations`;
    const code = await checkRotation(['--url', url, '--port', String(port)], line => lines.push(line));
    return { code, said: lines.join('\n') };
  } finally {
    client.destroy();
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}

test('a right function passes, and died at each call', async () => {
  const { code, said } = await saidOf(handlerWith({}));
  expect(said).not.toContain('FAILED');
  expect([code, /it died (\d+) times/.exec(said)?.[1]]).toEqual([0, expect.stringMatching(/^(1[6-9]|2\d)$/)]);
}, 60_000);

const moveCurrent = async ({ SecretId, ClientRequestToken }: Event, client: SecretsManagerClient) => {
  const current = await client.send(new GetSecretValueCommand({ SecretId }));
  if (current.VersionId === ClientRequestToken) return;
  await client.send(new UpdateSecretVersionStageCommand({
    SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current.VersionId,
  }));
};

/** A function as it is often copied: without a look at the state. */
const careless = (make: (event: Event) => string): Handler => async (event, client) => {
  const { Step, SecretId, ClientRequestToken } = event;
  if (Step === 'createSecret') await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: make(event), VersionStages: ['AWSPENDING'] }));
  if (Step === 'finishSecret') await moveCurrent(event, client);
};

/** It looks at the value, and not at the labels. */
const withoutALook: Handler = async (event, client) => {
  const { Step, SecretId, ClientRequestToken } = event;
  const value = await client.send(new GetSecretValueCommand({ SecretId, VersionId: ClientRequestToken })).catch(() => undefined);
  if (Step === 'createSecret' && !value) {
    await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString: ClientRequestToken, VersionStages: ['AWSPENDING'] }));
  }
  if (Step === 'finishSecret' && value) await moveCurrent(event, client);
};

test.each<[string, Handler, RegExp]>([
  ['makes another value when a step comes again', careless(() => Math.random().toString(36)), /FAILED each step twice: createSecret fails when it comes again/],
  ['moves AWSCURRENT to what was never stored or tested', careless(({ ClientRequestToken }) => ClientRequestToken), /FAILED finishSecret before its time/],
  ['moves AWSCURRENT back when an old step comes late', withoutALook, /FAILED steps of a rotation that is over: they change the secret/],
  ['moves AWSCURRENT in setSecret', handlerWith({}, async (event, client) => {
    if (event.Step === 'setSecret') await moveCurrent(event, client);
  }), /FAILED a rotation: setSecret changes AWSCURRENT; finishSecret alone may/],
  ['stores the value that was there', handlerWith({ create: async ({ current }) => current() }), /FAILED a rotation: the new value is the old one/],
  ['does not take the present value', handlerWith({
    test: async ({ pending, current }) => {
      if (pending === await current()) throw new Error('the same');
    },
  }), /FAILED the test of the schedule, with the present value/],
  ['answers with the value', async (event, client) => {
    await handlerWith({})(event, client);
    return client.send(new GetSecretValueCommand({ SecretId: event.SecretId }));
  }, /FAILED nothing of a value in what it writes/],
  ['does nothing', async () => undefined, /FAILED a rotation: createSecret stores no value/],
])('a function that %s does not pass', async (_, handler, flaw) => {
  const { code, said } = await saidOf(handler);
  expect(said).toMatch(flaw);
  expect(code).toBe(1);
}, 60_000);

test.each([
  [[], /give a command behind --, or --url/], [['--url', 'x', '--', 'true'], /give a command behind --, or --url/], [['--url', 'localhost'], /--url takes a URL/],
  [['--port', 'x', '--', 'true'], /--port takes a number/], [['--', '/nowhere/at-all'], /cannot be started/], [['--url', 'http://127.0.0.1:1/'], /does not answer/],
  [['--what'], /Unknown option/],
])('%p is called otherwise', async (args, message) => {
  const lines: string[] = [];
  expect(await checkRotation(args, line => lines.push(line))).toBe(2);
  expect(lines.join('\n')).toMatch(message);
});
