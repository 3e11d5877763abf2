import { randomUUID } from 'crypto';
import type { BenchKind } from './kinds';
import type { ConnectOptions, Login } from '../../../lambda/rotation/engine/database-adapter';
import type { RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { BundleCall, BundleResult, callBundle } from '../../lambda-runtime/bundle-process';
import { FakeSecretsManager } from '../../secrets-manager/fake-secrets-manager';
import { serveSecretsManager } from '../../secrets-manager/http-server';
import { newPassword } from '../../servers/new-password';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** A server to rotate on. */
export interface BenchDatabase {
  readonly title: string;
  readonly strategies: readonly RotationStrategyName[];
  readonly engine: string;
  readonly superuser: Login;
  readonly options: Pick<ConnectOptions, 'ca' | 'serverName'>;
  createUser(username: string, password: string): Promise<void>;
}

export interface Rotation {
  readonly result: BundleResult;
  /** Calls to Secrets Manager. */
  readonly calls: number;
}

type Setup = Pick<BundleCall, 'folder' | 'handlerSource'>;

/** One whole rotation in a process of its own, which speaks HTTP with Secrets Manager and TLS with the database. */
export async function rotateOn(database: BenchDatabase, strategy: RotationStrategyName, setup: Setup): Promise<Rotation> {
  const { engine, superuser: { host, port, database: dbname, ...superuser }, options } = database;
  const username = `bench${randomUUID().slice(0, 8)}`;
  const password = newPassword();
  await database.createUser(username, password);
  const server = { engine, host, port, dbname };
  return rotate(setup, {
    superuserSecret: JSON.stringify({ ...server, ...superuser }),
    secretOf: masterarn => JSON.stringify({ ...server, username, password, masterarn }),
    environment: { ROTATION_STRATEGY: strategy, TLS_CA_BUNDLE: options.ca.join('\n'), TLS_SERVER_NAME: options.serverName ?? '' },
    steps: STEPS,
  });
}

/** One whole rotation of a key by three functions that do nothing but use the secret as usual. */
export async function rotateCustom(setup: Setup): Promise<Rotation> {
  const handlerSource = `exports.handler = require('./index.js').customRotation({
    create: async ({ current, randomPassword }) => { await current(); return randomPassword(); },
    set: async ({ previous }) => { await previous(); },
    test: async () => {},
  });`;
  return rotate({ ...setup, handlerSource }, { superuserSecret: 'none', secretOf: newPassword, environment: {}, steps: STEPS });
}

/** One whole rotation of a credential that is no database's. */
export async function rotateKind({ make }: BenchKind, setup: Setup): Promise<Rotation> {
  const { text, tags, environment, administrator = 'none' } = await make();
  return rotate(setup, { superuserSecret: administrator, secretOf: () => text, tags, environment, steps: STEPS });
}

/** The first step alone, which needs no database. */
export async function createOnly(engine: string, setup: Setup): Promise<Rotation> {
  const secret = JSON.stringify({ engine, host: 'db.example.com', username: 'app', password: newPassword() });
  return rotate(setup, { superuserSecret: 'none', secretOf: () => secret, environment: {}, steps: STEPS.slice(0, 1) });
}

interface What {
  readonly superuserSecret: string;
  readonly secretOf: (superuserArn: string) => string;
  readonly environment: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly steps: readonly string[];
}

async function rotate(setup: Setup, { superuserSecret, secretOf, environment, tags = {}, steps }: What): Promise<Rotation> {
  const fake = new FakeSecretsManager();
  const { endpoint, close } = await serveSecretsManager(fake);
  try {
    const superuserArn = String(fake.perform('CreateSecret', { Name: 'superuser', SecretString: superuserSecret }).ARN);
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const SecretId = String(fake.perform('CreateSecret', { Name: 'app', SecretString: secretOf(superuserArn), Tags }).ARN);
    const ClientRequestToken = randomUUID();
    fake.edit(SecretId, ({ versions }) => void versions.push({ id: ClientRequestToken, created: fake.now(), stages: ['AWSPENDING'] }));
    const events = steps.map(Step => ({ Step, SecretId, ClientRequestToken }));
    const ofFunction = { SECRETS_MANAGER_ENDPOINT: endpoint, SUPERUSER_SECRET_ARN: superuserArn, ...environment };
    const result = await callBundle({ ...setup, events, environment: ofFunction });
    const failed = result.invocations.find(({ failure }) => failure);
    if (failed) throw new Error(`the rotation failed: ${failed.failure}`);
    return { result, calls: fake.calls.length };
  } finally {
    await close();
  }
}
