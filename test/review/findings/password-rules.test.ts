import { CfnResource, Stack, Validations, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { evidenceOf } from './evidence';
import { FindingOptions, findingsOf } from '../../../src/review/findings/findings-of';
import { ENV, testApp } from '../../support/test-app';

const RULE = 'cdk-managed-secrets::password-not-needed';

interface Case {
  readonly type?: string;
  readonly database: Record<string, unknown>;
  readonly isRotated?: boolean;
  readonly prepare?: (stack: Stack, secret: secretsmanager.CfnSecret) => void;
}

/** A secret that is attached to a database, as templates of any making have it. */
function reviewed({ type = 'AWS::RDS::DBInstance', database, isRotated = true, prepare }: Case, options?: FindingOptions) {
  const app = testApp();
  const stack = new Stack(app, 'Shop', { env: ENV });
  const secret = new secretsmanager.CfnSecret(stack, 'Secret', { name: 'prod/shop/db', kmsKeyId: 'alias/of-another-app' });
  const target = new CfnResource(stack, 'Database', { type, properties: database });
  new secretsmanager.CfnSecretTargetAttachment(stack, 'Attachment', { secretId: secret.ref, targetId: target.ref, targetType: type });
  if (isRotated) {
    new secretsmanager.CfnRotationSchedule(stack, 'Rotation', {
      secretId: secret.ref, hostedRotationLambda: { rotationType: 'MySQLSingleUser' }, rotationRules: { scheduleExpression: 'rate(30 days)' },
    });
  }
  prepare?.(stack, secret);
  const { findings, hints, acknowledged } = findingsOf(evidenceOf(app), options);
  return { findings: findings.filter(({ rule }) => rule === RULE), hints, acknowledged, needless: findings.filter(({ rule }) => rule.includes('acknowledgement')) };
}

const POSTGRES = { Engine: 'postgres', EngineVersion: '17.5' };
const ON = /takes logins by IAM/;
const POSSIBLE = /could take logins by IAM.*not turned on/;

test.each<[string, Case, RegExp]>([
  ['PostgreSQL', { database: POSTGRES }, POSSIBLE],
  ['PostgreSQL, turned on', { database: { ...POSTGRES, EnableIAMDatabaseAuthentication: true } }, ON],
  ['MySQL', { database: { Engine: 'mysql' } }, POSSIBLE],
  ['MariaDB since 10.6', { database: { Engine: 'mariadb', EngineVersion: '10.6.14' } }, POSSIBLE],
  ['MariaDB 11.4', { database: { Engine: 'mariadb', EngineVersion: '11.4' } }, POSSIBLE],
  ['Aurora MySQL', { type: 'AWS::RDS::DBCluster', database: { Engine: 'aurora-mysql', EnableIAMDatabaseAuthentication: 'true' } }, ON],
  ['Aurora PostgreSQL', { type: 'AWS::RDS::DBCluster', database: { Engine: 'aurora-postgresql' } }, POSSIBLE],
  ['DocumentDB 5.0', { type: 'AWS::DocDB::DBCluster', database: { EngineVersion: '5.0.0' } }, ON],
  ['Redshift', { type: 'AWS::Redshift::Cluster', database: {} }, ON],
])('%s: one hint, which is no finding', (_, given, message) => {
  expect(reviewed(given)).toMatchObject({
    findings: [], hints: [{ rule: RULE, severity: 'note', place: { path: 'Shop/Secret' }, message: expect.stringMatching(message) }], needless: [],
  });
});

test.each<[string, Case]>([
  ['a password that is not rotated', { database: POSTGRES, isRotated: false }],
  ['Oracle', { database: { Engine: 'oracle-se2' } }],
  ['SQL Server', { database: { Engine: 'sqlserver-se' } }],
  ['MariaDB 10.5', { database: { Engine: 'mariadb', EngineVersion: '10.5.20' } }],
  ['a MariaDB of a version that is not known', { database: { Engine: 'mariadb' } }],
  ['a Multi-AZ cluster, of which it is not known', { type: 'AWS::RDS::DBCluster', database: POSTGRES }],
  ['DocumentDB 4.0', { type: 'AWS::DocDB::DBCluster', database: { EngineVersion: '4.0.0' } }],
  ['DocumentDB of a version that is not known', { type: 'AWS::DocDB::DBCluster', database: {} }],
  ['the master user, who lets others log in', {
    database: POSTGRES,
    prepare: (stack, secret) => {
      const database = stack.node.findChild('Database') as CfnResource;
      const reference = ['{{resolve:secretsmanager:', { Ref: stack.getLogicalId(secret) }, ':SecretString:password::}}'];
      database.addPropertyOverride('MasterUserPassword', { 'Fn::Join': ['', reference] });
    },
  }],
])('no hint: %s', (_, given) => {
  expect(reviewed(given)).toEqual({ findings: [], hints: [], acknowledged: [], needless: [] });
});

test('an acknowledgement takes it away, and is not needless', () => {
  const prepare: Case['prepare'] = (_, secret) => {
    Validations.of(secret).acknowledge({ id: RULE, reason: 'The report tool of the vendor takes a password alone.' });
  };
  const { findings, hints, acknowledged, needless } = reviewed({ database: POSTGRES, prepare });
  expect([findings, hints, needless]).toEqual([[], [], []]);
  expect(acknowledged).toMatchObject([{ finding: { rule: RULE } }]);
});

test.each([RULE, 'password-not-needed'])('who decides how bad it is gets a finding: %s', rule => {
  expect(reviewed({ database: POSTGRES }, { severities: { [rule]: 'warning' } })).toMatchObject({ findings: [{ severity: 'warning' }], hints: [] });
  expect(reviewed({ database: POSTGRES }, { severities: { [rule]: 'off' } })).toMatchObject({ findings: [], hints: [] });
});
