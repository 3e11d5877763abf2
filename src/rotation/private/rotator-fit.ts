import { type aws_ec2 as ec2, type aws_iam as iam, Resource, type ResourceEnvironment, Token, TokenComparison } from 'aws-cdk-lib';
import { requireRotatable } from './password-environment';
import { requireFunctionOptions } from './rotation-function';
import type { GuardRail } from '../../access/guard-rail';
import { likelyArnOf } from '../../access/private/guarded-rotation';
import type { ISecretNamespace } from '../../namespace/secret-namespace-props';
import { fail } from '../../private/errors';
import type { GuardedCaller } from '../../private/guarded-caller';
import { ManagedSecret } from '../../secret/managed-secret';
import { REGIONS_WITHOUT_RDS_AUTHORITIES } from '../contract/authorities';
import { DatabaseEngine } from '../database-engine';
import type { DatabaseRotatorProps, IDatabaseRotator, RotationFunctionOptions } from '../database-rotator-props';
import { requireStrategyOfEngine, type RotationStrategy, RotationStrategyType } from '../rotation-strategy';
import type { BoundTarget } from '../rotation-target';

/** Secrets Manager invokes functions of its own account and region. */
export function requireSamePlace(path: string, env: ResourceEnvironment, rotator: IDatabaseRotator): void {
  const theirs = rotator.rotationFunction.env;
  const what = differenceBetween(env, theirs);
  if (what) {
    fail(path, `\`rotator\` must be of the secret's own ${what} ${env[what]}, got ${rotator.node.path} of ${theirs[what]}; `
    + 'create one there');
  }
}

/** The rotation function asks Secrets Manager of its own account and region for the superuser's secret. An imported one is where its ARN says. */
export function requireSuperuserHere(path: string, env: ResourceEnvironment, { _alternatingUsers }: RotationStrategy): void {
  if (!_alternatingUsers) return;
  const { superuserSecret: { env: theirs, node } } = _alternatingUsers;
  const what = differenceBetween(env, theirs);
  if (what) {
    fail(path, `\`superuserSecret\` must be of the rotated secret's own ${what} ${env[what]}, `
    + `got ${node.path} of ${theirs[what]}; give one of a superuser there`);
  }
}

/** In what two places are known to differ; an account or a region that is a token may be any. */
function differenceBetween(one: ResourceEnvironment, other: ResourceEnvironment): 'account' | 'region' | undefined {
  return (['account', 'region'] as const).find(what => Token.compareStrings(one[what], other[what]) === TokenComparison.DIFFERENT);
}

/** The function must reach the database, or the first rotation would end in a time-out. */
export function requireNetwork(path: string, vpc: ec2.IVpc | undefined, target: BoundTarget): void {
  const groups = target.connections?.securityGroups.length ?? 0;
  if (vpc === undefined && groups > 0) {
    fail(path, '`vpc` must be given, because the database stands behind security groups, which are opened to the rotation function; '
      + 'for a database that is reached over the internet use RotationTarget.fromEndpoint without `connections`');
  }
  if (vpc !== undefined && groups === 0) {
    fail(path, '`connections` of the database must have its security groups, which are opened to the rotation function in the VPC; '
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
export function callerWith({ vpc, endpoint }: RotationFunctionOptions, role?: iam.IRole): GuardedCaller {
  return { principalArn: likelyArnOf(role), way: vpc && !endpoint ? undefined : { vpcEndpointId: endpoint?._existing?.vpcEndpointId } };
}

/** The guard rails of the secret, and those of the superuser's: the function reads both. */
export function guardRailsOf(namespace: ISecretNamespace, { _alternatingUsers }: RotationStrategy): GuardRail[] {
  const superuser = _alternatingUsers?.superuserSecret;
  return [...new Set([...namespace.guardRails, ...superuser instanceof ManagedSecret ? superuser.namespace.guardRails : []])];
}

/** The function trusts no server of Amazon RDS whose authority it does not know. */
export function requireTrust(path: string, region: string, target: BoundTarget, { certificateAuthorities }: RotationFunctionOptions): void {
  if (certificateAuthorities !== undefined || target.attachment === undefined || !REGIONS_WITHOUT_RDS_AUTHORITIES.includes(region)) return;
  fail(path, `\`certificateAuthorities\` must be given in ${region}, `
    + 'whose authorities of Amazon RDS the rotation functions do not know yet; '
    + 'read one from the bundle that AWS publishes for the region, and pass its text');
}

/** Fails on what no rotation function can be made of. */
export function requireRotatorProps(path: string, props: DatabaseRotatorProps): void {
  const { engine, strategy = RotationStrategyType.SINGLE_USER, passwordPolicy = engine?.passwordPolicy } = props;
  if (engine === undefined) fail(path, '`engine` must be given, such as DatabaseEngine.POSTGRESQL');
  if (engine._rotated === undefined) {
    fail(path, `\`engine\` must be ${DatabaseEngine._titles()}, got ${engine.name}; `
      + 'for a rotation function of your own use DatabaseRotator.fromFunction');
  }
  if (!Object.values(RotationStrategyType).includes(strategy)) {
    fail(path, `\`strategy\` must be one of RotationStrategyType, got ${JSON.stringify(strategy)}`);
  }
  requireStrategyOfEngine(path, strategy, engine);
  requireRotatable(path, passwordPolicy, engine._rotated);
  requireFunctionOptions(path, props);
}
