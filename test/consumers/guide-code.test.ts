import { spawn, spawnSync } from 'child_process';
import { readFileSync } from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as ts from 'typescript';
import { LocalCache } from '../../tools/consumers/local-cache';
import { FakeSecretsManager } from '../../tools/secrets-manager/fake-secrets-manager';
import { serveSecretsManager } from '../../tools/secrets-manager/http-server';
import { whenThere } from '../support/servers/at-hand';

/** What the guide says to write into functions: its types are checked against the real packages, and it is run. */

const ROOT = path.resolve(__dirname, '../..');
const GUIDE = readFileSync(path.join(ROOT, 'docs/guides/consumers-lambda.md'), 'utf8');
const programsIn = (language: string) => [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code);
const [ASK_EXTENSION, USE_POWERTOOLS] = programsIn('typescript');
const [PYTHON] = programsIn('python');

const fake = new FakeSecretsManager();
const closes: (() => Promise<void>)[] = [];
const before = { ...process.env };
let endpoint: string;

function put(password: string): void {
  fake.perform('PutSecretValue', { SecretId: 'db', SecretString: JSON.stringify({ username: 'app', password }), ClientRequestToken: password.padEnd(32, '-') });
}

/** The module that a snippet is, as Node.js would load it. */
function loaded(code: string): any {
  const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const module = { exports: {} };
  new Function('require', 'exports', outputText)(createRequire(path.join(ROOT, 'test/snippet.js')), module.exports);
  return module.exports;
}

beforeAll(async () => {
  const served = await serveSecretsManager(fake);
  closes.push(served.close);
  endpoint = served.endpoint;
  fake.perform('CreateSecret', { Name: 'db', SecretString: '{}' });
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_SESSION_TOKEN: 'token-of-the-session',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    DB_SECRET_ARN: String(fake.perform('DescribeSecret', { SecretId: 'db' }).ARN),
  });
});

afterAll(async () => {
  process.env = before;
  for (const close of closes) await close();
});

test('its types are right', () => {
  const options: ts.CompilerOptions = {
    strict: true, skipLibCheck: true, noEmit: true, module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022, types: ['node'],
  };
  const sources = new Map([ASK_EXTENSION, USE_POWERTOOLS].map((code, index) => [path.join(ROOT, `test/guide-code.${index}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = file => sources.has(file) || fileExists(file);
  host.getSourceFile = (file, ...rest) =>
    sources.has(file) ? ts.createSourceFile(file, sources.get(file)!, ts.ScriptTarget.ES2022) : getSourceFile(file, ...rest);
  const program = ts.createProgram([...sources.keys()], options, host);
  const diagnostics = [...sources.keys()].flatMap(file => ts.getPreEmitDiagnostics(program, program.getSourceFile(file)));
  expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
});

test('the extension is asked as it wants to be', async () => {
  const secretsManager = new SecretsManagerClient({ endpoint });
  const extension = await LocalCache.start({ secretsManager, token: 'token-of-the-session', ttlMs: 0, takesRefreshNow: false });
  closes.unshift(async () => extension.stop());
  process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT = new URL(extension.endpoint).port;
  const { currentCredentials } = loaded(ASK_EXTENSION);
  put('first');
  expect(await currentCredentials()).toEqual({ username: 'app', password: 'first' });
  put('second');
  expect(await currentCredentials()).toEqual({ username: 'app', password: 'second' });
  process.env.AWS_SESSION_TOKEN = 'another';
  await expect(currentCredentials()).rejects.toThrow('the extension answers 403');
});

/** A server that takes one password. */
const REFUSED = new Error('refused');
const connectTo = (right: string, tried: string[]) => async ({ password }: { password: string }) => {
  tried.push(password);
  if (password !== right) throw REFUSED;
  return 'connected';
};

test('Powertools keeps a value, and reads a newer one after a refusal', async () => {
  const { logIn } = loaded(USE_POWERTOOLS);
  const isRefused = (error: unknown) => error === REFUSED;
  put('third');
  const tried: string[] = [];
  expect(await logIn(connectTo('third', tried), isRefused)).toBe('connected');
  put('fourth');
  expect(await logIn(connectTo('third', tried), isRefused)).toBe('connected');
  expect(await logIn(connectTo('fourth', tried), isRefused)).toBe('connected');
  expect(await logIn(connectTo('fourth', tried), isRefused)).toBe('connected');
  expect(tried).toEqual(['third', 'third', 'third', 'fourth', 'fourth']);
  await expect(logIn(connectTo('fifth', []), isRefused)).rejects.toBe(REFUSED);
});

describe('Python', () => {
  const python = process.env.POWERTOOLS_TEST_PYTHON;
  const missing = python === undefined ? 'Powertools for Python: set POWERTOOLS_TEST_PYTHON to a Python with aws-lambda-powertools and boto3' : undefined;

  whenThere(test, missing)('keeps a value, and reads a newer one after a refusal', async () => {
    put('sixth');
    const program = `${PYTHON}
import boto3

class Refused(Exception):
    pass

tried = []

def connect_to(right):
    def connect(credentials):
        tried.append(credentials["password"])
        if credentials["password"] != right:
            raise Refused()
        return "connected"
    return connect

assert log_in(connect_to("sixth"), Refused) == "connected"
boto3.client("secretsmanager").put_secret_value(SecretId=os.environ["DB_SECRET_ARN"], SecretString='{"username": "app", "password": "seventh"}')
assert log_in(connect_to("sixth"), Refused) == "connected"
assert log_in(connect_to("seventh"), Refused) == "connected"
assert log_in(connect_to("seventh"), Refused) == "connected"
assert tried == ["sixth", "sixth", "sixth", "seventh", "seventh"], tried
`;
    const ended = await new Promise<string>(resolve => {
      const child = spawn(python!, ['-c', program], { env: { ...process.env, AWS_DEFAULT_REGION: 'eu-west-1' } });
      let written = '';
      child.stderr.on('data', chunk => { written += chunk; });
      child.on('close', code => resolve(code === 0 ? '' : written || `exit code ${code}`));
    });
    expect(ended).toBe('');
  });

  test('is a program', () => {
    const { status, stderr } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: PYTHON, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('the functions of the example', () => {
  const handlerOf = (name: string) => loaded(readFileSync(path.join(ROOT, 'examples/lambda-extension/functions', name, 'index.js'), 'utf8')).handler;
  const putDatabase = (username: string) => fake.perform('PutSecretValue', {
    SecretId: 'db', SecretString: JSON.stringify({ host: 'db.example.com', port: 3306, username }), ClientRequestToken: username.padEnd(32, '-'),
  });

  test('list-orders asks in each invocation', async () => {
    const secretsManager = new SecretsManagerClient({ endpoint, region: 'eu-west-1' });
    const extension = await LocalCache.start({ secretsManager, token: 'token', ttlMs: 0, takesRefreshNow: false });
    closes.unshift(async () => extension.stop());
    Object.assign(process.env, { AWS_SESSION_TOKEN: 'token', PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(extension.endpoint).port });
    const handler = handlerOf('list-orders');
    putDatabase('one');
    expect(await handler()).toEqual({ database: 'db.example.com:3306', username: 'one' });
    putDatabase('two');
    expect(await handler()).toMatchObject({ username: 'two' });
  });

  test('nightly-report reads once, and again when it is started anew', async () => {
    putDatabase('three');
    const handler = handlerOf('nightly-report');
    expect(await handler()).toMatchObject({ username: 'three' });
    putDatabase('four');
    expect(await handler()).toMatchObject({ username: 'three' });
    expect(await handlerOf('nightly-report')()).toMatchObject({ username: 'four' });
  });
});
