import {
  aws_codebuild as codebuild, aws_codepipeline as codepipeline, aws_codepipeline_actions as actions, aws_cognito as cognito, aws_ec2 as ec2,
  aws_ecs as ecs, aws_events as events, aws_glue as glue, aws_lambda as lambda, aws_opensearchservice as opensearch, SecretValue,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A construct of the CDK that writes the value of a secret into a template. */
export interface Holder {
  readonly name: string;
  readonly where: string;
  /** The type of the resource that holds the value. */
  readonly type: string;
  readonly hold: (scope: Construct, value: SecretValue) => unknown;
}

const vpcIn = (scope: Construct) => ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
  vpcId: 'vpc-11111111', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-1'],
});

export const HOLDERS: readonly Holder[] = [
  {
    name: 'AWS CodeBuild',
    where: 'an environment variable of the type `PLAINTEXT`',
    type: 'AWS::CodeBuild::Project',
    hold: (scope, value) => new codebuild.Project(scope, 'Project', {
      buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }),
      environmentVariables: { PASSWORD: { value: value.unsafeUnwrap() } },
      checkSecretsInPlainTextEnvVariables: false,
    }),
  },
  {
    name: 'AWS CodePipeline',
    where: '`oauthToken` of a source action',
    type: 'AWS::CodePipeline::Pipeline',
    hold: (scope, oauthToken) => {
      const output = new codepipeline.Artifact();
      const source = new actions.GitHubSourceAction({ actionName: 'Code', owner: 'o', repo: 'r', oauthToken, output, trigger: actions.GitHubTrigger.NONE });
      const approval = new actions.ManualApprovalAction({ actionName: 'Approve' });
      return new codepipeline.Pipeline(scope, 'Pipeline', { stages: [{ stageName: 'Source', actions: [source] }, { stageName: 'Approve', actions: [approval] }] });
    },
  },
  {
    name: 'AWS Glue',
    where: '`PASSWORD` of a connection',
    type: 'AWS::Glue::Connection',
    hold: (scope, value) => new glue.CfnConnection(scope, 'Connection', {
      catalogId: '111122223333', connectionInput: { connectionType: 'JDBC', connectionProperties: { PASSWORD: value.unsafeUnwrap() } },
    }),
  },
  {
    name: 'AWS Lambda',
    where: '`environment` of a function',
    type: 'AWS::Lambda::Function',
    hold: (scope, value) => new lambda.Function(scope, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('//'), environment: { PASSWORD: value.unsafeUnwrap() },
    }),
  },
  {
    name: 'Amazon Cognito',
    where: '`clientSecretValue` of an identity provider',
    type: 'AWS::Cognito::UserPoolIdentityProvider',
    hold: (scope, clientSecretValue) => new cognito.UserPoolIdentityProviderGoogle(scope, 'Google', {
      userPool: new cognito.UserPool(scope, 'Users'), clientId: 'id', clientSecretValue,
    }),
  },
  {
    name: 'Amazon EC2',
    where: 'user data',
    type: 'AWS::EC2::Instance',
    hold: (scope, value) => new ec2.Instance(scope, 'Instance', {
      vpc: vpcIn(scope),
      instanceType: new ec2.InstanceType('t4g.nano'),
      machineImage: ec2.MachineImage.genericLinux({ 'eu-west-1': 'ami-11111111' }),
      userData: ec2.UserData.custom(`export PASSWORD=${value.unsafeUnwrap()}`),
    }),
  },
  {
    name: 'Amazon ECS',
    where: '`environment` of a container',
    type: 'AWS::ECS::TaskDefinition',
    hold: (scope, value) => new ecs.FargateTaskDefinition(scope, 'Task').addContainer('App', {
      image: ecs.ContainerImage.fromRegistry('app'), environment: { PASSWORD: value.unsafeUnwrap() },
    }),
  },
  {
    name: 'Amazon EventBridge, and HTTP tasks of AWS Step Functions',
    where: '`authorization` of a connection',
    type: 'AWS::Events::Connection',
    hold: (scope, value) => new events.Connection(scope, 'Connection', { authorization: events.Authorization.apiKey('x-api-key', value) }),
  },
  {
    name: 'Amazon OpenSearch Service',
    where: '`masterUserPassword` of a domain',
    type: 'AWS::OpenSearchService::Domain',
    hold: (scope, masterUserPassword) => new opensearch.Domain(scope, 'Domain', {
      version: opensearch.EngineVersion.OPENSEARCH_2_19,
      fineGrainedAccessControl: { masterUserName: 'admin', masterUserPassword },
      enforceHttps: true,
      nodeToNodeEncryption: true,
      encryptionAtRest: { enabled: true },
    }),
  },
];
