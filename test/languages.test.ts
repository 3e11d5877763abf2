import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { markdown, markedPart } from '../tools/documents/table';
import { comparedFiles, differences, verdicts } from '../tools/languages/assembly';
import { APPS, ROOT } from '../tools/languages/language';
import { seenIn } from '../tools/languages/prove';
import { mergedTable, tableOfLanguages, tableOfMistakes } from '../tools/languages/report';

/** What `npx projen languages` rests on; the command itself takes minutes, and is a stage of its own. */

const VERSIONS = JSON.parse(text('package.json')).devDependencies as Record<string, string>;

function text(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

function app(file: string): string {
  return readFileSync(path.join(APPS, file), 'utf8');
}

describe('the apps use the versions that the package is developed with', () => {
  const { 'aws-cdk-lib': cdk, constructs } = VERSIONS;

  test('Python', () => {
    expect(app('python/requirements.txt')).toBe(`aws-cdk-lib==${cdk}\ncdk-managed-secrets==0.0.0\nconstructs==${constructs}\n`);
  });

  test('Java', () => {
    expect(app('java/pom.xml')).toContain(`<aws.cdk.version>${cdk}</aws.cdk.version>`);
    expect(app('java/pom.xml')).toContain(`<constructs.version>${constructs}</constructs.version>`);
  });

  test('.NET', () => {
    expect(app('dotnet/Orders.csproj')).toContain(`<PackageReference Include="Amazon.CDK.Lib" Version="${cdk}" />`);
    expect(app('dotnet/Orders.csproj')).toContain(`<PackageReference Include="Constructs" Version="${constructs}" />`);
  });

  test('Go, where the CDK asks for newer constructs', () => {
    expect(app('go/go.mod')).toContain(`github.com/aws/aws-cdk-go/awscdk/v2 v${cdk}\n`);
    expect(app('go/go.mod')).toContain(`github.com/aws/jsii-runtime-go v${JSON.parse(text('node_modules/jsii-pacmak/package.json')).version}\n`);
  });
});

describe('the comparison', () => {
  let folders: string[];
  beforeEach(() => {
    folders = ['one', 'other'].map(name => assembly(name));
  });
  afterEach(() => folders.forEach(folder => rmSync(folder, { recursive: true })));

  function assembly(name: string): string {
    const folder = mkdtempSync(path.join(tmpdir(), `assembly-${name}-`));
    mkdirSync(path.join(folder, 'asset.1'));
    for (const file of ['App.template.json', 'App.assets.json', 'asset.1/index.js']) writeFileSync(path.join(folder, file), '{}');
    for (const file of ['manifest.json', 'tree.json', 'App.metadata.json']) writeFileSync(path.join(folder, file), name);
    return folder;
  }

  test('is of templates, lists of assets and every file in them', () => {
    expect(comparedFiles(folders[0])).toEqual(['App.assets.json', 'App.template.json', 'asset.1/index.js']);
    expect(differences(folders[0], folders[1])).toEqual([]);
  });

  test.each(['App.template.json', 'asset.1/index.js'])('finds one byte in %s', file => {
    writeFileSync(path.join(folders[0], file), '{ }');
    expect(differences(folders[0], folders[1])).toEqual([file]);
  });

  test.each([[0, 1], [1, 0]])('finds a file that only one has', (one, other) => {
    writeFileSync(path.join(folders[0], 'Keys.template.json'), '');
    expect(differences(folders[one], folders[other])).toEqual(['Keys.template.json']);
  });

  test('takes the verdicts of plugins from the summary of a synthesis', () => {
    const summary = '║ Source        │ Status  ║\n║ SecretsReview │ success ║\n║ RoomToGrow    │ failure ║\n';
    expect(verdicts(summary)).toEqual(['RoomToGrow failure', 'SecretsReview success']);
    expect(verdicts(summary.replace(/[║│]/g, '???'))).toEqual(verdicts(summary));
  });
});

test('what a user sees is found after the colours of Maven', () => {
  const output = '\u001b[0m\u001b[0ma required prop is null\tNullPointerException: service is required\nWARNING\na text\tError\n';
  expect(seenIn(output)).toEqual({ 'a required prop is null': 'NullPointerException: service is required', 'a text': 'Error' });
});

describe('the tables', () => {
  const python = { title: 'Python', steps: { built: '3 s', installed: 'failed' }, limits: [], seen: { 'a text is empty': `Error: ${'a|b '.repeat(100)}` } };

  test('show what failed, and what was not run after it', () => {
    expect(tableOfLanguages([python])[1]).toEqual(['Python', '3 s', 'failed', 'not run', 'not run', 'not run', 'not run']);
  });

  test('show a language without its programs as one that was not run', () => {
    expect(tableOfLanguages([{ ...python, missing: 'python3' }])[1].slice(1)).toEqual(Array(6).fill('not run'));
  });

  test('keep the rows of a language that was not run', () => {
    const present = markdown([['Language', 'built'], ['TypeScript', '1 s'], ['Go', '2 s']]);
    expect(mergedTable(present, [['Language', 'built'], ['Python', '4 s'], ['TypeScript', '3 s']], 1))
      .toBe(markdown([['Language', 'built'], ['TypeScript', '3 s'], ['Go', '2 s'], ['Python', '4 s']]));
  });

  test.each([['languages', 1], ['mistakes', 2]])('of the guide named %s is as the command writes it', (name, keyCells) => {
    const { text: present } = markedPart('docs/guides/languages.md', name);
    const [heading] = present.split('\n').map(line => line.slice(2, -2).split(' | '));
    expect(mergedTable(present, [heading], keyCells)).toBe(present);
  });

  test('cut long errors, and keep them in their cell', () => {
    const [, [mistake, language, seen]] = tableOfMistakes([python]);
    expect([mistake, language]).toEqual(['a text is empty', 'Python']);
    expect(seen).toMatch(/^`` Error: (a\\\|b )+(a|a\\\||)… ``$/);
    expect(seen.length).toBeLessThan(400);
  });
});

describe('the guide', () => {
  const guide = text('docs/guides/languages.md');
  const SOURCES: Record<string, string> = {
    python: 'python/app.py',
    java: 'java/src/main/java/com/example/orders/OrdersSecretsStack.java',
    xml: 'java/pom.xml',
    csharp: 'dotnet/OrdersSecretsStack.cs',
    cs: 'dotnet/DataClassification.cs',
    go: 'go/orders_secrets_stack.go',
  };
  const excerpts = [...guide.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, language, code]) => ({ language, code }));

  test('has an excerpt of each app', () => {
    expect(excerpts.map(({ language }) => language)).toEqual(expect.arrayContaining(Object.keys(SOURCES)));
  });

  test.each(excerpts)('shows code of the app in $language', ({ language, code }) => {
    expect(app(SOURCES[language])).toContain(code);
  });
});
