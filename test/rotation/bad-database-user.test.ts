import { aws_secretsmanager as secretsmanager, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import {
  DatabaseEngine, DatabaseGrant, DatabasePrivilege, DatabaseRotator, DatabaseUser, RotationStrategy, SchemaPrivilege, SecretContent, SecretEncryption,
  SequencePrivilege, TablePrivilege,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { BadInput, refuses } from './failed-attempt';
import { endpoint, Props, rotated, SUPERUSER_ARN, World } from './rotated-databases';

const { MYSQL, MARIADB, POSTGRESQL } = DatabaseEngine;
const SELECT = [TablePrivilege.SELECT];

const superuser = (scope: Construct, id = 'Superuser', arn = SUPERUSER_ARN) => secretsmanager.Secret.fromSecretCompleteArn(scope, id, arn);

const withProps = (props: (at: World) => Props): BadInput[1] => (at) => {
  const given = props(at);
  return () => rotated(at.stack, given);
};

const withGrants = (grants: () => unknown[], engine = POSTGRESQL, databaseName: string | undefined = 'shop'): BadInput[1] => withProps(({ stack }) => ({
  database: endpoint(engine), databaseName, user: DatabaseUser.create({ superuserSecret: superuser(stack), grants: grants() as DatabaseGrant[] }),
}));

describe('a user that cannot be made', () => {
  refuses([
    ['something else', withProps(() => ({ user: 'app' as never })), /`user` must be a DatabaseUser, such as DatabaseUser\.create/],
    ['no superuser', withProps(() => ({ user: DatabaseUser.create({ grants: [] }) })), /`superuserSecret` of `user` must be given: .*such as `cluster\.secret`/],
    ['another superuser than the strategy\'s', withProps(({ stack }) => ({
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: superuser(stack) }),
      user: DatabaseUser.create({ superuserSecret: superuser(stack, 'Other', SUPERUSER_ARN.replace('0a1b2c', 'ffffff')), grants: [] }),
    })), /`superuserSecret` of `user` must be that of `strategy`, Stack\/Superuser, got Stack\/Other; leave it out/],
    ['a key of a superuser that is the strategy\'s', withProps(({ stack }) => ({
      strategy: RotationStrategy.alternatingUsers({ superuserSecret: superuser(stack) }),
      user: DatabaseUser.create({ superuserEncryption: SecretEncryption.awsManagedKey(), grants: [] }),
    })), /`superuserEncryption` of `user` must come with `superuserSecret`/],
    ['a superuser of another region', withProps(({ stack }) => ({
      user: DatabaseUser.create({ superuserSecret: superuser(stack, 'Other', SUPERUSER_ARN.replace('eu-west-1', 'us-east-1')), grants: [] }),
    })), /`superuserSecret` must be of the rotated secret's own region/],
    ['a name that is not known', withProps(({ stack }) => ({
      username: Lazy.string({ produce: () => 'app' }), user: DatabaseUser.create({ superuserSecret: superuser(stack), grants: [] }),
    })), /`username` must be known at synthesis with `user`, got a token/],
    ['a function of one\'s own', withProps(({ stack }) => ({
      rotator: DatabaseRotator.fromFunction(stack, 'Own', new DatabaseRotator(stack, 'Rotator', { engine: POSTGRESQL }).rotationFunction),
      user: DatabaseUser.create({ superuserSecret: superuser(stack), grants: [] }),
    })), /`user` must come with a rotation function of this library/],
    ['an empty value', withProps(({ stack }) => ({
      content: SecretContent.empty(), user: DatabaseUser.create({ superuserSecret: superuser(stack), grants: [] }),
    })), /`user` must not come with an empty `content`/],
    ['another removal policy', withProps(({ stack }) => ({
      user: DatabaseUser.create({ superuserSecret: superuser(stack), grants: [], removalPolicy: RemovalPolicy.SNAPSHOT }),
    })), /`removalPolicy` of `user` must be RETAIN or DESTROY, got snapshot/],
    ['a list of grants that has something else', withGrants(() => ['SELECT']), /`grants` of `user` must hold none but DatabaseGrant/],
    ['more grants than fit', withGrants(() => [DatabaseGrant.onTables({ privileges: SELECT, tables: Array.from({ length: 4000 }, (_, i) => `table_${i}`) })]),
      /`grants` of `user` must have at most 32768 characters, got \d+; grant all tables of a schema/],
    ['two roles of MariaDB', withGrants(() => [DatabaseGrant.role('one'), DatabaseGrant.role('two')], MARIADB), /one role at most for MariaDB.*got 2/],
  ]);
});

describe('a grant that the engine does not have', () => {
  refuses([
    ['no privileges', withGrants(() => [DatabaseGrant.onTables({ privileges: [] })]), /`privileges` on tables must name at least one/],
    ['a privilege of MySQL in PostgreSQL', withGrants(() => [DatabaseGrant.onTables({ privileges: [TablePrivilege.DROP] })]),
      /`privileges` on tables must be of PostgreSQL: SELECT, .*got "DROP"/],
    ['a privilege of PostgreSQL in MySQL', withGrants(() => [DatabaseGrant.onDatabase({ privileges: [DatabasePrivilege.CONNECT] })], MYSQL),
      /`privileges` on a database must be of MySQL: EXECUTE, .*got "CONNECT"/],
    ['words that are no privilege', withGrants(() => [DatabaseGrant.onTables({ privileges: ['ALL ON t TO root; --' as never] })]),
      /`privileges` on tables must be of PostgreSQL/],
    ['a schema of MySQL', withGrants(() => [DatabaseGrant.onTables({ schema: 'app', privileges: SELECT })], MYSQL),
      /`schema` of a grant must not be given for MySQL/],
    ['schemas of MySQL', withGrants(() => [DatabaseGrant.onSchema({ schema: 'app', privileges: [SchemaPrivilege.USAGE] })], MYSQL),
      /MySQL has no grants on a schema; leave it out/],
    ['sequences of MariaDB', withGrants(() => [DatabaseGrant.onSequences({ privileges: [SequencePrivilege.USAGE] })], MARIADB),
      /MariaDB has no grants on sequences/],
    ['future tables of MySQL', withGrants(() => [DatabaseGrant.onFutureTables({ privileges: SELECT })], MYSQL), /MySQL has no grants on future tables/],
    ['tables of MySQL in no database', withProps(({ stack }) => ({
      database: endpoint(MYSQL),
      user: DatabaseUser.create({ superuserSecret: superuser(stack), grants: [DatabaseGrant.onTables({ privileges: SELECT })] }),
    })), /`database` of a grant must be given/],
    ['the database of the users themselves', withGrants(() => [DatabaseGrant.onTables({ database: 'MySQL', privileges: SELECT })], MYSQL),
      /`database` of a grant must not be MySQL, in which MySQL keeps its users/],
    ['an empty list of tables', withGrants(() => [DatabaseGrant.onTables({ tables: [], privileges: SELECT })]),
      /the names of a grant must not be an empty list/],
    ['an empty name', withGrants(() => [DatabaseGrant.role('')]), /`role` of a grant must have from 1 to 63 bytes for PostgreSQL, got 0/],
    ['a name that is too long', withGrants(() => [DatabaseGrant.onSchema({ schema: 'ü'.repeat(32), privileges: [SchemaPrivilege.USAGE] })]),
      /`schema` of a grant must have from 1 to 63 bytes for PostgreSQL, got 64/],
    ['a name with NUL', withGrants(() => [DatabaseGrant.role('a\0b')]), /`role` of a grant must not hold a NUL character/],
    ['a name that is not known', withGrants(() => [DatabaseGrant.onTables({ tables: [Lazy.string({ produce: () => 't' })], privileges: SELECT })]),
      /`names` of a grant must be known at synthesis, got a token/],
    ['an empty statement', withGrants(() => [DatabaseGrant.statement(' ')]), /the text of DatabaseGrant\.statement must be a statement/],
    ['a statement that sets a password', withGrants(() => [DatabaseGrant.statement('ALTER ROLE app Password \'x\'')]),
      /must not set a password, which would stand in the template/],
    ['a statement that identifies', withGrants(() => [DatabaseGrant.statement('ALTER USER app IDENTIFIED BY \'x\'')], MYSQL), /must not set a password/],
  ]);
});
