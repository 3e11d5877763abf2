import type { aws_ec2 as ec2 } from 'aws-cdk-lib';
import type { DatabaseEngine } from './database-engine';

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
