import { aws_kms as kms, aws_logs as logs, aws_sns as sns, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environmentOf, ORGANIZATION } from './organization';

/** The log group of the trail, which the platform team has put into each account and region. */
export function organizationTrail(scope: Construct): logs.ILogGroup {
  return onceAStack(scope, 'OrganizationTrail', (stack, id) => logs.LogGroup.fromLogGroupName(stack, id, ORGANIZATION.trailLogGroupName));
}

export function onCall(scope: Construct): sns.ITopic {
  return onceAStack(scope, 'OnCall', (stack, id) => sns.Topic.fromTopicArn(stack, id, stack.formatArn({ service: 'sns', resource: ORGANIZATION.onCallTopicName })));
}

export function logsKey(scope: Construct): kms.IKey {
  const { logsKeyId } = ORGANIZATION.accounts[environmentOf(scope)];
  return onceAStack(scope, 'LogsKey', (stack, id) => kms.Key.fromKeyArn(stack, id, stack.formatArn({ service: 'kms', resource: 'key', resourceName: logsKeyId })));
}

/** An injector is asked for each construct; what it imports is there once. */
function onceAStack<T extends object>(scope: Construct, id: string, create: (stack: Stack, id: string) => T): T {
  const stack = Stack.of(scope);
  return stack.node.tryFindChild(id) as T | undefined ?? create(stack, id);
}
