import { FIXED, FUNCTION, Name, ROTATED, RunbookStand, STRANGE } from './runbook-stand';
import { Context, decide, Decision, readSecret, secretOf, writeSecret } from '../../tools/access';

/** What the role of each runbook may do, decided by an IAM simulator over the synthesized template. */

const { model, roleOf } = new RunbookStand();
const principal = (name: Name) => roleOf.call({ model } as RunbookStand, name);

const YES: Decision = 'Allowed';
const NO: Decision = 'ImplicitlyDenied';
const OURS = [ROTATED[0], FIXED];
const NAMES: Name[] = ['Restoration', 'Healing', 'Rotation', 'Revocation'];

async function decided(name: Name, action: string, secretName: string, context?: Context): Promise<Decision> {
  const resource = secretName === '*' ? '*' : secretOf(model, secretName).arn;
  return decide(model, { principal: principal(name), action: `secretsmanager:${action}`, resource, context });
}

const NOW = { 'secretsmanager:ModifyRotationRules': 'false' };
const LABEL = (label: string) => ({ 'secretsmanager:VersionStage': label });
const BLOCKED = (value: string) => ({ 'secretsmanager:BlockPublicPolicy': value });

/** The calls on a secret, with what Secrets Manager tells IAM of each, and which runbooks may do them. */
const CALLS: [string, Context | undefined, Name[]][] = [
  ['DescribeSecret', undefined, ['Restoration', 'Healing', 'Rotation']],
  ['RestoreSecret', undefined, ['Restoration']],
  ['RotateSecret', NOW, ['Healing', 'Rotation']],
  ['RotateSecret', { 'secretsmanager:ModifyRotationRules': 'true' }, []],
  ['RotateSecret', { ...NOW, 'secretsmanager:RotationLambdaARN': FUNCTION }, []],
  ['UpdateSecretVersionStage', LABEL('AWSPENDING'), ['Healing']],
  ['UpdateSecretVersionStage', LABEL('AWSCURRENT'), []],
  ['GetResourcePolicy', undefined, ['Revocation']],
  ['PutResourcePolicy', BLOCKED('true'), ['Revocation']],
  ['PutResourcePolicy', BLOCKED('false'), []],
  ['DeleteResourcePolicy', undefined, ['Revocation']],
  ...['GetSecretValue', 'PutSecretValue', 'UpdateSecret', 'DeleteSecret', 'CancelRotateSecret', 'TagResource', 'ReplicateSecretToRegions', 'StopReplicationToReplica']
    .map(each => [each, undefined, []] as [string, undefined, Name[]]),
];

const ROWS = CALLS.flatMap(([action, context, allowed]) => NAMES.map(name => ({
  title: `${name}: ${action} ${context ? JSON.stringify(context) : ''}`, name, action, context, isAllowed: allowed.includes(name),
})));

test.each(ROWS)('$title: $isAllowed', async ({ name, action, context, isAllowed }) => {
  for (const each of OURS) expect(await decided(name, action, each, context) === YES).toBe(isAllowed);
  expect(await decided(name, action, STRANGE, context)).toBe(NO);
});

test.each(NAMES)('%s reads no value, and stores none', async name => {
  for (const each of [...OURS, STRANGE]) {
    expect((await readSecret(model, principal(name), each)).decision).toBe(NO);
    expect((await writeSecret(model, principal(name), each)).decision).toBe(NO);
  }
});

test.each(NAMES)('%s uses no key, through Secrets Manager or without', async name => {
  for (const each of OURS) {
    const { key, arn } = secretOf(model, each);
    const context = { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com', 'kms:EncryptionContext:SecretARN': arn };
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:CreateGrant', 'kms:PutKeyPolicy']) {
      expect(await decide(model, { principal: principal(name), action, resource: key!.arn, ...(action === 'kms:PutKeyPolicy' ? {} : { context }) })).not.toBe(YES);
    }
  }
});

test.each(NAMES)('%s lists secrets only when it goes through all of them', async name => {
  expect(await decided(name, 'ListSecrets', '*')).toBe(['Rotation', 'Revocation'].includes(name) ? YES : NO);
  expect(await decided(name, 'BatchGetSecretValue', '*')).toBe(NO);
});

test('what starts a runbook does nothing else', () => {
  const operator = model.roles.find(({ path }) => path === 'Stack/Operator')!;
  const actions = operator.identityPolicies.flatMap(({ policy }) => policy.Statement).flatMap(({ Action }: any) => Action);
  expect([...new Set(actions)]).toEqual(['ssm:StartAutomationExecution', 'iam:PassRole']);
});
