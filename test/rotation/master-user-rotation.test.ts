import {
  aws_docdb as docdb, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_rds as rds, aws_redshift as redshift, aws_redshiftserverless as serverless,
  aws_secretsmanager as secretsmanager, Duration, Stack,
} from 'aws-cdk-lib';
import {
  ManagedSecret, MasterUserRotation, MasterUserRotationProps, RotationSchedule, RotationTarget, SecretEncryption,
} from 'cdk-managed-secrets';
import { cluster, endpoint, idsOf, instance, resourceOf, resourcesOf, rotated, SUPERUSER_ARN, World, world } from './rotated-databases';
import { proves } from '../support/proofs';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const MONTHLY = RotationSchedule.cron({ day: '1', hour: '3', window: Duration.hours(2) });

let here: World;

beforeEach(() => {
  here = world();
});

/** What the tests of a `describe` show, for the table of README.md. */
function provesOf(service: string): void {
  proves(async () => ({
    credential: `master users of ${service}`, strategies: ['as the service does it'], server: 'its template alone', rotator: 'managed by AWS',
  }));
}

function managed<T extends rds.DatabaseInstance | rds.DatabaseCluster>(database: T): T {
  (database.node.defaultChild as rds.CfnDBInstance | rds.CfnDBCluster).manageMasterUserPassword = true;
  return database;
}

describe('the master user\'s password, which Amazon RDS manages', () => {
  provesOf('Amazon RDS');

  test.each<[string, (at: World) => RotationTarget, string]>([
    ['an instance', at => RotationTarget.fromInstance(managed(instance(at))), 'AWS::RDS::DBInstance'],
    ['a cluster', at => RotationTarget.fromCluster(managed(cluster(at))), 'AWS::RDS::DBCluster'],
  ])('of %s, is rotated by the service on a schedule, and not at once', (_, database, type) => {
    new MasterUserRotation(here.stack, 'Master', { database: database(here), schedule: MONTHLY });
    expect(resourceOf(here.stack, SCHEDULE).Properties).toEqual({
      SecretId: { 'Fn::GetAtt': [idsOf(here.stack, type)[0], 'MasterUserSecret.SecretArn'] },
      RotationRules: { ScheduleExpression: 'cron(0 3 1 * ? *)', Duration: '2h' },
      RotateImmediatelyOnUpdate: false,
    });
  });

  test('of an import, is rotated in the secret that is given', () => {
    const masterUserSecret = secretsmanager.Secret.fromSecretCompleteArn(here.stack, 'MasterSecret', SUPERUSER_ARN);
    new MasterUserRotation(here.stack, 'Master', { database: endpoint(), schedule: MONTHLY, masterUserSecret });
    expect(resourceOf(here.stack, SCHEDULE).Properties.SecretId).toBe(SUPERUSER_ARN);
  });

  test('needs no function, no role and no permission', () => {
    new MasterUserRotation(here.stack, 'Master', { database: RotationTarget.fromInstance(managed(instance(here))), schedule: MONTHLY });
    expect(Object.values(resourcesOf(here.stack)).map(({ Type }) => Type).filter(type => /Lambda|IAM/.test(type))).toEqual([]);
  });

  test('has a schedule whose logical id is part of the contract', () => {
    new MasterUserRotation(here.stack, 'Master', { database: RotationTarget.fromInstance(managed(instance(here))), schedule: MONTHLY });
    expect(idsOf(here.stack, SCHEDULE)).toEqual(['Master1645C907']);
  });
});

describe('a second schedule of a master user', () => {
  test.each<[string, (at: World) => () => object]>([
    ['of a database of this app', at => {
      const database = RotationTarget.fromInstance(managed(instance(at)));
      return () => ({ database });
    }],
    ['of an imported one, whose secret is imported twice', at => {
      const superuser = () => secretsmanager.Secret.fromSecretCompleteArn(at.stack, `Imported${at.stack.node.children.length}`, SUPERUSER_ARN);
      return () => ({ database: endpoint(), masterUserSecret: superuser() });
    }],
  ])('%s is refused', (_, props) => {
    const next = props(here);
    new MasterUserRotation(here.stack, 'First', { schedule: MONTHLY, ...next() } as MasterUserRotationProps);
    expect(() => new MasterUserRotation(here.stack, 'Second', { schedule: MONTHLY, ...next() } as MasterUserRotationProps))
      .toThrow('a secret must have one schedule, because Secrets Manager keeps one, and Stack/First/Resource is there already; change that one [at Stack/Second]');
  });

  test('is refused also where an import of the L2 made the first, in another stack', () => {
    const other = new Stack(here.stack.node.root, 'Other');
    secretsmanager.Secret.fromSecretCompleteArn(other, 'Imported', SUPERUSER_ARN)
      .addRotationSchedule('First', { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser() });
    const masterUserSecret = secretsmanager.Secret.fromSecretCompleteArn(here.stack, 'Imported', SUPERUSER_ARN);
    expect(() => new MasterUserRotation(here.stack, 'Second', { schedule: MONTHLY, database: endpoint(), masterUserSecret }))
      .toThrow(/a secret must have one schedule, .* and Other\/Imported\/First\/Resource is there already.*\[at Stack\/Second\]/);
  });

  test('nor is a secret of this app taken for one that Amazon RDS manages', () => {
    const masterUserSecret = new ManagedSecret(here.stack, 'Managed', { namespace: here.namespace, purpose: 'managed' });
    expect(() => new MasterUserRotation(here.stack, 'Master', { database: endpoint(), schedule: MONTHLY, masterUserSecret }))
      .toThrow(/`masterUserSecret` must be the one that Amazon RDS manages, got Stack\/Managed of this app.*\[at Stack\/Master\]/);
  });
});

function warehouse(props: Partial<redshift.CfnClusterProps> = {}): redshift.CfnCluster {
  return new redshift.CfnCluster(here.stack, 'Warehouse', {
    clusterType: 'multi-node', dbName: 'sales', nodeType: 'ra3.large', masterUsername: 'chief', manageMasterPassword: true, ...props,
  });
}

function workgroup(props: Partial<serverless.CfnNamespaceProps> = {}): serverless.CfnWorkgroup {
  new serverless.CfnNamespace(here.stack, 'Namespace', { namespaceName: 'sales', adminUsername: 'chief', manageAdminPassword: true, ...props });
  return new serverless.CfnWorkgroup(here.stack, 'Workgroup', { workgroupName: 'sales', namespaceName: 'sales' });
}

const REDSHIFT_ARN = SUPERUSER_ARN.replace('rds!cluster', 'redshift!sales-chief');
const imported = () => secretsmanager.Secret.fromSecretCompleteArn(here.stack, 'MasterSecret', REDSHIFT_ARN);

describe('the master user\'s password, which Amazon Redshift manages', () => {
  provesOf('Amazon Redshift');

  test('of a cluster, is rotated by the service on a schedule, under the key that the cluster names', () => {
    const key = new kms.Key(here.stack, 'MasterKey');
    const database = RotationTarget.fromRedshiftCluster(warehouse({ masterPasswordSecretKmsKeyId: key.keyId }));
    new MasterUserRotation(here.stack, 'Master', { database, schedule: MONTHLY });
    expect(resourceOf(here.stack, SCHEDULE).Properties).toEqual({
      SecretId: { 'Fn::GetAtt': ['Warehouse', 'MasterPasswordSecretArn'] },
      RotationRules: { ScheduleExpression: 'cron(0 3 1 * ? *)', Duration: '2h' },
      RotateImmediatelyOnUpdate: false,
    });
    expect(resourceOf(here.stack, 'AWS::Redshift::Cluster').Properties.MasterPasswordSecretKmsKeyId).toEqual({ Ref: expect.stringMatching(/^MasterKey/) });
  });

  test.each<[string, string, () => string]>([
    ['Amazon Redshift', 'MasterPasswordSecretArn', () => warehouse().attrMasterPasswordSecretArn],
    ['Amazon RDS', 'MasterUserSecret.SecretArn', () => (managed(cluster(here)).node.defaultChild as rds.CfnDBCluster).attrMasterUserSecretSecretArn],
  ])('of %s, is granted with the use of the key', (_, attribute, arnOf) => {
    const key = new kms.Key(here.stack, 'MasterKey');
    const secret = ManagedSecret.fromArn(here.stack, 'Chief', arnOf(), SecretEncryption.customerManagedKey(key));
    secret.grantRead(new iam.Role(here.stack, 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }));
    const { Statement } = resourceOf(here.stack, 'AWS::IAM::Policy', 'ReaderDefaultPolicy').Properties.PolicyDocument;
    const arn = { 'Fn::GetAtt': [expect.any(String), attribute] };
    expect(Statement).toEqual([
      expect.objectContaining({ Effect: 'Allow', Resource: arn }),
      expect.objectContaining({ Action: 'kms:Decrypt', Condition: expect.objectContaining({ StringLike: { 'kms:EncryptionContext:SecretARN': [arn] } }) }),
    ]);
  });

  test('of a workgroup, is rotated in the secret that is given, which CloudFormation does not tell', () => {
    new MasterUserRotation(here.stack, 'Master', {
      database: RotationTarget.fromRedshiftServerless(workgroup()), schedule: MONTHLY, masterUserSecret: imported(),
    });
    expect(resourceOf(here.stack, SCHEDULE).Properties.SecretId).toBe(REDSHIFT_ARN);
  });

  test.each<[string, () => Partial<MasterUserRotationProps>, RegExp]>([
    ['of a cluster that has a password of its own', () => ({ database: RotationTarget.fromRedshiftCluster(warehouse({ manageMasterPassword: undefined })) }),
      /`database` must be one whose master user's password Amazon Redshift manages; set `manageMasterPassword` on Stack\/Warehouse/],
    ['of a cluster with both', () => ({ database: RotationTarget.fromRedshiftCluster(warehouse({ masterUserPassword: 'x' })) }),
      /`masterUserPassword` of Stack\/Warehouse must not be given with `manageMasterPassword`, because Amazon Redshift refuses both/],
    ['of a cluster that knows its secret, with another', () => ({ database: RotationTarget.fromRedshiftCluster(warehouse()), masterUserSecret: imported() }),
      /`masterUserSecret` must be left out, because Stack\/Warehouse knows its own/],
    ['of a namespace that has a password of its own', () => ({ database: RotationTarget.fromRedshiftServerless(workgroup({ manageAdminPassword: false })), masterUserSecret: imported() }),
      /password Amazon Redshift Serverless manages; set `manageAdminPassword` on Stack\/Namespace/],
    ['of a namespace with both', () => ({ database: RotationTarget.fromRedshiftServerless(workgroup({ adminUserPassword: 'x' })), masterUserSecret: imported() }),
      /`adminUserPassword` of Stack\/Namespace must not be given with `manageAdminPassword`/],
    ['of a namespace without its secret', () => ({ database: RotationTarget.fromRedshiftServerless(workgroup()) }),
      /`masterUserSecret` must be given, because CloudFormation does not tell which one Amazon Redshift Serverless makes for Stack\/Namespace; deploy that first/],
    ['in a secret of this app', () => ({
      database: RotationTarget.fromRedshiftCluster(warehouse()), masterUserSecret: new ManagedSecret(here.stack, 'Managed', { namespace: here.namespace, purpose: 'managed' }),
    }), /`masterUserSecret` must be the one that Amazon Redshift manages, got Stack\/Managed of this app/],
  ])('%s, is refused', (_, props, message) => {
    const given = props();
    expect(() => new MasterUserRotation(here.stack, 'Master', { schedule: MONTHLY, ...given } as MasterUserRotationProps)).toThrow(message);
    expect(here.stack.node.tryFindChild('Master')).toBeUndefined();
  });
});

/** As the L2 makes it where it has no prop for a managed password. */
function documents(change: (resource: docdb.CfnDBCluster) => void = () => undefined): RotationTarget {
  const database = new docdb.DatabaseCluster(here.stack, 'Documents', {
    vpc: here.vpc, instanceType: ec2.InstanceType.of(ec2.InstanceClass.R6G, ec2.InstanceSize.LARGE), masterUser: { username: 'chief' },
  });
  const resource = database.node.defaultChild as docdb.CfnDBCluster;
  Object.assign(resource, { manageMasterUserPassword: true, masterUserPassword: undefined });
  change(resource);
  return RotationTarget.fromDocumentDbCluster(database);
}

describe('the master user\'s password, which Amazon DocumentDB manages', () => {
  provesOf('Amazon DocumentDB');

  test('is rotated in the secret that is given, which CloudFormation does not tell', () => {
    new MasterUserRotation(here.stack, 'Master', { database: documents(), schedule: MONTHLY, masterUserSecret: imported() });
    expect(resourceOf(here.stack, SCHEDULE).Properties.SecretId).toBe(REDSHIFT_ARN);
  });

  test.each<[string, () => Partial<MasterUserRotationProps>, RegExp]>([
    ['without its secret', () => ({ database: documents() }), /`masterUserSecret` must be given, .*which one Amazon DocumentDB makes for Stack\/Documents/],
    ['with a password of its own', () => ({ database: documents(resource => { resource.manageMasterUserPassword = undefined; }), masterUserSecret: imported() }),
      /password Amazon DocumentDB manages; set `manageMasterUserPassword` on Stack\/Documents/],
    ['with both, as the L2 makes it', () => ({ database: documents(resource => { resource.masterUserPassword = 'x'; }), masterUserSecret: imported() }),
      /`masterUserPassword` of Stack\/Documents.* must not be given with `manageMasterUserPassword`/],
  ])('%s, is refused', (_, props, message) => {
    const given = props();
    expect(() => new MasterUserRotation(here.stack, 'Master', { schedule: MONTHLY, ...given } as MasterUserRotationProps)).toThrow(message);
  });

  test('is not rotated by a function of ours', () => {
    expect(() => rotated(here.stack, { username: 'chief', database: documents(), vpc: here.vpc }))
      .toThrow(/`username` must not be the master user "chief", whose password Amazon DocumentDB rotates itself: .*MasterUserRotation/);
  });
});

describe('a secret that a service manages is not rotated by a function of ours', () => {
  const hosted = { hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser() };
  const refusal = /`addRotationSchedule` must not be called for a secret that an AWS service manages: .*MasterUserRotation, .*RotatedDatabaseSecret/;

  test.each<[string, () => string]>([
    ['that of Amazon RDS, by its ARN', () => SUPERUSER_ARN],
    ['that of Amazon Redshift, by its ARN', () => REDSHIFT_ARN],
    ['that of a cluster of Amazon RDS of this app', () => (managed(cluster(here)).node.defaultChild as rds.CfnDBCluster).attrMasterUserSecretSecretArn],
    ['that of a cluster of Amazon Redshift of this app', () => warehouse().attrMasterPasswordSecretArn],
  ])('%s', (_, arn) => {
    const secret = ManagedSecret.fromArn(here.stack, 'Imported', arn(), SecretEncryption.awsManagedKey());
    expect(() => secret.addRotationSchedule('Schedule', hosted)).toThrow(refusal);
    expect(idsOf(here.stack, SCHEDULE)).toEqual([]);
  });

  test('but one that nobody manages is', () => {
    const arn = SUPERUSER_ARN.replace('rds!cluster', 'legacy/cluster');
    ManagedSecret.fromArn(here.stack, 'Imported', arn, SecretEncryption.awsManagedKey()).addRotationSchedule('Schedule', hosted);
    expect(idsOf(here.stack, SCHEDULE)).toHaveLength(1);
  });
});
