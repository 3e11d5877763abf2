import { createHash } from 'crypto';
import { aws_ec2 as ec2, Resource, Stack } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';

/** One way through security groups: exactly this port, in exactly this direction. */
export interface NetworkPath {
  /** The groups of the rotation function. */
  readonly from: ec2.ISecurityGroup[];
  readonly to: ec2.ISecurityGroup[];
  readonly port: ec2.Port;
  readonly description: string;
  /** The VPC of the rotation function, where this app knows it. */
  readonly vpc?: ec2.IVpc;
}

/**
 * Opens the path by rules of which there is one a pair of groups and a port, because EC2 refuses a second. Their place and their ids
 * follow from the groups, so that a rule stays what it is when the secrets that need it come and go. Those of the L2 stand in the
 * stacks of both groups, each of which would wait for the other.
 */
export function openPath(rotator: Construct, { from, to, port, description, vpc }: NetworkPath): IDependable[] {
  const rule = { ...port.toRuleJson(), description };
  return from.flatMap(source => to.flatMap(destination => {
    const home = homeOf(source, destination, vpc) ?? Stack.of(rotator);
    const id = stableId(home, source, destination, port);
    const ingress = home.node.tryFindChild(`RotationIngress${id}`) ?? new ec2.CfnSecurityGroupIngress(home, `RotationIngress${id}`, {
      ...rule, groupId: destination.securityGroupId, sourceSecurityGroupId: source.securityGroupId,
    });
    if (source.allowAllOutbound) return [ingress];
    const egress = home.node.tryFindChild(`RotationEgress${id}`) ?? new ec2.CfnSecurityGroupEgress(home, `RotationEgress${id}`, {
      ...rule, groupId: source.securityGroupId, destinationSecurityGroupId: destination.securityGroupId,
    });
    return [ingress, egress];
  }));
}

/**
 * The stack of the database's group, which may refer to the function's as its schedules do; that of the function's where the
 * function is in a VPC of the database's stack, and refers to that already. Absent where both groups are imported.
 */
function homeOf(source: ec2.ISecurityGroup, destination: ec2.ISecurityGroup, vpc?: ec2.IVpc): Stack | undefined {
  const [ofSource, ofDestination, ofVpc] = [source, destination, vpc]
    .map(each => each && Resource.isOwnedResource(each) ? Stack.of(each) : undefined);
  if (ofDestination === undefined || (ofSource && ofVpc === ofDestination)) return ofSource;
  return ofDestination;
}

/** By the port of a database, which has many secrets. */
const KNOWN_IDS = new WeakMap<ec2.Port, { home: Stack; source: ec2.ISecurityGroup; destination: ec2.ISecurityGroup; id: string }[]>();

/** Two imports of one group are one group; a group or a port that is a token is known by what it refers to. */
function stableId(home: Stack, source: ec2.ISecurityGroup, destination: ec2.ISecurityGroup, port: ec2.Port): string {
  const ids = KNOWN_IDS.get(port) ?? [];
  const known = ids.find(each => each.home === home && each.source === source && each.destination === destination);
  if (known) return known.id;
  const id = newId(home, source, destination, port);
  KNOWN_IDS.set(port, [...ids, { home, source, destination, id }]);
  return id;
}

function newId(home: Stack, source: ec2.ISecurityGroup, destination: ec2.ISecurityGroup, port: ec2.Port): string {
  const groups = [source, destination].map(group => Resource.isOwnedResource(group) ? group.node.addr : group.securityGroupId);
  const identity = JSON.stringify(home.resolve([groups, port.toRuleJson()]));
  return createHash('sha256').update(identity).digest('hex').slice(0, 8).toUpperCase();
}
