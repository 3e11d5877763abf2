import {
  type aws_ec2 as ec2, type aws_iam as iam, type aws_lambda as lambda, type aws_logs as logs, type aws_secretsmanager as secretsmanager,
  Resource, type ResourceEnvironment, Token, TokenComparison,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { requireRotatable } from './password-environment';
import { requireFunctionOptions } from './rotation-function';
import type { OtherSecret } from './rotation-request';
import type { GuardRail } from '../../access/guard-rail';
import { likelyArnOf } from '../../access/private/guarded-rotation';
import type { ISecretNamespace } from '../../namespace/secret-namespace-props';
import { fail } from '../../private/errors';
import type { GuardedCaller } from '../../private/guarded-caller';
import { ManagedSecret } from '../../secret/managed-secret';
import { REGIONS_WITHOUT_RDS_AUTHORITIES } from '../contract/authorities';
import { DatabaseEngine } from '../database-engine';
import type { DatabaseRotatorProps } from '../database-rotator-props';
import { LegacyAuthentication } from '../legacy-authentication';
import type { RotationFunctionOptions } from '../rotation-function-options';
import { requireStrategy, requireStrategyOfEngine, requireStrategyOfOurs, RotationStrategy } from '../rotation-strategy';
import type { BoundTarget } from './bound-target';

/** Secrets Manager invokes functions of its own account and region. */
export function requireSamePlace(
  path: string,
  env: ResourceEnvironment,
  rotator: Pick<IConstruct, 'node'> & { readonly rotationFunction: lambda.IFunction },
  prop = 'rotator',
): void {
  const theirs = rotator.rotationFunction.env;
  const what = differenceBetween(env, theirs);
  if (what) {
    fail(path, `\`${prop}\` must be of the secret's own ${what} ${env[what]}, got ${rotator.node.path} of ${theirs[what]}; `
    + 'create one there');
  }
}

/**
 * The rotation function asks Secrets Manager of its own account and region for a secret that it reads. An imported one is where its ARN
 * says.
 *
 * @param prop the prop that names it
 */
export function requireHere(path: string, env: ResourceEnvironment, prop: string, secret: secretsmanager.ISecret | undefined): void {
  if (!secret) return;
  const { env: theirs, node } = secret;
  const what = differenceBetween(env, theirs);
  if (what) {
    fail(path, `\`${prop}\` must be of the rotated secret's own ${what} ${env[what]}, `
      + `got ${node.path} of ${theirs[what]}; give one that is there`);
  }
}

/** A function is told the name alone of its log group. */
export function requireLogGroup(path: string, { env: theirs, node }: logs.ILogGroup, env: ResourceEnvironment): void {
  const what = differenceBetween(env, theirs);
  if (what) {
    fail(path, `\`logGroup\` must be of the function's own ${what} ${env[what]}, got ${node.path} of ${theirs[what]}; give `
    + 'one there');
  }
}

/** In what two places are known to differ; an account or a region that is a token may be any. */
function differenceBetween(one: ResourceEnvironment, other: ResourceEnvironment): 'account' | 'region' | undefined {
  return (['account', 'region'] as const).find(what => Token.compareStrings(one[what], other[what]) === TokenComparison.DIFFERENT);
}

/** The function must reach the database, or the first rotation would end in a time-out. */
export function requireNetwork(path: string, vpc: ec2.IVpc | undefined, target: BoundTarget): void {
  const groups = target.securityGroups.length;
  if (vpc === undefined && groups === 0 && target.isPrivate) {
    fail(path, '`vpc` must be given, because the database is reached from its VPC alone; give the VPC, and the security groups of the '
      + 'database to its RotationTarget');
  }
  if (vpc === undefined && groups > 0) {
    fail(path, '`vpc` must be given, because the database stands behind security groups, which are opened to the rotation function; '
      + 'for a database that is reached over the internet use RotationTarget.fromEndpoint without `securityGroups`');
  }
  if (vpc !== undefined && groups === 0) {
    fail(path, '`securityGroups` of the database must be known, which are opened to the rotation function in the VPC; '
      + 'give them to RotationTarget.fromEndpoint, or to the import of the database');
  }
  if (vpc && target.vpc && areDifferent(vpc, target.vpc)) {
    fail(path, `\`vpc\` of the rotator must be that of the database, ${target.vpc.node.path}, got ${vpc.node.path}; `
      + 'for a database in a VPC that is connected with it use RotationTarget.fromEndpoint');
  }
}

/** An id that is a token may be any, unless this app creates both VPCs. */
function areDifferent(one: ec2.IVpc, other: ec2.IVpc): boolean {
  if (Resource.isOwnedResource(one) && Resource.isOwnedResource(other)) return one !== other;
  return Token.compareStrings(one.vpcId, other.vpcId) === TokenComparison.DIFFERENT;
}

/** How a function of ours comes to Secrets Manager; without an `endpoint` that is its VPC's business. */
export function callerWith({ vpc, endpoint }: Pick<RotationFunctionOptions, 'vpc' | 'endpoint'>, role?: iam.IRole): GuardedCaller {
  const way = vpc && !endpoint ? undefined : { vpcEndpointId: endpoint?._existing?.vpcEndpointId };
  return { get principalArn() { return likelyArnOf(role); }, way };
}

/** The guard rails of the secret, and those of the ones that the function reads besides. */
export function guardRailsOf(namespace: ISecretNamespace, reads: OtherSecret[]): GuardRail[] {
  const others = reads.flatMap(({ secret }) => secret instanceof ManagedSecret ? secret.namespace.guardRails : []);
  return [...new Set([...namespace.guardRails, ...others])];
}

/** The function trusts no server of Amazon RDS whose authority it does not know. */
export function requireTrust(path: string, region: string, target: BoundTarget, { certificateAuthorities }: DatabaseRotatorProps): void {
  const isOfRds = target.attachment !== undefined && target.engine !== DatabaseEngine.REDSHIFT;
  if (certificateAuthorities !== undefined || !isOfRds || !REGIONS_WITHOUT_RDS_AUTHORITIES.includes(region)) return;
  fail(path, `\`certificateAuthorities\` must be given in ${region}, `
    + 'whose authorities of Amazon RDS the rotation functions do not know yet; '
    + 'read one from the bundle that AWS publishes for the region, and give its text to the DatabaseRotator that is `rotator`');
}

/** Fails on what no rotation function can be made of. */
export function requireRotatorProps(path: string, props: DatabaseRotatorProps, env: ResourceEnvironment): void {
  const { engine, strategy = RotationStrategy.singleUser(), passwordPolicy = engine?.passwordPolicy } = props;
  if (!engine) fail(path, '`engine` must be given, such as DatabaseEngine.POSTGRESQL');
  if (engine._rotated === undefined) {
    fail(path, `\`engine\` must be ${DatabaseEngine._titles()}, got ${engine.name}; `
      + 'for a rotation function that AWS hosts use DatabaseRotator.hosted, for one of your own DatabaseRotator.fromFunction');
  }
  requireStrategy(path, strategy);
  requireStrategyOfEngine(path, strategy._name, engine);
  requireStrategyOfOurs(path, strategy._name, engine);
  requireRotatable(path, passwordPolicy, engine._rotated);
  requireHere(path, env, 'superuserSecret', strategy._superuserSecret);
  if (props.logGroup) requireLogGroup(path, props.logGroup, env);
  requireFunctionOptions(path, props);
  const unknown = props.legacyAuthentication?.find(each => !Object.values(LegacyAuthentication).includes(each));
  if (unknown !== undefined) {
    fail(path, `\`legacyAuthentication\` must hold none but those of LegacyAuthentication, got ${JSON.stringify(unknown)}; leave it out`);
  }
}
