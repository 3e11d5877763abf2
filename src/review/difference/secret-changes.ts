import type { Pair } from './matching';
import { resourceKey } from './matching';
import type { SecretChange } from './review-difference';
import type { ContentEntry, GuardRailEntry, ReviewDocument, SecretEntry } from '../document/review-document';
import { secretInWords } from '../document/words';

type Change = Omit<SecretChange, 'secret' | 'place'>;

/** What becomes of secrets, their values, keys, rotation, replicas and guard rails. */
export function secretChanges(before: ReviewDocument, after: ReviewDocument, pairs: Pair[]): SecretChange[] {
  return pairs.flatMap(pair => {
    const subject = pair.after ?? pair.before!;
    return changesOf(before, after, pair).map(change => ({ ...change, secret: secretInWords(subject), place: subject.place }));
  });
}

function changesOf(before: ReviewDocument, after: ReviewDocument, pair: Pair): Change[] {
  if (pair.before === undefined) return [added(pair.after!)];
  if (pair.after === undefined) return [removed(pair.before)];
  const both = { before: pair.before, after: pair.after };
  return [
    ...becameAnother(before, after, both),
    ...value(both), ...key(before, after, both), ...rotation(both), ...guardRails(both), ...deletion(both),
  ];
}

interface Both {
  readonly before: SecretEntry;
  readonly after: SecretEntry;
}

function added(secret: SecretEntry): Change {
  return secret.replicaOf === undefined
    ? { change: 'added', words: isEmpty(secret) ? `is created without a value: ${READS_FAIL}` : 'is created' }
    : { change: 'replica-added', words: `is replicated to ${secret.region}` };
}

function isEmpty({ content: { kind } }: SecretEntry): boolean {
  return kind === 'empty';
}

const READS_FAIL = 'reads fail until somebody puts a value';

function removed(secret: SecretEntry): Change {
  if (secret.replicaOf !== undefined) {
    return { change: 'replica-removed', kind: 'replica-lost', words: `loses its replica in ${secret.region}: reads in that region fail` };
  }
  return isKept(secret)
    ? { change: 'removed', words: 'leaves the templates; secret and value are kept in the account' }
    : { change: 'removed', kind: 'value-lost', words: 'is deleted with its value, without a recovery window' };
}

/** CloudFormation deletes a secret by force, unless its deletion policy keeps it. */
function isKept({ deletionPolicy }: SecretEntry): boolean {
  return deletionPolicy.startsWith('Retain');
}

function becameAnother(before: ReviewDocument, after: ReviewDocument, both: Both): Change[] {
  if (both.after.replicaOf !== undefined) return [];
  const fate = isKept(both.before) ? 'the older one is kept in the account' : 'the older one is deleted with its value';
  if (resourceKey(before, both.before) !== resourceKey(after, both.after)) {
    return [{
      change: 'moved',
      kind: 'value-lost',
      words: `moves from ${both.before.place.path} to ${both.after.place.path}: CloudFormation creates it again${isEmpty(both.after) ? ', without a value,' : ''}`
        + ` before it deletes the older one; where both have one name the deployment fails, else ${fate}${isEmpty(both.after) ? `, and ${READS_FAIL}` : ''}`,
    }];
  }
  return both.before.name === both.after.name ? [] : [{
    change: 'replaced',
    kind: 'value-lost',
    words: isEmpty(both.after)
      ? `was ${both.before.name}: a new secret without a value takes its place, and ${fate}; ${READS_FAIL}`
      : `was ${both.before.name}: a new secret with a new value takes its place, and ${fate}`,
  }];
}

function value({ before, after }: Both): Change[] {
  if (isSameContent(before.content, after.content) || after.replicaOf !== undefined || before.name !== after.name) return [];
  switch (after.content.kind) {
    // UpdateSecret without a value makes no new version: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
    case 'empty': return [{ change: 'value-no-longer-set', words: 'has no value in the template any more: the one in use stays, and a secret that is created anew is empty' }];
    case 'generated':
      return [{ change: 'generated-again', kind: 'value-lost', words: 'gets a newly generated value: the deployment overwrites the one in use' }];
    default:
      return [{ change: 'value-set', kind: 'value-lost', words: `gets the value of the template (${after.content.kind}): the deployment overwrites the one in use` }];
  }
}

/** `GenerateSecretString: {}` has as little in its recipe as a template without a value. */
function isSameContent(before: ContentEntry, after: ContentEntry): boolean {
  return before.kind === after.kind && before.recipe === after.recipe;
}

function key(before: ReviewDocument, after: ReviewDocument, both: Both): Change[] {
  const [was, is] = [keyName(before, both.before), keyName(after, both.after)];
  return was === is ? [] : [{ change: 'key-exchanged', kind: 'key-exchanged', words: `is encrypted under ${is} instead of ${was}` }];
}

function keyName({ keys }: ReviewDocument, { key: id, kmsKeyId }: SecretEntry): string {
  const known = keys.find(each => each.id === id);
  return known?.awsManaged ? 'the AWS managed key' : known?.place?.path ?? kmsKeyId ?? 'the AWS managed key';
}

function rotation({ before, after }: Both): Change[] {
  if (before.rotation === undefined && after.rotation === undefined) return [];
  if (before.rotation === undefined) return [{ change: 'rotation-added', words: `is rotated: ${when(after)}` }];
  if (after.rotation === undefined) {
    return after.replicaOf !== undefined ? [] : [{ change: 'rotation-removed', kind: 'rotation-lost', words: 'is no longer rotated' }];
  }
  const changed = when(before) !== when(after) || before.rotation.rotator.name !== after.rotation.rotator.name;
  return changed ? [{ change: 'rotation-changed', words: `is rotated ${by(after)} (before: ${by(before)})` }] : [];
}

function when({ rotation: { schedule = 'without a schedule', windowHours } = {} as NonNullable<SecretEntry['rotation']> }: SecretEntry): string {
  return schedule + (windowHours === undefined ? '' : `, within ${windowHours} hours`);
}

function by(secret: SecretEntry): string {
  return `${when(secret)} by ${secret.rotation!.rotator.name}`;
}

function guardRails({ before, after }: Both): Change[] {
  const gone = without(before.guardRails, after.guardRails);
  const come = without(after.guardRails, before.guardRails);
  const unblocked = before.blockPublicPolicy && !after.blockPublicPolicy;
  return [
    ...gone.map((words): Change => ({ change: 'guard-rail-removed', kind: 'guard-rail-lost', words: `loses a guard rail: ${words}` })),
    ...come.map((words): Change => ({ change: 'guard-rail-added', words: `gets a guard rail: ${words}` })),
    ...unblocked ? [{
      change: 'public-policy-no-longer-blocked' as const,
      kind: 'guard-rail-lost' as const,
      words: 'gets a resource policy that Secrets Manager does not check for public access (BlockPublicPolicy)',
    }] : [],
  ];
}

/** Guard rails are the same when they say the same: ids may change. */
function without(some: GuardRailEntry[], others: GuardRailEntry[]): string[] {
  const said = others.map(({ words }) => words);
  return some.map(({ words }) => words).filter(words => !said.includes(words));
}

function deletion({ before, after }: Both): Change[] {
  if (before.deletionPolicy === after.deletionPolicy || after.replicaOf !== undefined) return [];
  const loses = isKept(before) && !isKept(after);
  return [{
    change: 'deletion-policy-changed',
    ...loses && { kind: 'guard-rail-lost' as const },
    words: `has the deletion policy ${after.deletionPolicy} instead of ${before.deletionPolicy}`
      + (loses ? ': who removes it from the templates deletes its value' : ''),
  }];
}
