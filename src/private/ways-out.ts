/** In place of a value that CloudFormation writes into a resource once: how a resource of that type reads the secret itself. */
export const WAYS_OUT: Readonly<Record<string, string>> = {
  'AWS::AppRunner::Service': 'name the ARN in `runtimeEnvironmentSecrets`, and grant the instance role `grantRead`',
  'AWS::AutoScaling::LaunchConfiguration': 'let the instance read the secret, by InstanceConsumer',
  'AWS::Batch::JobDefinition': 'give the container `batch.Secret.fromSecretsManager`',
  'AWS::CodeBuild::Project': 'give the project the secret by BuildProjectConsumer',
  'AWS::CodePipeline::Pipeline': 'connect the repository by AWS CodeConnections, which needs no secret',
  'AWS::DMS::Endpoint': 'name the secret in `secretsManagerSecretId`, and grant the access role `grantRead`',
  'AWS::EC2::Instance': 'let the instance read the secret, by InstanceConsumer',
  'AWS::EC2::LaunchTemplate': 'let the instance read the secret, by InstanceConsumer',
  'AWS::ECS::TaskDefinition': 'give the container the secret by EcsServiceConsumer',
  'AWS::Events::Connection': 'call UpdateConnection after each rotation: a connection keeps a secret of its own',
  'AWS::Glue::Connection': 'name the secret in `SECRET_ID`, and grant the role of the job `grantRead`',
  'AWS::Glue::Job': 'pass the ARN as an argument, grant the role of the job `grantRead`, and let the job read the secret',
  'AWS::KinesisFirehose::DeliveryStream': 'name the secret in `secretsManagerConfiguration`, and grant its role `grantRead`',
  'AWS::Lambda::Function': 'let the function read the secret, by LambdaFunctionConsumer',
  'AWS::OpenSearchService::Domain': 'make an IAM role the master user (`masterUserArn`), which needs no password',
  'AWS::RDS::DBCluster': 'let Amazon RDS manage the password (`manageMasterUserPassword`), and set its schedule by MasterUserRotation',
  'AWS::RDS::DBInstance': 'let Amazon RDS manage the password (`manageMasterUserPassword`), and set its schedule by MasterUserRotation',
};

export function wayOut(resourceType: string | undefined): string {
  return WAYS_OUT[resourceType ?? ''] ?? 'let the application read the secret: grant it `grantRead`, and pass `secretArn`';
}
