import { assertions, Duration, Stack } from 'aws-cdk-lib';
import { apiKey, database, payments } from './follow';
import { DatabaseEngine, DatabaseRotator, ManagedSecret, RandomToken, ReplicaRegion, RotatedDatabaseSecretProps, RotatedSecret, RotationSchedule, RotationStrategy, SecretEncryption } from '../../src';
import { checkFreshness } from '../../src/consumers/private/freshness';
import { ManagedSecretsError } from '../../src/private/errors';

const reader = (staleFor?: Duration) => ({ words: 'this function keeps a value for a while', staleFor, prop: 'timeToLive', remedy: 'choose a shorter time' });

function checked(staleFor: Duration | undefined, props: Partial<RotatedDatabaseSecretProps> = {}): string[] {
  const stack = payments();
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.MYSQL, strategy: props.strategy ?? RotationStrategy.dualPassword() });
  checkFreshness(stack, 'Reader', [database(stack, { rotator, ...props })], reader(staleFor));
  return warningsOf(stack);
}

function warningsOf(stack: Stack): string[] {
  return assertions.Annotations.fromStack(stack).findWarning('/payments', assertions.Match.anyValue()).map(({ entry }) => String(entry.data))
    .filter(each => /olderValue/.test(each));
}

test('a single user: the older value dies at once, however soon it is read again', () => {
  const [warning] = checked(Duration.seconds(1), { strategy: RotationStrategy.singleUser() });
  expect(warning).toContain('is refused as soon as it is rotated, and this function keeps a value for a while');
  expect(warning).toContain('[ack: cdk-managed-secrets:olderValueDiesAtOnce]');
});

test('nor does it live on where a superuser sets the password', () => {
  const stack = payments();
  const strategy = RotationStrategy.superuserSets({ superuserSecret: apiKey(stack, 'Superuser', 'superuser') });
  checkFreshness(stack, 'Reader', [database(stack, { strategy })], reader(Duration.seconds(1)));
  expect(warningsOf(stack)).toEqual([expect.stringContaining('is refused as soon as it is rotated')]);
});

test('within the overlap nothing is said', () => {
  expect(checked(Duration.hours(3))).toEqual([]);
});

test('a rotation early in a window that follows one late in its window is warned of', () => {
  const [warning] = checked(Duration.minutes(181));
  expect(warning).toContain('is accepted for 3 hours at least');
});

test('longer than the time between two rotations is an error', () => {
  expect(() => checked(Duration.hours(4))).toThrow(ManagedSecretsError);
  expect(() => checked(Duration.hours(4))).toThrow(/`timeToLive` must be shorter than the time between two rotations of payments\/Db, which is 4 hours, got 4 hours; .*choose a shorter time \[at Reader\]/);
});

test('a value that is kept for ever is warned of', () => {
  expect(checked(undefined)[0]).toContain('is accepted until the next rotation, and this function keeps');
});

test('a replica is rotated as its primary is', () => {
  const stack = payments();
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.MYSQL, strategy: RotationStrategy.singleUser() });
  const primary = database(stack, { rotator, strategy: RotationStrategy.singleUser(), schedule: RotationSchedule.spread(), replicas: [ReplicaRegion.of('eu-central-1', SecretEncryption.awsManagedKey())], encryption: SecretEncryption.awsManagedKey() });
  checkFreshness(stack, 'Reader', [primary.replica('eu-central-1')], reader(Duration.minutes(5)));
  expect(warningsOf(stack)).toHaveLength(1);
});

test('a credential of which two are valid is as a user with two passwords', () => {
  const stack = payments();
  const token = new RotatedSecret(stack, 'Token', { purpose: 'token', kind: RandomToken.of(), schedule: RotationSchedule.every(Duration.hours(4)) });
  checkFreshness(stack, 'Reader', [token], reader(Duration.hours(3)));
  expect(warningsOf(stack)).toEqual([]);
  expect(() => checkFreshness(stack, 'Reader', [token], reader(Duration.hours(5)))).toThrow(/the time between two rotations of payments\/Token/);
});

test('of a secret that is imported or not rotated nothing is known', () => {
  const stack = payments();
  const imported = ManagedSecret.fromName(stack, 'Imported', 'legacy', SecretEncryption.awsManagedKey());
  checkFreshness(stack, 'Reader', [imported, new ManagedSecret(stack, 'Key', { purpose: 'key' })], reader());
  expect(warningsOf(stack)).toEqual([]);
});
