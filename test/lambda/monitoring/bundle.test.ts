import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { ENVIRONMENT } from './environment';
import { Bundle, bundle, handlerNames } from '../../../tools/bundles/bundle';
import { licensesOf } from '../../../tools/bundles/licenses';
import { MAX_ZIPPED_BYTES, zippedBytes } from '../../../tools/bundles/size';
import { callBundle } from '../../../tools/lambda-runtime/bundle-process';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { serveSecretsManager } from '../../../tools/secrets-manager/http-server';

const ROOT = path.resolve(__dirname, '../../..');
/** Further binaries of Node.js, as test/lambda/rotation/bundles.test.ts has them. */
const NODES = [process.execPath, ...(process.env.ROTATION_TEST_NODES ?? '').split(path.delimiter).filter(node => node !== '')];

let folder: string;
let watcher: Bundle;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'watcher-bundle-'));
  watcher = await bundle(ROOT, 'watcher', 'monitoring');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('there is one function, no larger than it may be', () => {
  expect(handlerNames(ROOT, 'monitoring')).toEqual(['watcher']);
  expect(zippedBytes(watcher.contents)).toBeLessThanOrEqual(MAX_ZIPPED_BYTES.watcher);
});

test('it has no command that reads or changes a secret', () => {
  const commands = [...Buffer.from(watcher.contents).toString().matchAll(/\b[A-Z][A-Za-z]+(?:Secret|Secrets|SecretValue|Resource|Policy|VersionStage|ToRegions|Replication|ToReplica|Password|VersionIds)\b/g)]
    .map(([name]) => name).filter(name => /^(Get|Put|Batch|Create|Update|Delete|Restore|Rotate|Cancel|Tag|Untag|Replicate|Remove|Stop|List|Describe)/.test(name));
  expect(new Set(commands)).toEqual(new Set(['ListSecrets', 'DescribeSecret']));
});

test('it is the same, byte for byte, when it is built in another folder', async () => {
  const elsewhere = path.join(folder, 'somewhere-else');
  for (const part of ['lambda', 'src/rotation/contract', 'src/monitoring/contract']) cpSync(path.join(ROOT, part), path.join(elsewhere, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(elsewhere, 'node_modules'));
  const again = await bundle(elsewhere, 'watcher', 'monitoring');
  expect(Buffer.compare(again.contents, watcher.contents)).toBe(0);
  expect(Buffer.from(again.contents).includes(ROOT)).toBe(false);
});

test('every package in it is listed with its license', () => {
  const text = licensesOf(ROOT, [watcher]);
  expect(text).toMatch(/^@aws-sdk\/client-secrets-manager \S+ \(Apache-2.0\), in watcher$/m);
  const packages = [...text.matchAll(/^(\S+) \S+ \(([^)]+)\), in watcher$/gm)];
  expect(packages.length).toBeGreaterThan(3);
  expect(packages.filter(([, , license]) => !/^(Apache-2\.0|MIT|0BSD|ISC)$/.test(license))).toEqual([]);
  expect(text).not.toContain(ROOT);
});

test.each(NODES)('it looks at secrets from an empty folder under %s', async (node) => {
  const server = await serveSecretsManager(new FakeSecretsManager());
  const empty = mkdtempSync(path.join(folder, 'run-'));
  writeFileSync(path.join(empty, 'index.js'), watcher.contents);
  try {
    const environment = { ...ENVIRONMENT, SECRETS_MANAGER_ENDPOINT: server.endpoint };
    const { invocations, output } = await callBundle({ folder: empty, events: [{}], environment, node });
    expect(invocations[0].failure).toBeUndefined();
    expect(output).toContain('"The look is complete."');
  } finally {
    await server.close();
  }
});
