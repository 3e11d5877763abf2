import {
  aws_appconfig as appconfig, aws_apprunner as apprunner, aws_appsync as appsync, aws_batch as batch, aws_codebuild as codebuild,
  aws_codepipeline_actions as actions, aws_codepipeline as codepipeline, aws_dms as dms, aws_ec2 as ec2, aws_ecs as ecs, aws_events as events,
  aws_events_targets as targets, aws_glue as glue, aws_iam as iam, aws_kendra as kendra, aws_kinesisfirehose as firehose,
  aws_lambda as lambda, aws_lambda_event_sources as sources, aws_rds as rds, aws_sagemaker as sagemaker, Size, pipelines,
} from 'aws-cdk-lib';
import { BuildProjectConsumer, IManagedSecret, ParameterReference, SecretField } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** What all constructs of a stack share. */
export interface Around {
  readonly vpc: ec2.IVpc;
  readonly cluster: rds.IDatabaseCluster;
}

/** A construct of the CDK that was given a secret, and what is added in the second try. */
export interface Wired {
  /** Who reads. */
  readonly reader: iam.IGrantable;
  readonly more?: () => unknown;
}

export interface Service {
  readonly name: string;
  /** Where the secret goes. */
  readonly given: string;
  /** Whose role reads. */
  readonly reads: string;
  /** The one line, as the guide shows it. */
  readonly line?: string;
  readonly wire: (scope: Construct, secret: IManagedSecret, around: Around) => Wired;
}

const roleFor = (scope: Construct, service: string) =>
  new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal(`${service}.amazonaws.com`) });
const BUILD_SPEC = codebuild.BuildSpec.fromObject({ version: '0.2' });
const ARN = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;

function functionIn(scope: Construct): lambda.Function {
  const code = lambda.Code.fromInline('//');
  return new lambda.Function(scope, 'Function', { runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code });
}

/** A resource that names a role of its own, to which the one line grants the secret. */
function byRole(principal: string, make: (scope: Construct, secret: IManagedSecret, role: iam.Role) => unknown): Service['wire'] {
  return (scope, secret) => {
    const role = roleFor(scope, principal);
    make(scope, secret, role);
    return { reader: role, more: () => secret.grantRead(role) };
  };
}

/** Every construct here is one of the CDK, as an app writes it. */
export const SERVICES: readonly Service[] = [
  {
    name: 'AWS App Runner (closed to new customers)',
    given: '`runtimeEnvironmentSecrets` of `CfnService`',
    reads: 'the instance role',
    line: '`secret.grantRead(instanceRole)`',
    wire: byRole('tasks.apprunner', (scope, { secretArn }, { roleArn }) => new apprunner.CfnService(scope, 'Service', {
      instanceConfiguration: { instanceRoleArn: roleArn },
      sourceConfiguration: {
        imageRepository: {
          imageIdentifier: 'public.ecr.aws/nginx/nginx:latest',
          imageRepositoryType: 'ECR_PUBLIC',
          imageConfiguration: { runtimeEnvironmentSecrets: [{ name: 'PASSWORD', value: secretArn }] },
        },
      },
    })),
  },
  {
    name: 'AWS AppConfig',
    given: '`ConfigurationSource.fromSecret`',
    reads: 'the retrieval role',
    line: '`secret.grantRead(retrievalRole)`',
    wire: (scope, secret) => {
      const retrievalRole = roleFor(scope, 'appconfig');
      new appconfig.SourcedConfiguration(scope, 'Configuration', {
        application: new appconfig.Application(scope, 'Application'), location: appconfig.ConfigurationSource.fromSecret(secret), retrievalRole,
      });
      return { reader: retrievalRole, more: () => secret.grantRead(retrievalRole) };
    },
  },
  {
    name: 'AWS AppConfig',
    given: '`ConfigurationSource.fromSecret`, without a `retrievalRole`',
    reads: 'the role that the construct makes',
    line: '`secret.grantRead(configuration.retrievalRole!)`',
    wire: (scope, secret) => {
      const { retrievalRole } = new appconfig.SourcedConfiguration(scope, 'Configuration', {
        application: new appconfig.Application(scope, 'Application'), location: appconfig.ConfigurationSource.fromSecret(secret),
      });
      return { reader: retrievalRole!, more: () => secret.grantRead(retrievalRole!) };
    },
  },
  {
    name: 'AWS AppSync',
    given: '`addRdsDataSource` of an API',
    reads: 'the role of the data source',
    wire: (scope, secret, { cluster }) => {
      const api = new appsync.EventApi(scope, 'Api', { apiName: 'orders' });
      return { reader: api.addRdsDataSource('Data', cluster, secret) };
    },
  },
  {
    name: 'AWS Batch',
    given: '`Secret.fromSecretsManager` of a container',
    reads: 'the execution role',
    wire: (scope, secret) => {
      const container = new batch.EcsFargateContainerDefinition(scope, 'Container', {
        image: ecs.ContainerImage.fromRegistry('app'),
        cpu: 1,
        memory: Size.gibibytes(2),
        secrets: { PASSWORD: batch.Secret.fromSecretsManager(secret, 'password') },
      });
      new batch.EcsJobDefinition(scope, 'Job', { container });
      return { reader: container.executionRole };
    },
  },
  {
    name: 'AWS CodeBuild',
    given: 'an environment variable of the type `SECRETS_MANAGER`',
    reads: 'the role of the project',
    line: '`new BuildProjectConsumer(…)` in place of the variable',
    wire: (scope, secret) => {
      const project = new codebuild.Project(scope, 'Project', {
        buildSpec: BUILD_SPEC,
        environmentVariables: { PASSWORD: { type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value: `${secret.secretArn}:password` } },
      });
      return { reader: project, more: () => new BuildProjectConsumer(scope, 'Consumer', { project, environment: { API_KEY: SecretField.of(secret) } }) };
    },
  },
  {
    name: 'AWS CodeBuild',
    given: 'an environment variable of the type `PARAMETER_STORE`',
    reads: 'the role of the project',
    line: '`ParameterReference.of(secret).grantRead(project)`',
    wire: (scope, secret) => {
      const reference = ParameterReference.of(secret);
      const project = new codebuild.Project(scope, 'Project', {
        buildSpec: BUILD_SPEC,
        environmentVariables: { PASSWORD: { type: codebuild.BuildEnvironmentVariableType.PARAMETER_STORE, value: reference.parameterName } },
      });
      return { reader: project, more: () => reference.grantRead(project) };
    },
  },
  {
    name: 'AWS CodeBuild',
    given: 'the registry credentials of a build image',
    reads: 'the role of the project',
    wire: (scope, secret) => ({
      reader: new codebuild.Project(scope, 'Project', {
        buildSpec: BUILD_SPEC,
        environment: { buildImage: codebuild.LinuxBuildImage.fromDockerRegistry('registry.example.com/image', { secretsManagerCredentials: secret }) },
      }),
    }),
  },
  {
    name: 'AWS CodePipeline',
    given: 'an environment variable of a `CodeBuildAction`',
    reads: 'the role of the project',
    line: '`secret.grantRead(project)`',
    wire: (scope, secret) => {
      const project = new codebuild.PipelineProject(scope, 'Project', { buildSpec: BUILD_SPEC });
      pipelineWith(scope, project, secret);
      return { reader: project, more: () => secret.grantRead(project) };
    },
  },
  {
    name: 'AWS DMS',
    given: '`secretsManagerSecretId` of an endpoint',
    reads: 'the access role',
    line: '`secret.grantRead(accessRole)`',
    wire: byRole('dms', (scope, { secretArn }, { roleArn }) => new dms.CfnEndpoint(scope, 'Endpoint', {
      endpointType: 'source',
      engineName: 'postgres',
      databaseName: 'app',
      postgreSqlSettings: { secretsManagerSecretId: secretArn, secretsManagerAccessRoleArn: roleArn },
    })),
  },
  {
    name: 'AWS Glue',
    given: '`SECRET_ID` of a connection',
    reads: 'the role of each job and crawler that uses the connection',
    line: '`secret.grantRead(jobRole)`',
    wire: byRole('glue', (scope, { secretArn }) => new glue.CfnConnection(scope, 'Connection', {
      catalogId: '111122223333', connectionInput: { connectionType: 'JDBC', connectionProperties: { JDBC_CONNECTION_URL: 'jdbc:postgresql://db/app', SECRET_ID: secretArn } },
    })),
  },
  {
    name: 'AWS Lambda',
    given: 'the credentials of a Kafka event source',
    reads: 'the role of the function',
    wire: (scope, secret) => {
      const reader = functionIn(scope);
      reader.addEventSource(new sources.SelfManagedKafkaEventSource({
        bootstrapServers: ['kafka.example.com:9096'],
        topic: 'orders',
        startingPosition: lambda.StartingPosition.LATEST,
        secret,
        authenticationMethod: sources.AuthenticationMethod.SASL_SCRAM_512_AUTH,
      }));
      return { reader };
    },
  },
  {
    name: 'Amazon Data Firehose',
    given: '`secretsManagerConfiguration` of a destination',
    reads: 'the role that it names',
    line: '`secret.grantRead(role)`',
    wire: byRole('firehose', (scope, { secretArn }, { roleArn }) => new firehose.CfnDeliveryStream(scope, 'Stream', {
      httpEndpointDestinationConfiguration: {
        endpointConfiguration: { url: 'https://logs.example.com' },
        s3Configuration: { bucketArn: 'arn:aws:s3:::backup', roleArn },
        secretsManagerConfiguration: { enabled: true, secretArn, roleArn },
      },
    })),
  },
  {
    name: 'Amazon ECS',
    given: '`Secret.fromSecretsManager` of a container',
    reads: 'the execution role',
    wire: (scope, secret) => {
      const task = new ecs.FargateTaskDefinition(scope, 'Task');
      task.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app'), secrets: { PASSWORD: ecs.Secret.fromSecretsManager(secret, 'password') } });
      return { reader: task.obtainExecutionRole() };
    },
  },
  {
    name: 'Amazon ECS',
    given: '`secretOptions` or a secret token of a log driver',
    reads: 'the execution role',
    wire: (scope, secret) => {
      const task = new ecs.FargateTaskDefinition(scope, 'Task');
      const logging = ecs.LogDrivers.splunk({ secretToken: ecs.Secret.fromSecretsManager(secret, 'token'), url: 'https://splunk.example.com' });
      task.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app'), logging });
      return { reader: task.obtainExecutionRole() };
    },
  },
  {
    name: 'Amazon ECS',
    given: 'the registry credentials of an image',
    reads: 'the execution role',
    wire: (scope, secret) => {
      const task = new ecs.FargateTaskDefinition(scope, 'Task');
      task.addContainer('App', { image: ecs.ContainerImage.fromRegistry('registry.example.com/app', { credentials: secret }) });
      return { reader: task.obtainExecutionRole() };
    },
  },
  {
    name: 'Amazon EventBridge',
    given: '`secret` of the target `RedshiftQuery`',
    reads: 'the role of the target',
    line: '`secret.grantRead(role)`',
    wire: (scope, secret) => {
      const role = roleFor(scope, 'events');
      const target = new targets.RedshiftQuery(ARN('redshift', 'cluster:c'), { database: 'app', sql: ['select 1'], secret, role });
      new events.Rule(scope, 'Rule', { eventPattern: { source: ['app'] }, targets: [target] });
      return { reader: role, more: () => secret.grantRead(role) };
    },
  },
  {
    name: 'Amazon Kendra',
    given: '`secretArn` of a data source',
    reads: 'the role of the data source',
    line: '`secret.grantRead(role)`',
    wire: byRole('kendra', (scope, { secretArn }, { roleArn }) => new kendra.CfnDataSource(scope, 'Source', {
      indexId: '11111111-2222-3333-4444-555555555555',
      name: 'wiki',
      type: 'CONFLUENCE',
      roleArn,
      dataSourceConfiguration: { confluenceConfiguration: { secretArn, serverUrl: 'https://wiki.example.com', version: 'CLOUD' } },
    })),
  },
  {
    name: 'Amazon RDS Data API',
    given: '`grantDataApiAccess` of a cluster that has the secret',
    reads: 'the caller',
    wire: (scope, secret) => {
      const reader = roleFor(scope, 'lambda');
      clusterIn(scope, secret).grantDataApiAccess(reader);
      return { reader };
    },
  },
  {
    name: 'Amazon RDS Proxy',
    given: '`secrets` of `DatabaseProxy`',
    reads: 'the role of the proxy',
    wire: (scope, secret, { vpc, cluster }) => {
      const role = roleFor(scope, 'rds');
      new rds.DatabaseProxy(scope, 'Proxy', { proxyTarget: rds.ProxyTarget.fromCluster(cluster), secrets: [secret], vpc, role, securityGroups: [] });
      return { reader: role };
    },
  },
  {
    name: 'Amazon SageMaker',
    given: '`secretArn` of a code repository',
    reads: 'the execution role of the notebook',
    line: '`secret.grantRead(executionRole)`',
    wire: byRole('sagemaker', (scope, { secretArn }) => new sagemaker.CfnCodeRepository(scope, 'Code', {
      gitConfig: { repositoryUrl: 'https://git.example.com/notebooks.git', secretArn },
    })),
  },
  {
    name: 'CDK Pipelines',
    given: '`DockerCredential.customRegistry`',
    reads: 'the role of the project that it is given',
    wire: (scope, secret) => {
      const project = new codebuild.PipelineProject(scope, 'Project', { buildSpec: BUILD_SPEC });
      pipelines.DockerCredential.customRegistry('registry.example.com', secret).grantRead(project, pipelines.DockerCredentialUsage.SYNTH);
      return { reader: project };
    },
  },
];

function pipelineWith(scope: Construct, project: codebuild.IProject, secret: IManagedSecret): codepipeline.Pipeline {
  const source = new codepipeline.Artifact();
  const connectionArn = ARN('codeconnections', 'connection/11111111-2222-3333-4444-555555555555');
  const password = { type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value: secret.secretArn };
  return new codepipeline.Pipeline(scope, 'Pipeline', {
    stages: [
      { stageName: 'Source', actions: [new actions.CodeStarConnectionsSourceAction({ actionName: 'Code', owner: 'o', repo: 'r', connectionArn, output: source })] },
      { stageName: 'Build', actions: [new actions.CodeBuildAction({ actionName: 'Build', input: source, project, environmentVariables: { PASSWORD: password } })] },
    ],
  });
}

/** What the constructs of a stack need besides the secret. */
export function aroundIn(scope: Construct): Around {
  const vpc = ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-11111111', availabilityZones: ['eu-west-1a', 'eu-west-1b'], privateSubnetIds: ['subnet-1', 'subnet-2'],
  });
  return { vpc, cluster: clusterIn(scope) };
}

function clusterIn(scope: Construct, secret?: IManagedSecret): rds.IDatabaseCluster {
  const engine = rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_16_4 });
  return rds.DatabaseCluster.fromDatabaseClusterAttributes(scope, 'Cluster', { clusterIdentifier: 'app', engine, port: 5432, dataApiEnabled: true, secret });
}
