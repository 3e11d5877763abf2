import {
  type aws_docdb as docdb, type aws_docdbelastic as elastic, aws_ec2 as ec2, aws_rds as rds, aws_redshift as redshift,
  aws_redshiftserverless as serverless, aws_secretsmanager as secretsmanager, type CfnResource, Reference, StringConcat, Token,
  Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isHost, PORTS, readOnlyEndpointIn } from './contract/hosts';
import { DatabaseEngine } from './database-engine';
import { boundToDocumentDb, boundToElastic } from './private/document-db-target';
import { masterOfNamespace, masterOfRds, masterOfRedshift, type MasterUser } from './private/master-user';
import { fail } from '../private/errors';
import { requireWhole } from '../private/validation';

/** A database by its address. */
export interface DatabaseEndpointOptions {
  /** The engine of the database. */
  readonly engine: DatabaseEngine;

  /**
   * Host name or address of the writer, without a port. Neither an RDS Proxy nor a reader endpoint: a new password is set at the database
   * itself.
   */
  readonly host: string;

  /**
   * The port at which the database listens.
   *
   * @default - the default port of the engine
   */
  readonly port?: number;

  /**
   * The security groups of the database, which are opened to the rotation function. To be given when that runs in a VPC.
   *
   * @default - the database is reached over the internet
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/**
 * The database in which a user's password is rotated.
 *
 * With an RDS instance or a cluster, CloudFormation writes engine, host and port into the secret (a target attachment).
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-secrettargetattachment.html
 */
export class RotationTarget {
  /**
   * A DB instance of Amazon RDS, of this app or imported. Not a read replica, which takes no new password.
   *
   * @param engine that of the database, where it is imported without one
   */
  public static fromInstance(instance: rds.IDatabaseInstance, engine?: DatabaseEngine): RotationTarget {
    return new RotationTarget(path => boundToRds(path, instance, instance?.engine?.engineType, engine));
  }

  /**
   * A cluster of Aurora, or a Multi-AZ DB cluster of Amazon RDS, of this app or imported.
   *
   * @param engine that of the database, where it is imported without one
   */
  public static fromCluster(cluster: rds.IDatabaseCluster, engine?: DatabaseEngine): RotationTarget {
    return new RotationTarget(path => boundToRds(path, cluster, cluster?.engine?.engineType, engine));
  }

  /**
   * A cluster of Aurora Serverless v1. Version 2 is a `fromCluster`.
   *
   * @param engine that of the database, where it is imported
   */
  public static fromServerlessCluster(cluster: rds.IServerlessCluster, engine?: DatabaseEngine): RotationTarget {
    return new RotationTarget(path => boundToRds(path, cluster, undefined, engine));
  }

  /**
   * A cluster of Amazon Redshift of this app. CloudFormation writes engine, host and port into the secret.
   *
   * @param securityGroups those of the cluster, which are opened to the rotation function. To be given with `vpc`, unless the cluster is
   * publicly accessible
   */
  public static fromRedshiftCluster(cluster: redshift.CfnCluster, securityGroups?: ec2.ISecurityGroup[]): RotationTarget {
    return new RotationTarget(path => boundToRedshift(path, cluster, securityGroups));
  }

  /**
   * A workgroup of Amazon Redshift Serverless of this app. The secret's template names engine, host and port.
   *
   * @param securityGroups those of the workgroup, which are opened to the rotation function. To be given with `vpc`, unless the workgroup
   * is publicly accessible
   */
  public static fromRedshiftServerless(workgroup: serverless.CfnWorkgroup, securityGroups?: ec2.ISecurityGroup[]): RotationTarget {
    return new RotationTarget(path => boundToServerless(path, workgroup, securityGroups));
  }

  /**
   * A cluster of Amazon DocumentDB with instances, of this app or imported. Users are in the database `admin`.
   *
   * Where the rotation function runs is not known of it: give the secret its `vpc`.
   *
   * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/security.managing-users.html
   */
  public static fromDocumentDbCluster(cluster: docdb.IDatabaseCluster): RotationTarget {
    return new RotationTarget(path => boundToDocumentDb(path, cluster));
  }

  /**
   * An elastic cluster of Amazon DocumentDB, of this app. Its administrator cannot be rotated, whose password Amazon DocumentDB changes by
   * `docdb-elastic:UpdateCluster` alone.
   *
   * @param securityGroups those of the cluster, which are opened to the rotation function. To be given with `vpc`, from which alone the
   * cluster is reached
   */
  public static fromDocumentDbElasticCluster(cluster: elastic.CfnCluster, securityGroups?: ec2.ISecurityGroup[]): RotationTarget {
    return new RotationTarget(path => boundToElastic(path, cluster, securityGroups));
  }

  /** Any database by its address, on Amazon RDS or elsewhere. The secret's template then names engine, host and port. */
  public static fromEndpoint(options: DatabaseEndpointOptions): RotationTarget {
    return new RotationTarget(path => boundToEndpoint(path, options));
  }

  private constructor(private readonly bind: (path: string) => BoundTarget) {}

  /** @internal */
  public _bind(path: string): BoundTarget {
    return this.bind(path);
  }
}

/** JavaScript passes the database itself, or nothing. */
export function requireTarget(path: string, database: RotationTarget | undefined): asserts database is RotationTarget {
  if (database?._bind === undefined) fail(path, '`database` must be given, such as RotationTarget.fromCluster(cluster)');
}

/**
 * What a rotation needs to know of its database.
 *
 * @internal
 */
export interface BoundTarget {
  readonly engine: DatabaseEngine;
  /** What stands in the template of the secret, where no attachment writes it. */
  readonly fields: { [field: string]: string };
  readonly attachment?: secretsmanager.SecretAttachmentTargetProps;
  /** Fails where an import does not say it. */
  readonly server: () => DatabaseServer;
  readonly securityGroups: ec2.ISecurityGroup[];
  /** At which the rotation function finds the database, as the secret says. */
  readonly port: ec2.Port;
  readonly vpc?: ec2.IVpc;
  /** Nobody reaches it from outside of its VPC, whichever that is. @default - where it has security groups */
  readonly isPrivate?: boolean;
  /** The L1 of a database of Amazon RDS of this app. */
  readonly resource?: DatabaseResource;
  /** That of a database of this app. */
  readonly master?: MasterUser;
  /** A cluster answers when its instances are there. */
  readonly instances: CfnResource[];
  /** Fails on a user that is not there, or whose password no command of the database changes. */
  readonly requireUser?: (user: { readonly username: string; readonly databaseName?: string }) => void;
}

/**
 * Where the database takes writes.
 *
 * @internal
 */
export interface DatabaseServer {
  readonly host: string;
  readonly port: string;
}

type DatabaseResource = rds.CfnDBInstance | rds.CfnDBCluster;

type RdsDatabase = (rds.IDatabaseInstance | rds.IDatabaseCluster | rds.IServerlessCluster) & { readonly vpc?: ec2.IVpc };

const RDS_TARGETS: string[] = [secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE, secretsmanager.AttachmentTargetType.RDS_DB_CLUSTER];

function boundToRds(path: string, database: RdsDatabase, engineType: string | undefined, given: DatabaseEngine | undefined): BoundTarget {
  const attachment = attachmentTo(path, database);
  const resource = resourceOf(database);
  refuseReplica(path, 'database', resource);
  const engine = engineOf(path, database, resource?.engine ?? engineType, given);
  return {
    engine,
    fields: {},
    attachment,
    server: () => serverOf(path, database),
    securityGroups: database.connections.securityGroups,
    port: database.connections.defaultPort ?? ec2.Port.tcp(engine.defaultPort),
    vpc: database.vpc,
    resource,
    master: resource && masterOfRds(resource),
    instances: database.node.findAll().filter(each => each instanceof rds.CfnDBInstance),
  };
}

function boundToRedshift(path: string, cluster: redshift.CfnCluster, securityGroups: ec2.ISecurityGroup[] = []): BoundTarget {
  if (!(cluster instanceof redshift.CfnCluster)) {
    fail(path, '`database` must be a cluster of Amazon Redshift, a CfnCluster of aws_redshift; of an L2 give its `node.defaultChild`');
  }
  const port = cluster.port ?? DatabaseEngine.REDSHIFT.defaultPort;
  return {
    engine: DatabaseEngine.REDSHIFT,
    fields: {},
    attachment: { targetId: cluster.ref, targetType: secretsmanager.AttachmentTargetType.REDSHIFT_CLUSTER },
    server: () => ({ host: cluster.attrEndpointAddress, port: cluster.attrEndpointPort }),
    securityGroups,
    port: ec2.Port.tcp(port),
    isPrivate: !cluster.publiclyAccessible,
    master: masterOfRedshift(cluster),
    instances: [],
  };
}

/** No attachment is known to name a workgroup, which has the endpoint. */
function boundToServerless(path: string, workgroup: serverless.CfnWorkgroup, securityGroups: ec2.ISecurityGroup[] = []): BoundTarget {
  if (!(workgroup instanceof serverless.CfnWorkgroup)) {
    fail(path, '`database` must be a workgroup of Amazon Redshift Serverless, a CfnWorkgroup of aws_redshiftserverless');
  }
  const engine = DatabaseEngine.REDSHIFT;
  const server = {
    host: workgroup.attrWorkgroupEndpointAddress, port: Tokenization.stringifyNumber(workgroup.port ?? engine.defaultPort),
  };
  const namespace = namespaceOf(workgroup);
  return {
    engine,
    fields: { engine: engine.name, ...server },
    server: () => server,
    securityGroups,
    port: ec2.Port.tcp(workgroup.port ?? engine.defaultPort),
    isPrivate: !workgroup.publiclyAccessible,
    master: namespace && masterOfNamespace(namespace),
    instances: [],
  };
}

/** By reference or by name; that of another app is not known. */
function namespaceOf({ namespaceName, stack }: serverless.CfnWorkgroup): serverless.CfnNamespace | undefined {
  const referred = namespaceName === undefined ? undefined : referenceIn(namespaceName)?.target;
  if (referred instanceof serverless.CfnNamespace) return referred;
  return stack.node.findAll().find((each): each is serverless.CfnNamespace =>
    each instanceof serverless.CfnNamespace && each.namespaceName === namespaceName);
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

function serverOf(path: string, database: RdsDatabase): DatabaseServer {
  try {
    const endpoint = 'instanceEndpoint' in database ? database.instanceEndpoint : database.clusterEndpoint;
    return { host: endpoint.hostname, port: Tokenization.stringifyNumber(endpoint.port) };
  } catch {
    return fail(path, '`database` must know its endpoint, which the rotation holds its secret against, and the import '
      + `${database.node.path} does not; `
      + 'import it with `clusterEndpointAddress` and `port`');
  }
}

function refuseReplica(path: string, prop: string, resource: IConstruct | undefined): void {
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

function boundToEndpoint(
  path: string, { engine, host, port = engine?.defaultPort, securityGroups = [] }: DatabaseEndpointOptions,
): BoundTarget {
  if (!engine) fail(path, '`engine` of the database must be given, such as DatabaseEngine.POSTGRESQL');
  if (!host) fail(path, '`host` must be given: the host name of the database');
  requireHost(path, host);
  const reference = referenceIn(host);
  refuseReplica(path, 'host', reference?.target);
  const endpoint = readOnlyEndpointIn(knownPartOf(host));
  if (endpoint === 'proxy' || reference?.target instanceof rds.CfnDBProxy
    || reference?.target instanceof rds.CfnDBProxyEndpoint) failOnProxy(path, 'host');
  if (endpoint === 'reader' || reference?.displayName.startsWith('ReadEndpoint')) {
    fail(path, `\`host\` must be the writer, because a reader takes no new password, got ${reference ? 'a reader endpoint' : host}; give `
      + 'the cluster\'s own endpoint');
  }
  requireWhole(path, 'port', port, PORTS);
  const server = { host, port: Tokenization.stringifyNumber(port) };
  return {
    engine,
    fields: { engine: engine.name, ...server },
    server: () => server,
    securityGroups,
    port: ec2.Port
      .tcp(port),
    instances: [],
  };
}

/**
 * What stands around tokens is part of a name, or is not. A URL may hold a password before `@` or among its parameters: that stays out of
 * the message.
 */
function requireHost(path: string, host: string): void {
  const known = knownPartOf(host);
  const isTaken = Token.isUnresolved(host) ? /^[A-Za-z0-9_.…-]*$/.test(known) : isHost(host);
  if (isTaken) return;
  fail(path, '`host` must be a host name or an address alone, such as db.example.com, got '
    + `${JSON.stringify(known.replace(/^.*@|[?;].*$/gs, '…'))}; give the port as \`port\`, and leave out the rest of a URL`);
}

/** With `…` for each token. */
function knownPartOf(host: string): string {
  return Tokenization.reverseString(host).mapTokens({ mapToken: () => '…' }).join(new StringConcat());
}

function failOnProxy(path: string, prop: string): never {
  fail(path, `\`${prop}\` must not be an RDS Proxy: it lets in only who has the password of AWSCURRENT, so that no new password can be set `
    + 'or tried through it; '
    + 'give the database behind it, and let the proxy read this secret');
}

/** The resource attribute that a text stands for, when it is one. */
function referenceIn(text: string): Reference | undefined {
  return Tokenization.reverseString(text).tokens.find((token): token is Reference => Reference.isReference(token));
}
