/**
 * What AWS documents of `HostedRotationLambda`, whole.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
 */

/** Properties that this library gives, each with when it does. */
export const GIVEN = {
  RotationType: 'always',
  RotationLambdaName: 'always: alarms need it',
  ExcludeCharacters: 'always: those of the password policy',
  KmsKeyArn: 'for a customer managed key',
  SuperuserSecretArn: 'with a superuser',
  SuperuserSecretKmsKeyArn: 'with a superuser whose secret has a customer managed key',
  VpcSecurityGroupIds: 'in a VPC',
  VpcSubnetIds: 'in a VPC',
} as const;

/** Properties that it leaves out, each with why. */
export const LEFT_OUT = {
  MasterSecretArn: 'an older name of SuperuserSecretArn; both together are refused',
  MasterSecretKmsKeyArn: 'an older name of SuperuserSecretKmsKeyArn',
  Runtime: 'must not be set with the transform AWS::SecretsManager-2024-09-16',
} as const;

/** Values of `RotationType`, by `engine` in the secret and by strategy. */
export const ROTATION_TYPES = [
  ['postgres', 'singleUser', 'PostgreSQLSingleUser'],
  ['postgres', 'alternatingUsers', 'PostgreSQLMultiUser'],
  ['mysql', 'singleUser', 'MySQLSingleUser'],
  ['mysql', 'alternatingUsers', 'MySQLMultiUser'],
  ['mariadb', 'singleUser', 'MariaDBSingleUser'],
  ['mariadb', 'alternatingUsers', 'MariaDBMultiUser'],
  ['sqlserver', 'singleUser', 'SQLServerSingleUser'],
  ['sqlserver', 'alternatingUsers', 'SQLServerMultiUser'],
  ['oracle', 'singleUser', 'OracleSingleUser'],
  ['oracle', 'alternatingUsers', 'OracleMultiUser'],
  ['mongo', 'singleUser', 'MongoDBSingleUser'],
  ['mongo', 'alternatingUsers', 'MongoDBMultiUser'],
  ['redshift', 'singleUser', 'RedshiftSingleUser'],
  ['redshift', 'alternatingUsers', 'RedshiftMultiUser'],
  // The function of one user logs in as a superuser too.
  ['db2', 'superuserSets', 'Db2SingleUser'],
  ['db2', 'alternatingUsers', 'Db2MultiUser'],
] as const;
