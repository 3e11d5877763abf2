import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DeployedRotation } from './deployed-rotation';
import { DeployedSecretsManager } from './deployed-secrets-manager';
import type { FunctionEnvironment } from './function-environment';
import { FunctionStand } from './function-stand';
import type { RehearsalServer } from './rehearsal-server';
import { SecretValue, secretValueOf } from './secret-value';
import { passwordsOf, StageState, stageStates } from './stage-states';
import { fingerprintOf, USER_PROPERTIES } from '../../src/rotation/contract/database-user';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { ROTATION_TAGS, superuserTagFor } from '../../src/rotation/contract/tags';
import type { FunctionProcess } from '../lambda-runtime/function-process';
import { serveSecretsManager } from '../secrets-manager/http-server';

/** Ends what was begun, or will have been. */
export type Close = () => Promise<void> | void;

/** What a rotation happens between: the server, Secrets Manager with the secrets, and the function. */
export class LocalStand {
  public static async open(deployed: DeployedRotation, server: RehearsalServer, closing: (close: Close) => void): Promise<LocalStand> {
    const fake = new DeployedSecretsManager();
    const { endpoint, close } = await serveSecretsManager(fake);
    closing(close);
    const value = secretValueOf(deployed, server);
    const database = typeof value.dbname === 'string' ? value.dbname : undefined;
    if (database !== undefined) await server.createDatabase(database);
    const { user } = deployed;
    if (user && server.prepareFor) await server.prepareFor(user);
    else await server.createUser(value.username, value.password, database);
    const stand = new LocalStand({ deployed, server, fake, endpoint, value });
    closing(() => stand.removeFunction());
    return stand;
  }

  public readonly server: RehearsalServer;
  public readonly rotator: FunctionProcess;
  public readonly environment: FunctionEnvironment;
  public readonly secretArn: string;
  /** Of whoever reads the secret. */
  public readonly client: SecretsManagerClient;
  private readonly deployed: DeployedRotation;
  private readonly fake: DeployedSecretsManager;
  private readonly stand: FunctionStand;

  private constructor(parts: Parts) {
    const { deployed, server, fake, endpoint } = parts;
    this.server = server;
    this.deployed = deployed;
    this.fake = fake;
    this.secretArn = createSecrets(parts);
    this.stand = new FunctionStand(deployed, {
      [ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT]: endpoint,
      ...server.ca.length > 0 && { [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: server.ca.join('\n') },
    });
    this.rotator = this.stand.rotator;
    this.environment = this.stand.environment;
    const credentials = { accessKeyId: 'application', secretAccessKey: 'application' };
    this.client = new SecretsManagerClient({ endpoint, region: deployed.secret.region, credentials });
  }

  /** What CloudFormation asks of the function, where the deployment makes the user here. */
  public userRequest(): Record<string, unknown> | undefined {
    const { user, secret } = this.deployed;
    if (!user || !this.server.prepareFor) return undefined;
    const properties = { [USER_PROPERTIES.SECRET_ARN]: secret.arn, [USER_PROPERTIES.USER]: JSON.stringify(user) };
    return { RequestType: 'Create', ResourceProperties: properties };
  }

  /** What Secrets Manager does: invokes the function as that of the ARN, step by step. */
  public async rotate(functionArn: string, invoke: (event: Record<string, unknown>) => Promise<void>, immediately: boolean): Promise<boolean> {
    this.fake.addFunction(functionArn, async event => invoke({ ...event, SecretId: this.fake.deployed(String(event.SecretId)) }));
    this.fake.perform('RotateSecret', { SecretId: this.secretArn, RotationLambdaARN: functionArn, RotateImmediately: immediately });
    return (await this.fake.rotationOf(this.secretArn)).succeeded;
  }

  /** As the native event of Amazon EventBridge tells it, without its delay. */
  public whenCurrentMoves(listener: () => void): void {
    this.fake.hook = async (when, { operation, input }) => {
      if (when === 'after' && operation === 'UpdateSecretVersionStage' && input.VersionStage === 'AWSCURRENT') listener();
    };
  }

  public async stages(): Promise<StageState[]> {
    return stageStates(this.fake.secret(this.secretArn), this.server);
  }

  private removeFunction(): void {
    this.stand.remove();
  }

  /** Every password there is; none may be seen anywhere. */
  public passwords(): string[] {
    return [...new Set([this.server.superuser.password, ...passwordsOf(this.fake.secret(this.secretArn))])];
  }
}

interface Parts {
  readonly deployed: DeployedRotation;
  readonly server: RehearsalServer;
  readonly fake: DeployedSecretsManager;
  readonly endpoint: string;
  readonly value: SecretValue;
}

/** The rotated secret and that of the superuser, which has what Amazon RDS gives one that it manages: a user name and a password. */
function createSecrets({ deployed: { secret, superuserArn, user }, fake, value, server }: Parts): string {
  const { username, password } = server.superuser;
  if (superuserArn !== undefined) fake.create(superuserArn, { Name: 'superuser', SecretString: JSON.stringify({ username, password }) });
  return fake.create(secret.arn, {
    Name: secret.name,
    SecretString: JSON.stringify(value),
    AddReplicaRegions: secret.replicas.map(({ region }) => ({ Region: region })),
    Tags: tagsOf({ server, superuserArn, user }),
  });
}

/** Those of the template, for the server of this machine. */
function tagsOf(
  { server: { superuser: { host, port } }, superuserArn, user }: Pick<Parts, 'server'> & Pick<DeployedRotation, 'superuserArn' | 'user'>,
): object[] {
  return [
    { Key: ROTATION_TAGS.DATABASE_HOST, Value: host },
    { Key: ROTATION_TAGS.DATABASE_PORT, Value: String(port) },
    ...superuserArn === undefined ? [] : [{ Key: ROTATION_TAGS.SUPERUSER_SECRET, Value: superuserTagFor(superuserArn) }],
    ...user === undefined ? [] : [{ Key: ROTATION_TAGS.DATABASE_USER, Value: fingerprintOf(JSON.stringify(user)) }],
  ];
}
