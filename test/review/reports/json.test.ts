import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import Ajv from 'ajv';
import { json } from '../../../src/review/reports/json';
import { jsonSchemaOf, Schema } from '../../../tools/review/json-schema';
import { access, documentWith, finding, placeOf, role, secret, statement } from '../documents';

const ROOT = path.resolve(__dirname, '../../..');
const PUBLISHED = path.join(ROOT, 'schema/review-1.0.json');
const ADDRESS = 'https://github.com/cdk-managed-secrets/cdk-managed-secrets/blob/main/schema/review-1.0.json';

const fromTypes: Schema = { $id: ADDRESS, title: 'The review of cdk-managed-secrets', ...jsonSchemaOf(path.join(ROOT, 'src/review/document/review-document.ts'), 'ReviewDocument') };

const KEY = secret('Shop/Key', { rotation: { place: placeOf('Shop/Rotation'), schedule: 'rate(30 days)', onUpdate: true, rotator: { kind: 'function', name: 'Shop/Rotator' }, windows: [] } });
const READER = role('Shop/Reader');
const FULL = documentWith({
  secrets: [KEY],
  principals: [READER],
  access: [access(KEY, READER, { read: { path: [0] }, manage: { decision: 'allowed-if', because: ['it is Sunday'], actions: ['secretsmanager:DeleteSecret'] } })],
  statements: [statement('Shop/Reader/DefaultPolicy')],
  findings: [finding('cdk-managed-secrets::plaintext-value', 'Shop/Key', { place: { ...placeOf('Shop/Key'), source: { file: 'app.ts', line: 3 } } })],
});

test('the published schema is that of the types: `UPDATE_TABLES=1` writes it', () => {
  const text = `${JSON.stringify(fromTypes, undefined, 2)}\n`;
  if (process.env.UPDATE_TABLES && !process.env.CI) writeFileSync(PUBLISHED, text);

  expect(readFileSync(PUBLISHED, 'utf8')).toBe(text);
});

describe('the schema', () => {
  const validate = new Ajv().compile(fromTypes);
  const flaws = (document: unknown) => validate(document) ? [] : validate.errors!.map(({ dataPath, message }) => `${dataPath} ${message}`);

  test('takes what is printed', () => {
    expect(flaws(JSON.parse(json(FULL)))).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['another version', { schemaVersion: '2.0' }, '.schemaVersion should be equal to constant'],
    ['a document without secrets', { secrets: undefined }, " should have required property 'secrets'"],
    ['a decision that is none', { access: [{ secret: 'a', principal: 'b', operations: { read: { decision: 'perhaps', because: [], path: [] } } }] },
      '.access[0].operations.read.decision should be equal to one of the allowed values'],
    ['an operation without its decision', { access: [{ secret: 'a', principal: 'b', operations: { read: {} } }] }, ''],
    ['a severity that is none', { findings: [{ ...FULL.findings[0], severity: 'fatal' }] }, '.findings[0].severity should be equal to one of the allowed values'],
  ])('refuses %s', (_, change, flaw) => {
    expect(flaws(JSON.parse(JSON.stringify({ ...FULL, ...change })))).toEqual([expect.stringContaining(flaw)]);
  });

  test('says what each of its parts means', () => {
    const { definitions } = fromTypes as { definitions: Record<string, { properties: object }> };
    expect(Object.keys(definitions)).toEqual(expect.arrayContaining(['ReviewDocument', 'SecretEntry', 'AccessEntry', 'Decided', 'FindingEntry']));
    expect(JSON.stringify(fromTypes)).toContain('what must hold, in words');
  });
});
