import { readFileSync } from 'fs';
import * as path from 'path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { baselineTemplates } from '../../tools/upgrade/baseline';

/** What `cdk import` asks of a template, for what a deleted stack leaves behind. */

const GUIDE = readFileSync(path.join(__dirname, '../../docs/guides/importing-again.md'), 'utf8');
const TEMPLATES = Object.values(baselineTemplates()).flatMap(stacks => Object.values(stacks));
const RESOURCES = TEMPLATES.flatMap(({ Resources = {} }) => Object.values(Resources));
const TYPES = [...new Set(RESOURCES.map(({ Type }) => Type))].filter(type => /^AWS::(KMS|SecretsManager)::/.test(type));

const SPECIFICATION = loadAwsServiceSpecSync();

/** The row of the guide: what becomes of the type, and by what it is imported. */
function rowOf(type: string): string[] {
  const line = GUIDE.split('\n').find(each => each.startsWith('| `AWS::') && each.split('|')[1].includes(`\`${type}\``));
  return line?.split('|').slice(2, 4).map(each => each.trim()) ?? [];
}

test.each(TYPES)('the guide says what becomes of %s', type => {
  const policies = new Set(RESOURCES.filter(({ Type }) => Type === type).map(({ DeletionPolicy }) => DeletionPolicy));
  const [identifier, ...others] = SPECIFICATION.lookup('resource', 'cloudFormationType', 'equals', type).only().primaryIdentifier!;
  const [fate, key] = rowOf(type);
  if (policies.has(undefined)) {
    expect([...policies]).toEqual([undefined]);
    expect(fate).toMatch(/^deleted/);
    expect(key).toMatch(/^not needed/);
  } else {
    expect([...policies].filter(policy => !['Retain', 'RetainExceptOnCreate'].includes(policy as string))).toEqual([]);
    expect(fate).toMatch(/^kept/);
    expect(key).toContain(`\`${identifier}\``);
    expect(others).toEqual([]);
  }
});

test('there are secrets and keys among the templates', () => {
  expect(TYPES).toEqual(expect.arrayContaining(['AWS::SecretsManager::Secret', 'AWS::KMS::Key', 'AWS::KMS::ReplicaKey']));
});
