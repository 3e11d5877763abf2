import { mysqlAdapter } from '../../../../../lambda/rotation/adapters/mysql/adapter';
import { databaseHandler } from '../../../../../lambda/rotation/engine/database-handler';
import { RotationMemory } from '../../../../../lambda/rotation/engine/rotation-memory';
import { FakeSecretsManager } from '../../../../../tools/secrets-manager/fake-secrets-manager';
import { LocalMysql, quoted } from '../../../../../tools/servers/local-mysql';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** MySQL locks a user after so many failed logins in a row as the user is told to. */
export function locksNobodyOut(server: () => Promise<LocalMysql>): void {
  test('a single user that one failed login locks is rotated twice', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`ALTER USER ${quoted(login.username)} FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1`);
    const fake = new FakeSecretsManager();
    const { host, port, database: dbname, username, password } = login;
    const secret = { engine: 'mysql', host, port, dbname, username, password };
    const SecretId = String(fake.perform('CreateSecret', { Name: 'app', SecretString: JSON.stringify(secret) }).ARN);
    const handler = databaseHandler([mysqlAdapter], {
      secretsManager: fake.client(),
      environment: { TLS_CA_BUNDLE: local.options.ca.join('\n') },
      sink: SILENT,
      sleep: async () => undefined,
      memory: new RotationMemory(),
    });
    fake.addFunction('function', async (event) => {
      await handler(event, { getRemainingTimeInMillis: () => 20_000 });
    });
    for (let rotation = 0; rotation < 2; rotation++) {
      fake.perform('RotateSecret', { SecretId, RotationLambdaARN: 'function' });
      expect(await fake.rotationOf(SecretId)).toEqual({ succeeded: true, attempts: 1 });
    }
    const renewed = JSON.parse(String(fake.perform('GetSecretValue', { SecretId }).SecretString)) as typeof secret;
    expect(await local.logsIn({ ...login, password: renewed.password })).toBe(true);
  });
}
