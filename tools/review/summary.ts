import { field, Style } from './layout';
import { dollars } from '../../src/review/document/prices';
import type { ReplicaReview, Review, SecretReview, StageReview } from './review';
import type { Grantees, SecretAccess } from './secret-access';

/** The whole review in five lines, for whoever reads no further. */
export function summaryLines({ stages, missing }: Review, style: Style): string[] {
  const secrets = stages.flatMap(({ stacks }) => stacks).flatMap(stack => stack.secrets);
  return [
    ...field(2, 'Secrets', [secretsOf(stages)], style),
    ...field(2, 'Access', [accessOf(secrets), ...missing.length > 0 ? [`${count(missing.length, 'policy', 'policies')} of roles not known, see the end`] : []], style),
    ...field(2, 'Rotation', [`${secrets.filter(({ rotations }) => rotations.length > 0).length} of ${secrets.length} secrets are rotated`], style),
    ...field(2, 'Deletion', [deletionOf(secrets)], style),
    ...field(2, 'List price', [`${dollars(stages.reduce((sum, { price }) => sum + price.cents, 0))} a month for the secrets and their keys`], style),
  ];
}

export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

function secretsOf(stages: StageReview[]): string {
  const sum = (amount: 'secrets' | 'replicas' | 'customerManagedKeys') => stages.reduce((total, { price }) => total + price[amount], 0);
  const replicas = sum('replicas') > 0 ? ` and ${count(sum('replicas'), 'replica')}` : '';
  return `${count(sum('secrets'), 'secret')}${replicas}, under ${count(sum('customerManagedKeys'), 'customer managed key')}`;
}

/** Roles are counted once, however many secrets they may read or write. */
function accessOf(secrets: SecretReview[]): string {
  const all = secrets.flatMap((secret): (SecretReview | ReplicaReview)[] => [secret, ...secret.replicas]);
  const decided = all.flatMap(({ access }) => access ?? []);
  const roles = (of: (access: SecretAccess) => Grantees) => new Set(decided.flatMap(access => of(access).roles)).size;
  const direct = decided.some(({ secretsManagerOnly }) => !secretsManagerOnly);
  const notDecided = all.length > decided.length ? `; ${all.length - decided.length} not decided` : '';
  return `${count(roles(({ readers }) => readers), 'role')} may read, ${roles(({ writers }) => writers)} may write; `
    + `${direct ? 'some keys decrypt without' : 'keys decrypt through'} Secrets Manager${direct ? '' : ' only'}${notDecided}`;
}

function deletionOf(secrets: SecretReview[]): string {
  const deleted = secrets.filter(({ secret: { resource: { DeletionPolicy = 'Delete' } } }) => !DeletionPolicy.startsWith('Retain')).length;
  return deleted === 0 ? 'every secret is kept when its stack is deleted' : `${deleted} of ${secrets.length} secrets are deleted with their stack`;
}
