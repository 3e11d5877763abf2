import { aws_iam as iam, aws_lambda as lambda, custom_resources } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeInlinePolicy, acknowledgeWildcard } from '../../private/acknowledgement';
import type { RotationFunctionOptions } from '../rotation-function-options';

/** What is said of the rotation function holds for the one that answers, too. */
type Options = Pick<RotationFunctionOptions, 'permissionsBoundary' | 'reservedConcurrentExecutions' | 'tracing'>;

/** X-Ray has no resource types. */
const TRACE = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

const MEMORY_SIZE = 128;

/**
 * Answers CloudFormation for the rotation function, which runs in the network of a database and may have no way to where the answer goes.
 * It may do nothing but invoke that function, and knows no secret.
 */
export class UserProvider extends Construct {
  public readonly serviceToken: string;

  constructor(scope: Construct, id: string, rotationFunction: lambda.Function, options: Options) {
    super(scope, id);
    const { logGroup } = rotationFunction;
    const role = this.createRole(rotationFunction, options);
    const provider = new custom_resources.Provider(this, 'Provider', {
      onEventHandler: rotationFunction, frameworkOnEventRole: role, logGroup,
    });
    this.serviceToken = provider.serviceToken;
    configure(provider, rotationFunction, options);
    acknowledge(provider, 'LambdaInsideVPC', 'It calls AWS Lambda and answers CloudFormation, and nothing in a VPC.');
    acknowledge(provider, 'LambdaDLQ', 'CloudFormation waits for its answer, and fails the deployment without one.');
  }

  private createRole({ functionArn, logGroup }: lambda.Function, { permissionsBoundary, tracing }: Options): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Answers CloudFormation for a rotation function',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      permissionsBoundary,
    });
    logGroup.grantWrite(role);
    if (tracing === lambda.Tracing.ACTIVE) role.addToPolicy(new iam.PolicyStatement({ actions: TRACE, resources: ['*'] }));
    acknowledgeInlinePolicy(role);
    acknowledgeWildcard(role, logGroup.logGroupArn, 'The log group is known by its name, and the ARN of its streams ends in a wildcard.');
    acknowledgeWildcard(role, `${functionArn}:*`, 'The CDK allows every version of the one function that may be invoked.');
    if (tracing === lambda.Tracing.ACTIVE) acknowledgeWildcard(role, '*', 'X-Ray has no resource types that its actions could name.');
    return role;
  }
}

/** The construct of the CDK has no props for these. */
function configure(provider: custom_resources.Provider, rotationFunction: lambda.Function, options: Options): void {
  const resource = provider.node.findAll().find(each => each instanceof lambda.CfnFunction) as lambda.CfnFunction;
  resource.memorySize = MEMORY_SIZE;
  resource.runtime = rotationFunction.runtime.name;
  resource.reservedConcurrentExecutions = options.reservedConcurrentExecutions;
  if (options.tracing === lambda.Tracing.ACTIVE) resource.tracingConfig = { mode: options.tracing };
}
