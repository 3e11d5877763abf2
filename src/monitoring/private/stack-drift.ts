import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { requireOwnRegion } from './watched-secrets';
import { acknowledgeInlinePolicy, acknowledgeWildcard } from '../../private/acknowledgement';
import { DRIFT_DETECT, DRIFT_DETECT_ANY, KEY_LOOK, SECRET_LOOK } from '../../private/actions';
import { secretArn } from '../../private/arns';
import { fail } from '../../private/errors';

/** Each once, and of the account and region in which the rule looks. */
export function requireDriftStacks(path: string, home: Stack, stacks: Stack[]): void {
  stacks.forEach((stack, index) => {
    requireOwnRegion(path, 'driftOf', home, { account: stack.account, region: stack.region });
    if (stacks.indexOf(stack) !== index) fail(path, `\`driftOf\` must hold each stack once, got ${stack.node.path} twice; remove one`);
  });
}

/**
 * The role of the drift rules: it starts the detection, and reads secrets, policies, schedules and keys of the account, of which it reads no value.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 */
export function driftRole(scope: Construct, stacks: Stack[]): iam.Role {
  const { account } = Stack.of(scope);
  const role = new iam.Role(scope, 'DriftRole', {
    description: 'Compares secrets and keys with what was deployed',
    assumedBy: new iam.ServicePrincipal('config.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': account } } }),
  });
  const everySecret = secretArn(scope, Stack.of(scope), '*');
  const everyKey = Stack.of(scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*' });
  role.addToPolicy(new iam.PolicyStatement({ actions: DRIFT_DETECT, resources: stacks.map(each => each.stackId) }));
  role.addToPolicy(new iam.PolicyStatement({ actions: DRIFT_DETECT_ANY, resources: ['*'] }));
  role.addToPolicy(new iam.PolicyStatement({ actions: SECRET_LOOK, resources: [everySecret] }));
  role.addToPolicy(new iam.PolicyStatement({ actions: KEY_LOOK, resources: [everyKey] }));
  acknowledgeInlinePolicy(role);
  acknowledgeWildcard(role, '*', 'The id of a drift detection, and the aliases of an account, have no resource type.');
  acknowledgeWildcard(role, everySecret, 'The stacks may get further secrets; what describes them is read, and no value.');
  acknowledgeWildcard(role, everyKey, 'The stacks may get further keys; their policies are read, and nothing is decrypted.');
  return role;
}
