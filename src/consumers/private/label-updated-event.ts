import { aws_events as events, type aws_iam as iam, type aws_secretsmanager as secretsmanager, type aws_sqs as sqs, Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { distinct } from './consumed-secrets';
import { identityOf, newValuePattern } from './new-value-pattern';
import { forwardEvents, primaryOf } from './replica-events';
import { requirePatternSize } from '../../monitoring/private/event-rules';
import { fail } from '../../private/errors';

/** What a rule starts. The CDK's own targets would add roles and permissions without a condition. */
export interface RefreshTarget {
  readonly arn: string;
  readonly role?: iam.IRole;
  readonly input?: events.RuleTargetInput;
  readonly deadLetterQueue: sqs.IQueue;
  /** For a FIFO queue. */
  readonly messageGroupId?: string;
}

/**
 * The rules that match when a secret has a new current value: after a rotation, and after a value that somebody has put. One rule for all
 * secrets whose names are known, another one for those that are known by their ARNs.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
 */
export class LabelUpdatedRules extends Construct {
  public readonly rules: events.Rule[];

  /** @param description what follows the rotation, in a sentence */
  constructor(scope: Construct, id: string, secrets: readonly secretsmanager.ISecret[], description: string) {
    super(scope, id);
    secrets.forEach(each => forwardEvents(each));
    this.rules = labelUpdatedPatterns(scope.node.path, scope, secrets).map((eventPattern, index) => {
      requirePatternSize(scope, eventPattern, 'let consumers of their own have some of them');
      return new events.Rule(this, index === 0 ? 'Rule' : `Rule${index + 1}`, { description, eventPattern });
    });
  }

  public addTarget({ arn, role, input, deadLetterQueue, messageGroupId }: RefreshTarget): void {
    const deadLetterConfig = { arn: deadLetterQueue.queueArn };
    const sqsParameters = messageGroupId === undefined ? undefined : { messageGroupId };
    this.rules.forEach(rule => rule.addTarget({ bind: () => ({ arn, role, input, deadLetterConfig, sqsParameters }) }));
  }
}

/** By exact names and ARNs, of this account: another account may send its events to the same bus. Those of a replica are the primary's. */
export function labelUpdatedPatterns(path: string, scope: Construct, secrets: readonly secretsmanager.ISecret[]): events.EventPattern[] {
  requireEventsHere(path, scope, secrets);
  const known = secrets.filter(each => primaryOf(each) === undefined).map(identityOf);
  const arns = known.flatMap(({ arn }) => arn ?? []);
  const name = known.flatMap(each => each.name ?? []);
  return [
    ...name.length > 0 ? [newValuePattern(scope, {}, { name })] : [],
    ...arns.length > 0 ? [newValuePattern(scope, { resources: arns }, {})] : [],
    ...ofReplicas(scope, secrets),
  ];
}

function ofReplicas(scope: Construct, secrets: readonly secretsmanager.ISecret[]): events.EventPattern[] {
  const regionOf = (secret: secretsmanager.ISecret) => primaryOf(secret)?.env.region;
  const regions = distinct(secrets.flatMap(each => regionOf(each) ?? []));
  return regions.map(region => newValuePattern(scope, { region: [region] }, {
    name: secrets.filter(each => regionOf(each) === region).map(each => each.secretName),
  }));
}

/** Fails on a secret whose events do not come to this stack: Secrets Manager sends them to the bus of the secret's account and region. */
export function requireEventsHere(path: string, scope: Construct, secrets: readonly secretsmanager.ISecret[]): void {
  const { account, region } = Stack.of(scope);
  for (const { node, env } of secrets) {
    if (isSame(env.account, account) && isSame(env.region, region)) continue;
    fail(path, `a secret whose rotation is followed must be of this stack's account and region, ${account} in ${region}, got ${node.path} of ${env.account} in `
      + `${env.region}, where its events stay; create the consumer there, or give the replica of this region, \`secret.replica(region)\``);
  }
}

/** As far as it is known. */
function isSame(one: string, other: string): boolean {
  return Token.isUnresolved(one) || Token.isUnresolved(other) || one === other;
}
