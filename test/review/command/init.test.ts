import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { cli } from '../../../src/review/command/cli';
import { reviewOf } from '../../../src/review/document/review-of';
import { SecretsStack } from '../../../templates/typescript/secrets-stack';

const ROOT = path.resolve(__dirname, '../../..');
const { version, peerDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const LANGUAGES = ['typescript', 'python', 'java', 'go', 'csharp'];

let directory: string;
beforeEach(() => { directory = mkdtempSync(path.join(tmpdir(), 'init-')); });
afterEach(() => rmSync(directory, { recursive: true }));

async function init(...args: string[]) {
  const [printed, warned]: [string[], string[]] = [[], []];
  const code = await cli(['init', ...args], { directory, isTTY: false, noColor: false, print: text => { printed.push(text); }, warn: text => { warned.push(text); } });
  return { code, out: printed.join(''), err: warned.join('\n') };
}

const files = () => readdirSync(directory, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile()).map(entry => path.relative(directory, path.join(entry.parentPath, entry.name)));
const text = (file: string) => readFileSync(path.join(directory, file), 'utf8');

describe.each(LANGUAGES)('in %s', language => {
  beforeEach(async () => { expect(await init('--language', language)).toMatchObject({ code: 0, err: '' }); });

  test('there are an app, its test, and a pipeline with the review', () => {
    expect(files()).toEqual(expect.arrayContaining(['cdk.json', 'README.md', 'pipeline.sh', '.gitignore']));
    expect(files().some(file => /test\b|Test\b|^test_/.test(path.basename(file)))).toBe(true);
    expect(text('pipeline.sh')).toMatch(/cdk-managed-secrets(@\S+)? review --fail-on warning/);
  });

  test('the versions are those of this package', () => {
    const all = files().map(text).join('\n');
    for (const each of [version, ...['aws-cdk-lib', 'constructs'].map(name => peerDependencies[name].slice(1))]) expect(all).toContain(each);
    expect(all).not.toContain('{{');
  });

  test('the CDK is told the feature flags of a new app', () => {
    const { app, context } = JSON.parse(text('cdk.json'));
    expect(app).toEqual(expect.any(String));
    expect(context).toEqual(JSON.parse(readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8')));
  });

  test('the README names files that are there', () => {
    const named = [...text('README.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, file]) => file);
    expect(named).toHaveLength(4);
    expect(named.filter(file => !existsSync(path.join(directory, file)))).toEqual([]);
  });

  test('the pipeline is a script that a shell can read', () => {
    expect(spawnSync('sh', ['-n', path.join(directory, 'pipeline.sh')])).toMatchObject({ status: 0 });
  });
});

describe('what the registries must have is what the apps of examples/languages build with', () => {
  const EXAMPLES = path.join(ROOT, 'examples/languages');
  const plugins = (pom: string) => [...pom.matchAll(/<artifactId>([\w-]+-plugin)<\/artifactId>\s*<version>([^<]+)</g)].map(([, name, number]) => `${name} ${number}`);

  test.each([
    ['java', 'pom.xml', 'java/pom.xml', /<maven.compiler.release>.*/],
    ['go', 'go.mod', 'go/go.mod', /^go .*/m],
    ['csharp', 'src/Secrets/Secrets.csproj', 'dotnet/Orders.csproj', /<TargetFramework>.*/],
  ])('in %s, the version of the language', async (language, file, example, line) => {
    await init('--language', language);
    expect(text(file).match(line)).not.toBeNull();
    expect(text(file).match(line)![0]).toBe(readFileSync(path.join(EXAMPLES, example), 'utf8').match(line)?.[0]);
  });

  test('in Java, the plugins of Maven', async () => {
    await init('--language', 'java');
    const built = plugins(readFileSync(path.join(EXAMPLES, 'java/pom.xml'), 'utf8'));
    expect(built).toHaveLength(2);
    expect(plugins(text('pom.xml'))).toEqual(expect.arrayContaining(built));
  });

  test('in C#, the syntax is that of C# 8, with which the app was compiled: namespaces have braces, and the program has a Main', async () => {
    await init('--language', 'csharp');
    const sources = files().filter(file => file.endsWith('.cs')).map(text);
    expect(sources.filter(source => !/^namespace [\w.]+\n\{/m.test(source))).toEqual([]);
    expect(text('src/Secrets/Program.cs')).toContain('static void Main()');
  });
});

test('TypeScript is the default, and what to type next is printed', async () => {
  expect((await init()).out).toContain('  npm install\n  sh pipeline.sh\n');
  expect(files()).toContain('package.json');
});

test('a folder that git has made is empty', async () => {
  mkdirSync(path.join(directory, '.git'));
  expect(await init()).toMatchObject({ code: 0 });
});

test('the app has two secrets, and the review finds nothing', () => {
  const app = new App();
  Template.fromStack(new SecretsStack(app, 'Secrets')).resourceCountIs('AWS::SecretsManager::Secret', 2);
  expect(reviewOf([app.synth().directory]).findings).toEqual([]);
});

describe('bad input', () => {
  test.each([
    ['a file', () => writeFileSync(path.join(directory, 'app.ts'), 'mine')],
    ['a hidden file', () => writeFileSync(path.join(directory, '.gitignore'), 'mine')],
    ['a link that leads nowhere', () => symlinkSync('/nowhere', path.join(directory, 'app.ts'))],
  ])('a folder with %s is refused, and stays as it is', async (_, prepare) => {
    prepare();
    const before = readdirSync(directory);
    const { code, err } = await init();
    expect([code, err]).toEqual([2, expect.stringMatching(/is not empty, it has \S+; run init in an empty folder/)]);
    expect(readdirSync(directory)).toEqual(before);
  });

  test.each(['rust', '../typescript', '', 'constructor'])('the language %j is refused', async language => {
    const { code, err } = await init(`--language=${language}`);
    expect([code, err]).toEqual([2, expect.stringContaining(`there is no app in ${JSON.stringify(language)}; there are: ${LANGUAGES.join(', ')}`)]);
    expect(files()).toEqual([]);
  });

  test('a folder that is given is refused', async () => {
    expect(await init('elsewhere')).toMatchObject({ code: 2, err: expect.stringContaining('takes no "elsewhere"') });
  });
});
