import { aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type BoundTarget, serverOf } from './bound-target';
import { masterOfRds } from './master-user';
import { fail } from '../../private/errors';
import { DatabaseEngine } from '../database-engine';

type DatabaseResource = rds.CfnDBInstance | rds.CfnDBCluster;

type RdsDatabase = (rds.IDatabaseInstance | rds.IDatabaseCluster | rds.IServerlessCluster) & { readonly vpc?: ec2.IVpc };

const RDS_TARGETS: string[] = [secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE, secretsmanager.AttachmentTargetType.RDS_DB_CLUSTER];

/** An instance or a cluster, of this app or imported: CloudFormation writes engine, host and port into the secret. */
export function boundToRds(
  path: string, database: RdsDatabase, engineType: string | undefined, given: DatabaseEngine | undefined,
): BoundTarget {
  const attachment = attachmentTo(path, database);
  const resource = resourceOf(database);
  refuseReplica(path, 'database', resource);
  const engine = engineOf(path, database, resource?.engine ?? engineType, given);
  return {
    engine,
    fields: {},
    attachment,
    server: () => serverOf(path, database, () => 'instanceEndpoint' in database ? database.instanceEndpoint : database.clusterEndpoint),
    securityGroups: database.connections.securityGroups,
    port: database.connections.defaultPort ?? ec2.Port.tcp(engine.defaultPort),
    vpc: database.vpc,
    resource,
    master: resource && masterOfRds(resource),
    instances: database.node.findAll().filter(each => each instanceof rds.CfnDBInstance),
  };
}

/** JavaScript passes what is no database too, such as an imported proxy. */
function attachmentTo(
  path: string, database: Partial<RdsDatabase & rds.IDatabaseProxy> | undefined,
): secretsmanager.SecretAttachmentTargetProps {
  if (database?.dbProxyArn !== undefined) failOnProxy(path, 'database');
  const attachment = database?.asSecretAttachmentTarget?.();
  if (attachment && RDS_TARGETS.includes(attachment.targetType)) return attachment;
  return fail(path, `\`database\` must be an instance or a cluster of Amazon RDS, got ${attachment?.targetType ?? 'none'}; use `
    + 'RotationTarget.fromEndpoint for another database');
}

export function refuseReplica(path: string, prop: string, resource: IConstruct | undefined): void {
  if (!(resource instanceof rds.CfnDBInstance)
    || (resource.sourceDbInstanceIdentifier ?? resource.sourceDbClusterIdentifier) === undefined) return;
  fail(path, `\`${prop}\` must be of a database that takes a new password, got the read replica ${resource.node.scope!.node.path}; give `
    + 'its source');
}

function resourceOf(database: RdsDatabase): DatabaseResource | undefined {
  const resource = database.node.defaultChild;
  return resource instanceof rds.CfnDBInstance || resource instanceof rds.CfnDBCluster ? resource : undefined;
}

function engineOf(path: string, database: RdsDatabase, rdsName: string | undefined, given: DatabaseEngine | undefined): DatabaseEngine {
  if (rdsName === undefined || Token.isUnresolved(rdsName)) {
    return given ?? fail(path, `\`engine\` of ${database.node.path} is not known, because it is imported; import it with its engine, or `
      + 'give it beside the database: '
      + 'DatabaseEngine.POSTGRESQL');
  }
  const known = DatabaseEngine._named(rdsName);
  if (given && known && given !== known) {
    fail(path, `\`engine\` must be that of ${database.node.path}, ${rdsName}, got ${given.name}; leave it out`);
  }
  return given ?? known ?? fail(path, `\`database\` must be ${DatabaseEngine._titles()}, got ${rdsName}; for a rotation function of `
    + 'your own '
    + `give \`engine\`: DatabaseEngine.of(${JSON.stringify(rdsName)}, …), and \`rotator\`: DatabaseRotator.fromFunction(…)`);
}

export function failOnProxy(path: string, prop: string): never {
  fail(path, `\`${prop}\` must not be an RDS Proxy: it lets in only who has the password of AWSCURRENT, so that no new password can be set `
    + 'or tried through it; '
    + 'give the database behind it, and let the proxy read this secret');
}
