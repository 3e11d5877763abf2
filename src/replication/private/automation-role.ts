import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { acknowledgeInlinePolicy } from '../../private/acknowledgement';
import { AUTOMATION_START, ROLE_PASS } from '../../private/actions';

/**
 * The role of a runbook: Systems Manager takes it on for automations of this account only.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/cross-service-confused-deputy-prevention.html
 */
export function automationRole(scope: Construct, description: string, statements: iam.PolicyStatement[]): iam.Role {
  const { account } = Stack.of(scope);
  const role = new iam.Role(scope, 'Role', {
    description,
    assumedBy: new iam.ServicePrincipal('ssm.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': automationExecution(scope) },
      },
    }),
  });
  statements.forEach(statement => role.addToPolicy(statement));
  acknowledgeInlinePolicy(role);
  return role;
}

/**
 * What starts a runbook: the permission on the document and on the execution that comes of it, whose id nobody knows before, and to hand
 * the role to Systems Manager.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function startingAutomation(scope: Construct, documentName: string, role: iam.IRole): iam.PolicyStatement[] {
  const resources = [['document', documentName], ['automation-definition', `${documentName}:$DEFAULT`]];
  return [
    new iam.PolicyStatement({
      actions: AUTOMATION_START,
      resources: [
        ...resources.map(([resource, resourceName]) => Stack.of(scope).formatArn({ service: 'ssm', resource, resourceName })),
        automationExecution(scope),
      ],
    }),
    new iam.PolicyStatement({
      actions: ROLE_PASS,
      resources: [role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    }),
  ];
}

/** Any execution of a runbook of this account and region. */
function automationExecution(scope: Construct): string {
  return Stack.of(scope).formatArn({ service: 'ssm', resource: 'automation-execution', resourceName: '*' });
}
