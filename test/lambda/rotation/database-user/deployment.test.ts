import { databaseHandler } from '../../../../lambda/rotation/engine/database-handler';
import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { fingerprintOf } from '../../../../src/rotation/contract/database-user';
import { ROTATION_TAGS, superuserTagFor } from '../../../../src/rotation/contract/tags';
import { FakeSecretsManager } from '../../../../tools/secrets-manager/fake-secrets-manager';
import { newPassword } from '../../../../tools/servers/new-password';
import { FakeAdapter, FakeDatabase } from '../../../support/rotation/fake-database';

const HOST = 'db.example.com';

/** What CloudFormation meets in the minutes in which a stack is made. */
class Deployment {
  public readonly database = new FakeDatabase();
  public readonly secretsManager = new FakeSecretsManager();
  public readonly password = newPassword();
  public readonly slept: number[] = [];
  public readonly lines: string[] = [];
  public readonly secretArn: string;
  private readonly text = JSON.stringify({ username: 'app', database: 'main', grants: [], takeOver: false, drop: false });
  private left = 60_000;

  constructor() {
    const superuserPassword = newPassword();
    this.database.createUser('root', superuserPassword, true);
    const server = { engine: 'fake', host: HOST, port: 4242 };
    const superuser = this.create('superuser', { ...server, username: 'root', password: superuserPassword });
    this.secretArn = this.create('app', { ...server, username: 'app', password: this.password });
    this.secretsManager.edit(this.secretArn, (secret) => {
      secret.tags = Object.entries({
        [ROTATION_TAGS.DATABASE_HOST]: HOST,
        [ROTATION_TAGS.DATABASE_PORT]: '4242',
        [ROTATION_TAGS.SUPERUSER_SECRET]: superuserTagFor(superuser),
        [ROTATION_TAGS.DATABASE_USER]: fingerprintOf(this.text),
      }).map(([Key, Value]) => ({ Key, Value }));
    });
  }

  public async run(RequestType = 'Create', ResourceProperties = { SecretArn: this.secretArn, User: this.text }): Promise<unknown> {
    const log = (message: string, fields: object) => {
      this.lines.push(JSON.stringify({ message, ...fields }));
    };
    const handler = databaseHandler([new FakeAdapter(this.database)], {
      secretsManager: this.secretsManager.client(),
      environment: {},
      sink: { info: log, warn: log, error: log },
      sleep: async (ms) => {
        this.slept.push(ms);
        this.left -= ms;
      },
    });
    return handler({ RequestType, PhysicalResourceId: `app@${HOST}:4242`, ResourceProperties }, { getRemainingTimeInMillis: () => this.left });
  }

  public logsIn(): boolean {
    return this.database.logsIn('app', this.password);
  }

  private create(Name: string, document: object): string {
    return String(this.secretsManager.perform('CreateSecret', { Name, SecretString: JSON.stringify(document) }).ARN);
  }
}

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

test('permissions that do not hold yet are waited for', async () => {
  const deployment = new Deployment();
  deployment.secretsManager.fail('DescribeSecret', named('AccessDeniedException'), 2);
  deployment.secretsManager.fail('GetSecretValue', named('AccessDeniedException'), 1);
  await deployment.run();
  expect(deployment.slept).toEqual([1_000, 2_000, 4_000]);
  expect(deployment.logsIn()).toBe(true);
});

test('what does not pass is told in time, once', async () => {
  const deployment = new Deployment();
  deployment.database.broken = new RotationError('network', 'the database cannot be reached; check the route', 'ECONNREFUSED');
  await expect(deployment.run()).rejects.toThrow(`${deployment.secretArn}: the database user is not ready: the database cannot be reached; `
    + 'check the route');
  expect(deployment.slept.reduce((sum, each) => sum + each, 0)).toBeLessThan(60_000);
  expect(deployment.lines.filter((line) => line.includes('User failed.'))).toHaveLength(1);
});

test('what a person must correct is told at once', async () => {
  const deployment = new Deployment();
  deployment.database.createUser('app', newPassword());
  await expect(deployment.run()).rejects.toThrow('somebody else');
  expect(deployment.slept).toEqual([]);
});

test('a rotation that is going on keeps the password that it has just set', async () => {
  const deployment = new Deployment();
  await deployment.run();
  const pending = newPassword();
  deployment.secretsManager.edit(deployment.secretArn, (secret) => {
    const text = JSON.stringify({ ...JSON.parse(secret.versions[0].text!), password: pending });
    secret.versions.push({ id: 'pending', created: 0, stages: ['AWSPENDING'], text });
  });
  deployment.database.user('app').passwords = [pending];
  await deployment.run('Update');
  expect(deployment.database.logsIn('app', pending)).toBe(true);
  expect(deployment.logsIn()).toBe(false);
});

test('the answer and the log hold no password', async () => {
  const deployment = new Deployment();
  const answer = await deployment.run();
  expect(answer).toEqual({ PhysicalResourceId: `app@${HOST}:4242`, Data: { SecretArn: deployment.secretArn } });
  expect(`${JSON.stringify(answer)} ${deployment.lines.join(' ')}`).not.toContain(deployment.password);
});

test('a secret that is gone keeps nobody from deleting the stack', async () => {
  const deployment = new Deployment();
  const User = JSON.stringify({ username: 'app', database: 'main', grants: [], takeOver: false, drop: true });
  const SecretArn = deployment.secretArn.replace('secret:app', 'secret:gone');
  await expect(deployment.run('Delete', { SecretArn, User })).resolves.toMatchObject({ PhysicalResourceId: `app@${HOST}:4242` });
  expect(deployment.database.attempts).toEqual([]);
});
