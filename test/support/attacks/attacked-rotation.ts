import { randomUUID } from 'crypto';
import { HostileServer, Victim } from './hostile-server';
import { knownEncodings } from './known-encodings';
import type { DatabaseAdapter } from '../../../lambda/rotation/engine/database-adapter';
import { databaseHandler } from '../../../lambda/rotation/engine/database-handler';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';
import { RotationStrategyName } from '../../../src/rotation/contract/strategies';
import { ROTATION_TAGS } from '../../../src/rotation/contract/tags';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { newPassword } from '../../../tools/servers/new-password';

/** A name or an address under which the hostile server is reached. */
export const VICTIM_HOST = 'localhost';
export const USERS = { app: 'app', clone: 'app_clone', superuser: 'root' };

/** Long enough for a login on this machine, and short for an attack that hangs. */
const REMAINING_MS = 1_500;

/** For attacks of which none hangs, and whose end is told apart from that of time. */
export const PATIENT = { remainingMs: 20_000 };

export interface AttackedRotation {
  readonly adapters: readonly DatabaseAdapter[];
  readonly engine: string;
  readonly strategy: RotationStrategyName;
  readonly server: HostileServer;
  readonly ca: string;
  readonly environment?: Record<string, string>;
  /** What the tags of the secret name. @default - the hostile server */
  readonly tagged?: { readonly host: string; readonly port: number };
  /** That of AWSCURRENT, where the attacker knows it. */
  readonly password?: string;
  /** The time of the function. @default - 1,500 ms */
  readonly remainingMs?: number;
}

export interface Aftermath {
  readonly error?: Error & { kind?: string };
  /** Whose password, or a known form of it, the server received. */
  readonly leaked: string[];
  readonly written: string;
}

/** The first two steps of a rotation, the second of which logs in. */
export async function attack(attacked: AttackedRotation): Promise<Aftermath> {
  const { adapters, engine, strategy, server, ca, environment, tagged, password = newPassword(), remainingMs = REMAINING_MS } = attacked;
  const fake = new FakeSecretsManager();
  const here = { host: VICTIM_HOST, port: server.port };
  const superuserPassword = newPassword();
  const superuser = JSON.stringify({ username: USERS.superuser, password: superuserPassword });
  const superuserArn = String(fake.perform('CreateSecret', { Name: 'superuser', SecretString: superuser }).ARN);
  const { host, port } = tagged ?? here;
  const SecretId = String(fake.perform('CreateSecret', {
    Name: 'app',
    SecretString: JSON.stringify({ engine, ...here, username: USERS.app, password }),
    Tags: [
      { Key: ROTATION_TAGS.DATABASE_HOST, Value: host }, { Key: ROTATION_TAGS.DATABASE_PORT, Value: String(port) },
      { Key: ROTATION_TAGS.SUPERUSER_SECRET, Value: superuserArn.split(':')[6] },
    ],
  }).ARN);
  const ClientRequestToken = randomUUID();
  fake.edit(SecretId, ({ versions }) => void versions.push({ id: ClientRequestToken, created: fake.now(), stages: ['AWSPENDING'] }));
  const written: string[] = [];
  const log = (message: string, fields: object) => void written.push(message, JSON.stringify(fields));
  const handler = databaseHandler(adapters, {
    secretsManager: fake.client(),
    environment: { [ROTATION_ENVIRONMENT.ROTATION_STRATEGY]: strategy, [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: ca, ...environment },
    sink: { info: log, warn: log, error: log },
    sleep: async () => undefined,
  });
  let error: Error | undefined;
  for (const Step of ['createSecret', 'setSecret']) {
    const begun = Date.now();
    const context = { getRemainingTimeInMillis: () => remainingMs - (Date.now() - begun) };
    error ??= await handler({ Step, SecretId, ClientRequestToken }, context).then(() => undefined, (reason: Error) => reason);
  }
  const pending = fake.secret(SecretId).versions.find(({ id }) => id === ClientRequestToken)?.text;
  const secrets: [string, string, string][] = [['current', password, USERS.app], ['superuser', superuserPassword, USERS.superuser]];
  if (pending) {
    const document = JSON.parse(pending) as { username: string; password: string };
    secrets.push(['pending', document.password, document.username]);
  }
  const received = Buffer.concat(server.received);
  const leaked = secrets.filter(([, secret, username]) => knownEncodings(secret, username).some((form) => received.includes(form)));
  return { error, leaked: leaked.map(([whose]) => whose), written: [...written, error?.stack].join('\n') };
}

export type Result = Aftermath & { readonly connections: number };

/** The same, by a server of its own that behaves so to each client. */
export async function attackBy(behaviour: (victim: Victim) => Promise<void>, attacked: Omit<AttackedRotation, 'server'>): Promise<Result> {
  const server = await HostileServer.start(behaviour);
  try {
    return { ...await attack({ ...attacked, server }), connections: server.connections };
  } finally {
    await server.stop();
  }
}
