import { createHash } from 'crypto';
import { aws_ec2 as ec2, Stack, Stage, Token } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';

/** The rules hang on the stage: a rule is unique within what is deployed together, not within a process. */
const RULES = Symbol.for('cdk-managed-secrets.NetworkRules');

/** One way through security groups: exactly this port, in exactly this direction. */
export interface NetworkPath {
  readonly from: ec2.ISecurityGroup[];
  readonly to: ec2.ISecurityGroup[];
  readonly port: ec2.Port;
  readonly description: string;
}

/**
 * Opens the path by rules in the scope's own stack, each once: EC2 refuses a rule that is there. Those of the L2 stand in the
 * stacks of both groups, each of which would wait for the other.
 */
export function openPath(scope: Construct, { from, to, port, description }: NetworkPath): IDependable[] {
  const rule = { ...port.toRuleJson(), description };
  return from.flatMap(source => to.flatMap(destination => {
    const id = stableId(scope, source, destination, port);
    const ingress = once(scope, `Ingress${id}`, ruleId => new ec2.CfnSecurityGroupIngress(scope, ruleId, {
      ...rule, groupId: destination.securityGroupId, sourceSecurityGroupId: source.securityGroupId,
    }));
    if (source.allowAllOutbound) return [ingress];
    const egress = once(scope, `Egress${id}`, ruleId => new ec2.CfnSecurityGroupEgress(scope, ruleId, {
      ...rule, groupId: source.securityGroupId, destinationSecurityGroupId: destination.securityGroupId,
    }));
    return [ingress, egress];
  }));
}

/** The rule, wherever in the app it is made: by another rotator with the same security group, or for the secrets of another stack. */
function once(scope: Construct, id: string, create: (id: string) => Construct): Construct {
  const stage = Stage.of(scope) as Stage & { [RULES]?: Map<string, Construct> };
  const rules = stage[RULES] ??= new Map();
  const rule = rules.get(id) ?? create(id);
  rules.set(id, rule);
  return rule;
}

/** Two imports of one group are one group; a port that is a token is known by what it refers to. */
function stableId(scope: Construct, source: ec2.ISecurityGroup, destination: ec2.ISecurityGroup, port: ec2.Port): string {
  const groups = [source, destination].map(group => Token.isUnresolved(group.securityGroupId) ? group.node.addr : group.securityGroupId);
  const identity = JSON.stringify([groups, Stack.of(scope).resolve(port.toRuleJson())]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 8).toUpperCase();
}
