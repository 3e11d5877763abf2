import { CfnParameter, Stack } from 'aws-cdk-lib';
import { apiKey, payments } from './follow';
import { DeployedName, ManagedSecret, SecretEncryption } from '../../src';
import { labelUpdatedPatterns, LabelUpdatedRules } from '../../src/consumers/private/label-updated-event';
import { ManagedSecretsError } from '../../src/private/errors';
import { matches, missingEventRuler } from '../../tools/event-ruler/event-ruler';
import EVENT from '../monitoring/fixtures/secret-label-updated.json';
import { deployed } from '../monitoring/template';
import { whenThere } from '../support/servers/at-hand';
import { ENV, OTHER_ACCOUNT, testStack } from '../support/test-app';

const KEY = SecretEncryption.awsManagedKey();
const ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:`;

/** As EventBridge gets it. */
function event(name: string, { suffix = 'a1b2c3', label = 'AWSCURRENT', ...other }: Record<string, string> = {}): object {
  return {
    ...EVENT, account: ENV.account, region: ENV.region, resources: [`${ARN}${name}-${suffix}`], detail: { ...EVENT.detail, name, labelUpdated: label }, ...other,
  };
}

const patternsIn = (stack: Stack, secrets: ManagedSecret[] | any[], known: Record<string, string> = {}) =>
  labelUpdatedPatterns('Reader', stack, secrets).map(({ detailType, ...each }) => deployed(stack.resolve({ ...each, 'detail-type': detailType }), known));

describe('the pattern', () => {
  test('has the exact names of several secrets', () => {
    const stack = payments();
    const imported = ManagedSecret.fromName(stack, 'Imported', 'legacy', KEY);
    expect(patternsIn(stack, [apiKey(stack), imported])).toEqual([{
      'source': ['aws.secretsmanager'],
      'detail-type': ['Secret Label Updated'],
      'account': [ENV.account],
      'detail': { name: ['prod/payments/api-key', 'legacy'], labelUpdated: ['AWSCURRENT'] },
    }]);
  });

  test('takes the ARN of a secret whose name is known at deployment only', () => {
    const stack = payments();
    const parameter = new CfnParameter(stack, 'Arn');
    const imported = ManagedSecret.fromArn(stack, 'Imported', parameter.valueAsString, KEY);
    const generated = new ManagedSecret(stack, 'Generated', { deployedName: DeployedName.generated() });
    const [names, arns] = patternsIn(stack, [apiKey(stack), imported, generated], { Arn: `${ARN}legacy-x1y2z3` });
    expect(names.detail.name).toEqual(['prod/payments/api-key']);
    expect(arns).toMatchObject({ resources: [`${ARN}legacy-x1y2z3`, expect.stringMatching(/^Generated/)], detail: { labelUpdated: ['AWSCURRENT'] } });
  });

  test('that would be too long is an error', () => {
    const stack = payments();
    const many = Array.from({ length: 60 }, (_, index) => apiKey(stack, `Key${index}`, `a-long-name-for-a-key-of-many/${index}`));
    expect(() => new LabelUpdatedRules(stack, 'Rules', many, 'Follows')).toThrow(/`secrets` must be so few that the pattern of a rule has at most 2048 characters/);
  });

  test.each([
    ['another region', `arn:aws:secretsmanager:eu-central-1:${ENV.account}:secret:legacy-a1b2c3`],
    ['another account', `arn:aws:secretsmanager:eu-west-1:${OTHER_ACCOUNT}:secret:legacy-a1b2c3`],
  ])('of a secret of %s, whose events stay there, is an error', (_, arn) => {
    const stack = testStack();
    const secret = ManagedSecret.fromArn(stack, 'Imported', arn, KEY);
    expect(() => labelUpdatedPatterns('Reader', stack, [secret])).toThrow(ManagedSecretsError);
    expect(() => labelUpdatedPatterns('Reader', stack, [secret])).toThrow(/must be of this stack's account and region, 111122223333 in eu-west-1, got Stack\/Imported of/);
  });
});

whenThere(describe, missingEventRuler())('by Event Ruler', () => {
  const NAME = 'prod/payments/api-key';

  const EVENTS: [string, object, boolean, boolean][] = [
    ['a rotation, or a value that somebody has put', event(NAME), true, true],
    ['the same name after the secret was created anew', event(NAME, { suffix: 'z9y8x7' }), true, false],
    ['a label of the user', event(NAME, { label: 'BLUE' }), false, false],
    ['a longer name with the same beginning', event(`${NAME}-2`), false, false],
    ['a name that is the ARN\'s end', event(`${NAME}-a1b2c3`), false, false],
    ['a shorter name', event('prod/payments/api'), false, false],
    ['a name that ends as ours does', event(`attacker/${NAME}`), false, false],
    ['our name with a wildcard', event('prod/payments/*'), false, false],
    ['the same name in another account, whose events come to this bus', event(NAME, { account: OTHER_ACCOUNT }), false, false],
    ['somebody who puts an event: sources with aws. are reserved', event(NAME, { source: 'my.secretsmanager' }), false, false],
    ['a call in a trail', event(NAME, { 'detail-type': 'AWS API Call via CloudTrail' }), false, false],
  ];
  let rows: boolean[][];

  beforeAll(() => {
    const stack = payments();
    const imported = ManagedSecret.fromArn(stack, 'Imported', new CfnParameter(stack, 'Arn').valueAsString, KEY);
    const patterns = [...patternsIn(stack, [apiKey(stack)]), ...patternsIn(stack, [imported], { Arn: `${ARN}${NAME}-a1b2c3` })];
    rows = matches(patterns, EVENTS.map(([, each]) => each));
  }, 60_000);

  test.each(EVENTS.map(([words], index) => [words, index] as const))('%s', (_, index) => {
    expect(rows.map(row => row[index])).toEqual(EVENTS[index].slice(2));
  });
});
