import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { cli } from '../../../src/review/command/cli';
import type { ReviewDocument } from '../../../src/review/document/review-document';
import { MARKER } from '../../../src/review/reports/difference-markdown';
import { access, documentWith, role, secret } from '../documents';

const folder = mkdtempSync(path.join(tmpdir(), 'diff-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [key, worker] = [secret('Shop/ApiKey'), role('Shop/Worker')];
const nobody = written('before.json', documentWith({ secrets: [key], principals: [worker] }));
const reader = written('after.json', documentWith({ secrets: [key], principals: [worker], access: [access(key, worker, { read: {} })] }));
const unread = written('unread.json', documentWith({ secrets: [key], principals: [worker], problems: ['stack X is not read'] }));

function written(name: string, document: ReviewDocument | string): string {
  writeFileSync(path.join(folder, name), typeof document === 'string' ? document : JSON.stringify(document));
  return name;
}

/** Runs the command as a terminal would. */
async function diff(...args: string[]) {
  let [out, err] = ['', ''];
  const code = await cli(['diff', ...args], {
    directory: folder, isTTY: false, noColor: true, print: text => { out += text; }, warn: text => { err += text; },
  });
  return { code, out, err };
}

test('prints the headline and who gains what, as Markdown', async () => {
  const { code, out } = await diff(nobody, reader);
  expect(out).toContain('**1 principal gains access.**');
  expect(out).toContain('| role `Shop/Worker` | `prod/shop/apikey` | may not read | may read |');
  expect(code).toBe(0);
});

test.each([
  ['access-gained', 1], ['access-lost', 0], ['value-lost,access-gained', 1], ['not-decided', 0],
])('--fail-on %s', async (kinds, expected) => {
  expect((await diff(nobody, reader, '--fail-on', kinds)).code).toBe(expected);
});

test('what could not be reviewed has an exit code of its own, and the rest is there', async () => {
  const { code, out } = await diff(unread, reader, '--fail-on', 'access-gained');
  expect(code).toBe(3);
  expect(out).toContain('stack X is not read');
  expect(out).toContain('1 principal gains access');
});

test.each(['github', 'gitlab'])('--format %s begins with the marker, by which the comment is found again', async format => {
  expect((await diff(nobody, reader, '--format', format)).out.startsWith(`${MARKER}\n`)).toBe(true);
});

test('--format json and --format html, into a file', async () => {
  await diff(nobody, reader, '--format', 'json', '--output', 'out/diff.json');
  await diff(nobody, reader, '--format', 'html', '--output', 'out/diff.html');
  expect(JSON.parse(readFileSync(path.join(folder, 'out/diff.json'), 'utf8'))).toMatchObject({ schemaVersion: '1.0', kinds: ['access-gained'] });
  expect(readFileSync(path.join(folder, 'out/diff.html'), 'utf8')).toContain('What changes against');
});

test.each([
  ['one side', [nobody], /^cdk-managed-secrets diff: diff takes two assemblies, the older one first, and got 1$/],
  ['three sides', [nobody, reader, reader], /got 3$/],
  ['a folder that is no assembly', ['nowhere', reader], /nowhere/],
  ['a file that is no review', [written('no.json', '{}'), reader], /no\.json is no review of schema 1\.0; write it with/],
  ['a file that is no JSON', [written('no.txt', 'x'), reader], /no\.txt is no review of schema 1\.0/],
  ['another format', [nobody, reader, '--format', 'pdf'], /--format must be one of github, gitlab, markdown, html, json, got "pdf"/],
  ['another kind', [nobody, reader, '--fail-on', 'all'], /--fail-on takes access-gained, .*, got "all"/],
  ['an option that is none', [nobody, reader, '--quick'], /--quick.*see cdk-managed-secrets diff --help/],
])('%s is one line, and exit code 2', async (_, args, message) => {
  const { code, out, err } = await diff(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
  expect(err.split('\n')).toHaveLength(1);
});
