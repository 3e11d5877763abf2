import { acknowledge, AcknowledgedFinding } from './acknowledgements';
import { CENTS_PER_CUSTOMER_MANAGED_KEY, CENTS_PER_SECRET } from '../../src/review/document/prices';
import { RotationReview, rotationOf } from './rotation';
import { rotationFindings } from './rotation-findings';
import { accessTo, SecretAccess } from './secret-access';
import { templateFindings } from './template-findings';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import { accessModel, AccessModel, everySecret, isAwsManagedKeyId, Key, Role, RoleOptions, Secret, UnknownPolicy } from '../access';
import type { Finding } from '../rules';

/** A secret, and who may use it; the access is absent where the key of the secret is in none of the templates. */
export interface SecretReview {
  readonly secret: Secret;
  readonly access?: SecretAccess;
  readonly replicas: ReplicaReview[];
  readonly rotations: RotationReview[];
}

/** The same of a replica, which has a key and readers of its own. */
export type ReplicaReview = Omit<SecretReview, 'replicas' | 'rotations'>;

export interface StackReview {
  readonly stack: ResolvedStack;
  readonly secrets: SecretReview[];
}

export interface Price {
  readonly secrets: number;
  readonly replicas: number;
  readonly customerManagedKeys: number;
  readonly cents: number;
  /** Customer managed keys of the templates that encrypt none of the secrets, and are not in `cents`. */
  readonly otherKeys: Key[];
}

/** A policy that is not in the templates, and the roles that have it. */
export interface MissingPolicy extends UnknownPolicy {
  readonly roles: Role[];
}

export interface StageReview {
  /** The construct path of the stage; empty for stacks outside of any stage. */
  readonly stage: string;
  readonly stacks: StackReview[];
  readonly price: Price;
}

export interface Review {
  readonly stages: StageReview[];
  readonly findings: Finding[];
  readonly acknowledged: AcknowledgedFinding[];
  readonly missing: MissingPolicy[];
}

/** Reviews all secrets of an app, decided by simulation over its resolved templates. */
export async function reviewOf(stacks: ResolvedStack[], options: RoleOptions = {}): Promise<Review> {
  const model = accessModel(stacks, options);
  const review = async (secret: Secret) => ({ secret, access: secret.key && await accessTo(model, secret) });
  const rotations = await Promise.all(model.rotationSchedules.map(schedule => rotationOf(model, stacks, schedule)));
  const secrets = await Promise.all(model.secrets.map(async secret => ({
    ...await review(secret),
    replicas: await Promise.all(secret.replicas.map(replica => review(replica.secret))),
    rotations: rotations.filter(({ schedule }) => secret.rotationSchedules.includes(schedule)),
  })));
  const access = secrets.flatMap(each => [each, ...each.replicas]).flatMap(each => each.access ?? []);
  return {
    stages: [...new Set(stacks.map(({ stage }) => stage))].map(stage => stageReview(stage, stacks, secrets, model)),
    missing: missingPolicies(model.roles),
    ...acknowledge([...templateFindings(stacks, model, access), ...rotationFindings(rotations)], stacks),
  };
}

function missingPolicies(roles: Role[]): MissingPolicy[] {
  const unknown = new Map(roles.flatMap(({ unknownPolicies }) => unknownPolicies).map(policy => [`${policy.use} ${policy.arn}`, policy]));
  return [...unknown.values()].map(({ arn, use }) => ({
    arn, use, roles: roles.filter(({ unknownPolicies }) => unknownPolicies.some(each => each.arn === arn && each.use === use)),
  }));
}

function stageReview(stage: string, stacks: ResolvedStack[], secrets: SecretReview[], model: AccessModel): StageReview {
  const used = everySecret(model).map(({ key }) => key);
  const others = model.keys.filter(key => !used.includes(key) && key.placed?.stack.stage === stage);
  const ofStage = secrets.filter(({ secret }) => secret.stack.stage === stage);
  return {
    stage,
    stacks: stacks.filter(stack => stack.stage === stage)
      .map(stack => ({ stack, secrets: ofStage.filter(({ secret }) => secret.stack === stack) })),
    price: priceOf(ofStage.map(({ secret }) => secret), others),
  };
}

/** What a secret and its replicas cost each month, without its key. */
export function centsOf({ replicas }: Secret): number {
  return (1 + replicas.length) * CENTS_PER_SECRET;
}

function priceOf(secrets: Secret[], otherKeys: Key[]): Price {
  const keys = new Set(secrets.flatMap(customerManagedKeysOf));
  return {
    secrets: secrets.length,
    replicas: secrets.reduce((sum, { replicas }) => sum + replicas.length, 0),
    customerManagedKeys: keys.size,
    cents: secrets.reduce((sum, secret) => sum + centsOf(secret), 0) + keys.size * CENTS_PER_CUSTOMER_MANAGED_KEY,
    otherKeys,
  };
}

/** The ARNs of the keys of a secret and its replicas; ids and aliases are told apart by region. */
function customerManagedKeysOf({ key, kmsKeyId, region, replicas }: Secret): string[] {
  return [{ region, kmsKeyId: key?.awsManaged ? undefined : key?.arn ?? kmsKeyId }, ...replicas]
    .filter(each => !isAwsManagedKeyId(each.kmsKeyId))
    .map(each => each.kmsKeyId!.startsWith('arn:') ? each.kmsKeyId! : `${each.region}:${each.kmsKeyId}`);
}
