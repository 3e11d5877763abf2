import { aws_iam as iam, Duration } from 'aws-cdk-lib';
import { CredentialKind as Kind, IamAccessKey, RandomToken, RotatedSecret, SigningAlgorithm, SigningKey } from 'cdk-managed-secrets';
import { FIXED, PREFIX, ROTATED, runbookApp, RunbookStand } from './runbook-stand';
import type { CredentialKind } from '../../lambda/rotation/engine/credential-kind';
import { kindHandler } from '../../lambda/rotation/engine/kind';
import { keyRing } from '../../lambda/rotation/kinds/keys/key-ring';
import { randomToken } from '../../lambda/rotation/kinds/keys/random-token';
import { isPlaceholder, PLACEHOLDER_FIELD } from '../../src/rotation/contract/placeholder';
import { ROTATION_TAGS } from '../../src/rotation/contract/tags';
import { decide, Secret, secretOf } from '../../tools/access';
import { endScripts } from '../../tools/automation';
import { holderOf } from '../../tools/secrets-manager/secret-record';
import { newPassword } from '../../tools/servers/new-password';
import { keysInMemory } from '../support/kinds/in-memory';

/** The runbooks, and secrets that functions of this package rotate, each as its template has it. */

jest.setTimeout(60_000);

const { app, stack, namespace } = runbookApp();
const KINDS: Record<string, Kind> = {
  token: RandomToken.of(),
  signing: SigningKey.of(SigningAlgorithm.ES256, { tokenLifetime: Duration.hours(1) }),
  key: IamAccessKey.of({ user: new iam.User(stack, 'User') }),
};
const NAMES = Object.keys(KINDS).map(purpose => `${PREFIX}${purpose}`);
const [TOKEN,, KEY] = NAMES;
for (const [purpose, kind] of Object.entries(KINDS)) new RotatedSecret(stack, `Rotated${purpose}`, { namespace, purpose, kind });

const stand = new RunbookStand(app);
afterAll(endScripts);

/** Access keys, by what the function believes of the secret: its tags. */
let keys: ReturnType<typeof keysInMemory>;
/** Sees each step before the function does, and may throw. */
let before: (event: Record<string, unknown>) => void;

beforeEach(() => {
  stand.reset();
  before = () => undefined;
  keys = keysInMemory({ isDedicated: true });
  const accessKey: CredentialKind<any> = {
    ...keys.kind, name: 'iamAccessKey', isDedicated: async ({ tags }) => tags[ROTATION_TAGS.DEDICATED] === 'true',
  };
  for (const name of NAMES) deploy(secretOf(stand.model, name), [randomToken, keyRing('signingKey'), accessKey]);
});

/** The secret with its tags, and its function with its environment. */
function deploy({ name, tags, rotationSchedules: [{ functionArn }] }: Secret, kinds: CredentialKind<any>[]): void {
  stand.fake.perform('CreateSecret', {
    Name: name,
    SecretString: name === TOKEN ? newPassword() : JSON.stringify({ [PLACEHOLDER_FIELD]: newPassword() }),
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  stand.fake.edit(name, secret => { secret.rotation = { enabled: true, functionArn: functionArn!, days: 30 }; });
  const { environment } = stand.model.functions.find(({ arn }) => arn === functionArn)!;
  const quiet = () => undefined;
  const handler = kindHandler(kinds, {
    secretsManager: stand.fake.client(),
    environment,
    sink: { info: quiet, warn: quiet, error: quiet },
    now: () => stand.fake.now(),
    sleep: async ms => stand.fake.advance(ms),
  });
  stand.fake.addFunction(functionArn!, async event => {
    before(event);
    await handler(event, { getRemainingTimeInMillis: () => 60_000 });
  });
}

const textOf = (name: string, stage: string) => holderOf(stand.fake.secret(name), stage)?.text;
const heal = (SecretName: string, parameters: object = {}) => stand.start('Healing', { SecretName, DryRun: false, ...parameters });

/** The first rotation, whose function fails at that step each time; answers the version that is left. */
async function stuckAt(name: string, failing: string): Promise<string> {
  before = ({ Step }) => { if (Step === failing) throw new Error('broken'); };
  stand.fake.perform('RotateSecret', { SecretId: name });
  await stand.fake.rotationOf(stand.fake.secret(name).arn);
  before = () => undefined;
  return holderOf(stand.fake.secret(name), 'AWSPENDING')!.id;
}

describe.each(NAMES)('RotationHealing finds %s', name => {
  test.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])('stuck in %s, and its function goes on with the same version', async step => {
    const version = await stuckAt(name, step);
    const pending = textOf(name, 'AWSPENDING');
    const { functionArn } = secretOf(stand.model, name).rotationSchedules[0];
    expect(await heal(name)).toMatchObject({ 'Heal.PendingVersionId': version, 'Heal.RotationFunction': functionArn });
    expect(holderOf(stand.fake.secret(name), 'AWSCURRENT')!.id).toBe(version);
    expect(isPlaceholder(textOf(name, 'AWSCURRENT')!)).toBe(false);
    if (pending !== undefined) expect(textOf(name, 'AWSCURRENT') === pending).toBe(true);
    expect(stand.log.map(({ action }) => action)).toEqual(['Retry', 'Retried']);
  });
});

test('RotationHealing makes no second access key where the first is stored already', async () => {
  await stuckAt(KEY, 'setSecret');
  await heal(KEY);
  expect([keys.count(), await keys.accepts(textOf(KEY, 'AWSCURRENT')!)]).toEqual([1, true]);
});

test('an access key whose version was abandoned is removed by a later rotation, because the tag says whose the user is', async () => {
  const version = await stuckAt(KEY, 'setSecret');
  await heal(KEY, { Action: 'Abandon', PendingVersionId: version });
  stand.fake.advance(24 * 3_600_000);
  for (let rotation = 0; rotation < 2; rotation++) {
    stand.fake.perform('RotateSecret', { SecretId: KEY });
    expect(await stand.fake.rotationOf(stand.fake.secret(KEY).arn)).toMatchObject({ succeeded: true });
    stand.fake.advance(24 * 3_600_000);
  }
  expect([keys.count(), await keys.accepts(textOf(KEY, 'AWSCURRENT')!)]).toEqual([2, true]);
});

test('EmergencyRotation rotates every kind with its own function, and calls none of them a secret to change by hand', async () => {
  const values = NAMES.map(name => textOf(name, 'AWSCURRENT'));
  const plan = await stand.start('Rotation', {});
  expect((plan['Plan.ToRotate'] as string[]).sort()).toEqual([...ROTATED, ...NAMES].sort());
  expect(plan['Plan.ChangeByHand']).toEqual([FIXED]);
  await stand.start('Rotation', { DryRun: false, WaveSize: 2 });
  NAMES.forEach((name, index) => expect(textOf(name, 'AWSCURRENT') === values[index]).toBe(false));
  expect(await keys.accepts(textOf(KEY, 'AWSCURRENT')!)).toBe(true);
});

test.each(['Healing', 'Rotation'] as const)('the role of %s may have Secrets Manager invoke the functions, and may not invoke them itself', async name => {
  for (const each of NAMES) {
    const resource = secretOf(stand.model, each).rotationSchedules[0].functionArn!;
    const decided = async (viaService: string) => decide(stand.model, {
      principal: stand.roleOf(name), action: 'lambda:InvokeFunction', resource, context: { 'aws:ViaAWSService': viaService },
    });
    expect(await Promise.all(['true', 'false'].map(decided))).toEqual(['Allowed', expect.not.stringMatching(/^Allowed$/)]);
  }
});
