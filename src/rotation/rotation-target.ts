import type {
  aws_docdb as docdb, aws_docdbelastic as elastic, aws_ec2 as ec2, aws_rds as rds, aws_redshift as redshift,
  aws_redshiftserverless as serverless,
} from 'aws-cdk-lib';
import type { DatabaseEndpointOptions } from './database-endpoint-options';
import type { DatabaseEngine } from './database-engine';
import type { BoundTarget } from './private/bound-target';
import { boundToDocumentDb, boundToElastic } from './private/document-db-target';
import { boundToEndpoint } from './private/endpoint-target';
import { boundToRds } from './private/rds-target';
import { boundToRedshift, boundToServerless } from './private/redshift-target';
import { fail } from '../private/errors';

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
