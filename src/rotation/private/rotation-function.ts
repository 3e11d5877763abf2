import { join } from 'path';
import {
  aws_ec2 as ec2, aws_iam as iam, aws_lambda as lambda, aws_logs as logs, Duration, Stack, Token,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RotatorNetwork } from './rotator-network';
import { acknowledge, acknowledgeInlinePolicy, acknowledgeWildcard } from '../../private/acknowledgement';
import { NETWORK_INTERFACE } from '../../private/actions';
import { fail } from '../../private/errors';
import { KEPT_WHEN_IN_USE } from '../../private/removal-policy';
import { requireWhole } from '../../private/validation';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import type { RotationFunctionOptions } from '../rotation-function-options';

/** The bundles that the package ships, each a folder of one file. */
const ASSETS = join(__dirname, '..', '..', '..', 'assets', 'rotation');

/** Lambda allows 4 KB for all variables; the rest of ours stays below 1 KB. */
const MAX_CA_CHARACTERS = 3000;

/** What the function is made for. */
export interface RotationFunctionProps {
  readonly description: string;
  /** The folder of the bundle. */
  readonly handler: string;
  /** What the role is for. */
  readonly roleDescription: string;
  readonly environment: { [variable: string]: string };
  readonly options: RotationFunctionOptions;
}

/** The Lambda function of a bundle, under a role that holds what the function itself needs, and nothing of any secret. */
export function createFunction(scope: Construct, props: RotationFunctionProps, network?: RotatorNetwork): lambda.Function {
  const { description, handler, roleDescription, environment, options } = props;
  const { vpc, vpcSubnets, runtime = lambda.Runtime.NODEJS_24_X, memorySize = 256, timeout = Duration.minutes(1) } = options;
  const logGroup = options.logGroup ?? rotationLog(scope, options);
  const deployed = new lambda.Function(scope, 'Function', {
    description,
    code: lambda.Code.fromAsset(join(ASSETS, handler)),
    handler: 'index.handler',
    runtime,
    architecture: lambda.Architecture.ARM_64,
    memorySize,
    timeout,
    role: functionRole(scope, logGroup, roleDescription, options),
    logGroup,
    environment: {
      ...(options.certificateAuthorities !== undefined && { [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: options.certificateAuthorities }),
      ...network?.environment,
      ...environment,
    },
    ...(vpc && { vpc, vpcSubnets, securityGroups: network?.securityGroups }),
    reservedConcurrentExecutions: options.reservedConcurrentExecutions,
    deadLetterQueue: options.deadLetterQueue,
    tracing: options.tracing,
  });
  if (options.deadLetterQueue === undefined) {
    acknowledge(deployed, 'LambdaDLQ', 'Secrets Manager invokes the function synchronously and tries a failed rotation again: a '
      + 'dead-letter queue would stay empty.');
  }
  return deployed;
}

function isTraced(tracing = lambda.Tracing.DISABLED): boolean {
  return tracing !== lambda.Tracing.DISABLED;
}

/** Fails on options with which no function can run. */
export function requireFunctionOptions(path: string, options: RotationFunctionOptions): void {
  const { vpc, memorySize, timeout, runtime, certificateAuthorities: ca } = options;
  if (memorySize !== undefined) requireWhole(path, 'memorySize', memorySize, { min: 128, max: 10_240 });
  if (timeout !== undefined && !timeout.isUnresolved()) {
    requireWhole(path, 'timeout', timeout
      .toSeconds({ integral: false }), { min: 15, max: 900 });
  }
  if (runtime !== undefined && !isSupported(runtime)) {
    fail(path, `\`runtime\` must be Node.js 20 or newer, for which the rotation functions are built, got ${runtime.name}; leave it out`);
  }
  requireInvocations(path, options.reservedConcurrentExecutions);
  for (const prop of ['vpcSubnets', 'securityGroups', 'endpoint'] as const) {
    if (vpc === undefined && options[prop] !== undefined) {
      fail(path, `\`${prop}\` must come with \`vpc\`; give the VPC of the server, or `
      + `leave \`${prop}\` out`);
    }
  }
  if (options.securityGroups?.length === 0) fail(path, '`securityGroups` must name at least one; leave it out for one of its own');
  if (vpc) requirePrivateSubnets(path, vpc, options.vpcSubnets);
  if (options.endpoint?._existing) requireEndpoint(path, options.endpoint._existing);
  if (ca !== undefined && !Token.isUnresolved(ca)) requireCertificates(path, ca);
}

/** A name without a version, `nodejs`, is that of Node.js 0.10. */
function isSupported({ family, name }: lambda.Runtime): boolean {
  return family === lambda.RuntimeFamily.NODEJS && (Token.isUnresolved(name) || Number(/^nodejs(\d+)\.x$/.exec(name)?.[1]) >= 20);
}

function requireCertificates(path: string, ca: string): void {
  if (!/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.test(ca)) {
    fail(path, '`certificateAuthorities` must be certificates in PEM form; read the file and pass its text');
  }
  if (/PRIVATE KEY/.test(ca)) {
    fail(path, '`certificateAuthorities` must not hold a private key, which everyone who reads the template '
    + 'would know; give certificates alone');
  }
  if (ca.length > MAX_CA_CHARACTERS) {
    fail(path, `\`certificateAuthorities\` must have at most ${MAX_CA_CHARACTERS} characters, because Lambda allows 4 KB for all `
      + `variables, got ${ca.length}; `
      + 'give the one authority that signed the certificate of the database');
  }
}

function requireInvocations(path: string, most: number | undefined): void {
  if (most === undefined || Token.isUnresolved(most) || (Number.isInteger(most) && most >= 1)) return;
  fail(path, `\`reservedConcurrentExecutions\` must be a whole number from 1 on, got ${most}; with 0 the function would never run; leave `
    + 'it out for no limit of its own');
}

/** CDK would ask for a property that a rotator does not have. */
function requirePrivateSubnets(path: string, vpc: ec2.IVpc, vpcSubnets: ec2.SubnetSelection | undefined): void {
  const publicIds = vpc.publicSubnets.map(({ subnetId }) => subnetId);
  if (!vpc.selectSubnets(vpcSubnets).subnetIds.some(subnetId => publicIds.includes(subnetId))) return;
  fail(path, `\`vpcSubnets\` must be private or isolated subnets of ${vpc.node.path}, got public ones, because a Lambda function in a `
    + 'public subnet has no way out; '
    + 'give private subnets, or isolated ones with `endpoint`');
}

/** The function asks for Secrets Manager by its usual name, which an endpoint of this app answers to or does not. */
function requireEndpoint(path: string, endpoint: ec2.IInterfaceVpcEndpoint): void {
  const resource = endpoint.node.defaultChild;
  if (!(resource instanceof ec2.CfnVPCEndpoint)) return;
  const service = Stack.of(resource).resolve(resource.serviceName);
  const end = service?.['Fn::Join']?.[1].at(-1) ?? service;
  if (typeof end === 'string' && !end.endsWith('.secretsmanager')) {
    fail(path, `\`endpoint\` must be one of Secrets Manager, got ${endpoint.node.path} of ${end}; give the one of the VPC, or use `
      + 'SecretsManagerEndpoint.create()');
  }
  if (resource.privateDnsEnabled === false) {
    fail(path, `\`endpoint\` must have private DNS, got ${endpoint.node.path} without; enable it there, or use `
      + 'SecretsManagerEndpoint.create()');
  }
}

/** Logs of its own, so that they expire. */
function rotationLog(scope: Construct, { _logRemovalPolicy: removalPolicy = KEPT_WHEN_IN_USE }: RotationFunctionOptions): logs.LogGroup {
  return new logs.LogGroup(scope, 'Log', { retention: logs.RetentionDays.ONE_YEAR, removalPolicy });
}

function functionRole(
  scope: Construct, logGroup: logs.ILogGroup, description: string, { vpc, permissionsBoundary, tracing }: RotationFunctionOptions,
): iam.Role {
  const role = new iam.Role(scope, 'Role', {
    description,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    permissionsBoundary,
  });
  logGroup.grantWrite(role);
  acknowledgeWildcard(role, logGroup.logGroupArn, 'The log group is known by its name, and the ARN of its streams ends in a wildcard.');
  // Lambda makes the network interfaces; these actions cannot be limited to one function's.
  if (vpc) role.addToPolicy(new iam.PolicyStatement({ actions: NETWORK_INTERFACE, resources: ['*'] }));
  acknowledgeInlinePolicy(role);
  if (vpc || isTraced(tracing)) {
    acknowledgeWildcard(role, '*', 'Network interfaces are made before their ARN is known, and X-Ray has no resource types; secrets are '
      + 'named in a policy of their own.');
  }
  return role;
}
