import type { SecretListEntry } from '@aws-sdk/client-secrets-manager';
import { ENVIRONMENT } from './environment';
import { findingsOf } from '../../../lambda/monitoring/watcher/findings';
import { stateOf } from '../../../lambda/monitoring/watcher/secret-state';
import { settingsIn } from '../../../lambda/monitoring/watcher/settings';
import { WATCHER_ENVIRONMENT } from '../../../src/monitoring/contract/environment';
import { FINDINGS } from '../../../src/monitoring/contract/metrics';
import { EXPIRES_TAG } from '../../../src/monitoring/contract/tags';
import { ROTATION_TAGS } from '../../../src/rotation/contract/tags';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ago = (ms: number) => new Date(NOW - ms);

const HEALTHY = { Name: 'prod/payments/key', ARN: 'arn', CreatedDate: ago(400 * DAY), LastChangedDate: ago(DAY * 2), LastAccessedDate: ago(12 * HOUR) };
const ROTATED = { RotationEnabled: true, RotationLambdaARN: 'function', RotationRules: { AutomaticallyAfterDays: 30 }, NextRotationDate: ago(-DAY) };

const found = (secret: object) => findingsOf(stateOf({ ...HEALTHY, ...secret } as SecretListEntry), settingsIn(ENVIRONMENT), NOW);
const kinds = (secret: object) => found(secret).map(({ finding }) => finding);

test('a secret that is read, and one that is rotated in time, are nothing to tell', () => {
  expect(kinds({})).toEqual([]);
  expect(kinds(ROTATED)).toEqual([]);
});

test('all at once, for a secret of which nothing is as it should be', () => {
  const worst = {
    ...ROTATED,
    NextRotationDate: ago(DAY),
    LastAccessedDate: undefined,
    SecretVersionsToStages: { one: ['AWSPENDING'] },
    ReplicationStatus: [{ Region: 'eu-central-1', Status: 'Failed' }],
    Tags: [{ Key: EXPIRES_TAG, Value: '2026-06-16' }],
  };
  const all = Object.values(FINDINGS).filter(each => ![FINDINGS.ROTATIONS_TURNED_OFF, FINDINGS.SECRETS_UNUSED].includes(each as never));
  expect(kinds(worst).sort()).toEqual([...all].sort());
});

describe('overdue', () => {
  test.each([
    ['at the end of the window', 0, false], ['at the end of the grace, to the millisecond', 4 * HOUR, false],
    ['a millisecond later', 4 * HOUR + 1, true], ['a year later', 365 * DAY, true],
  ])('%s', (_, late, isOverdue) => {
    expect(kinds({ ...ROTATED, NextRotationDate: ago(late) })).toEqual(isOverdue ? [FINDINGS.SECRETS_OVERDUE] : []);
  });

  test('says since when', () => {
    expect(found({ ...ROTATED, NextRotationDate: ago(DAY) })).toEqual([{ finding: FINDINGS.SECRETS_OVERDUE, since: ago(DAY) }]);
  });
});

describe('turned off', () => {
  test.each<[string, object]>([
    ['with the function that rotated it', { RotationEnabled: false, RotationLambdaARN: 'function' }],
    ['with the rules of a managed rotation', { RotationEnabled: false, RotationRules: { ScheduleExpression: 'rate(4 hours)' } }],
    ['when the service leaves out that it is off', { RotationLambdaARN: 'function' }],
    ['when it was to be rotated from the beginning, and nothing rotates it', { Tags: [{ Key: ROTATION_TAGS.DATABASE_HOST, Value: 'db' }] }],
  ])('%s', (_, secret) => {
    expect(kinds(secret)).toEqual([FINDINGS.ROTATIONS_TURNED_OFF]);
  });

  test('is not overdue besides, and one that never was rotated is not turned off', () => {
    expect(kinds({ ...ROTATED, RotationEnabled: false, NextRotationDate: ago(365 * DAY) })).toEqual([FINDINGS.ROTATIONS_TURNED_OFF]);
    expect(kinds({ RotationEnabled: false })).toEqual([]);
  });
});

describe('stuck', () => {
  const pending = (labels: string[], changed: Date | undefined) => kinds({ LastChangedDate: changed, VersionIdsToStages: { one: labels, two: ['AWSCURRENT'] } });

  test('with AWSPENDING on a version of its own, for longer than the grace', () => {
    expect(pending(['AWSPENDING'], ago(DAY))).toEqual([]);
    expect(pending(['AWSPENDING'], ago(DAY + 1))).toEqual([FINDINGS.ROTATIONS_STUCK]);
    expect(pending(['AWSPENDING'], undefined)).toEqual([FINDINGS.ROTATIONS_STUCK]);
  });

  test('not with AWSPENDING on the version that is current, where a rotation leaves it', () => {
    expect(kinds({ LastChangedDate: ago(9 * DAY), VersionIdsToStages: { one: ['AWSCURRENT', 'AWSPENDING'], two: ['AWSPREVIOUS'] } })).toEqual([]);
  });
});

describe('not in sync', () => {
  const replica = (Status: string, changed: Date) => found({ LastChangedDate: changed, ReplicationStatus: [{ Region: 'eu-central-1', Status }, { Region: 'us-east-1', Status: 'InSync' }] });

  test.each([
    ['Failed', 0, true], ['InProgress', 0, false], ['InProgress', HOUR, false], ['InProgress', HOUR + 1, true], ['InSync', 9 * DAY, false], ['Unheard', HOUR + 1, true],
  ])('%s, %i ms after the change: %s', (status, sinceChange, isTold) => {
    expect(replica(status, ago(sinceChange)).map(({ finding, replicas }) => [finding, replicas]))
      .toEqual(isTold ? [[FINDINGS.REPLICAS_NOT_IN_SYNC, `eu-central-1 ${status}`]] : []);
  });
});

describe('not read', () => {
  test('unused, from the day on', () => {
    expect(kinds({ LastAccessedDate: ago(90 * DAY - 1) })).toEqual([]);
    expect(kinds({ LastAccessedDate: ago(90 * DAY) })).toEqual([FINDINGS.SECRETS_UNUSED]);
  });

  test('a read in the region of a replica counts', () => {
    const there = { Region: 'eu-central-1', Status: 'InSync' };
    expect(kinds({ LastAccessedDate: undefined, ReplicationStatus: [{ ...there, LastAccessedDate: ago(DAY) }] })).toEqual([]);
    expect(kinds({ LastAccessedDate: ago(200 * DAY), ReplicationStatus: [{ ...there, LastAccessedDate: ago(DAY) }] })).toEqual([]);
  });

  test('never, since it was created', () => {
    expect(kinds({ LastAccessedDate: undefined, CreatedDate: ago(30 * DAY) })).toEqual([]);
    expect(kinds({ LastAccessedDate: undefined, CreatedDate: ago(30 * DAY + 1) })).toEqual([FINDINGS.SECRETS_NEVER_READ]);
    expect(kinds({ LastAccessedDate: undefined, CreatedDate: undefined })).toEqual([FINDINGS.SECRETS_NEVER_READ]);
  });

  test('costs 0.40 $ a month, and as much for each replica', () => {
    const old = { LastAccessedDate: ago(100 * DAY) };
    expect(found(old)[0].usdPerMonth).toBe(0.4);
    expect(found({ ...old, ReplicationStatus: ['a', 'b'].map(Region => ({ Region, Status: 'InSync' })) })[0].usdPerMonth).toBeCloseTo(1.2);
  });
});

describe('expiring', () => {
  const tagged = (Value: string) => found({ Tags: [{ Key: EXPIRES_TAG, Value }] });

  test.each([
    ['2026-07-15', true], ['2026-07-16', false], ['2026-07-15T12:00:00Z', true], ['2026-07-15T12:00:01Z', false], ['2026-07-15T14:00:00+02:00', true],
    ['2026-07-15T14:00:00+01:00', false], ['2020-01-01', true], ['9999-12-31', false], ['2028-02-29', false],
  ])('%s: %s', (text, isTold) => {
    expect(tagged(text).map(({ since }) => since)).toEqual(isTold ? [new Date(text)] : []);
  });

  test.each([
    ['', 'no text'], ['never', 'a word'], ['31.12.2026', 'the order of another land'], ['2027-02-30', 'a day that there is not'], ['2027-02-29', 'no leap year'], ['2026-13-01', 'a month that there is not'],
    ['2027-01-01T10:00', 'no zone'], ['2027-01-01T24:00:00Z', 'an hour that there is not'], ['+275760-09-13', 'the last day of JavaScript'], ['-000001-01-01', 'before year 0'], ['0', 'a number'],
    ['2027-01-01 ', 'a space'], ['2027-01-01\n{"_aws":{}}', 'a line after it'], ['२०२७-०१-०१', 'other digits'], ['9'.repeat(256), 'the longest'],
  ])('%j, %s, is told as if it expired, and not repeated', (text) => {
    const [finding, ...others] = tagged(text);
    expect(others).toEqual([]);
    expect(finding).toEqual({ finding: FINDINGS.SECRETS_EXPIRING, reason: `the tag ${EXPIRES_TAG} holds no date of ISO 8601` });
  });
});

describe('the environment', () => {
  test.each<[string, Record<string, string | undefined>]>([
    ['a threshold that is absent', { [WATCHER_ENVIRONMENT.UNUSED_DAYS]: undefined }], ['one that is negative', { [WATCHER_ENVIRONMENT.UNUSED_DAYS]: '-1' }],
    ['one with a unit', { [WATCHER_ENVIRONMENT.UNUSED_DAYS]: '90d' }], ['one in another base', { [WATCHER_ENVIRONMENT.UNUSED_DAYS]: '0x10' }],
    ['one that never comes', { [WATCHER_ENVIRONMENT.UNUSED_DAYS]: '9999999999' }],
    ['nothing to watch', { [WATCHER_ENVIRONMENT.NAME_PREFIX]: '' }], ['nothing to name it by', { [WATCHER_ENVIRONMENT.WATCHED]: undefined }],
  ])('%s is refused, with its name and what to do', (_, change) => {
    expect(() => settingsIn({ ...ENVIRONMENT, ...change })).toThrow(new RegExp(`\`${Object.keys(change)[0]}\`.* must .*; correct the environment of the function`));
  });
});
