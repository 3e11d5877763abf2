import { readFileSync } from 'fs';
import * as path from 'path';
import { App, aws_secretsmanager as secretsmanager, IPolicyValidationPlugin, Stack, Stage, Validations } from 'aws-cdk-lib';
import { ReviewSeverity, SecretsReview, SecretsReviewProps } from 'cdk-managed-secrets';
import { RULES } from '../../src/review/findings/rules';
import { ENV, testApp } from '../support/test-app';

const LITERAL = 'hunter2-in-the-clear';

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity: string;
  readonly suggestedFix: string;
  readonly ruleMetadata: Record<string, string>;
  readonly violatingConstructs: { constructPath: string; cloudFormationResource?: { logicalId: string; templatePath: string } }[];
}

/** What the CDK reports of our plugin, and whether it fails: by the exit code, or in newer releases by an error. */
function synthesize(app: App) {
  const before = process.exitCode;
  let failed = false;
  try {
    app.synth();
  } catch (error) {
    failed = /ValidationFailed/.test(String(error));
    if (!failed) throw error;
  }
  failed ||= process.exitCode === 1;
  process.exitCode = before;
  const reports = JSON.parse(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8')).pluginReports;
  const ours: { violations: Violation[]; metadata?: Record<string, string> } = reports.find(({ pluginName }: any) => pluginName === 'SecretsReview') ?? { violations: [] };
  return { failed, reports, ...ours, rules: ours.violations.map(({ ruleName }) => ruleName.replace('cdk-managed-secrets::', '')).sort() };
}

function appWith(props?: SecretsReviewProps, ...others: IPolicyValidationPlugin[]) {
  const app = testApp();
  Validations.of(app).addPlugins(new SecretsReview(props), ...others);
  const stack = new Stack(app, 'Shop', { env: ENV });
  return { app, stack };
}

function literal(stack: Stack, id = 'Literal', name = 'prod/shop/literal'): secretsmanager.CfnSecret {
  return new secretsmanager.CfnSecret(stack, id, { name, secretString: LITERAL, kmsKeyId: 'alias/of-another-app' });
}

beforeEach(() => { jest.spyOn(console, 'error').mockImplementation(() => undefined); });
afterEach(() => jest.restoreAllMocks());

test('an error fails the synthesis, and leads to construct, template, remedy and page', () => {
  const { app, stack } = appWith();
  literal(stack);
  const { failed, violations } = synthesize(app);

  expect(failed).toBe(true);
  expect(violations.find(({ severity }) => severity === 'error')).toMatchObject({
    ruleName: 'cdk-managed-secrets::plaintext-value',
    description: 'the whole value is a literal in the template',
    suggestedFix: expect.stringContaining('let Secrets Manager generate'),
    ruleMetadata: { page: expect.stringContaining('https://docs.aws.amazon.com/') },
    violatingConstructs: [{
      constructPath: 'Shop/Literal',
      cloudFormationResource: { logicalId: 'Literal', templatePath: expect.stringMatching(/Shop\.template\.json$/) },
    }],
  });
  expect(JSON.stringify(violations)).not.toContain(LITERAL);
});

test('a warning is shown, and lets the synthesis pass', () => {
  const { app, stack } = appWith({ severities: { 'plaintext-value': ReviewSeverity.WARNING } });
  literal(stack);
  const { failed, rules } = synthesize(app);

  expect(failed).toBe(false);
  expect(rules).toContain('plaintext-value');
});

test('an app without anything wrong has no violation', () => {
  const { app, stack } = appWith({ severities: { 'deletion-without-recovery': ReviewSeverity.OFF } });
  new secretsmanager.CfnSecret(stack, 'Secret', { name: 'prod/shop/key', kmsKeyId: 'alias/of-another-app' });

  expect(synthesize(app)).toMatchObject({ failed: false, rules: [] });
});

test('what is wrong in the same way at several places is one violation', () => {
  const { app, stack } = appWith();
  literal(stack, 'A', 'prod/shop/a');
  literal(stack, 'B', 'prod/shop/b');
  const { violations } = synthesize(app);

  expect(violations.find(({ ruleName }) => ruleName.endsWith('plaintext-value'))!.violatingConstructs.map(({ constructPath }) => constructPath)).toEqual(['Shop/A', 'Shop/B']);
});

test('an acknowledgement holds for its construct, and for no other', () => {
  const { app, stack } = appWith();
  Validations.of(literal(stack, 'A', 'prod/shop/a')).acknowledge({ id: 'cdk-managed-secrets::plaintext-value', reason: 'It is public.' });
  literal(stack, 'B', 'prod/shop/b');
  const { violations } = synthesize(app);

  expect(violations.find(({ ruleName }) => ruleName.endsWith('plaintext-value'))!.violatingConstructs.map(({ constructPath }) => constructPath)).toEqual(['Shop/B']);
});

test('a plugin of one stage looks at its stacks alone', () => {
  const app = testApp();
  const [prod, staging] = ['Prod', 'Staging'].map(id => new Stage(app, id));
  Validations.of(prod).addPlugins(new SecretsReview());
  literal(new Stack(prod, 'Shop', { env: ENV }));
  literal(new Stack(staging, 'Shop', { env: ENV }));
  const { violations } = synthesize(app);

  expect(violations.flatMap(({ violatingConstructs }) => violatingConstructs.map(({ constructPath }) => constructPath)))
    .toEqual(expect.arrayContaining(['Prod/Shop/Literal']));
  expect(JSON.stringify(violations)).not.toContain('Staging');
});

test('another plugin reports beside it, and so does an error of the app', () => {
  const other: IPolicyValidationPlugin = {
    name: 'Other', validate: () => ({ success: false, violations: [{ ruleName: 'Never', description: 'never', violatingResources: [] }] }),
  };
  const { app, stack } = appWith({}, other);
  literal(stack);
  expect(synthesize(app).reports.map(({ pluginName }: any) => pluginName)).toEqual(['SecretsReview', 'Other']);

  const broken = appWith();
  broken.stack.node.addValidation({ validate: () => ['the app is broken'] });
  expect(() => broken.app.synth()).toThrow('the app is broken');
});

test('it names its rules, for the CDK', () => {
  expect(new SecretsReview().ruleIds).toEqual(RULES.map(({ id }) => `cdk-managed-secrets::${id}`));
});

test.each<[string, SecretsReviewProps, string]>([
  ['a rule that is none', { severities: { plaintext: ReviewSeverity.OFF } }, 'there is no rule "plaintext"; there are: plaintext-value, '],
  ['a directory that is none', { managedPolicies: 'none' }, 'managedPolicies must name a directory, got none'],
])('%s is an error of its constructor', (_, props, message) => {
  expect(() => new SecretsReview(props)).toThrow(message);
});
