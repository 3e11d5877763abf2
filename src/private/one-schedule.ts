import { aws_secretsmanager as secretsmanager, CfnCustomResource, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { DATABASE_USER } from './database-user-resource';
import { fail } from './errors';

/**
 * Secrets Manager keeps one schedule a secret: a second one would take the place of the first, and the removal of either would turn
 * rotation off. Fails when there is one of this secret.
 *
 * @param secretArn in the words of `stack`
 * @param within where to look: the secret, or more where anybody may have made the other
 */
export function requireFirstSchedule(path: string, secretArn: string, stack: Stack, within: IConstruct): void {
  const { secretOf, schedules } = schedulesIn(within);
  const first = schedules.find(each => secretOf(each.stack, each.secretId) === secretOf(stack, secretArn));
  if (first) fail(path, `${onlyOne(first)}; change that one`);
}

/** Stacks that are looked at already. Another copy of this package in the app looks once more, and says the same. */
const LOOKED_AT = new WeakSet<Stack>();

/** Has the stack of a secret refuse a second schedule of one secret, whoever makes it. It is looked at once a stack, when all are there. */
export function refuseSecondSchedules(secret: IConstruct): void {
  const stack = Stack.of(secret);
  if (LOOKED_AT.has(stack)) return;
  LOOKED_AT.add(stack);
  stack.node.addValidation({ validate: () => secondSchedules(stack) });
}

function secondSchedules(stack: Stack): string[] {
  const { secretOf, schedules } = schedulesIn(stack);
  const firsts = new Map<string, secretsmanager.CfnRotationSchedule>();
  return schedules.flatMap(schedule => {
    const secret = secretOf(schedule.stack, schedule.secretId);
    const first = firsts.get(secret);
    if (first === undefined) firsts.set(secret, schedule);
    return first === undefined ? [] : [`${onlyOne(first)}; remove one [at ${schedule.node.path}]`];
  });
}

function onlyOne(first: IConstruct): string {
  return `a secret must have one schedule, because Secrets Manager keeps one, and ${first.node.path} is there already`;
}

/**
 * The schedules there, and which secret an ARN means: that of an attachment is its secret's, and one that is not resolved is its stack's.
 */
function schedulesIn(within: IConstruct) {
  const keyOf = keysOfArns();
  const constructs = within.node.findAll();
  const attached = new Map(constructs.filter(each => each instanceof secretsmanager.CfnSecretTargetAttachment)
    .map(({ stack, ref, secretId }) => [keyOf(stack, ref), keyOf(stack, secretId)]));
  const withUsers = new Map(constructs.filter(each => CfnResource.isCfnResource(each) && each.cfnResourceType === DATABASE_USER.type)
    .map(each => each as CfnCustomResource).map(user => [
      keyOf(user.stack, user.getAtt(DATABASE_USER.secretArn).toString()), keyOf(user.stack, secretArnOf(user)),
    ]));
  const secretOfKey = (key: string) => attached.get(key) ?? key;
  return {
    secretOf: (stack: Stack, arn: string) => secretOfKey(withUsers.get(keyOf(stack, arn)) ?? keyOf(stack, arn)),
    schedules: constructs.filter(each => each instanceof secretsmanager.CfnRotationSchedule),
  };
}

function secretArnOf(user: CfnCustomResource): string {
  return (user as CfnCustomResource & { _cfnProperties: Record<string, string> })._cfnProperties[DATABASE_USER.secretArn];
}

/** The same text for what is the same ARN to a stack. Each reference is resolved once, for schedules and attachments share them. */
function keysOfArns(): (stack: Stack, arn: string) => string {
  const known = new Map<Stack, Map<string, string>>();
  return (stack, arn) => {
    if (!Token.isUnresolved(arn)) return arn;
    const ofStack = known.get(stack) ?? new Map<string, string>();
    known.set(stack, ofStack);
    const key = ofStack.get(arn) ?? `${stack.node.path} ${JSON.stringify(stack.resolve(arn))}`;
    ofStack.set(arn, key);
    return key;
  };
}
