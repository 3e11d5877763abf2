import { randomBytes } from 'crypto';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { passwordsOf, StageState, stageStates } from './stage-states';
import type { RotationStrategyName } from '../../src/rotation/private/handler-contract';
import { FakeSecretsManager } from '../../test/support/secrets-manager/fake-secrets-manager';
import { HttpSecretsManager, serveSecretsManager } from '../../test/support/secrets-manager/http-server';
import { CertificateAuthority } from '../../test/support/servers/certificates';
import { PostgresServer } from '../../test/support/servers/postgres';
import { newestPostgres } from '../../test/support/servers/postgres-releases';
import { createUser } from '../../test/support/servers/postgres-users';

/** What Lambda would invoke. */
export type Handler = (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<void>;

export interface StepReport {
  readonly step: string;
  readonly milliseconds: number;
  readonly failed: boolean;
  readonly stages: readonly StageState[];
}

/** Secrets Manager goes on when it is over. */
export type Tell = (report: StepReport) => Promise<void>;

const FUNCTION_TIMEOUT_MS = 30_000;

/** A real PostgreSQL, a Secrets Manager of this machine that is spoken to over HTTP, and a rotation function between the two. */
export class RotationScene {
  public static async open(): Promise<RotationScene> {
    const authority = await CertificateAuthority.create();
    const server = await PostgresServer.start({ release: newestPostgres(), certificate: await authority.issue() });
    const fake = new FakeSecretsManager();
    return new RotationScene(server, fake, await serveSecretsManager(fake));
  }

  public readonly secretsManager: SecretsManagerClient;

  private constructor(public readonly server: PostgresServer, private readonly fake: FakeSecretsManager, private readonly http: HttpSecretsManager) {
    this.secretsManager = new SecretsManagerClient({ endpoint: http.endpoint, region: 'eu-central-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  }

  /** The environment of the function, but for its strategy. */
  public get environment(): Record<string, string> {
    return {
      SECRETS_MANAGER_ENDPOINT: this.http.endpoint,
      TLS_CA_BUNDLE: this.server.ca.join('\n'),
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
    };
  }

  /** A user of the database and the secret that holds its password. */
  public async createSecret(username: string): Promise<string> {
    const password = `Pw${randomBytes(16).toString('hex')}`;
    await createUser(this.server, username, password);
    const { host, port, database, username: superuser, password: superuserPassword } = this.server.superuser;
    const common = { engine: 'postgres', host, port, dbname: database };
    const create = (Name: string, document: object): string =>
      String(this.fake.perform('CreateSecret', { Name, SecretString: JSON.stringify(document) }).ARN);
    const masterarn = create(`${username}-superuser`, { ...common, username: superuser, password: superuserPassword });
    return create(username, { ...common, username, password, masterarn });
  }

  /** Calls RotateSecret as a schedule does, and tells of each step that Secrets Manager then has the function do. */
  public async rotate(secretArn: string, strategy: RotationStrategyName, handler: Handler, tell: Tell): Promise<boolean> {
    process.env.ROTATION_STRATEGY = strategy;
    const functionArn = `arn:aws:lambda:eu-central-1:111122223333:function:${strategy}`;
    this.fake.addFunction(functionArn, async (event) => {
      const started = Date.now();
      const failure: unknown = await handler(event, { getRemainingTimeInMillis: () => started + FUNCTION_TIMEOUT_MS - Date.now() })
        .then(() => undefined, (error: unknown) => error);
      const milliseconds = Date.now() - started;
      await tell({ step: String(event.Step), milliseconds, failed: failure !== undefined, stages: await this.stagesOf(secretArn) });
      if (failure !== undefined) throw failure;
    });
    await this.secretsManager.send(new RotateSecretCommand({ SecretId: secretArn, RotationLambdaARN: functionArn }));
    return (await this.fake.rotationOf(secretArn)).succeeded;
  }

  public async stagesOf(secretArn: string): Promise<StageState[]> {
    return stageStates(this.fake.secret(secretArn), this.server);
  }

  /** How many of the passwords that the secret has had are in the server's log. */
  public passwordsInLog(secretArn: string): number {
    const log = this.server.log();
    return passwordsOf(this.fake.secret(secretArn)).filter((password) => log.includes(password)).length;
  }

  public async close(): Promise<void> {
    this.secretsManager.destroy();
    await this.http.close();
    await this.server.stop();
  }
}
