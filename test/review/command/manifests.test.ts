import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { type App, Stack, Stage } from 'aws-cdk-lib';
import fc from 'fast-check';
import { cli } from '../../../src/review/command/cli';
import { yaml } from '../../../src/review/command/yaml';
import { externalSecrets, mounted, podIdentity, reachableCluster, Secrets } from '../../consumers/kubernetes/clusters';
import { ENV, OTHER_ACCOUNT, testApp } from '../../support/test-app';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it has no types
const { loadAll } = require('js-yaml') as { loadAll: (text: string) => any[] };

async function run(...args: string[]) {
  const [printed, warned]: [string[], string[]] = [[], []];
  const code = await cli(['manifests', ...args], {
    directory: process.cwd(), isTTY: false, noColor: false, print: text => { printed.push(text); }, warn: text => { warned.push(text); },
  });
  return { code, out: printed.join(''), err: warned.join('\n') };
}

const parsed = loadAll;

/** A production stage with both operators, and a staging stage with one. */
function gitOpsApp(): App {
  const app = testApp();
  const prod = new Secrets(new Stack(new Stage(app, 'prod'), 'shop', { env: ENV }));
  externalSecrets(prod);
  mounted(prod);
  mounted(new Secrets(new Stack(new Stage(app, 'staging'), 'shop', { env: { ...ENV, account: OTHER_ACCOUNT } })), { identity: podIdentity('staging-api') });
  return app;
}

describe('the command', () => {
  let assembly: string;
  beforeAll(() => { assembly = gitOpsApp().synth().directory; });
  afterAll(() => rmSync(assembly, { recursive: true }));

  test('writes every object of every stage, below the construct that makes it', async () => {
    const { code, out, err } = await run(assembly);
    expect([code, err]).toEqual([0, '']);
    expect(parsed(out).map(({ kind, metadata: { name } }) => `${kind} ${name}`)).toEqual([
      'ServiceAccount secrets', 'SecretStore aws-secrets-manager', 'ExternalSecret db', 'SecretProviderClass api-secrets', 'SecretProviderClass staging-api-secrets',
    ]);
    expect(out.match(/^# .*$/gm)).toEqual([...Array(3).fill('# prod/shop/Payments'), '# prod/shop/Api', '# staging/shop/Api']);
  });

  test('writes objects that hold what the constructs said', async () => {
    const secrets = new Secrets();
    const consumer = externalSecrets(secrets);
    const { directory } = (secrets.stack.node.root as App).synth();
    expect(parsed((await run(directory)).out)).toEqual(consumer.kubernetesObjects);
    rmSync(directory, { recursive: true });
  });

  test('writes one stage into a file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'manifests-'));
    const file = path.join(folder, 'deep', 'staging.yaml');
    expect(await run(assembly, '--stage', 'staging', '--output', file)).toEqual({ code: 0, out: '', err: `The objects are in ${file}` });
    expect(parsed(readFileSync(file, 'utf8')).map(({ kind }) => kind)).toEqual(['SecretProviderClass']);
    rmSync(folder, { recursive: true });
  });

  test('says that there is nothing in a stage that it does not know', async () => {
    expect(await run(assembly, '--stage', 'prd')).toEqual({ code: 2, out: '', err: expect.stringMatching(/no Kubernetes objects in the stage prd of /) });
  });

  test('takes one assembly', async () => {
    expect(await run(assembly, assembly)).toMatchObject({ code: 2, err: expect.stringContaining('takes one assembly, and got 2') });
  });

  test('says that a folder is no assembly', async () => {
    expect(await run(tmpdir())).toMatchObject({ code: 2, err: expect.stringContaining('is not a cloud assembly') });
  });
});

test('what a cluster of the app applies is not written', async () => {
  const secrets = new Secrets();
  externalSecrets(secrets, { cluster: reachableCluster(secrets.stack) });
  const { directory } = (secrets.stack.node.root as App).synth();
  expect(await run(directory)).toMatchObject({ code: 2, err: expect.stringContaining('consumers with a `cluster` apply theirs') });
  rmSync(directory, { recursive: true });
});

test('a stack that cannot be read is said, and the others are written', async () => {
  const secrets = new Secrets();
  externalSecrets(secrets);
  new Stack(secrets.stack.node.root as App, 'Broken', { env: ENV });
  const { directory } = (secrets.stack.node.root as App).synth();
  writeFileSync(path.join(directory, 'Broken.template.json'), 'no JSON');
  expect(await run(directory)).toEqual({ code: 3, out: expect.stringContaining('kind: SecretStore'), err: expect.stringContaining('the stack Broken') });
  rmSync(directory, { recursive: true });
});

describe('YAML', () => {
  test('holds any JSON', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), value => {
      const [read] = parsed(`---\n${yaml(value)}`);
      expect(JSON.stringify(read)).toBe(JSON.stringify(value));
    }), { numRuns: 2000 });
  });

  test.each([
    'yes', 'No', 'on', '~', 'null', '0x1F', '1_000', '12:30:45', '1e3', '.inf', '-', '- a', 'a: b', '# a', 'a #b', '!tag', '&a', '*a', '@a', '%a', '"', '\'', '{', '[', ' a', 'a ', '',
    'a:b', 'a:', 'arn:aws:iam::111122223333:role/a', 'a\nb', 'a\nb\n', '\na', 'a\n\n b', ' a\nb', 'a\t\nb', 'a\r\nb', 'a\u2028b', '\u0000', '=', '<<', 'y', 'N', '2026-01-01', '---\na', 'a\n---\nb',
  ])('holds the text %j as a key, a value and an item', text => {
    const value = { [text]: text, list: [text, [text], { [text]: [text] }] };
    expect(parsed(`---\n${yaml(value)}`)).toEqual([value]);
  });

  test('is easy to read', () => {
    expect(yaml({ kind: 'SecretStore', spec: { parameters: { objects: '[\n  {\n  }\n]' }, list: [{ name: 'a', keys: ['b', 'true'] }], none: {} } })).toBe([
      'kind: SecretStore', 'spec:', '  parameters:', '    objects: |-', '      [', '        {', '        }', '      ]',
      '  list:', '  - name: a', '    keys:', '    - b', '    - "true"', '  none: {}', '',
    ].join('\n'));
  });
});
