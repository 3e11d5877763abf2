import { execFileSync, spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import * as ts from 'typescript';
import { FAMILIES, handlerNames } from '../tools/bundles/bundle';

/** What npm would ship, from the compiled package: installed into an empty folder and used there. */

const ROOT = path.join(__dirname, '..');
const { tasks: TASKS } = JSON.parse(readFileSync(path.join(ROOT, '.projen/tasks.json'), 'utf8'));
const run = (command: string, args: string[], cwd: string) => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

let folder: string;
let tarball: string;
let files: string[];
let executable: string[];
let bytes: number;

beforeAll(() => {
  run('npx', ['projen', 'compile'], ROOT);
  folder = mkdtempSync(path.join(tmpdir(), 'package-'));
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT)) as { filename: string; size: number; files: { path: string; mode: number }[] }[];
  bytes = packed.size;
  tarball = packed.filename;
  files = packed.files.map(file => file.path);
  executable = packed.files.filter(({ mode }) => mode === 0o755).map(file => file.path);
  run('tar', ['-xzf', packed.filename], folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds the compiled library, the jsii assembly and what npm shows', () => {
  expect(files).toEqual(expect.arrayContaining(['.jsii', 'API.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'lib/index.d.ts', 'lib/index.js', 'package.json']));
});

test('holds nothing else', () => {
  const known = /^(lib\/.+\.(js|d\.ts)|lib\/review\/page\/style\.css|schema\/review-1\.0\.json|assets\/.+|templates\/.+|\.jsii(\.gz)?|package\.json|README\.md|API\.md|CHANGELOG\.md|LICENSE|THIRD-PARTY-LICENSES\.txt)$/;
  expect(files.filter(file => !known.test(file))).toEqual([]);
});

// The Python package starts it as it is in the tarball.
test('holds one file that can be executed: the command', () => {
  expect(executable).toEqual(['lib/review/command/main.js']);
});

test('holds each function once, and the licenses of what is in it', () => {
  const expected = FAMILIES.flatMap(family => [...handlerNames(ROOT, family).map(name => `${family}/${name}/index.js`), `${family}/THIRD-PARTY-LICENSES.txt`]);
  const held = files.filter(file => FAMILIES.some(family => file.startsWith(`assets/${family}/`)) && !file.endsWith('.d.ts'));
  expect(held.sort()).toEqual(expected.map(file => `assets/${file}`).sort());
});

test('holds no source map, which would be most of its bytes', () => {
  const scripts = files.filter(file => file.startsWith('lib/') && file.endsWith('.js'));
  const withMap = scripts.filter(file => readFileSync(path.join(folder, 'package', file), 'utf8').includes('sourceMappingURL='));

  expect(scripts.length).toBeGreaterThan(30);
  expect(withMap).toEqual([]);
});

describe('for somebody who writes TypeScript', () => {
  const CONSUMER = `
    import { Stack, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
    import * as library from 'cdk-managed-secrets';

    class OwnSecret extends library.ManagedSecret {
      public grantRead(...given: Parameters<library.ManagedSecret['grantRead']>) { return super.grantRead(...given); }
    }
    class OwnReplicated extends library.ReplicatedSecret {}
    class OwnRotated extends library.RotatedDatabaseSecret {}
    class OwnNamespace extends library.SecretNamespace {}
    class OwnRotator extends library.DatabaseRotator {}
    declare const stack: Stack;
    const namespace: library.ISecretNamespace = new OwnNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', owner: 'me' });
    export const secret: library.IManagedSecret & secretsmanager.ISecret = new OwnSecret(stack, 'Secret', { namespace, purpose: 'key' });
    export const others = [OwnReplicated, OwnRotated, OwnRotator];
    `;

  let program: ts.Program;

  beforeAll(() => {
    const file = path.join(folder, 'consumer.ts');
    writeFileSync(file, CONSUMER + VALUES.map(name => `
    // @ts-expect-error
    export const text${name}: library.${name} = 'text';
    // @ts-expect-error
    export const object${name}: library.${name} = {};`).join('\n'));
    program = ts.createProgram([file], {
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'], // which aws-cdk-lib needs
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      types: [],
      paths: {
        'cdk-managed-secrets': [path.join(folder, 'package')],
        ...Object.fromEntries(['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'].map(name => [name, [path.join(ROOT, 'node_modules', name)]])),
      },
    });
  });

  test('its declarations hold together, and a choice takes nothing but what its factories return', () => {
    expect(program.getSourceFiles().some(({ fileName }) => fileName.endsWith('package/lib/secret/managed-secret.d.ts'))).toBe(true);
    expect(ts.getPreEmitDiagnostics(program).map(messageOf)).toEqual([]);
  });

  test('no class, interface or enum shows a member that is internal', () => {
    const checker = program.getTypeChecker();
    const entry = program.getSourceFile(path.join(folder, 'package/lib/index.d.ts'))!;
    const types = checker.getExportsOfModule(checker.getSymbolAtLocation(entry)!);
    const members = types.flatMap(type => [checker.getDeclaredTypeOfSymbol(type), checker.getTypeOfSymbol(type)]
      .flatMap(each => checker.getPropertiesOfType(each).filter(isOurs).map(member => `${type.name}.${member.name}`)));
    expect(members).toContain('ManagedSecret.replica');
    expect(members.filter(member => member.includes('._'))).toEqual([]);
  });
});

/** Classes of values: without a member of its own that TypeScript sees, each would take anything. */
const VALUES = [
  'DatabaseEngine', 'DeployedName', 'GuardRail', 'NameLevel', 'PasswordPolicy', 'ReplicaRegion', 'RotationSchedule', 'RotationStrategy', 'RotationTarget',
  'SecretContent', 'SecretEncryption', 'SecretReader', 'SecretsManagerEndpoint',
];

function messageOf({ file, start = 0, messageText }: ts.Diagnostic): string {
  return `${ts.flattenDiagnosticMessageText(messageText, ' ')} ${file?.text.slice(start, start + 100)}`;
}

/** Not the L2's, and not private. */
function isOurs(member: ts.Symbol): boolean {
  return (member.declarations ?? []).some(each => each.getSourceFile().fileName.includes('/package/lib/')
    && !(ts.canHaveModifiers(each) && ts.getModifiers(each)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)));
}

test.each(['python', 'java', 'dotnet', 'go'])('is packaged for %s with its code translated, or not at all', language => {
  const [, second, third, ...more] = TASKS[`package:${language}`].steps;

  expect(TASKS.translate.steps).toEqual([{ exec: 'jsii-rosetta extract --strict --compile --batch' }]);
  expect(second.spawn).toBe('translate');
  expect(third.exec).toBe(`jsii-pacmak -v --target ${language} --rosetta-unknown-snippets fail`);
  expect(more).toEqual([]);
});

test.each(['js', 'python', 'java', 'dotnet', 'go'])('is packaged for %s with the functions bundled from what is there now', language => {
  expect(TASKS[`package:${language}`].steps[0]).toEqual({ spawn: 'bundle:rotation' });
});

// Decision 0021 says what is in it.
test('is at most 2.8 MB', () => {
  expect(bytes).toBeLessThan(2_800_000);
});

test('depends on nothing but its peers', () => {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package/package.json'), 'utf8'));
  expect(manifest.dependencies ?? {}).toEqual({});
  expect(manifest.bundledDependencies ?? []).toEqual([]);
  expect(manifest.peerDependencies).toEqual({ 'aws-cdk-lib': '^2.258.0', 'constructs': '^10.5.1' });
});

test('is configured for five languages', () => {
  const { targets } = JSON.parse(readFileSync(path.join(folder, 'package/package.json'), 'utf8')).jsii;
  expect(Object.keys(targets).sort()).toEqual(['dotnet', 'go', 'java', 'python']); // and JavaScript, which needs no target
});

test('synthesizes a secret from the installed package', () => {
  const program = `
    const { App, Stack } = require('aws-cdk-lib');
    const { ManagedSecret, SecretNamespace } = require('./package');
    const app = new App({ builtinCloudFormationValidation: false });
    const stack = new Stack(app, 'Stack');
    new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
    new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    console.log(Object.values(app.synth().stacks[0].template.Resources).map(resource => resource.Type).sort().join());`;
  const output = execFileSync(process.execPath, ['-e', program], {
    cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_PATH: path.join(ROOT, 'node_modules') },
  });
  expect(output.trim()).toBe('AWS::KMS::Alias,AWS::KMS::Key,AWS::SecretsManager::Secret');
});

describe('the command, installed by npm into an empty folder', () => {
  const env = { ...process.env, NODE_PATH: path.join(ROOT, 'node_modules') };
  let empty: string;

  const installed = (...args: string[]) => spawnSync(path.join('node_modules', '.bin', 'cdk-managed-secrets'), args, { cwd: empty, encoding: 'utf8', env });

  beforeAll(() => {
    empty = path.join(folder, 'empty');
    mkdirSync(empty);
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', path.join(folder, tarball)], empty);
  });

  test('says its version, and has the other commands', () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    expect(installed('--version')).toMatchObject({ stdout: `${version}\n`, status: 0 });
    expect(installed('diff', 'one')).toMatchObject({ status: 2 });
    expect(installed('check-rotation', '--help')).toMatchObject({ stdout: expect.stringContaining('-- <command…>'), status: 0 });
    expect(installed('rehearse', '--help')).toMatchObject({ stdout: expect.stringContaining('rehearse [<assembly>...]'), status: 0 });
  });

  test('reviews an app that uses none of our constructs, in every format', () => {
    const program = `
      const { App, Stack, aws_secretsmanager: { CfnSecret } } = require('aws-cdk-lib');
      const app = new App({ builtinCloudFormationValidation: false, outdir: 'cdk.out' });
      new CfnSecret(new Stack(app, 'Shop'), 'Secret', { name: 'prod/shop/key' });
      app.synth();`;
    execFileSync(process.execPath, ['-e', program], { cwd: empty, env });

    for (const [format, beginning] of [['text', 'Review of cdk.out: '], ['markdown', '# Review of'], ['html', '<!doctype html>'], ['json', '{'], ['sarif', '{']]) {
      const { stdout, stderr, status } = installed('review', '--format', format);
      expect({ stderr, status, beginning: stdout.slice(0, beginning.length) }).toEqual({ stderr: '', status: 0, beginning });
      expect(stdout).toContain('Shop/Secret');
    }
  });

  test('has the schema of what it prints as JSON', () => {
    expect(JSON.parse(readFileSync(path.join(empty, 'node_modules/cdk-managed-secrets/schema/review-1.0.json'), 'utf8')).$ref).toBe('#/definitions/ReviewDocument');
  });

  test('init writes an app into an empty folder that passes its own test, synthesizes, and is reviewed without findings', () => {
    // Where the app finds what its own `npm install` would bring, without the network.
    for (const name of ['aws-cdk-lib', 'constructs', 'tsx', 'typescript', '@types', '.bin/tsc', '.bin/tsx']) {
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(empty, 'node_modules', name));
    }
    const cwd = path.join(empty, 'app');
    mkdirSync(cwd);
    const inApp = (program: string, ...args: string[]) => spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, CDK_OUTDIR: 'cdk.out' } });
    const command = path.join(empty, 'node_modules/.bin/cdk-managed-secrets');

    expect(inApp(command, 'init')).toMatchObject({ status: 0, stderr: '' });
    expect(inApp('npm', 'test')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^# pass 3$/m) });
    expect(inApp('npx', 'tsx', 'app.ts')).toMatchObject({ status: 0 });
    expect(inApp(command, 'review', '--fail-on', 'note')).toMatchObject({ status: 0, stdout: expect.stringContaining('no findings') });
  });

  test('is one line and exit code 2 where nothing was synthesized', () => {
    const { stderr, status } = installed('review', 'elsewhere');
    expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('elsewhere')]);
    expect(status).toBe(2);
  });
});
