import { readFileSync } from 'fs';
import * as path from 'path';
import Ajv from 'ajv';
import draft04 from 'ajv/lib/refs/json-schema-draft-04.json';
import { RULES } from '../../../src/review/findings/rules';
import { sarif } from '../../../src/review/reports/sarif';
import { documentWith, finding, placeOf } from '../documents';

const SCHEMA = JSON.parse(readFileSync(path.join(__dirname, '../../support/sarif/sarif-2.1.0-rtm.5.json'), 'utf8'));
const DIRECTORY = path.resolve('/home/somebody/shop');

function flaws(log: unknown): string[] {
  const ajv = new Ajv({ schemaId: 'auto', meta: false, unknownFormats: 'ignore' });
  ajv.addMetaSchema(draft04);
  return ajv.validate(SCHEMA, log) ? [] : ajv.errors!.map(({ dataPath, message }) => `${dataPath} ${message}`);
}

const plaintext = finding('cdk-managed-secrets::plaintext-value', 'Shop/Key', {
  message: 'the field <b>|`password`</b>\n is a literal', place: { ...placeOf('Shop/Key'), source: { file: path.join(DIRECTORY, 'lib/my app.ts'), line: 12 } },
});
const late = finding('cdk-managed-secrets::rotation-late', 'Shop/Rotation', { severity: 'warning' });
const document = {
  ...documentWith({ findings: [plaintext, late], problems: ['Shop.template.json is no JSON; synthesize the app again'] }),
  acknowledged: [{ finding: finding('cdk-managed-secrets::name-in-hierarchy', 'Shop/Old', { severity: 'note' }), reason: 'It is deployed.' }],
};
const log = JSON.parse(sarif(document, DIRECTORY));
const [{ results, tool, invocations }] = log.runs;

test('passes the schema of SARIF 2.1.0, with findings and without', () => {
  expect(flaws(log)).toEqual([]);
  expect(flaws(JSON.parse(sarif(documentWith(), DIRECTORY)))).toEqual([]);
});

test('the schema refuses what is no SARIF', () => {
  expect(flaws({ version: '2.1.0' })).toEqual([" should have required property 'runs'"]);
  expect(flaws({ ...log, runs: [{ ...log.runs[0], results: [{ level: 'fatal' }] }] })).not.toEqual([]);
});

test('describes every rule, and each result is of one of them', () => {
  expect(tool.driver.rules).toHaveLength(RULES.length);
  const ids = tool.driver.rules.map(({ id }: { id: string }) => id);
  expect(results.filter(({ ruleId }: { ruleId: string }) => !ids.includes(ruleId))).toEqual([]);
});

test('leads to file and line, or to the template where the line is not known', () => {
  const physical = results.map(({ locations: [{ physicalLocation }] }: any) => physicalLocation);

  expect(physical[0]).toEqual({ artifactLocation: { uri: 'lib/my%20app.ts' }, region: { startLine: 12 } });
  expect(physical[1]).toEqual({ artifactLocation: { uri: 'cdk.out/Shop.template.json' } });
});

test('names a file outside of the directory by its whole address', () => {
  const elsewhere = { ...plaintext, place: { ...plaintext.place, source: { file: path.resolve('/opt/lib/secrets.ts'), line: 1 } } };
  const [{ locations: [{ physicalLocation }] }] = JSON.parse(sarif(documentWith({ findings: [elsewhere] }), DIRECTORY)).runs[0].results;

  expect(physicalLocation.artifactLocation.uri).toMatch(/^file:\/\/\/.*opt\/lib\/secrets\.ts$/);
});

test('has what is acknowledged as suppressed, with its reason, and what could not be reviewed as a notification', () => {
  expect(results.map(({ level, suppressions }: any) => [level, suppressions])).toEqual([
    ['error', undefined], ['warning', undefined], ['note', [{ kind: 'inSource', justification: 'It is deployed.' }]],
  ]);
  expect(invocations[0]).toMatchObject({ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', message: { text: document.problems[0] } }] });
});
