import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { FixtureOptions, RotationFixture } from '../../../support/rotation/rotation-fixture';

const strategy = 'superuserSets';

async function begun(options: FixtureOptions = {}): Promise<RotationFixture> {
  const fixture = new RotationFixture({ strategy, ...options }).begin();
  await fixture.step('createSecret');
  return fixture;
}

/** Nothing was set, and nobody got to see the password of the superuser. */
async function refusesToSet(fixture: RotationFixture, kind: string, says: RegExp): Promise<void> {
  const changes = fixture.database.changes;
  expect(await fixture.failure('setSecret')).toMatchObject({ kind, message: expect.stringMatching(says) });
  expect(fixture.logins()).not.toContain('root');
  expect(fixture.database.changes).toBe(changes);
}

test('the user logs in first, then the superuser sets its password; the user name stays', async () => {
  const fixture = new RotationFixture({ strategy, warm: true });
  await fixture.rotate();
  expect(fixture.logins()).toEqual(['app', 'root', 'app']);
  expect(fixture.stored('AWSCURRENT')!.username).toBe('app');
  expect([fixture.logsIn('AWSCURRENT'), fixture.logsIn('AWSPREVIOUS')]).toEqual([true, false]);
});

test('a password that is set already is found without the superuser', async () => {
  const fixture = await begun();
  await fixture.step('setSecret');
  const since = fixture.database.attempts.length;
  await fixture.step('setSecret');
  expect(fixture.outcomes().at(-1)).toBe('alreadySet');
  expect(fixture.logins(since)).toEqual(['app', 'app']);
});

test('AWSPREVIOUS of the same user will do, as after a restore of the database', async () => {
  const fixture = new RotationFixture({ strategy });
  await fixture.rotate();
  fixture.database.user('app').passwords = [fixture.stored('AWSPREVIOUS')!.password];
  await fixture.rotate();
  expect(fixture.logsIn('AWSCURRENT')).toBe(true);
});

test('a refused superuser ends in an error, and the retry goes on', async () => {
  const fixture = await begun();
  fixture.database.user('root').passwords = ['that of AWSPENDING'];
  expect((await fixture.failure('setSecret')).message).toMatch(/refuses the superuser; if its secret is being rotated, the retry/);
  fixture.database.user('root').passwords = [fixture.superuserPassword];
  await fixture.steps('setSecret', 'testSecret', 'finishSecret');
  expect(fixture.logsIn('AWSCURRENT')).toBe(true);
});

describe('whoever may write the secret', () => {
  test('does not get the password of a user changed that it does not know', async () => {
    const fixture = await begun({ secret: { username: 'victim' } });
    fixture.database.createUser('victim', 'not that of the secret');
    await refusesToSet(fixture, 'refused', /refuses AWSCURRENT, AWSPENDING; check/);
  });

  test('nor by a version of another user before it', async () => {
    const fixture = new RotationFixture({ strategy });
    await fixture.rotate();
    fixture.database.createUser('victim', 'unknown');
    const stored = { ...fixture.stored('AWSCURRENT'), username: 'victim' };
    fixture.secretsManager.perform('PutSecretValue', { SecretId: fixture.secretArn, SecretString: JSON.stringify(stored) });
    fixture.begin();
    await fixture.step('createSecret');
    const since = fixture.database.attempts.length;
    expect((await fixture.failure('setSecret')).kind).toBe('refused');
    expect(fixture.logins(since)).toEqual(['victim', 'victim']);
    expect(fixture.database.logsIn('victim', 'unknown')).toBe(true);
  });

  test.each(['root', 'ROOT'])('does not have the password of the superuser %s rotated, whose secret would then be wrong', async (username) => {
    const fixture = await begun({ secret: { username } });
    fixture.database.createUser(username, fixture.password, true);
    const changes = fixture.database.changes;
    expect((await fixture.failure('setSecret')).message).toMatch(/is the superuser, or takes turns with it; rotate another user/);
    expect(fixture.database.changes).toBe(changes);
  });

  test('does not make the secret its own superuser', async () => {
    const fixture = new RotationFixture({ strategy });
    const stored = { ...fixture.stored('AWSCURRENT'), masterarn: fixture.secretArn };
    fixture.secretsManager.perform('PutSecretValue', { SecretId: fixture.secretArn, SecretString: JSON.stringify(stored) });
    fixture.begin();
    await fixture.step('createSecret');
    await refusesToSet(fixture, 'configuration', /is the superuser, or takes turns with it/);
  });

  test('does not choose another superuser of another server', async () => {
    await refusesToSet(await begun({ superuserSecret: { host: 'other.example.com' } }), 'configuration', /another host or port than the rotated secret/);
  });

  test('does not put a superuser of another region there', async () => {
    const masterarn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:root-AbCdEf';
    const fixture = new RotationFixture({ strategy, secret: { masterarn } }).begin();
    expect((await fixture.failure('createSecret')).message).toMatch(/names a secret of another region/);
  });
});

test('a database that fails with the login of the user is no reason to ask the superuser', async () => {
  const fixture = await begun();
  fixture.database.broken = new RotationError('network', 'the database does not answer; check');
  await refusesToSet(fixture, 'network', /does not answer/);
});
