import { type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { BoundKind } from './bound-kind';
import { requireKindOptions, requireReadsHere, requireWayTo } from './kind-fit';
import type { RotationRequest } from './rotation-request';
import { callerWith, guardRailsOf, requireSamePlace } from './rotator-fit';
import { SecretRotation } from './secret-rotation';
import { callerOf, requireAllowedByGuardRails } from '../../access/private/guarded-rotation';
import { SecretNamespace } from '../../namespace/secret-namespace';
import { fail, pathOf } from '../../private/errors';
import { requireContent } from '../../secret/private/settings';
import type { SecretContent } from '../../secret/secret-content';
import { requireKind } from '../credential-kind';
import type { CredentialNeeds, CredentialRotatorProps, ICredentialRotator } from '../credential-rotator-props';
import type { RotatedSecretProps } from '../rotated-secret-props';
import { requireSchedule, RotationSchedule } from '../rotation-schedule';

/** The props, checked and completed, before anything is created. */
export interface RotatedSecretPlan {
  readonly schedule: RotationSchedule;
  readonly rotateImmediately: boolean;
  readonly kind: BoundKind;
  readonly content: SecretContent;
  readonly removalPolicy: RemovalPolicy;
  /** Given; or else `ownRotator` is to be made, unless a function of the user's own rotates. */
  readonly rotator?: ICredentialRotator;
  readonly ownRotator: CredentialRotatorProps;
}

const ONCE_A_MONTH = RotationSchedule.spread();

export function planOf(scope: Construct, id: string, props: RotatedSecretProps): RotatedSecretPlan {
  const path = pathOf(scope, id);
  const { rotator, schedule = ONCE_A_MONTH } = props;
  requireKind(path, props.kind);
  requireSchedule(path, schedule);
  if (rotator && rotator._requireKind === undefined) fail(path, '`rotator` must be a CredentialRotator');
  const kind = props.kind._bind(path);
  schedule._check(path);
  kind.requireSchedule?.(path, new SecretRotation(kind.overlap, schedule._rules(path, path)));
  const namespace = SecretNamespace._find(scope, path, props.namespace);
  const removalPolicy = props.removalPolicy ?? namespace.removalPolicy;
  const needs = { env: Stack.of(scope), guardRails: guardRailsOf(namespace, kind.reads ?? []), kind };
  requireReadsHere(path, kind, needs.env);
  const ownRotator = { kind: props.kind, vpc: props.vpc, _logRemovalPolicy: removalPolicy };
  if (rotator) requireFit(path, props, needs);
  else requireOwnRotator(path, ownRotator, needs);
  return {
    kind,
    schedule,
    rotateImmediately: isRotatedFirst(path, kind, props),
    content: props.content === undefined ? kind.content : requireContent(path, props.content),
    removalPolicy,
    rotator,
    ownRotator,
  };
}

/** What the rotator gets of the secret itself. */
export function requestOf({ kind: { reads = [], server, statements }, rotator }: RotatedSecretPlan): Omit<RotationRequest, 'secret'> {
  return { scope: rotator ? 'namespace' : 'secret', reads, server, statements };
}

function requireFit(path: string, { vpc, rotator }: RotatedSecretProps, needs: CredentialNeeds): void {
  if (vpc) fail(path, `\`vpc\` must be given to \`rotator\` ${rotator!.node.path}, which runs the function; leave it out here`);
  if (typeof needs.kind.rotatedBy !== 'string') {
    fail(path, `\`rotator\` must be left out for ${needs.kind.title}, which ${needs.kind.rotatedBy.node.path} rotates`);
  }
  rotator!._requireKind(path, needs);
}

function requireOwnRotator(path: string, rotator: CredentialRotatorProps, { env, guardRails, kind }: CredentialNeeds): void {
  if (typeof kind.rotatedBy !== 'string') {
    const rotationFunction = kind.rotatedBy;
    requireSamePlace(path, env, { node: rotationFunction.node, rotationFunction }, 'rotationFunction');
    requireAllowedByGuardRails(path, guardRails, callerOf(rotationFunction));
    if (rotator.vpc) fail(path, `\`vpc\` must be left out, because ${kind.rotatedBy.node.path} rotates and is in its own place`);
    return;
  }
  requireKindOptions(path, kind, rotator, env);
  requireWayTo(path, kind, rotator.vpc);
  requireAllowedByGuardRails(path, guardRails, callerWith(rotator));
}

/** The readers of a new secret shall not find a placeholder for a month. */
function isRotatedFirst(path: string, { isPlaceholder, title }: BoundKind, { content, rotateImmediately }: RotatedSecretProps): boolean {
  const isFirstMade = isPlaceholder && content === undefined;
  if (isFirstMade && rotateImmediately === false) {
    fail(path, `\`rotateImmediately\` must not be false for ${title}, whose first value the first rotation makes; leave it out`);
  }
  return rotateImmediately ?? isFirstMade;
}
