import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { isDeepStrictEqual } from 'util';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { exampleNames } from '../tools/examples/examples';
import { stableTemplate } from '../tools/examples/stable-template';
import type { FeatureFlags, Synthesized, Template } from '../tools/examples/synthesis';
import { synthesizeExample, templateOf } from '../tools/examples/synthesis';
import { synthesizeExamples } from '../tools/examples/synthesize';
import { validationErrors } from '../tools/examples/validation';
import { baselineTemplates } from '../tools/upgrade/baseline';
import { replacementsBetween } from '../tools/upgrade/replacements';

/**
 * The flags of an app that `cdk init` made with the oldest aws-cdk-lib we support, whichever release the suite runs on:
 * flags stay as they are in cdk.json, so the same app must give the same templates after an upgrade of aws-cdk-lib.
 */
const FLAGS_OF_THE_FLOOR = JSON.parse(
  readFileSync(path.resolve(__dirname, '../node_modules/aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
) as Record<string, unknown>;
const IS_FLOOR = isDeepStrictEqual(recommendedFlags, FLAGS_OF_THE_FLOOR);

const BASELINE = baselineTemplates();

/** Secrets and keys of the first templates that a deployment of the others replaces or lets go of, stack by stack. */
function lostSince(before: Record<string, Template>, after: Record<string, Template>) {
  return Object.entries(before).flatMap(([stack, template]) =>
    replacementsBetween(template, after[stack] ?? {}).filter(({ isOfSecrets }) => isOfSecrets).map(lost => ({ stack, ...lost })));
}

function templatesOf({ stacks }: Synthesized): Record<string, Template> {
  return Object.fromEntries(stacks.map(stack => [stack.path, stableTemplate(templateOf(stack))]));
}

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(path.join(tmpdir(), 'example-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

test('there is an example', () => {
  expect(exampleNames()).not.toEqual([]);
});

describe('npx projen examples', () => {
  let log: string[];
  beforeEach(() => {
    log = [];
    jest.spyOn(console, 'log').mockImplementation(line => log.push(line));
    jest.spyOn(console, 'error').mockImplementation(line => log.push(line));
  });
  afterEach(() => jest.restoreAllMocks());

  function writeExample(name: string, source: string) {
    mkdirSync(path.join(outdir, name));
    writeFileSync(path.join(outdir, name, 'app.ts'), source);
  }

  test('prints one line of figures for each example', () => {
    const [first] = exampleNames();
    expect(synthesizeExamples([first], undefined, outdir)).toBe(true);
    expect(log).toEqual([expect.stringMatching(new RegExp(`^${first}: [1-9]\\d* stacks, [1-9]\\d* resources, \\d+\\.\\d s$`))]);
  });

  test('names the examples when it does not know one', () => {
    expect(() => synthesizeExamples(['golden-pth'])).toThrow(`there is no example named golden-pth; examples are: ${exampleNames().join(', ')}`);
  });

  test('fails when one fails, and still tries the others', () => {
    writeExample('broken', 'export function build() { throw new Error("it is broken"); }');
    writeExample('empty', 'export function build() {}');
    writeExample('silent', 'export const something = 1;');
    expect(synthesizeExamples([], outdir, path.join(outdir, 'cdk.out'))).toBe(false);
    expect(log).toEqual([
      expect.stringMatching(/^broken: failed after .*\n {2}it is broken$/),
      expect.stringMatching(/^empty: failed after .*\n {2}build\(app\) added no stack/),
      expect.stringMatching(/^silent: failed after .*\n {2}examples\/silent\/app.ts must export a function build/),
    ]);
  });
});

for (const example of exampleNames()) {
  const synthesize = (flags: FeatureFlags): Synthesized => synthesizeExample(example, { flags, outdir, traces: false });

  describe(`examples/${example}`, () => {
    /** Of one synthesis, which three tests look at on the oldest aws-cdk-lib, and two on a later one. */
    let templates: Record<string, Template>;
    const current = () => templates ??= templatesOf(synthesize(FLAGS_OF_THE_FLOOR));

    test.each<FeatureFlags>(['recommended', 'none'])('synthesizes without an error, feature flags: %s', flags => {
      const synthesized = synthesize(flags);
      if (flags === 'recommended' && IS_FLOOR) templates = templatesOf(synthesized);
      expect(validationErrors(synthesized)).toEqual([]);
    });

    test('keeps its templates', () => {
      for (const [stack, template] of Object.entries(current())) expect(template).toMatchSnapshot(stack);
    });

    test('replaces no secret and no key that the last release has deployed', () => {
      expect(lostSince(BASELINE[example] ?? {}, current())).toEqual([]);
    });
  });
}
