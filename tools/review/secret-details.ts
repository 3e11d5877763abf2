import { dollars } from '../../src/review/document/prices';
import { centsOf, ReplicaReview, SecretReview } from './review';
import { rotationLines } from './rotation-lines';
import type { Grantees, Undecided } from './secret-access';
import { listOf, pathOf, Role, Secret, Statement } from '../access';

/** One thing to say about a secret. */
export interface Detail {
  readonly label: string;
  readonly values: readonly string[];
  /** Whether each value can be said of several secrets at once while others are said of one: as statements, which all hold. */
  readonly separable?: boolean;
}

/** All there is to say about a secret, in the order in which a reader asks. */
export function detailsOf({ secret, access, replicas, rotations }: SecretReview): Detail[] {
  const undecided = [`not decided: the key ${secret.kmsKeyId} is in none of these templates`];
  return [
    { label: 'key', values: [keyLine(secret), ...access === undefined ? [] : [direct(access.secretsManagerOnly)]] },
    { label: 'may read', values: access === undefined ? undecided : grantees(access.readers, secret) },
    { label: 'may write', values: access === undefined ? undecided : grantees(access.writers, secret) },
    { label: 'provided that', values: Object.entries(access?.caller ?? {}).map(([key, value]) => `${key} is ${value}`) },
    { label: 'resource policy', values: policyLines(secret), separable: true },
    { label: 'removal policy', values: [secret.resource.DeletionPolicy ?? 'Delete'] },
    { label: 'rotation', values: rotationLines(rotations) },
    { label: 'replicas', values: replicas.flatMap(replicaLines) },
    { label: 'list price', values: [`${dollars(centsOf(secret))} a month`] },
  ];
}

function direct(secretsManagerOnly: boolean): string {
  return secretsManagerOnly
    ? 'decrypts through Secrets Manager only, for administrators too'
    : 'an administrator of the account can decrypt with it without Secrets Manager';
}

/** Where the replica is, under which key, and who may read it there. */
function replicaLines({ secret, access }: ReplicaReview): string[] {
  const readers = access === undefined ? 'not decided, because its key is in none of these templates' : grantees(access.readers, secret).join(', ');
  return [`${secret.region}, key ${keyLine(secret)}`, `${secret.region}, may read: ${readers}`];
}

function keyLine({ key, kmsKeyId }: Secret): string {
  if (key === undefined) return `${kmsKeyId}, in none of these templates`;
  if (key.awsManaged) return 'aws/secretsmanager, AWS managed, rotated yearly by AWS';
  const { Type, Properties: { EnableKeyRotation, RotationPeriodInDays } = {} } = key.placed!.resource;
  const period = RotationPeriodInDays === undefined ? 'rotated yearly' : `rotated every ${RotationPeriodInDays} days`;
  const rotated = Type === 'AWS::KMS::ReplicaKey' ? 'rotated with its primary' : EnableKeyRotation !== true ? 'never rotated' : period;
  return `${key.aliases.join(', ') || pathOf(key.placed!)}, customer managed, ${rotated}`;
}

function grantees({ roles, undecided }: Grantees, secret: Secret): string[] {
  if (roles.length + undecided.length === 0) return ['no role of these templates'];
  return [...roles.map(role => pathFor(role, secret)).sort(), ...undecided.map(each => undecidedLine(each, secret)).sort()];
}

function pathFor({ path, account }: Role, secret: Secret): string {
  return account === secret.account ? path : `${path} (account ${account})`;
}

/** An unknown boundary can but take away; an unknown managed policy can allow and deny. */
function undecidedLine({ role, granted }: Undecided, secret: Secret): string {
  const deciding = role.unknownPolicies.filter(({ use }) => granted || use === 'managed policy');
  const names = deciding.map(({ use, arn }) => `the ${use} ${arn.split('/').at(-1)}`).join(' or ');
  return `not decided: ${pathFor(role, secret)} may, ${granted ? `unless ${names} denies it` : `if ${names} allows it`}`;
}

function policyLines({ resourcePolicy }: Secret): string[] {
  return resourcePolicy === undefined ? ['none'] : resourcePolicy.Statement.map(statementLine);
}

/** One statement in a sentence, such as `DenyOutsideOrganization: deny secretsmanager:* to * when …`. */
function statementLine({ Sid, Effect, Action, NotAction, Principal, NotPrincipal, Condition = {} }: Statement): string {
  const actions = Action === undefined ? `all but ${listOf(NotAction).join(', ')}` : listOf(Action).join(', ');
  const principals = Principal === undefined ? `all but ${principalNames(NotPrincipal)}` : principalNames(Principal);
  const conditions = Object.entries(Condition).flatMap(([operator, byKey]) =>
    Object.entries(byKey).map(([key, value]) => `${key} ${operator} ${listOf(value).join(' or ')}`));
  return `${Sid === undefined ? '' : `${Sid}: `}${Effect.toLowerCase()} ${actions} to ${principals}`
    + (conditions.length > 0 ? ` when ${conditions.join(' and ')}` : '');
}

function principalNames(principal: unknown): string {
  return (typeof principal === 'string' ? [principal] : Object.values(principal ?? {}).flat()).join(', ');
}
