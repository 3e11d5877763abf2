import { aws_events as events, aws_iam as iam, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { identityOf, newValuePattern } from './new-value-pattern';
import { acknowledgeInlinePolicy } from '../../private/acknowledgement';
import { EVENTS_PUT } from '../../private/actions';

/** The secret of this app of which this one is a replica. */
export function primaryOf(secret: secretsmanager.ISecret): secretsmanager.Secret | undefined {
  const { _primary: primary } = secret as { _primary?: unknown };
  return primary instanceof secretsmanager.Secret && primary.env.region !== secret.env.region ? primary : undefined;
}

/**
 * Secrets Manager does not say that a replica has events of its own. Those of the primary are sent to the bus of the replica's region, by one rule a
 * region in the stack of the primary.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
 */
export function forwardEvents(secret: secretsmanager.ISecret): void {
  const primary = primaryOf(secret);
  const { region } = secret.env;
  const id = `EventsTo${region}`;
  if (primary === undefined || primary.node.tryFindChild(id)) return;
  const stack = Stack.of(primary);
  const { name, arn: secretArn } = identityOf(primary);
  const rule = new events.Rule(primary, id, {
    description: `Tells ${region} that ${primary.node.path} has a new value`,
    eventPattern: name === undefined ? newValuePattern(primary, { resources: [secretArn!] }, {}) : newValuePattern(primary, {}, { name: [name] }),
  });
  const role = new iam.Role(rule, 'Role', {
    description: `Sends events of ${primary.node.path} to ${region}`,
    assumedBy: new iam.ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
  });
  const arn = stack.formatArn({ service: 'events', region, resource: 'event-bus', resourceName: 'default' });
  role.addToPolicy(new iam.PolicyStatement({ actions: EVENTS_PUT, resources: [arn] }));
  acknowledgeInlinePolicy(role);
  rule.addTarget({ bind: () => ({ arn, role }) });
}
