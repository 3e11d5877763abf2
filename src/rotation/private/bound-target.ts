import {
  type aws_ec2 as ec2, type aws_rds as rds, type aws_secretsmanager as secretsmanager, type CfnResource, Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { MasterUser } from './master-user';
import { fail } from '../../private/errors';
import type { DatabaseEngine } from '../database-engine';

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
  readonly resource?: rds.CfnDBInstance | rds.CfnDBCluster;
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

/** Where an imported database was given no endpoint, the CDK throws an error of its own. */
export function serverOf(path: string, database: IConstruct, endpoint: () => { hostname: string; port: number }): DatabaseServer {
  try {
    const { hostname, port } = endpoint();
    return { host: hostname, port: Tokenization.stringifyNumber(port) };
  } catch {
    return fail(path, '`database` must know its endpoint, which the rotation holds its secret against, and the import '
      + `${database.node.path} does not; import it with \`clusterEndpointAddress\` and \`port\``);
  }
}
