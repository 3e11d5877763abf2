import {
  aws_ec2 as ec2, aws_elasticache as elasticache, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_logs as logs, Stack, StackProps,
  Validations,
} from 'aws-cdk-lib';
import { CacheUser, CredentialRotator, RotatedSecret, SecretNamespace } from 'cdk-managed-secrets';
import type { Construct } from 'constructs';

/** The cache, its user, and the secret with the user's password. */
export class SessionsStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const vpc = this.importVpc();
    const cacheGroup = new ec2.SecurityGroup(this, 'CacheGroup', { vpc, description: 'The cache of sessions', allowAllOutbound: false });

    new SecretNamespace(this, 'Secrets', { environment: 'prod', service: 'sessions' });

    // No password here: the secret gives the user its own.
    const user = new elasticache.CfnUser(this, 'User', {
      engine: 'valkey', userId: 'sessions-app', userName: 'sessions-app', accessString: 'on ~session:* resetchannels -@all +@read +@write +ping',
    });
    const cache = this.createCache(vpc, cacheGroup, user);

    const kind = CacheUser.elastiCache({ user, host: cache.attrEndpointAddress, securityGroups: [cacheGroup] });
    const credentials = new RotatedSecret(this, 'Credentials', {
      purpose: 'cache-credentials',
      description: 'The user with which the service keeps sessions in its cache',
      kind,
      rotator: this.createRotator(vpc, kind),
    });
    credentials.grantRead(this.createServiceRole());
  }

  private createCache(vpc: ec2.IVpc, group: ec2.ISecurityGroup, user: elasticache.CfnUser): elasticache.CfnServerlessCache {
    const users = new elasticache.CfnUserGroup(this, 'Users', { engine: 'valkey', userGroupId: 'sessions', userIds: [user.ref] });
    return new elasticache.CfnServerlessCache(this, 'Cache', {
      engine: 'valkey',
      majorEngineVersion: '8',
      serverlessCacheName: 'sessions',
      subnetIds: vpc.privateSubnets.map(({ subnetId }) => subnetId),
      securityGroupIds: [group.securityGroupId],
      userGroupId: users.ref,
    });
  }

  private createRotator(vpc: ec2.IVpc, kind: CacheUser): CredentialRotator {
    // The account's key for logs, whose policy lets CloudWatch Logs use it.
    const encryptionKey = kms.Key.fromKeyArn(this, 'LogsKey', `arn:aws:kms:${this.region}:${this.account}:key/0a1b2c3d-1111-4222-8333-0a1b2c3d4e5f`);
    return new CredentialRotator(this, 'Rotator', {
      kind,
      vpc,
      logGroup: new logs.LogGroup(this, 'RotatorLog', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey }),
      reservedConcurrentExecutions: 2,
      tracing: lambda.Tracing.ACTIVE,
    });
  }

  private createServiceRole(): iam.Role {
    const role = new iam.Role(this, 'Service', {
      description: 'The service that keeps sessions',
      assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
    });
    const reason = 'A grant is an AWS::IAM::Policy of one role, so that nobody can attach it to another; a managed policy could be.';
    Validations.of(role).acknowledge(...['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'].map(pack => ({ id: `${pack}-IAMNoInlinePolicy`, reason })));
    return role;
  }

  private importVpc(): ec2.IVpc {
    return ec2.Vpc.fromVpcAttributes(this, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      privateSubnetIds: ['subnet-0a1b2c3d4e5f60711', 'subnet-0a1b2c3d4e5f60712'],
      privateSubnetRouteTableIds: ['rtb-0a1b2c3d4e5f60713', 'rtb-0a1b2c3d4e5f60713'],
    });
  }
}
