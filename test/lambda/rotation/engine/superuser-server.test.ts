import { RotationFixture } from '../../../support/rotation/rotation-fixture';

/** Who was let in by which authorities, in one rotation of alternating users. */
async function attemptsWith(superuserSecret: Record<string, unknown>): Promise<[string, boolean][]> {
  const fixture = new RotationFixture({ strategy: 'alternatingUsers', superuserSecret });
  await fixture.rotate();
  return fixture.database.attempts.map(({ login, options }) => [login.username, options.databaseAuthoritiesOnly ?? false]);
}

test('a superuser whose secret names no server, as those of Amazon RDS do, logs in by the authorities of databases alone: the rotated secret chose the server', async () => {
  const attempts = await attemptsWith({ host: undefined, port: undefined, engine: undefined });
  expect(attempts.filter(([username]) => username === 'root')).toEqual([['root', true]]);
  expect(attempts.filter(([username]) => username !== 'root').map(([, only]) => only)).not.toContain(true);
});

test('a superuser whose secret names the server logs in there by any authority', async () => {
  const attempts = await attemptsWith({});
  expect(attempts.filter(([username]) => username === 'root')).toEqual([['root', false]]);
});
