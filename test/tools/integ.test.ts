import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { reviewOf } from '../../src/review/document/review-of';
import { build, STATEMENTS, statementsFor } from '../../tools/integ/app';
import { outputOf } from '../../tools/integ/check';
import { lines, outcomesOf } from '../../tools/integ/outcomes';
import { expectTableInDocs } from '../support/table-in-docs';
import { ENV } from '../support/test-app';

const CONTEXT = { kafkaCluster: `arn:aws:kafka:${ENV.region}:${ENV.account}:cluster/integ/1234abcd-12ab-34cd-56ef-1234567890ab-4`, database: 'true', config: 'true' };
const GUIDE = 'docs/guides/first-account.md';

let app: App;
let stack: Stack;
let template: Template;
beforeAll(() => {
  app = new App({ context: CONTEXT });
  stack = build(app, ENV);
  template = Template.fromStack(stack);
});

describe('the stack of the checks', () => {
  test('has one check and one output for each statement', () => {
    const checked = Object.values(template.findResources('Custom::Statement')).map(({ Properties }) => Properties.Id);
    expect(checked.sort()).toEqual(STATEMENTS.map(({ id }) => id).sort());
    expect(Object.keys(template.toJSON().Outputs).filter(name => name.startsWith('Outcome')).sort()).toEqual(STATEMENTS.map(({ id }) => outputOf(id)).sort());
    expect(new Set(STATEMENTS.map(({ id }) => id)).size).toBe(STATEMENTS.length);
  });

  test('is reviewed without findings', () => {
    expect(reviewOf([app.synth().directory]).findings.map(({ rule, place }) => ({ rule, place }))).toEqual([]);
  });

  test('keeps nothing in the account', () => {
    const kept = Object.values(template.toJSON().Resources as Record<string, { Type: string; DeletionPolicy?: string }>)
      .filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'));
    expect(kept.map(({ Type }) => Type)).toEqual([]);
  });

  test('asks for a rotation when there is a schedule, and a rule that sees it', () => {
    const { DependsOn } = template.toJSON().Resources[Object.keys(template.findResources('Custom::Statement', { Properties: { Id: 'event-of-a-new-value' } }))[0]];
    for (const type of ['AWS::SecretsManager::RotationSchedule', 'AWS::Events::Rule']) {
      expect(Object.keys(template.findResources(type)).filter(id => DependsOn.includes(id))).not.toEqual([]);
    }
  });

  test('leaves out what was not asked for', () => {
    const without = Template.fromStack(build(new App(), ENV));
    expect(Object.keys(without.findResources('Custom::Statement'))).toHaveLength(statementsFor(() => false).length);
    for (const type of ['AWS::RDS::DBInstance', 'AWS::Config::ConfigRule', 'AWS::MSK::BatchScramSecret']) {
      without.resourceCountIs(type, 0);
      expect(Object.keys(template.findResources(type)).length).toBeGreaterThan(0);
    }
  });

  test('the code of a check fits into a template', () => {
    for (const { Properties: { Code } } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect((Code.ZipFile ?? '').length).toBeLessThan(4096);
    }
  });
});

test('the guide has a row for each statement', () => {
  const rows = STATEMENTS.map(({ id, statement, saidIn, needs }) =>
    [`\`${id}\``, statement, `[${path.basename(saidIn, '.md')}](${path.relative(path.dirname(GUIDE), saidIn)})`, needs === undefined ? '' : `\`--context ${needs}=…\``]);
  expectTableInDocs(GUIDE, 'statements', [['Id', 'Statement', 'Said in', 'Only with'], ...rows]);
});

describe('the report', () => {
  const statements = statementsFor(() => false).slice(0, 2);
  const [first, second] = statements.map(({ id }) => id);

  test('says of each whether it holds, and what was found otherwise', () => {
    const outcomes = outcomesOf({ [outputOf(first)]: 'holds', [outputOf(second)]: 'does not hold: {"error":"X"}' }, statements);
    expect(lines(outcomes)).toBe(`holds  ${first}\nFAILS  ${second}\n        does not hold: {"error":"X"}\n1 of 2 statements hold\n`);
  });

  test('a check that nobody made does not hold', () => {
    expect(outcomesOf({}, statements).map(({ holds, found }) => [holds, found])).toEqual([[false, 'was not looked at'], [false, 'was not looked at']]);
  });
});

describe('the function of a check', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is the JavaScript that Lambda runs
  const { found } = require('../../tools/integ/probe') as { found: (check: object) => Promise<string> };
  const answers: (object | Error)[] = [];
  const send = jest.fn(async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  });
  const call = { client: 'thing', name: 'Thing', command: 'Get', input: {} };

  beforeAll(() => jest.doMock('@aws-sdk/client-thing', () => ({
    ThingClient: class { public send = send; },
    GetCommand: class { constructor(public readonly input: object) {} },
  }), { virtual: true }));
  beforeEach(() => { jest.useFakeTimers(); send.mockClear(); answers.length = 0; });
  afterEach(() => jest.useRealTimers());

  async function outcome(check: object): Promise<string> {
    const result = found({ minutes: 1, ...check });
    await jest.advanceTimersByTimeAsync(120_000);
    return result;
  }

  test('repeats the last call until it answers as expected', async () => {
    answers.push({ before: true }, { state: 'no' }, { state: 'yes' });
    expect(await outcome({ calls: [call, call], expected: '"state":"yes"' })).toBe('holds');
    expect(send).toHaveBeenCalledTimes(3);
  });

  test('says what it found when the time is over', async () => {
    answers.push(...Array.from({ length: 20 }, () => ({ state: 'no' })));
    expect(await outcome({ calls: [call], expected: '"state":"yes"' })).toBe('does not hold: {"state":"no"}');
  });

  const refused = () => Object.assign(new Error('no'), { name: 'AccessDeniedException' });

  test('an error is an answer of the last call', async () => {
    answers.push(refused());
    expect(await outcome({ calls: [call], expected: '"error":"AccessDenied' })).toBe('holds');
  });

  test('an earlier call is made again until it succeeds, for IAM needs its time', async () => {
    answers.push(refused(), { before: true }, { state: 'yes' });
    expect(await outcome({ calls: [call, call], expected: '"state":"yes"' })).toBe('holds');
    expect(send).toHaveBeenCalledTimes(3);
  });

  test('an earlier call that never succeeds is the end', async () => {
    answers.push(...Array.from({ length: 20 }, refused));
    expect(await outcome({ calls: [call, call], expected: '.' })).toBe('Get: {"error":"AccessDeniedException","message":"no"}');
  });

  test('a value is in no outcome', async () => {
    const value = Math.random().toString(36).repeat(2);
    answers.push(...Array.from({ length: 20 }, () => ({ SecretString: value, Plaintext: value })));
    expect(await outcome({ calls: [call], expected: 'never' })).toBe('does not hold: {"SecretString":"(hidden)","Plaintext":"(hidden)"}');
  });
});
