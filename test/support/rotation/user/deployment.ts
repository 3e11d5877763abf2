import { databaseHandler } from '../../../../lambda/rotation/engine/database-handler';
import { fingerprintOf } from '../../../../src/rotation/contract/database-user';
import { ROTATION_TAGS, superuserTagFor } from '../../../../src/rotation/contract/tags';
import { FakeSecretsManager } from '../../../../tools/secrets-manager/fake-secrets-manager';
import { newPassword } from '../../../../tools/servers/new-password';
import { FakeAdapter, FakeDatabase } from '../fake-database';

export const HOST = 'db.example.com';

/** What CloudFormation meets in the minutes in which a stack is made. */
export class Deployment {
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

  public get properties(): { SecretArn: string; User: string } {
    return { SecretArn: this.secretArn, User: this.text };
  }

  public async run(RequestType = 'Create', ResourceProperties = this.properties): Promise<unknown> {
    return this.invoke({ RequestType, PhysicalResourceId: `app@${HOST}:4242`, ResourceProperties });
  }

  public async invoke(event: Record<string, unknown>): Promise<unknown> {
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
    return handler(event, { getRemainingTimeInMillis: () => this.left });
  }

  public logsIn(): boolean {
    return this.database.logsIn('app', this.password);
  }

  private create(Name: string, document: object): string {
    return String(this.secretsManager.perform('CreateSecret', { Name, SecretString: JSON.stringify(document) }).ARN);
  }
}
