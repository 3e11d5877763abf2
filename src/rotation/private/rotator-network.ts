import { Annotations, aws_ec2 as ec2, aws_iam as iam, type aws_secretsmanager as secretsmanager, Fn, Stack, Token } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
import { openPath } from './network-path';
import type { RotationRequest } from './rotation-request';
import { arnForPolicies } from './rotator-access';
import { patternOf } from './rotator-limit';
import { SECRET_READ, SECRET_ROTATE } from '../../private/actions';
import { secretArn } from '../../private/arns';
import { ManagedSecret } from '../../secret/managed-secret';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import type { RotationFunctionOptions } from '../rotation-function-options';

const DESCRIPTION = 'Secrets Manager';

/** The VPC of a rotation function, its security groups and its way to Secrets Manager. */
export class RotatorNetwork {
  public static of(rotator: Construct, description: string, options: RotationFunctionOptions): RotatorNetwork | undefined {
    return options.vpc && new RotatorNetwork(rotator, options.vpc, description, options);
  }

  public readonly securityGroups: ec2.ISecurityGroup[];

  /** What the function must know to reach Secrets Manager. */
  public readonly environment: { [variable: string]: string };

  private readonly endpoint?: ec2.InterfaceVpcEndpoint;
  private readonly way: IDependable[];
  private readonly reachable = new Set<string>();
  private role?: iam.IRole;

  private constructor(
    private readonly rotator: Construct, public readonly vpc: ec2.IVpc, description: string, options: RotationFunctionOptions,
  ) {
    this.securityGroups = options.securityGroups ?? [new ec2.SecurityGroup(rotator, 'SecurityGroup', {
      vpc, allowAllOutbound: false, description,
    })];
    this.endpoint = options.endpoint && options.endpoint._existing === undefined ? this.createEndpoint(options) : undefined;
    this.way = this.openToSecretsManager(this.endpoint ?? options.endpoint?._existing);
    this.environment = this.endpoint ? { [ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT]: `https://${dnsNameOf(this.endpoint)}` } : {};
    if (options.endpoint === undefined) this.warnWhenIsolated(options);
  }

  /** Says who may go through the endpoint: the role of the function, and nobody else. */
  public allowRole(role: iam.IRole): void {
    this.role = role;
  }

  /** Lets the function reach a secret through the endpoint; returns what the schedule of the secret must wait for. */
  public allowSecret({ secret, reads }: RotationRequest): IDependable[] {
    if (this.endpoint === undefined) return this.way;
    this.allowThroughEndpoint(SECRET_ROTATE, patternOf(secret));
    reads.forEach(other => this.allowThroughEndpoint(SECRET_READ, this.arnWithoutCycle(other.secret)));
    return [this.endpoint, ...this.way];
  }

  private allowThroughEndpoint(actions: string[], resource: string): void {
    if (this.reachable.has(resource)) return;
    this.reachable.add(resource);
    this.endpoint!.addToPolicy(new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions,
      resources: [resource],
      conditions: { ArnEquals: { 'aws:PrincipalArn': this.role!.roleArn } },
    }));
  }

  /**
   * The stack of a secret that is read waits for the endpoint's, which must not wait for it: there, the role's own policy names the secret.
   */
  private arnWithoutCycle(secret: secretsmanager.ISecret): string {
    if (secret instanceof ManagedSecret) return secret._arnPattern;
    const isHere = !Token.isUnresolved(secret.secretArn) || Stack.of(secret) === Stack.of(this.rotator);
    return isHere ? arnForPolicies(secret) : secretArn(this.rotator, Stack.of(this.rotator), '*');
  }

  private createEndpoint({ vpcSubnets }: RotationFunctionOptions): ec2.InterfaceVpcEndpoint {
    return new ec2.InterfaceVpcEndpoint(this.rotator, 'Endpoint', {
      vpc: this.vpc,
      service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      subnets: vpcSubnets,
      privateDnsEnabled: false,
      open: false,
      securityGroups: [new ec2.SecurityGroup(this.rotator, 'EndpointSecurityGroup', {
        vpc: this.vpc, allowAllOutbound: false, description: 'Endpoint of Secrets Manager for a rotation function',
      })],
    });
  }

  private openToSecretsManager(endpoint: ec2.IInterfaceVpcEndpoint | undefined): IDependable[] {
    const port = ec2.Port.HTTPS;
    const groups = endpoint?.connections.securityGroups ?? [];
    const { rotator, vpc, securityGroups: from } = this;
    if (groups.length > 0) return openPath(rotator, { from, to: groups, port, description: DESCRIPTION, vpc });
    const closed = this.securityGroups.filter(group => !group.allowAllOutbound);
    closed.forEach(group => group.addEgressRule(ec2.Peer.anyIpv4(), port, DESCRIPTION));
    return closed;
  }

  /** Without a way to Secrets Manager a rotation ends in a time-out, and every later one says that it is not complete. */
  private warnWhenIsolated({ vpc, vpcSubnets }: RotationFunctionOptions): void {
    if (!areIsolated(vpc!, vpcSubnets)) return;
    Annotations.of(this.rotator).addWarningV2('cdk-managed-secrets:rotationIsolated',
      'The subnets of the rotation function are isolated, and no endpoint of Secrets Manager is known: without one, '
        + 'every rotation ends in a time-out. Give the rotator `endpoint`: SecretsManagerEndpoint.create(), or the one that the '
        + 'VPC has.');
  }
}

/** Whether all of the subnets have no way out of the VPC. */
export function areIsolated(vpc: ec2.IVpc, vpcSubnets: ec2.SubnetSelection | undefined): boolean {
  const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId));
  const { subnets } = vpc.selectSubnets(vpcSubnets);
  return subnets.length > 0 && subnets.every(({ subnetId }) => isolated.has(subnetId));
}

/** `<hosted zone>:<name>`, the regional name first. */
function dnsNameOf(endpoint: ec2.InterfaceVpcEndpoint): string {
  return Fn.select(1, Fn.split(':', Fn.select(0, endpoint.vpcEndpointDnsEntries)));
}
