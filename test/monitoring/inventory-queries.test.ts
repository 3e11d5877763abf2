import { readFileSync } from 'fs';
import * as path from 'path';

/** The queries of the guide, held against what AWS Config knows of each type, and the part of SQL that it takes. */

const GUIDE = readFileSync(path.join(__dirname, '../../docs/guides/organization.md'), 'utf8');
const QUERIES = [...GUIDE.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, query]) => [query.replace(/\s+/g, ' ').trim()]);

/** Of github.com/awslabs/aws-config-resource-schema, what the queries may name. */
const OF_ALL_TYPES = ['accountId', 'arn', 'awsRegion', 'resourceId', 'resourceName', 'resourceType', 'tags.key', 'tags.tag', 'tags.value'];
const PROPERTIES: Record<string, string[]> = {
  'AWS::SecretsManager::Secret': [
    'ARN', 'Deleted', 'Description', 'KMSKeyId', 'Name', 'RotationEnabled', 'RotationLambdaARN', 'RotationOccurringAsScheduled',
    'RotationRules.AutomaticallyAfterDays', 'RotationRules.AutomaticallyAfterHours', 'RotationRules.RotationDuration',
    'RotationRules.RotationScheduleExpression',
  ],
  'AWS::KMS::Key': ['arn', 'creationDate', 'deletionDate', 'description', 'enabled', 'keyId', 'keyManager', 'keyState', 'keyUsage', 'origin'],
  'AWS::Config::ResourceCompliance': [
    'complianceType', 'configRuleList.complianceType', 'configRuleList.configRuleName', 'targetResourceId', 'targetResourceType',
  ],
};

const PROPERTY = '[A-Za-z.]+';
const TEXT = '\'[^\']+\'';
const CONDITION = `${PROPERTY} (= ${TEXT}|LIKE ${TEXT}|IN \\(${TEXT}(, ${TEXT})*\\))`;
const LIST = `(${PROPERTY}|COUNT\\(\\*\\))(, (${PROPERTY}|COUNT\\(\\*\\)))*`;
const GRAMMAR = new RegExp(`^SELECT ${LIST} WHERE ${CONDITION}( AND ${CONDITION})*( GROUP BY ${PROPERTY}(, ${PROPERTY})*)?$`);

function flawsOf(query: string): string[] {
  const [, type] = /resourceType = '([^']+)'/.exec(query) ?? [];
  const known = [...OF_ALL_TYPES, ...(PROPERTIES[type] ?? []).map(name => `configuration.${name}`)];
  const words = query.replace(new RegExp(TEXT, 'g'), '').match(/[A-Za-z][\w.]*/g)!.filter(word => !/^[A-Z]{2,}$/.test(word));
  return [
    ...GRAMMAR.test(query) ? [] : ['it is not in the grammar'],
    ...query.length <= 4096 ? [] : ['it is longer than 4,096 characters'],
    ...words.filter(word => !known.includes(word)).map(word => `${type} has no ${word}`),
  ];
}

test('there are queries', () => {
  expect(QUERIES.length).toBeGreaterThan(4);
});

test.each(QUERIES)('%s', query => {
  expect(flawsOf(query)).toEqual([]);
});

test.each([
  ['SELECT arn FROM secrets WHERE resourceType = \'AWS::KMS::Key\'', 'it is not in the grammar'],
  ['SELECT arn, configuration.KmsKeyId WHERE resourceType = \'AWS::SecretsManager::Secret\'', 'AWS::SecretsManager::Secret has no configuration.KmsKeyId'],
  ['SELECT arn WHERE resourceType = \'AWS::KMS::Key\' AND LIKE \'x\'', 'it is not in the grammar'],
])('%s is found wrong', (query, flaw) => {
  expect(flawsOf(query)).toContain(flaw);
});
