import { databaseHandler } from '../../../../lambda/rotation/engine/database-handler';
import { ROTATION_ENVIRONMENT } from '../../../../src/rotation/contract/environment';
import { RotationStrategyName } from '../../../../src/rotation/contract/strategies';
import { RotationFixture } from '../../../support/rotation/rotation-fixture';

const { ROTATION_STRATEGY, SUPERUSER_SECRET_ARN } = ROTATION_ENVIRONMENT;
const OTHER_ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:other-a1b2c3';
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

function withMasterarn(masterarn: unknown): RotationFixture {
  return new RotationFixture({ secret: { masterarn } });
}

/** A rotation by a function whose environment names this superuser: its secret has an ARN only after the fixture has made it. */
async function rotate(fixture: RotationFixture, superuserArn: string | undefined, strategy: RotationStrategyName = 'alternatingUsers'): Promise<void> {
  const log = () => undefined;
  const handler = databaseHandler([fixture.adapter], {
    secretsManager: fixture.secretsManager.client(),
    environment: { [ROTATION_STRATEGY]: strategy, [SUPERUSER_SECRET_ARN]: superuserArn },
    sink: { info: log, warn: log, error: log },
    sleep: async () => undefined,
  });
  fixture.begin();
  for (const Step of STEPS) {
    await handler({ Step, SecretId: fixture.secretArn, ClientRequestToken: fixture.token }, { getRemainingTimeInMillis: () => 30_000 });
  }
}

function superuserReads(fixture: RotationFixture): unknown[] {
  return fixture.secretsManager.calls.filter(({ operation, input }) => operation === 'GetSecretValue' && input.SecretId !== fixture.secretArn)
    .map(({ input }) => input.SecretId);
}

describe('SUPERUSER_SECRET_ARN', () => {
  test.each([['missing', undefined], ['null', null], ['empty', '']])('stands in for a `masterarn` that is %s', async (_, masterarn) => {
    const fixture = withMasterarn(masterarn);
    await rotate(fixture, fixture.superuserArn);
    await rotate(fixture, fixture.superuserArn);
    expect(superuserReads(fixture)).toEqual([fixture.superuserArn, fixture.superuserArn]);
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
    expect(fixture.stored('AWSCURRENT')!.username).toBe('app');
    expect(fixture.stored('AWSPREVIOUS')!.username).toBe('app_clone');
  });

  test('is not written into the secret', async () => {
    const fixture = withMasterarn(undefined);
    await rotate(fixture, fixture.superuserArn);
    expect(fixture.stored('AWSCURRENT')).not.toHaveProperty('masterarn');
    expect(fixture.textOf('AWSCURRENT')).not.toContain(fixture.superuserArn);
  });

  test('gives way to the secret\'s own `masterarn`', async () => {
    const fixture = new RotationFixture();
    await rotate(fixture, OTHER_ARN);
    expect(superuserReads(fixture)).toEqual([fixture.superuserArn]);
    expect(fixture.stored('AWSCURRENT')).toMatchObject({ username: 'app_clone', masterarn: fixture.superuserArn });
  });

  test.each<RotationStrategyName>(['singleUser', 'dualPassword'])('is not read by %s', async strategy => {
    const fixture = withMasterarn(undefined);
    await rotate(fixture, fixture.superuserArn, strategy);
    expect(superuserReads(fixture)).toEqual([]);
    expect(fixture.logsIn('AWSCURRENT')).toBe(true);
  });

  test.each([['is missing too', undefined], ['is empty', '']])('when it %s, the error names both, and nothing is changed', async (_, superuserArn) => {
    const fixture = withMasterarn(undefined);
    await expect(rotate(fixture, superuserArn)).rejects.toMatchObject({
      name: 'RotationError',
      kind: 'configuration',
      message: expect.stringMatching(/createSecret failed: `masterarn` is missing in the secret, and `SUPERUSER_SECRET_ARN` in the environment of the function; give the ARN/),
    });
    expect(fixture.textOf('AWSPENDING')).toBeUndefined();
    expect(fixture.database.attempts).toEqual([]);
  });

  test('must be the ARN of a secret', async () => {
    const fixture = withMasterarn(undefined);
    await expect(rotate(fixture, 'superuser')).rejects.toMatchObject({
      kind: 'configuration', message: expect.stringMatching(/must be the ARN of a secret; give that of the superuser secret/),
    });
    expect(fixture.database.attempts).toEqual([]);
  });
});

test('a superuser secret that Amazon RDS manages has an ARN with an exclamation mark', async () => {
  const managed = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!cluster-3f8a1c2e-a1b2c3';
  const fixture = withMasterarn(managed);
  await expect(rotate(fixture, undefined)).rejects.toThrow(/superuser/);
  expect(superuserReads(fixture)).toEqual([managed]);
});
