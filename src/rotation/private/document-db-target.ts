import { aws_docdb as docdb, aws_docdbelastic as elastic, aws_ec2 as ec2, Token, Tokenization } from 'aws-cdk-lib';
import { type BoundTarget, serverOf } from './bound-target';
import { masterOfDocumentDb } from './master-user';
import { fail } from '../../private/errors';
import { ENGINES } from '../contract/engines';
import { DatabaseEngine } from '../database-engine';

/** A cluster with instances, of this app or imported: CloudFormation writes engine, host and port into the secret. */
export function boundToDocumentDb(path: string, cluster: docdb.IDatabaseCluster): BoundTarget {
  const attachment = cluster?.asSecretAttachmentTarget?.();
  if (attachment?.targetType !== ATTACHED) {
    fail(path, `\`database\` must be a cluster of Amazon DocumentDB, got ${attachment?.targetType ?? 'none'}; use `
      + 'RotationTarget.fromCluster for Amazon RDS, fromDocumentDbElasticCluster for an elastic cluster, and fromEndpoint for another '
      + 'database');
  }
  const { connections, node } = cluster;
  const resource = node.defaultChild instanceof docdb.CfnDBCluster ? node.defaultChild : undefined;
  return {
    engine: DatabaseEngine.MONGODB,
    fields: {},
    attachment,
    server: () => serverOf(path, cluster, () => cluster.clusterEndpoint),
    securityGroups: connections.securityGroups,
    port: connections.defaultPort ?? ec2.Port.tcp(ENGINES.mongo.defaultPort),
    master: resource && masterOfDocumentDb(resource),
    instances: node.findAll().filter(each => each instanceof docdb.CfnDBInstance),
    requireUser: ({ databaseName }) => requireAdminDatabase(path, databaseName),
  };
}

const ATTACHED = 'AWS::DocDB::DBCluster';

/** No attachment is known for it, so that the template of the secret names its endpoint. */
export function boundToElastic(path: string, cluster: elastic.CfnCluster, securityGroups: ec2.ISecurityGroup[] = []): BoundTarget {
  if (!(cluster instanceof elastic.CfnCluster)) {
    fail(path, '`database` must be an elastic cluster of Amazon DocumentDB, a CfnCluster of aws_docdbelastic; use '
      + 'RotationTarget.fromDocumentDbCluster for one with instances');
  }
  const { defaultPort, name } = ENGINES.mongo;
  const server = { host: cluster.attrClusterEndpoint, port: Tokenization.stringifyNumber(defaultPort) };
  return {
    engine: DatabaseEngine.MONGODB,
    fields: { engine: name, ...server },
    server: () => server,
    securityGroups,
    port: ec2.Port.tcp(defaultPort),
    isPrivate: true,
    instances: [],
    requireUser: ({ username, databaseName }) => {
      requireNoAdministrator(path, username, cluster);
      requireAdminDatabase(path, databaseName);
    },
  };
}

/** Its password is no command's of the database. */
function requireNoAdministrator(path: string, username: string, { adminUserName, node }: elastic.CfnCluster): void {
  if (Token.isUnresolved(adminUserName) || adminUserName.toLowerCase() !== username.toLowerCase()) return;
  fail(path, `\`username\` must not be the administrator ${JSON.stringify(adminUserName)} of ${node.path}, whose password Amazon `
    + 'DocumentDB changes by docdb-elastic:UpdateCluster alone; create a user of its own for the application');
}

/** @see https://docs.aws.amazon.com/documentdb/latest/developerguide/role_based_access_control.html */
function requireAdminDatabase(path: string, databaseName: string | undefined): void {
  if (databaseName === undefined || databaseName === 'admin' || Token.isUnresolved(databaseName)) return;
  fail(path, `\`databaseName\` must be admin, in which Amazon DocumentDB keeps all users, got ${JSON.stringify(databaseName)}; `
    + 'leave it out');
}
