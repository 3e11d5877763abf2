import { exampleNames } from '../../tools/examples/examples';
import type { Template } from '../../tools/examples/synthesis';
import { compareApi } from '../../tools/upgrade/api';
import { baselineAssembly, baselineTemplates } from '../../tools/upgrade/baseline';
import { replacementsBetween } from '../../tools/upgrade/replacements';

/** What an upgrade of this package does to an app that is deployed. test/examples.test.ts asks it of every example. */

const GOLDEN = baselineTemplates()['golden-path'];
const [STACK] = Object.keys(GOLDEN).filter(each => each.includes('prod') && idsOf(GOLDEN[each], 'AWS::SecretsManager::Secret').length > 0);
const before = GOLDEN[STACK];

function idsOf({ Resources = {} }: Template, type: string): string[] {
  return Object.keys(Resources).filter(id => Resources[id].Type === type);
}

/** The same template, in which one resource of the type is another one. */
function changed(type: string, change: (resource: Record<string, any>) => void): Template {
  const after = structuredClone(before) as Template;
  change(after.Resources![idsOf(after, type)[0]]);
  return after;
}

function moved(type: string, suffix: string): Template {
  const [id] = idsOf(before, type);
  const { [id]: resource, ...others } = before.Resources!;
  return { ...before, Resources: { ...others, [`${id}${suffix}`]: resource } };
}

test('the same template replaces nothing', () => {
  expect(replacementsBetween(before, structuredClone(before))).toEqual([]);
});

test.each<[string, Template, string, string[]]>([
  ['the name of a secret', changed('AWS::SecretsManager::Secret', ({ Properties }) => { Properties.Name = 'prod/payments/other'; }), 'WILL_REPLACE', ['Name']],
  ['the logical id of a secret', moved('AWS::SecretsManager::Secret', 'New'), 'WILL_ORPHAN', []],
  ['the logical id of a key', moved('AWS::KMS::Key', 'New'), 'WILL_ORPHAN', []],
  ['the name of an alias', changed('AWS::KMS::Alias', ({ Properties }) => { Properties.AliasName = 'alias/secrets/other'; }), 'WILL_REPLACE', ['AliasName']],
])('%s is found', (_, after, impact, properties) => {
  expect(replacementsBetween(before, after)).toContainEqual(expect.objectContaining({ isOfSecrets: true, impact, properties }));
});

test.each<[string, Template]>([
  ['a description', changed('AWS::SecretsManager::Secret', ({ Properties }) => { Properties.Description = 'Another one'; })],
  ['the policy of a key', changed('AWS::KMS::Key', ({ Properties }) => { Properties.KeyPolicy.Statement.pop(); })],
])('%s replaces nothing', (_, after) => {
  expect(replacementsBetween(before, after)).toEqual([]);
});

test('the templates of the last release are those of examples that are there', () => {
  expect(Object.keys(baselineTemplates()).filter(name => !exampleNames().includes(name))).toEqual([]);
});

describe('the API of the last release', () => {
  const assembly = baselineAssembly() as { types: Record<string, { properties?: { name: string }[] }> };

  test('is not compatible with one that lost a class and a prop', () => {
    const after = structuredClone(assembly);
    delete after.types['cdk-managed-secrets.EmergencyRevocation'];
    const props = after.types['cdk-managed-secrets.ManagedSecretProps'];
    props.properties = props.properties!.filter(({ name }) => name !== 'purpose');

    const { isCompatible, words } = compareApi(assembly, after);
    expect(isCompatible).toBe(false);
    expect(words).toContain('[removed:cdk-managed-secrets.EmergencyRevocation]');
    expect(words).toContain('[removed:cdk-managed-secrets.ManagedSecretProps.purpose]');
  });
});
