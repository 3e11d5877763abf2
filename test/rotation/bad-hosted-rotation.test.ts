import { aws_ec2 as ec2, aws_kms as kms, aws_rds as rds, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseGrant, DatabaseRotator, DatabaseUser, HostedRotationOptions, HostedSsl, PasswordPolicy, RandomToken, RotatedSecret,
  RotationStrategy, RotationTarget, SecretContent, SecretEncryption, SecretsManagerEndpoint,
} from 'cdk-managed-secrets';
import { StackSetStack } from 'cdk-stacksets';
import { refuses } from './failed-attempt';
import { alternatingUsers, endpoint, instance, Props, rotated, SUPERUSER_ARN, World, world } from './rotated-databases';
import { ENV, OTHER_ACCOUNT, testStack } from '../support/test-app';

const SQL_SERVER = endpoint(DatabaseEngine.SQLSERVER);
const ORACLE = endpoint(DatabaseEngine.ORACLE, { port: 2484 });

const rotatorWith = (options: (at: World) => HostedRotationOptions) => (at: World) => {
  const given = options(at);
  return () => DatabaseRotator.hosted(at.stack, 'Rotator', given);
};
/** A secret with a rotator that is good by itself. */
const secretWith = (props: (at: World) => Props, options: (at: World) => HostedRotationOptions = () => ({})) => (at: World) => {
  const given = { database: SQL_SERVER, rotator: DatabaseRotator.hosted(at.stack, 'Rotator', options(at)), ...props(at) };
  return () => rotated(at.stack, given);
};
const isolated = ({ stack }: World) => new ec2.Vpc(stack, 'Isolated', {
  natGateways: 0, subnetConfiguration: [{ name: 'db', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }], restrictDefaultSecurityGroup: false,
});
const keyByAlias = (at: World) => SecretEncryption.customerManagedKey(kms.Alias.fromAliasName(at.stack, 'Alias', 'alias/orders'));
const AT_ROTATOR = 'Stack/Rotator';

describe('a hosted rotator that AWS could not make', () => {
  refuses([
    ['isolated subnets without a way to Secrets Manager', rotatorWith(at => ({ vpc: isolated(at) })),
      /`vpcSubnets` must have a way to Secrets Manager, got isolated subnets of Stack\/Isolated; give the endpoint/, AT_ROTATOR],
    ['public subnets', rotatorWith(({ vpc }) => ({ vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } })),
      /`vpcSubnets` must be private or isolated subnets of Stack\/Vpc, got public ones/, AT_ROTATOR],
    ['an endpoint that this library would make', rotatorWith(({ vpc }) => ({ vpc, endpoint: SecretsManagerEndpoint.create() })),
      /`endpoint` must be one of the VPC with private DNS, got SecretsManagerEndpoint.create\(\).*fromInterfaceEndpoint/, AT_ROTATOR],
    ['an endpoint of another service', rotatorWith(({ vpc }) => ({
      vpc, endpoint: SecretsManagerEndpoint.fromInterfaceEndpoint(vpc.addInterfaceEndpoint('Sqs', { service: ec2.InterfaceVpcEndpointAwsService.SQS })),
    })), /`endpoint` must be one of Secrets Manager/, AT_ROTATOR],
    ['security groups without a VPC', rotatorWith(({ stack, vpc }) => ({ securityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc })] })),
      /`securityGroups` must come with `vpc`/, AT_ROTATOR],
    ['a name of 65 characters', rotatorWith(() => ({ functionName: 'a'.repeat(65) })), /`functionName` must have from 1 to 64 letters/, AT_ROTATOR],
    ['a name with a space', rotatorWith(() => ({ functionName: 'rotate app' })), /`functionName` must have .*got "rotate app"/, AT_ROTATOR],
    ['the name of another function', at => {
      DatabaseRotator.hosted(at.stack, 'First', { functionName: 'rotate' });
      const other = testStack('Other', at.stack.node.root as never);
      return () => DatabaseRotator.hosted(other, 'Rotator', { functionName: 'rotate' });
    }, /`functionName` must be that of no other function, got "rotate", which Stack\/First has/, 'Other/Rotator'],
    ['ssl by a word of its own', rotatorWith(() => ({ ssl: 'true' as never })), /`ssl` must be one of HostedSsl, got "true"/, AT_ROTATOR],
    ['the template of a StackSet', at => {
      const template = new StackSetStack(at.stack, 'Template');
      return () => DatabaseRotator.hosted(template, 'Rotator');
    }, /a hosted rotation must not stand in the template of a StackSet, .*refuse transforms; rotate with a function of your own/, 'Stack/Template/Rotator'],
  ]);
});

test('a rotator whose secret could not be made serves the next one', () => {
  const { stack } = world();
  const rotator = DatabaseRotator.hosted(stack, 'Rotator');
  expect(() => rotated(stack, { database: SQL_SERVER, rotator, purpose: 'no purpose' })).toThrow('`purpose` must be');
  rotated(stack, { database: SQL_SERVER, rotator });
  expect(() => rotated(stack, { database: SQL_SERVER, rotator, purpose: 'other' }, 'Second')).toThrow('`rotator` must serve one secret');
});

describe('a secret that no hosted function could rotate', () => {
  refuses([
    ['an engine of which AWS hosts no function', secretWith(() => ({ database: endpoint(DatabaseEngine.of('neptune', { defaultPort: 8182 })) })),
      /`database` must be of an engine for which AWS hosts a function, postgres, .*got neptune; .*DatabaseRotator.fromFunction/],
    ['dual password', secretWith(() => ({ database: endpoint(DatabaseEngine.MYSQL), strategy: RotationStrategy.dualPassword() }), () => ({ ssl: HostedSsl.IN_TEMPLATE })),
      /`strategy` must be one for which AWS hosts a function for mysql, got dualPassword; choose RotationStrategy.singleUser\(…\) or RotationStrategy.alternatingUsers\(…\)/],
    ['one user of Db2 who changes its own password', secretWith(() => ({ database: endpoint(DatabaseEngine.DB2) })),
      /AWS hosts a function for db2, got singleUser; choose RotationStrategy.superuserSets\(…\) or RotationStrategy.alternatingUsers/],
    ['alternating users without a superuser', secretWith(() => ({ strategy: RotationStrategy.alternatingUsers() })), /`superuserSecret` must be given for alternating users/],
    ['a superuser of another account', secretWith(({ stack }) => ({
      strategy: RotationStrategy.alternatingUsers({
        superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Foreign', SUPERUSER_ARN.replace(ENV.account, OTHER_ACCOUNT)),
      }),
    })), /`superuserSecret` must be of the rotated secret's own account/],
    ['two names of more than 16 characters on Db2', secretWith(({ stack }) => ({
      database: endpoint(DatabaseEngine.DB2), username: 'a'.repeat(11), strategy: alternatingUsers(stack),
    })), /`username` and its _clone must have at most 16 characters for the hosted rotation of db2, got 17; rotate a user with a shorter name/],
    ['two names of more than 16 characters on MySQL, which takes 32', secretWith(({ stack }) => ({
      database: endpoint(DatabaseEngine.MYSQL), username: 'a'.repeat(11), strategy: alternatingUsers(stack),
    }), () => ({ ssl: HostedSsl.IN_TEMPLATE })), /at most 16 characters for the hosted rotation of mysql, got 17/],
    ['two names of more than 30 characters on Oracle', secretWith(({ stack }) => ({
      database: ORACLE, databaseName: 'ORCL', username: 'a'.repeat(25), strategy: alternatingUsers(stack),
    })), /`username` and its _CLONE must have at most 30 characters for the hosted rotation of oracle, got 31/],
    ['Oracle without its SID', secretWith(() => ({ database: ORACLE })), /`databaseName` must be given for the hosted rotation of oracle, which logs in to that SID/],
    ['Oracle at the port of the plain listener', secretWith(() => ({ database: endpoint(DatabaseEngine.ORACLE), databaseName: 'ORCL' })),
      /`database` must be RotationTarget.fromEndpoint with the port of TLS for oracle, such as 2484, because 1521 is that of the plain listener/],
    ['Oracle whose port an attachment writes', secretWith(at => ({
      database: RotationTarget.fromInstance(instance(at, { engine: rds.DatabaseInstanceEngine.oracleSe2({ version: rds.OracleEngineVersion.VER_19 }) })), databaseName: 'ORCL',
    }), ({ vpc }) => ({ vpc })), /because an attachment writes the port of the plain listener/],
    ['a password with a quotation mark on Oracle', secretWith(() => ({
      database: ORACLE, databaseName: 'ORCL', passwordPolicy: PasswordPolicy.of({ length: 30, excludeCharacters: '/@\'\\' }),
    })), /`passwordPolicy` must exclude " too, which the hosted rotation of oracle or its server does not take; PasswordPolicy.ORACLE is one/],
    ['a password with a semicolon on Db2', secretWith(({ stack }) => ({
      database: endpoint(DatabaseEngine.DB2), strategy: alternatingUsers(stack), passwordPolicy: PasswordPolicy.of({ excludeCharacters: '/@"\'\\' }),
    })), /`passwordPolicy` must exclude ; too, which the hosted rotation of db2/],
    ['a password of another length', secretWith(() => ({ passwordPolicy: PasswordPolicy.of({ length: 40, excludeCharacters: '/@"\'\\' }) })),
      /`passwordPolicy` must be of 32 characters, each kind at least once, .*sqlserver makes no other passwords, got 40 .*PasswordPolicy.DATABASE is one/],
    ['a password without punctuation', secretWith(() => ({ passwordPolicy: PasswordPolicy.ALPHANUMERIC })), /`passwordPolicy` must be of 32 characters, each kind at least once/],
    ['PostgreSQL without a word about ssl', secretWith(() => ({ database: endpoint() })),
      /`ssl: true` must be in the secret, because a hosted rotation without it falls back to clear text; give DatabaseRotator.hosted `ssl`: HostedSsl.IN_TEMPLATE .*IN_VALUE/],
    ['a deployed secret without a word about ssl', secretWith(() => ({
      database: endpoint(DatabaseEngine.SQLSERVER),
      content: SecretContent.generatedField({
        template: { username: 'app', engine: 'sqlserver', host: 'db.example.com' }, passwordPolicy: PasswordPolicy.DATABASE,
      }),
    })), /`ssl: true` must be in the secret/],
    ['a database behind security groups without a VPC', secretWith(at => ({
      database: RotationTarget.fromInstance(instance(at, { engine: rds.DatabaseInstanceEngine.SQL_SERVER_EX })),
    })), /`vpc` must be given, because the database stands behind security groups/],
    ['a second secret of one rotator', at => {
      const rotator = DatabaseRotator.hosted(at.stack, 'Rotator');
      rotated(at.stack, { database: SQL_SERVER, rotator }, 'First');
      return () => rotated(at.stack, { database: SQL_SERVER, rotator, purpose: 'other' });
    }, /`rotator` must serve one secret, because AWS makes a function for each schedule, and Stack\/Rotator serves Stack\/First; create a further one/],
    ['a user that the deployment makes', secretWith(({ stack }) => ({
      user: DatabaseUser.create({ superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', SUPERUSER_ARN), grants: [DatabaseGrant.role('readers')] }),
    })), /`user` must come with a rotation function of this library, which makes the user, got sqlserver/],
    ['a rotator of another region', at => {
      const elsewhere = testStack('Elsewhere', at.stack.node.root as never, { ...ENV, region: 'eu-central-1' });
      const rotator = DatabaseRotator.hosted(elsewhere, 'Rotator');
      return () => rotated(at.stack, { database: SQL_SERVER, rotator });
    }, /`rotator` must be of the secret's own region eu-west-1, got Elsewhere\/Rotator of eu-central-1/],
    ['a key that is known by its alias alone', secretWith(at => ({ encryption: keyByAlias(at) })), /hosted rotation must know the ARN of the key/],
    ['a superuser whose key is known by its alias alone', secretWith(at => ({
      strategy: RotationStrategy.alternatingUsers({
        superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(at.stack, 'Superuser', SUPERUSER_ARN), superuserEncryption: keyByAlias(at),
      }),
    })), /hosted rotation must know the ARN of the key/],
    ['a credential that is no database\'s', at => {
      const rotator = DatabaseRotator.hosted(at.stack, 'Rotator');
      return () => new RotatedSecret(at.stack, 'Credentials', { kind: RandomToken.of(), purpose: 'token', rotator: rotator as never });
    }, /`rotator` must be a CredentialRotator/],
  ]);
});
