import {
  aws_ec2 as ec2, aws_lambda as lambda, aws_logs as logs, aws_rds as rds, Duration, RemovalPolicy, type Stack, Validations,
} from 'aws-cdk-lib';
import {
  DatabaseUser, EmergencyRotation, KafkaClusterConsumer, LambdaFunctionConsumer, ManagedSecret, NameLevel, PasswordPolicy, RandomToken,
  ReplicaRegion, RotatedDatabaseSecret, RotatedSecret,
  RotationSchedule, RotationTarget, SecretConfigRules, SecretContent, SecretEncryption, SecretMonitoring, SecretNamespace,
} from '../../src';

const ENVIRONMENT = 'integ';

/** What the extension answers, read as AWS's guide says. It never logs or returns the value. */
const READS_THROUGH_EXTENSION = `
exports.handler = async () => {
  const url = 'http://localhost:2773/secretsmanager/get?secretId=' + encodeURIComponent(process.env.SECRET_ARN);
  const answer = await fetch(url, { headers: { 'X-Aws-Parameters-Secrets-Token': process.env.AWS_SESSION_TOKEN } });
  const { ARN } = await answer.json();
  return { status: answer.status, sameSecret: ARN === process.env.SECRET_ARN };
};`;

const FAILS = 'exports.handler = async () => { throw new Error("this rotation fails, to see what is said of it"); };';

/** What the checks look at. Everything is deleted with its stack; what only some checks need is made when one asks for it. */
export class World {
  public readonly namespace: SecretNamespace;
  public readonly secret: ManagedSecret;
  public readonly token: RotatedSecret;
  public readonly monitoring: SecretMonitoring;
  private readonly made = new Map<string, unknown>();

  constructor(public readonly stack: Stack) {
    this.namespace = this.createNamespace('observed');
    this.secret = new ManagedSecret(stack, 'Secret', { namespace: this.namespace, purpose: 'secret', replicas: [this.otherRegion()] });
    this.token = new RotatedSecret(stack, 'Token', {
      namespace: this.namespace,
      purpose: 'token',
      kind: RandomToken.of(),
      schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '3', window: Duration.hours(2) }),
      rotateImmediately: true,
    });
    this.monitoring = new SecretMonitoring(stack, 'Monitoring', { namespace: this.namespace });
  }

  /** A value of `--context`, for what cannot be made here. */
  public given(name: string): string {
    const value = this.stack.node.tryGetContext(name) as string | undefined;
    if (value === undefined) throw new Error(`--context ${name}=… is missing`);
    return value;
  }

  /** A namespace of its own: what fails here must not alarm that of the others. */
  public failingRotation(): { readonly secret: ManagedSecret; readonly monitoring: SecretMonitoring } {
    return this.once('failing', () => {
      const namespace = this.createNamespace('failing');
      const secret = new ManagedSecret(this.stack, 'FailingSecret', { namespace, purpose: 'secret' });
      const rotationLambda = new lambda.Function(this.stack, 'FailingFunction', {
        runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline(FAILS), logGroup: this.log('FailingLog'),
      });
      secret.addRotationSchedule('Rotation', { rotationLambda, automaticallyAfter: Duration.days(30) });
      return { secret, monitoring: new SecretMonitoring(this.stack, 'FailingMonitoring', { namespace }) };
    });
  }

  /** A function that reads the token through AWS's extension, and is restarted after a rotation. */
  public consumer(): { readonly target: lambda.Function; readonly consumer: LambdaFunctionConsumer } {
    return this.once('consumer', () => {
      const target = new lambda.Function(this.stack, 'Reader', {
        runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline(READS_THROUGH_EXTENSION), logGroup: this.log('ReaderLog'),
      });
      const consumer = new LambdaFunctionConsumer(this.stack, 'Consumer', { function: target, environment: { SECRET_ARN: this.token }, restart: true });
      return { target, consumer };
    });
  }

  public runbook(): EmergencyRotation {
    return this.once('runbook', () => new EmergencyRotation(this.stack, 'Runbook', { namespace: this.namespace }));
  }

  /** The secret as another app knows it: the ARN without its suffix, the key by its alias. */
  public imported(): ReturnType<typeof ManagedSecret.fromNamespace> {
    return this.once('imported', () => {
      const namespace = SecretNamespace.fromAttributes(this.stack, 'ImportedSecrets', { environment: ENVIRONMENT, service: 'observed' });
      return ManagedSecret.fromNamespace(this.stack, 'ImportedSecret', { namespace, purpose: 'secret' });
    });
  }

  public configRules(): SecretConfigRules {
    return this.once('configRules', () => new SecretConfigRules(this.stack, 'ConfigRules'));
  }

  /** A database server of Amazon RDS, and a user that the deployment makes in it. */
  public databaseUser(): RotatedDatabaseSecret {
    return this.once('databaseUser', () => {
      const subnetConfiguration = [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }];
      const vpc = new ec2.Vpc(this.stack, 'Vpc', { natGateways: 0, maxAzs: 2, subnetConfiguration });
      const superuserSecret = new ManagedSecret(this.stack, 'Superuser', {
        namespace: this.namespace, purpose: 'superuser', content: SecretContent.generatedField({ template: { username: 'postgres' }, passwordPolicy: PasswordPolicy.DATABASE }),
      });
      Validations.of(superuserSecret).acknowledge({ id: 'cdk-managed-secrets::rotation-off', reason: 'It is there for an hour, as its server is.' });
      const database = new rds.DatabaseInstance(this.stack, 'Database', {
        engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
        instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.MICRO),
        vpc,
        vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        databaseName: 'integ',
        storageEncrypted: true,
        deleteAutomatedBackups: true,
        credentials: rds.Credentials.fromSecret(superuserSecret),
      });
      return new RotatedDatabaseSecret(this.stack, 'DatabaseUser', {
        namespace: this.namespace,
        purpose: 'database-user',
        username: 'integ_app',
        databaseName: 'integ',
        vpc,
        database: RotationTarget.fromInstance(database),
        user: DatabaseUser.create({ superuserSecret, grants: [] }),
        rotateImmediately: true,
      });
    });
  }

  /** A user of the cluster that was given. */
  public kafkaUser(): ManagedSecret {
    return this.once('kafkaUser', () => {
      const hierarchy = [NameLevel.literal('AmazonMSK_integ'), NameLevel.ENVIRONMENT, NameLevel.SERVICE];
      const namespace = this.createNamespace('kafka', { hierarchy });
      const content = SecretContent.generatedField({ template: { username: 'integ' } });
      const secret = new ManagedSecret(this.stack, 'KafkaUser', { namespace, purpose: 'user', content });
      new KafkaClusterConsumer(this.stack, 'Kafka', { clusterArn: this.given('kafkaCluster'), secrets: [secret] });
      return secret;
    });
  }

  private createNamespace(service: string, options: { readonly hierarchy?: NameLevel[] } = {}): SecretNamespace {
    return new SecretNamespace(this.stack, `${service}-secrets`, { environment: ENVIRONMENT, service, removalPolicy: RemovalPolicy.DESTROY, ...options });
  }

  private otherRegion(): ReplicaRegion {
    return ReplicaRegion.of(this.stack.region === 'us-east-1' ? 'us-west-2' : 'us-east-1', SecretEncryption.awsManagedKey());
  }

  private log(id: string): logs.LogGroup {
    return new logs.LogGroup(this.stack, id, { retention: logs.RetentionDays.ONE_DAY });
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.made.has(name)) this.made.set(name, make());
    return this.made.get(name) as T;
  }
}
