import { aws_ec2 as ec2, aws_rds as rds, Stack } from 'aws-cdk-lib';

/** The database of every rotated secret, for both contenders. */
export interface Database {
  readonly vpc: ec2.IVpc;
  readonly cluster: rds.IDatabaseCluster;
}

/** A cluster of Aurora PostgreSQL that was there before, so that its resources are not measured. */
export function databaseIn(stack: Stack): Database {
  return {
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
      privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'],
    }),
    cluster: rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Database', {
      clusterIdentifier: 'payments',
      clusterEndpointAddress: 'payments.cluster-c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
      engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
      port: 5432,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'DatabaseSecurityGroup', 'sg-0123456789abcdef0')],
    }),
  };
}

/** The user whose password the secret with that number holds. */
export function usernameOf(number: string): string {
  return `app_${number}`;
}
