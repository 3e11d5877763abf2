import { ArnFormat, aws_events as events, aws_logs as logs, aws_sns as sns, aws_sqs as sqs, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type EventWithMessage, messageOf } from './event-messages';
import { fail, pathOf } from '../../private/errors';

/** EventBridge tries again for a day by default, when what has happened is no news any more. */
const MAX_EVENT_AGE = Duration.hours(2);

/** What EventBridge allows of a pattern. */
const MAX_PATTERN = 2048;

/** Where the rules of a `SecretMonitoring` send events. */
export interface Destinations {
  readonly logGroup: logs.LogGroup;
  readonly messageTopic: sns.ITopic;
  readonly deadLetterQueue: sqs.IQueue;
  readonly watched: string;
}

/** Rules that write each event to the log as it is, and to the topic in words. */
export class EventRules {
  public readonly rules: events.Rule[] = [];

  constructor(private readonly scope: Construct, private readonly destinations: Destinations) {}

  public add(id: string, eventPattern: events.EventPattern, message: EventWithMessage): void {
    const { watched, messageTopic } = this.destinations;
    requirePatternSize(this.scope, eventPattern, 'watch their namespace, or some of them in a construct of their own');
    const rule = new events.Rule(this.scope, id, { description: `Secrets of ${watched}: ${id}`, eventPattern });
    rule.addTarget(this.target(this.logGroupArn()));
    rule.addTarget(this.target(messageTopic.topicArn, messageOf(message, watched)));
    this.rules.push(rule);
  }

  /** The targets of the CDK would add permissions without a condition, and a function that writes the policy of the log group. */
  private target(arn: string, input?: events.RuleTargetInput): events.IRuleTarget {
    const { deadLetterQueue } = this.destinations;
    const retryPolicy = { maximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(), maximumRetryAttempts: 10 };
    return { bind: () => ({ arn, input, deadLetterConfig: { arn: deadLetterQueue.queueArn }, retryPolicy }) };
  }

  /** Without the colon and asterisk at the end of that of the CDK. */
  private logGroupArn(): string {
    const { logGroup: { logGroupName } } = this.destinations;
    return Stack.of(this.scope).formatArn({ service: 'logs', resource: 'log-group', resourceName: logGroupName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }
}

/** The pattern of a namespace has one size; that of named secrets grows with them. */
export function requirePatternSize(scope: Construct, pattern: events.EventPattern, remedy: string): void {
  const { length } = JSON.stringify(Stack.of(scope).resolve(pattern));
  if (length <= MAX_PATTERN) return;
  fail(pathOf(scope), `\`secrets\` must be so few that the pattern of a rule has at most ${MAX_PATTERN} characters, got ${length}; ${remedy}`);
}
