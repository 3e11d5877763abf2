import { type aws_lambda as lambda, aws_ssm as ssm, Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { fail } from '../../private/errors';
import { partitionOf } from '../../private/regions';

/**
 * The public parameters in which AWS keeps the ARN of the newest layer of the AWS Parameters and Secrets Lambda Extension, by the architecture of a
 * function. They stand for the tables of layers in the documentation, which are behind what is published.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
 */
const LATEST: Readonly<Record<string, string>> = {
  x86_64: '/aws/service/aws-parameters-and-secrets-lambda-extension/x86/latest',
  arm64: '/aws/service/aws-parameters-and-secrets-lambda-extension/arm64/latest',
};

/** Where those parameters are known to be. Of China, GovCloud, the European Sovereign Cloud and the isolated partitions nobody has said it. */
const PARTITIONS = ['aws'];

const REMEDY = 'give the ARN of a layer: ParametersAndSecretsExtension.fromLayerVersionArn, or read the secret without the extension: '
  + 'ParametersAndSecretsExtension.none()';

/** Makes the ARN of a layer, when all has been checked. */
export type LayerArn = () => string;

/** That of the newest layer, looked up when the function's stack is deployed. */
export function latestLayer(path: string, target: lambda.Function): LayerArn {
  const { region } = Stack.of(target);
  const partition = partitionOf(region);
  if (partition !== undefined && !PARTITIONS.includes(partition)) {
    fail(path, `\`extension\` must say which layer to use in ${region}: that AWS keeps the newest one of the partition ${partition} in a public parameter is `
      + `not known; ${REMEDY}`);
  }
  const parameter = LATEST[architectureOf(path, target)];
  return () => ssm.StringParameter.valueForStringParameter(target, parameter);
}

/** That of the layer that the CDK knows for a version. */
export function layerOfVersion(path: string, target: lambda.Function, version: string): LayerArn {
  const { region } = Stack.of(target);
  if (Token.isUnresolved(region)) fail(path, `\`extension\` must not be of a version where the region is not known; set \`env\` on the stack, or ${REMEDY}`);
  const architecture = architectureOf(path, target);
  const arn = RegionInfo.get(region).paramsAndSecretsLambdaLayerArn(version, architecture)
    ?? fail(path, `\`extension\` must be of a version that the CDK knows for ${region} on ${architecture}, got ${version}; `
      + `take ParametersAndSecretsExtension.latest(), or ${REMEDY}`);
  return () => arn;
}

function architectureOf(path: string, { architecture: { name } }: Pick<lambda.Function, 'architecture'>): string {
  if (!(name in LATEST)) {
    fail(path, `\`extension\` must run on the architecture of the function, ${name}, and there is a layer for ${Object.keys(LATEST).join(' and ')} alone; ${REMEDY}`);
  }
  return name;
}
