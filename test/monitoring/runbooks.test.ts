import { FIXED, FUNCTION, LogLine, Name, PREFIX, ROTATED, RunbookStand, STRANGE } from './runbook-stand';
import { endScripts } from '../../tools/automation';
import { FAILURES } from '../../tools/secrets-manager/service-failure';

/** The documents of the runbooks as they are deployed, run step by step against a fake of Secrets Manager, with a failure at each. */

jest.setTimeout(60_000);

const stand = new RunbookStand();
beforeEach(() => stand.reset());
afterAll(endScripts);

const actions = () => stand.log.map(({ action }) => action);
const stagesOf = (name: string) => stand.fake.perform('DescribeSecret', { SecretId: name }).VersionIdsToStages as Record<string, string[]>;
const pendingOf = (name: string) => Object.entries(stagesOf(name)).find(([, stages]) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'))?.[0];
/** What a service answers to the call of that number of an operation. */
const failOn = (operation: string, number: number, error: () => Error) => {
  let count = 0;
  stand.hook = called => { if (called === operation && ++count === number) throw error(); };
};

describe('SecretRestoration', () => {
  const restore = (SecretName: string, DryRun = false) => stand.start('Restoration', { SecretName, DryRun });
  const isDeleted = (name: string) => stand.fake.secret(name).deleted !== undefined;

  beforeEach(() => { stand.fake.perform('DeleteSecret', { SecretId: ROTATED[0] }); });

  test('restores a secret, and says what it did', async () => {
    expect(await restore(ROTATED[0])).toEqual({ 'Restore.SecretArn': stand.fake.secret(ROTATED[0]).arn, 'Restore.RotationEnabled': true });
    expect(isDeleted(ROTATED[0])).toBe(false);
    expect(actions()).toEqual(['Restore', 'Restored']);
  });

  test('changes nothing in a dry run, which is the default', async () => {
    await stand.start('Restoration', { SecretName: ROTATED[0] });
    expect([isDeleted(ROTATED[0]), actions(), stand.changes()]).toEqual([true, ['WouldRestore'], []]);
  });

  test.each([
    ['that is not going to be deleted', () => restore(FIXED), `${FIXED} is not going to be deleted, so that there is nothing to restore; nothing was changed`],
    ['outside of the prefix', () => restore(STRANGE), 'the parameter SecretName must match ^prod\\/pay\\/'],
    ['that is not there', () => restore(`${PREFIX}none`), 'can\'t find the specified secret'],
  ])('fails on a secret %s', async (_, started, message) => {
    await expect(started()).rejects.toThrow(message);
    expect(stand.changes()).toEqual([]);
  });

  test.each([
    ['the look', 'DescribeSecret', 1, true, []],
    ['the record before', 'PutLogEvents', 1, true, []],
    ['the restoration', 'RestoreSecret', 1, true, ['Restore']],
    ['the second look', 'DescribeSecret', 2, false, ['Restore']],
    ['the record after', 'PutLogEvents', 2, false, ['Restore']],
  ])('a failure of %s ends the run, and the log says how far it came', async (_, operation, number, deleted, log) => {
    failOn(operation, number, FAILURES.unavailable);
    await expect(restore(ROTATED[0])).rejects.toThrow('step Restore failed: ClientError: An error occurred (InternalServiceError)');
    expect([isDeleted(ROTATED[0]), actions()]).toEqual([deleted, log]);
  });
});

describe('RotationHealing', () => {
  const heal = (parameters: object, DryRun = false) => stand.start('Healing', { SecretName: ROTATED[0], DryRun, ...parameters });

  /** A rotation that failed at that step, five times. */
  async function stuckAt(failing: string) {
    const works = stand.rotate;
    stand.rotate = async event => { if (event.Step === failing) throw new Error('broken'); await works(event); };
    stand.fake.perform('RotateSecret', { SecretId: ROTATED[0] });
    await stand.fake.rotationOf(stand.fake.secret(ROTATED[0]).arn);
    stand.rotate = works;
    return pendingOf(ROTATED[0])!;
  }

  test.each(['createSecret', 'setSecret', 'finishSecret'])('retries a rotation that failed in %s, with the same version', async step => {
    const version = await stuckAt(step);
    expect(await heal({})).toEqual({ 'Heal.SecretArn': stand.fake.secret(ROTATED[0]).arn, 'Heal.PendingVersionId': version, 'Heal.RotationFunction': FUNCTION });
    expect(stagesOf(ROTATED[0])[version]).toContain('AWSCURRENT');
    expect([actions(), stand.changes()]).toEqual([['Retry', 'Retried'], [`RotateSecret ${ROTATED[0]}`]]);
  });

  test('says that a retry did not help, and leaves the version as it was', async () => {
    const version = await stuckAt('setSecret');
    stand.rotate = async () => { throw new Error('still broken'); };
    await expect(heal({})).rejects.toThrow(`${ROTATED[0]} is still stuck after 540 seconds, with AWSPENDING where it was; read the log of ${FUNCTION}`);
    expect(pendingOf(ROTATED[0])).toBe(version);
    expect(actions()).toEqual(['Retry', 'RetryFailed']);
  });

  test('takes AWSPENDING from a version that nothing has, when its id confirms it; the log has how to undo it', async () => {
    const version = await stuckAt('createSecret');
    await heal({ Action: 'Abandon', PendingVersionId: version });
    expect(pendingOf(ROTATED[0])).toBeUndefined();
    expect(stand.log).toEqual([expect.objectContaining({ action: 'Abandon', PendingVersionId: version }), expect.objectContaining({ action: 'Abandoned' })]);
    expect(stand.log[1].undo).toBe(`aws secretsmanager update-secret-version-stage --secret-id ${stand.fake.secret(ROTATED[0]).arn} --version-stage AWSPENDING --move-to-version-id ${version}`);
    stand.fake.perform('UpdateSecretVersionStage', { SecretId: ROTATED[0], VersionStage: 'AWSPENDING', MoveToVersionId: version });
    expect(pendingOf(ROTATED[0])).toBe(version);
  });

  test.each([['no version', ''], ['another version', '0a1b2c3d-0000-4000-8000-000000000000']])('abandons nothing when confirmed by %s', async (_, PendingVersionId) => {
    const version = await stuckAt('setSecret');
    await expect(heal({ Action: 'Abandon', PendingVersionId })).rejects.toThrow(`confirm that nothing has its value yet by PendingVersionId=${version}. Nothing was changed`);
    expect([pendingOf(ROTATED[0]), stand.changes()]).toEqual([version, []]);
  });

  test.each<[string, object, string]>([['retry', {}, 'WouldRetry'], ['abandon', { Action: 'Abandon' }, 'WouldAbandon']])('changes nothing in a dry run: %s', async (_, parameters, action) => {
    const version = await stuckAt('setSecret');
    await heal({ PendingVersionId: version, ...parameters }, true);
    expect([actions(), stand.changes(), pendingOf(ROTATED[0])]).toEqual([[action], [], version]);
  });

  test.each<[string, () => void, string]>([
    ['that is not stuck', () => {}, 'has no rotation that is left over'],
    ['that is going to be deleted', () => stand.fake.perform('DeleteSecret', { SecretId: ROTATED[0] }), 'is going to be deleted; restore it first. Nothing was changed'],
  ])('fails on a secret %s', async (_, prepare, message) => {
    prepare();
    await expect(heal({})).rejects.toThrow(message);
    expect(stand.changes()).toEqual([]);
  });

  test('does not turn rotation on that was turned off', async () => {
    const version = await stuckAt('setSecret');
    stand.fake.perform('CancelRotateSecret', { SecretId: ROTATED[0] });
    await expect(heal({})).rejects.toThrow(`rotation of ${ROTATED[0]} is turned off, and to retry would turn it on; deploy its schedule first. Nothing was changed`);
    expect([pendingOf(ROTATED[0]), stand.changes()]).toEqual([version, []]);
  });

  test.each<[string, string, number, object, string[]]>([
    ['the look', 'DescribeSecret', 1, {}, []],
    ['the record', 'PutLogEvents', 1, {}, []],
    ['the rotation', 'RotateSecret', 1, {}, ['Retry']],
    ['the wait', 'DescribeSecret', 2, {}, ['Retry']],
    ['the label', 'UpdateSecretVersionStage', 1, { Action: 'Abandon' }, ['Abandon']],
    ['the look after', 'DescribeSecret', 2, { Action: 'Abandon' }, ['Abandon']],
  ])('a failure of %s ends the run, and the log says how far it came', async (_, operation, number, parameters, log) => {
    const PendingVersionId = await stuckAt('createSecret');
    failOn(operation, number, FAILURES.throttled);
    await expect(heal({ PendingVersionId, ...parameters })).rejects.toThrow('ThrottlingException');
    expect(actions()).toEqual(log);
  });
});

describe('EmergencyRotation', () => {
  const rotate = (parameters: object = {}, DryRun = false) => stand.start('Rotation', { DryRun, ...parameters });
  const isRotated = (name: string) => stand.fake.secret(name).lastRotated !== undefined;

  test('rotates every secret in waves, and names those that must be changed by hand', async () => {
    const outputs = await rotate({ WaveSize: 2 });
    expect(ROTATED.map(isRotated)).toEqual([true, true, true]);
    expect(outputs).toMatchObject({ 'Plan.ToRotate': ROTATED, 'Plan.ChangeByHand': [FIXED], 'RotateWave.Remaining': false });
    expect(stand.changes()).toEqual(ROTATED.map(name => `RotateSecret ${name}`));
    expect(actions()).toEqual(['Plan', 'Rotate', 'Rotate', 'Rotated', 'Rotated', 'Rotate', 'Rotated', 'AllRotated']);
  });

  test('waits for a wave before the next one begins', async () => {
    const running: string[] = [];
    let most = 0;
    const works = stand.rotate;
    stand.rotate = async event => {
      if (event.Step === 'createSecret') most = Math.max(most, running.push(String(event.SecretId)));
      await new Promise(resolve => setTimeout(resolve, 10));
      await works(event);
      if (event.Step === 'finishSecret') running.splice(running.indexOf(String(event.SecretId)), 1);
    };
    await rotate({ WaveSize: 1 });
    expect(most).toBe(1);
  });

  test('stops at the first failure; started again, it leaves alone what is rotated', async () => {
    const works = stand.rotate;
    const failing = stand.fake.secret(ROTATED[1]).arn;
    stand.rotate = async event => { if (event.SecretId === failing) throw new Error('broken'); await works(event); };
    const message: string = await rotate({ WaveSize: 1 }).then(() => '', error => error.message);
    expect(message).toMatch(/prod\/pay\/b did not finish within 540 seconds; begun in this wave: \['prod\/pay\/b'\]; 1 were not begun, and none is begun any more/);
    expect(ROTATED.map(isRotated)).toEqual([true, false, false]);
    expect(actions()).toEqual(['Plan', 'Rotate', 'Rotated', 'Rotate', 'NotRotated']);

    stand.rotate = works;
    const [, Since] = /Since=(\S+),/.exec(message)!;
    const before = stand.changes().length;
    await rotate({ Since });
    expect(ROTATED.map(isRotated)).toEqual([true, true, true]);
    expect(stand.changes().slice(before)).toEqual(ROTATED.slice(1).map(name => `RotateSecret ${name}`));
  });

  test('stops when a rotation cannot be begun', async () => {
    failOn('RotateSecret', 2, FAILURES.cannotInvoke);
    await expect(rotate()).rejects.toThrow(/prod\/pay\/b could not be begun \(AccessDeniedException\); begun in this wave: \['prod\/pay\/a'\]; 2 were not begun/);
    expect(stand.changes()).toEqual([`RotateSecret ${ROTATED[0]}`]);
    expect(actions()).toEqual(['Plan', 'Rotate', 'Rotate', 'NotBegun']);
  });

  test('changes nothing in a dry run, which is the default', async () => {
    expect(await stand.start('Rotation', {})).toMatchObject({ 'Plan.ToRotate': ROTATED, 'Plan.ChangeByHand': [FIXED] });
    expect([stand.changes(), actions()]).toEqual([[], ['Plan']]);
  });

  test('leaves out what is going to be deleted', async () => {
    stand.fake.perform('DeleteSecret', { SecretId: ROTATED[2] });
    expect(await rotate()).toMatchObject({ 'Plan.ToRotate': ROTATED.slice(0, 2) });
  });

  test.each<[string, object, string]>([
    ['a wave of none', { WaveSize: 0 }, 'WaveSize must be from 1 to 50, got 0; nothing was rotated'],
    ['a wave of too many', { WaveSize: 51 }, 'WaveSize must be from 1 to 50, got 51; nothing was rotated'],
    ['a time to come', { Since: '2999-01-01T00:00:00+00:00' }, 'Since must be a time that is past'],
    ['no time', { Since: 'yesterday' }, 'the parameter Since must match'],
  ])('refuses %s', async (_, parameters, message) => {
    await expect(rotate(parameters)).rejects.toThrow(message);
    expect(stand.changes()).toEqual([]);
  });

  test.each<[string, string, number]>([['the first list', 'ListSecrets', 1], ['the list of a wave', 'ListSecrets', 2], ['the record before', 'PutLogEvents', 2]])(
    'a failure of %s rotates nothing', async (_, operation, number) => {
      failOn(operation, number, FAILURES.throttled);
      await expect(rotate()).rejects.toThrow('ThrottlingException');
      expect(stand.changes()).toEqual([]);
    });

  test('a failure of the wait or of the last look is a failure of the run', async () => {
    failOn('DescribeSecret', 1, FAILURES.unavailable);
    await expect(rotate()).rejects.toThrow('step RotateWave failed');
    stand.reset();
    failOn('ListSecrets', 3, FAILURES.unavailable);
    await expect(rotate()).rejects.toThrow('step Confirm failed');
    expect(actions()).not.toContain('AllRotated');
  });

  test('says that some are left when there were more than a hundred waves', async () => {
    const more = Array.from({ length: 100 }, (_, index) => `${PREFIX}z${index}`);
    const document = stand.document('Rotation');
    const loop = document.mainSteps.find(({ action }) => action === 'aws:loop')!;
    expect([loop.inputs.MaxIterations, more.length]).toEqual([100, 100]);
    loop.inputs.MaxIterations = 2;
    await expect(rotate({ WaveSize: 1 })).rejects.toThrow(/1 secrets are left to be rotated; start again with Since=/);
    loop.inputs.MaxIterations = 100;
    expect(ROTATED.map(isRotated)).toEqual([true, true, false]);
  });
});

describe('EmergencyRevocation', () => {
  const PrincipalArn = 'arn:aws:iam::111122223333:role/service/leaked';
  const revoke = (parameters: object = {}, DryRun = false) => stand.start('Revocation', { PrincipalArn, DryRun, ...parameters });
  const undo = () => revoke({ Action: 'Undo' });
  const OURS = [...ROTATED, FIXED];
  const DENY = {
    Sid: expect.stringMatching(/^EmergencyRevocation[0-9a-f]{12}$/),
    Effect: 'Deny',
    Principal: '*',
    Action: 'secretsmanager:*',
    Resource: '*',
    Condition: { ArnEquals: { 'aws:PrincipalArn': PrincipalArn } },
  };
  const KEPT = { Sid: 'DenyPrincipals', Effect: 'Deny', Principal: { AWS: '*' }, Action: 'secretsmanager:*', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/staging-*' } } };
  const put = (name: string, ...Statement: object[]) => stand.fake.perform('PutResourcePolicy', { SecretId: name, ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement }) });
  const statementsOf = (name: string) => stand.policyOf(name)?.Statement;

  beforeEach(() => { put(ROTATED[0], KEPT); });

  test('denies the principal on every secret of the namespace, keeps every other statement, and undoes it', async () => {
    expect(await revoke()).toMatchObject({ 'Plan.ToChange': OURS, 'Plan.AlreadyDone': 0 });
    expect(OURS.map(statementsOf)).toEqual([[KEPT, DENY], [DENY], [DENY], [DENY]]);
    expect(statementsOf(STRANGE)).toBeUndefined();
    await undo();
    expect(OURS.map(statementsOf)).toEqual([[KEPT], undefined, undefined, undefined]);
  });

  test('the log has each policy as it was, before it is changed', async () => {
    await revoke();
    const ofFirst: LogLine[] = stand.log.filter(({ secret }) => secret === stand.fake.secret(ROTATED[0]).arn);
    expect(ofFirst).toEqual([
      { action: 'Revoke', secret: expect.any(String), principal: PrincipalArn, before: { Version: '2012-10-17', Statement: [KEPT] } },
      { action: 'RevokeDone', secret: expect.any(String), principal: PrincipalArn },
    ]);
    expect(actions()).toEqual(['Plan', ...OURS.flatMap(() => ['Revoke', 'RevokeDone']), 'AllDone']);
  });

  test('started again, it changes nothing', async () => {
    await revoke();
    const before = stand.changes().length;
    expect(await revoke()).toMatchObject({ 'Plan.ToChange': [], 'Plan.AlreadyDone': 4 });
    expect(stand.changes()).toHaveLength(before);
  });

  test('two principals are denied beside each other, and undone one by one', async () => {
    await revoke();
    await revoke({ PrincipalArn: 'arn:aws:iam::111122223333:user/mary' });
    expect(statementsOf(FIXED)).toHaveLength(2);
    await undo();
    expect(statementsOf(FIXED).map((each: any) => each.Condition.ArnEquals['aws:PrincipalArn'])).toEqual(['arn:aws:iam::111122223333:user/mary']);
  });

  test('changes nothing in a dry run, which is the default', async () => {
    expect(await stand.start('Revocation', { PrincipalArn })).toMatchObject({ 'Plan.ToChange': OURS });
    expect([stand.changes(), actions()]).toEqual([[], ['Plan']]);
  });

  test('changes no policy when one of them would be too long', async () => {
    put(FIXED, { ...KEPT, Action: `secretsmanager:${'x'.repeat(20_400 - JSON.stringify({ Version: '2012-10-17', Statement: [KEPT] }).length)}` });
    await expect(revoke()).rejects.toThrow(/the policy of prod\/pay\/fixed would have 20[67]\d\d characters, and 20480 are allowed; shorten it. Nothing was changed/);
    expect(stand.changes()).toEqual([]);
  });

  test('changes nothing where somebody has changed the statement', async () => {
    await revoke();
    put(FIXED, { ...statementsOf(FIXED)[0], Effect: 'Deny', Action: 'secretsmanager:GetSecretValue' });
    const before = stand.changes().length;
    await expect(undo()).rejects.toThrow(/prod\/pay\/fixed has another statement with the Sid EmergencyRevocation\w+; rename or remove it. Nothing was changed/);
    expect(stand.changes()).toHaveLength(before);
  });

  test('keeps a policy whose one statement is no list', async () => {
    stand.fake.perform('PutResourcePolicy', { SecretId: FIXED, ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Id: 'own', Statement: KEPT }) });
    await revoke();
    expect(stand.policyOf(FIXED)).toEqual({ Version: '2012-10-17', Id: 'own', Statement: [KEPT, DENY] });
  });

  test('does not deny the role with which it would be undone', async () => {
    await expect(revoke({ PrincipalArn: stand.roleOf('Revocation').arn })).rejects.toThrow('PrincipalArn is the role of this runbook, which could not undo it; nothing was changed');
    expect(stand.changes()).toEqual([]);
  });

  test.each([
    'arn:aws:sts::111122223333:assumed-role/leaked/session', 'arn:aws:iam::111122223333:root', 'arn:aws:iam::111122223333:role/*', '*', 'leaked',
    'arn:aws:iam::111122223333:role/leaked","Effect":"Allow',
  ])('takes no %s for a principal', async principal => {
    await expect(revoke({ PrincipalArn: principal })).rejects.toThrow('the parameter PrincipalArn must match');
    expect(stand.changes()).toEqual([]);
  });

  test.each<[string, string, number, number]>([
    ['the list', 'ListSecrets', 1, 0],
    ['a look at a policy before', 'GetResourcePolicy', 3, 0],
    ['the record before a change', 'PutLogEvents', 2, 0],
    ['a look in between', 'GetResourcePolicy', 6, 1],
    ['the third policy', 'PutResourcePolicy', 3, 2],
    ['the record after a change', 'PutLogEvents', 3, 1],
    ['the last look', 'GetResourcePolicy', 12, 4],
  ])('a failure of %s ends the run; started again, it goes on', async (_, operation, number, changed) => {
    failOn(operation, number, FAILURES.unavailable);
    await expect(revoke()).rejects.toThrow('InternalServiceError');
    expect(OURS.filter(name => statementsOf(name)?.some((each: any) => each.Sid !== 'DenyPrincipals'))).toHaveLength(changed);
    expect(actions()).not.toContain('AllDone');
    stand.hook = () => {};
    await revoke();
    expect(OURS.map(name => statementsOf(name).at(-1))).toEqual(OURS.map(() => DENY));
  });

  test('says which policies are done when one fails', async () => {
    failOn('PutResourcePolicy', 2, FAILURES.unavailable);
    await expect(revoke()).rejects.toThrow(/prod\/pay\/b: An error occurred .* The secrets before it are done, as the log .* says; start again to go on, or undo/);
    expect(stand.log.at(-1)).toMatchObject({ action: 'NotChanged', secret: stand.fake.secret(ROTATED[1]).arn });
  });
});

test.each<[Name, object]>([['Rotation', {}], ['Revocation', { PrincipalArn: 'arn:aws:iam::111122223333:role/leaked' }]])('%s leaves replicas to their primaries', async (name, parameters) => {
  const execute = stand.fake.execute.bind(stand.fake);
  stand.fake.execute = async (operation, input) => {
    const output: any = await execute(operation, input);
    if (operation === 'ListSecrets') output.SecretList.forEach((each: any) => { if (each.Name !== ROTATED[0]) each.PrimaryRegion = 'us-east-1'; });
    return output;
  };
  await stand.start(name, { DryRun: false, ...parameters });
  expect(stand.changes()).toEqual([expect.stringMatching(/ prod\/pay\/a$/)]);
});

test('a namespace of more secrets than a page holds is gone through to its end', async () => {
  for (let index = 0; index < 150; index++) stand.fake.perform('CreateSecret', { Name: `${PREFIX}z${index}`, SecretString: 'first' });
  const outputs = await stand.start('Revocation', { PrincipalArn: 'arn:aws:iam::111122223333:role/leaked' });
  expect(outputs['Plan.ToChange']).toHaveLength(51);
  expect((outputs['Plan.ToChange'] as string[]).at(-1)).toBe('and 104 more');
});
