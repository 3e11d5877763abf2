import type { aws_ec2 as ec2, ResourceEnvironment } from 'aws-cdk-lib';
import type { BoundKind } from './bound-kind';
import { passwordEnvironment, requireRotatable } from './password-environment';
import { requireFunctionOptions } from './rotation-function';
import { requireHere, requireLogGroup } from './rotator-fit';
import { fail } from '../../private/errors';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import type { RotationFunctionOptions } from '../rotation-function-options';

/** Fails on what no rotation function can be made of. */
export function requireKindOptions(
  path: string, kind: BoundKind, options: RotationFunctionOptions, env: ResourceEnvironment,
): void {
  if (typeof kind.rotatedBy !== 'string') {
    fail(path, `\`kind\` must be one that a function of this package rotates, got ${kind.title}, which ${kind.rotatedBy.node.path} does; `
      + 'give the kind to the RotatedSecret alone');
  }
  if (kind.passwordPolicy) requireRotatable(path, kind.passwordPolicy);
  if (options.logGroup) requireLogGroup(path, options.logGroup, env);
  requireFunctionOptions(path, options);
}

/** The secrets that the function reads are where it asks for them. */
export function requireReadsHere(path: string, { reads = [] }: BoundKind, env: ResourceEnvironment): void {
  reads.forEach(({ prop, secret }) => requireHere(path, env, prop, secret));
}

/** The function must reach what stands behind security groups. */
export function requireWayTo(path: string, { server, title }: BoundKind, vpc: ec2.IVpc | undefined): void {
  if (server === undefined || vpc !== undefined) return;
  fail(path, `\`vpc\` must be given for ${title}, whose server stands behind security groups, which are opened to the rotation function; `
    + 'give the VPC of the server, or a `rotator` that runs there');
}

/** What the function believes of all secrets that it rotates. */
export function environmentOf({ name, environment, passwordPolicy }: BoundKind): { [variable: string]: string } {
  return { [ROTATION_ENVIRONMENT.CREDENTIAL_KIND]: name, ...(passwordPolicy && passwordEnvironment(passwordPolicy)), ...environment };
}
