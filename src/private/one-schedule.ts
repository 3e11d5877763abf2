import { aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

const CHECKED = Symbol.for('cdk-managed-secrets.OneSchedule');

/**
 * Has the stack of a secret refuse a second schedule of one secret, whoever makes it: Secrets Manager keeps one, the second would take the
 * place of the first, and the removal of either would turn rotation off. It is looked at once a stack, when all are there.
 */
export function requireOneSchedule(secret: IConstruct): void {
  const stack = Stack.of(secret);
  if (CHECKED in stack) return;
  Object.defineProperty(stack, CHECKED, { value: true });
  stack.node.addValidation({ validate: () => secondSchedules(stack) });
}

function secondSchedules(stack: Stack): string[] {
  const constructs = stack.node.findAll();
  const attachments = new Map(constructs.filter(each => each instanceof secretsmanager.CfnSecretTargetAttachment)
    .map(each => [JSON.stringify(stack.resolve(each.ref)), JSON.stringify(stack.resolve(each.secretId))]));
  const first = new Map<string, IConstruct>();
  return constructs.filter(each => each instanceof secretsmanager.CfnRotationSchedule).flatMap(schedule => {
    const secretId = JSON.stringify(stack.resolve(schedule.secretId));
    const secret = attachments.get(secretId) ?? secretId;
    const other = first.get(secret);
    if (other === undefined) first.set(secret, schedule);
    return other === undefined ? [] : [
      `a secret must have one schedule, because Secrets Manager keeps one, and ${other.node.path} is there already; `
        + `remove one [at ${schedule.node.path}]`,
    ];
  });
}
