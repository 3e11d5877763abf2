import { field, paragraph, Style } from './layout';
import { dollars, PRICING_PAGES } from './prices';
import { centsOf, Price, ReplicaReview, Review, SecretReview, StackReview, StageReview } from './review';
import { rotationLines } from './rotation-lines';
import { listOf, pathOf, Role, Secret, Statement } from '../access';
import type { Finding } from '../rules';

/** The review, as a person reads it. Names, policies and prices; no value of any secret. */
export function report(title: string, { stages, acknowledged }: Omit<Review, 'findings'>, style: Style): string[] {
  return [
    style.heading(`Review of ${title}`),
    ...stages.flatMap(stage => stageLines(stage, style)),
    ...acknowledged.flatMap(({ rule, resource, reason }) => ['', ...paragraph(0, `Acknowledged: ${rule} on ${resource}. ${reason}`)]),
    '',
    ...paragraph(0, 'Readers and writers are the roles in these templates, decided by simulation of'
      + ' IAM and KMS. Prices are list prices in us-east-1; a key\'s first two rotations each add its price again, and API calls are extra:'
      + ` ${PRICING_PAGES.join(' ')}`, style.label),
  ];
}

/** The findings, or that there are none. */
export function findingsReport(findings: Finding[], style: Style): string[] {
  if (findings.length === 0) return [style.good('No findings')];
  return [
    style.bad(`${findings.length} finding${findings.length === 1 ? '' : 's'}`),
    ...findings.flatMap(({ rule, resource, message }) => [
      '',
      ...paragraph(2, rule, style.bad),
      ...paragraph(4, resource, style.heading),
      ...paragraph(4, message),
    ]),
  ];
}

function stageLines({ stage, stacks, price }: StageReview, style: Style): string[] {
  const without = stacks.filter(({ secrets }) => secrets.length === 0).map(({ stack }) => stack.path);
  return [
    '',
    ...paragraph(0, stage === '' ? 'Outside of any stage' : `Stage ${stage}`, style.heading),
    ...stacks.filter(({ secrets }) => secrets.length > 0).flatMap(stack => stackLines(stack, style)),
    ...(without.length > 0 ? ['', ...paragraph(2, `Without secrets: ${without.join(', ')}`)] : []),
    '',
    ...paragraph(2, priceOfStage(price), style.heading),
  ];
}

function priceOfStage({ secrets, replicas, customerManagedKeys, cents }: Price): string {
  const counts = [count(secrets, 'secret'), ...(replicas > 0 ? [count(replicas, 'replica')] : []), count(customerManagedKeys, 'customer managed key')];
  return `List price: ${dollars(cents)} a month (${counts.join(', ')})`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function stackLines({ stack, secrets }: StackReview, style: Style): string[] {
  const standIns = stack.environmentAgnostic ? ' (environment-agnostic, shown with stand-ins)' : '';
  return [
    '',
    ...paragraph(2, `Stack ${stack.path}, account ${stack.account}, region ${stack.region}${standIns}`, style.heading),
    ...secrets.flatMap(secret => secretLines(secret, style)),
  ];
}

function secretLines({ secret, access, replicas, rotations }: SecretReview, style: Style): string[] {
  const undecided = `not decided: the key ${secret.kmsKeyId} is in none of these templates`;
  return [
    '',
    ...paragraph(4, secret.name, style.heading),
    ...field(6, 'key', [
      keyLine(secret),
      `usable through Secrets Manager only: ${access === undefined ? undecided : access.secretsManagerOnly ? 'yes' : 'no'}`,
    ], style),
    ...field(6, 'may read', access === undefined ? [undecided] : paths(access.readers, secret), style),
    ...field(6, 'may write', access === undefined ? [undecided] : paths(access.writers, secret), style),
    ...field(6, 'provided that', Object.entries(access?.caller ?? {}).map(([key, value]) => `${key} is ${value}`), style),
    ...field(6, 'resource policy', policyLines(secret), style),
    ...field(6, 'removal policy', [secret.resource.DeletionPolicy ?? 'Delete'], style),
    ...field(6, 'rotation', rotationLines(rotations), style),
    ...field(6, 'replicas', replicas.length === 0 ? ['none'] : replicas.flatMap(replicaLines), style),
    ...field(6, 'list price', [`${dollars(centsOf(secret))} a month`], style),
  ];
}

/** Where the replica is, under which key, and who may read it there. */
function replicaLines({ secret, access }: ReplicaReview): string[] {
  const readers = access === undefined ? 'not decided, because its key is in none of these templates' : paths(access.readers, secret).join(', ');
  return [`${secret.region}, key ${keyLine(secret)}`, `${secret.region}, may read: ${readers}`];
}

function keyLine({ key, kmsKeyId }: Secret): string {
  if (key === undefined) return `${kmsKeyId}, in none of these templates`;
  if (key.awsManaged) return 'aws/secretsmanager, AWS managed, rotated yearly by AWS';
  const { Type, Properties: { EnableKeyRotation, RotationPeriodInDays } = {} } = key.placed!.resource;
  const rotated = Type === 'AWS::KMS::ReplicaKey' ? 'rotated with its primary' : EnableKeyRotation !== true ? 'never rotated' : RotationPeriodInDays === undefined ? 'rotated yearly' : `rotated every ${RotationPeriodInDays} days`;
  return `${key.aliases.join(', ') || pathOf(key.placed!)}, customer managed, ${rotated}`;
}

function paths(roles: Role[], secret: Secret): string[] {
  if (roles.length === 0) return ['no role of these templates'];
  return roles.map(({ path, account }) => account === secret.account ? path : `${path} (account ${account})`).sort();
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
