import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { REMEDIES } from '../../../../lambda/rotation/engine/remedies';
import { FAILURES } from '../../../../tools/secrets-manager/service-failure';
import { begun, rotateByService } from '../../../support/rotation/rotation-by-service';
import { RotationFixture } from '../../../support/rotation/rotation-fixture';

// F1 to F20 are faults seen in production. The others are in faults-of-secrets-manager.test.ts; ../adapters has those of real servers.

/** Fails without another login, and without a change. */
async function stopsAtOnce(kind: keyof typeof REMEDIES): Promise<RotationFixture> {
  const fixture = await begun({}, 'createSecret');
  fixture.database.broken = new RotationError(kind, `the adapter says why; ${REMEDIES[kind]}`, 'CODE');
  const error = await fixture.failure('setSecret');
  expect([error.kind, error.code]).toEqual([kind, 'CODE']);
  expect(error.message).toMatch(new RegExp(`: setSecret failed: the adapter says why; ${REMEDIES[kind]}$`));
  expect(fixture.database.attempts).toHaveLength(1);
  expect(fixture.database.changes).toBe(0);
  fixture.database.broken = undefined;
  await fixture.steps('createSecret', 'setSecret', 'testSecret', 'finishSecret');
  expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  return fixture;
}

test('F1: a rotation that fails after setSecret goes on with the same password when it is tried again', async () => {
  const fixture = new RotationFixture();
  fixture.secretsManager.fail('UpdateSecretVersionStage', FAILURES.kmsDenied(), 1);
  expect(await rotateByService(fixture)).toEqual({ succeeded: true, attempts: 2 });
  expect(fixture.database.changes).toBe(1);
  expect(fixture.outcomes()).toEqual(['stored', 'set', 'tested', 'alreadyStored', 'alreadySet', 'tested', 'promoted']);
});

test('F6: two that create at once agree on the value that was stored first', async () => {
  const fixture = await begun();
  await Promise.all([fixture.step('createSecret'), fixture.step('createSecret'), fixture.step('createSecret')]);
  expect(fixture.outcomes().sort()).toEqual(['alreadyStored', 'alreadyStored', 'stored']);
  await fixture.steps('setSecret', 'testSecret', 'finishSecret');
  expect(fixture.logsIn('AWSCURRENT')).toBe(true);
});

test('F6: two that finish at once both succeed', async () => {
  const fixture = await begun({}, 'createSecret', 'setSecret', 'testSecret');
  await Promise.all([fixture.step('finishSecret'), fixture.step('finishSecret')]);
  expect(fixture.outcomes().slice(3).sort()).toEqual(['alreadyCurrent', 'promoted']);
});

test('F7: a password that was changed by hand to an unknown one ends in one clear error and no change', async () => {
  const fixture = await begun({}, 'createSecret');
  fixture.database.user('app').passwords = ['by hand'];
  const error = await fixture.failure('setSecret');
  expect(error.kind).toBe('refused');
  expect(error.message).toMatch(/refuses AWSCURRENT, AWSPENDING; check that the user exists, may log in with a password and has not expired\. If the password was changed by hand, store it/);
  expect(fixture.database.changes).toBe(0);
  fixture.database.user('app').passwords = [fixture.password];
  await fixture.steps('setSecret', 'testSecret', 'finishSecret');
});

test('F7: a secret that was edited during the rotation keeps AWSCURRENT and AWSPREVIOUS in order', async () => {
  const fixture = await begun({}, 'createSecret', 'setSecret', 'testSecret');
  const edited = JSON.stringify({ ...fixture.stored('AWSCURRENT'), note: 'edited' });
  fixture.secretsManager.perform('PutSecretValue', { SecretId: fixture.secretArn, SecretString: edited });
  await fixture.step('finishSecret');
  expect([fixture.versionOf('AWSCURRENT'), fixture.textOf('AWSPREVIOUS')]).toEqual([fixture.token, edited]);
});

test('F8: a database that cannot be reached stops the step at the first credentials', async () => {
  const fixture = await stopsAtOnce('network');
  expect(fixture.lines.some(line => line.includes(REMEDIES.network))).toBe(true);
});

test('F8: the time of an attempt comes out of what Lambda leaves, and the end is explained before it comes', async () => {
  const fixture = await begun({}, 'createSecret');
  await fixture.failure('setSecret', { remainingMs: () => 600 });
  expect(fixture.lines.at(-1)).toMatch(/the time of the function is over before .*raise its timeout/);
  for (const remaining of [3_000, 30_000, 900_000]) {
    const since = fixture.database.attempts.length;
    await fixture.step('setSecret', { remainingMs: () => remaining });
    for (const { options } of fixture.database.attempts.slice(since)) expect(options.timeoutMs).toBe(Math.min(10_000, (remaining - 500) / 2));
  }
});

test('F9: a certificate that does not verify stops the step; there is no other mode to try', async () => {
  await stopsAtOnce('tls');
});

test('F10: characters that the engine or its clients cannot take never occur', async () => {
  const fixture = new RotationFixture({ adapter: { refusedCharacters: '$%' }, environment: { EXCLUDE_CHARACTERS: '&#', PASSWORD_LENGTH: '128' } });
  for (let rotation = 0; rotation < 20; rotation++) {
    await fixture.rotate();
    expect(fixture.stored('AWSCURRENT')!.password).not.toMatch(/[$%&#]/);
  }
});

test('F14: a step whose time is over changes nothing any more, also when Lambda thaws it later', async () => {
  const fixture = await begun({}, 'createSecret');
  let answer: () => void = () => undefined;
  const { connect } = fixture.adapter;
  fixture.adapter.connect = async (...args) => {
    const session = await connect.apply(fixture.adapter, args);
    if (session) await new Promise<void>(resolve => answer = resolve);
    return session;
  };
  const error = await fixture.failure('setSecret', { remainingMs: () => 750 });
  expect(error.message).toMatch(/the time of the function is over while logging in to the database as AWSCURRENT/);
  answer();
  await new Promise(resolve => setImmediate(resolve));
  expect(fixture.database.changes).toBe(0);
  fixture.adapter.connect = connect;
  await fixture.steps('setSecret', 'testSecret', 'finishSecret');
});

test('F15: a locked user is not tried again in the step', async () => {
  await stopsAtOnce('locked');
});

test('F15: a whole rotation of a single user is never refused: one refusal may lock the user', async () => {
  const fixture = new RotationFixture({ warm: true });
  await fixture.rotate();
  const { password } = fixture.stored('AWSCURRENT')!;
  expect(fixture.database.attempts.map(({ login }) => login.password === password)).toEqual([false, true]);
});

test('F16: a superuser whose secret is being rotated is refused, and the retry succeeds', async () => {
  const fixture = await begun({ strategy: 'alternatingUsers' }, 'createSecret');
  fixture.database.user('root').passwords = ['that of AWSPENDING'];
  const error = await fixture.failure('setSecret');
  expect(error.message).toMatch(/refuses the superuser; if its secret is being rotated, the retry/);
  fixture.database.user('root').passwords = [fixture.superuserPassword];
  await fixture.steps('setSecret', 'testSecret', 'finishSecret');
});

test('F17: an endpoint that takes no writes is not a matter of credentials', async () => {
  await stopsAtOnce('readOnly');
});

test('F18: a password that is not valid everywhere yet is not made current; the retry finds it', async () => {
  const fixture = await begun({}, 'createSecret', 'setSecret');
  const { passwords } = fixture.database.user('app');
  fixture.database.user('app').passwords = ['of a replica that lags'];
  const before = fixture.versionOf('AWSCURRENT');
  expect(await fixture.failure('testSecret')).toMatchObject({ kind: 'refused' });
  expect(fixture.versionOf('AWSCURRENT')).toBe(before);
  fixture.database.user('app').passwords = passwords;
  await fixture.steps('createSecret', 'setSecret', 'testSecret', 'finishSecret');
});
