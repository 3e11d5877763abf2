import { aws_events as events } from 'aws-cdk-lib';
import { ALARM_KINDS, type AlarmName } from './alarm-kinds';
import { alarmNameOf, runbookOf } from './alarm-texts';

const { fromPath } = events.EventField;

/** What is said of an event, and of which secret, so that all that is said of it is in one thread of a chat. */
interface Message {
  readonly description: string;
  readonly subject: string;
}

const SERVICE_SECRET = fromPath('$.detail.additionalEventData.SecretId');
const CALLED_SECRET = fromPath('$.detail.requestParameters.secretId');
const KEY = fromPath('$.detail.requestParameters.keyId');
const CALL = fromPath('$.detail.eventName');
const CALLER = `${fromPath('$.detail.userIdentity.arn')} from ${fromPath('$.detail.sourceIPAddress')}`;

/** Each names secret, step and reason where the event does: the reason of a failed rotation holds the step. */
const MESSAGES = {
  rotationFailed: {
    description: `Secrets Manager reports ${CALL} for ${SERVICE_SECRET}. Reason: ${fromPath('$.detail.errorMessage')}`,
    subject: SERVICE_SECRET,
  },
  rotationAbandoned: {
    description: `Secrets Manager gave up the rotation of ${SERVICE_SECRET}: a version was stored during it, and AWSPENDING is removed.`,
    subject: SERVICE_SECRET,
  },
  changedByHand: { description: `${CALL} of ${CALLED_SECRET} was called by ${CALLER}.`, subject: CALLED_SECRET },
  valueChanged: {
    description: `${fromPath('$.detail.name')} has a new current value, the version ${fromPath('$.detail.versionId')}.`,
    subject: fromPath('$.detail.name'),
  },
  keyChangedByHand: { description: `${CALL} of the key ${KEY} was called by ${CALLER}.`, subject: KEY },
} satisfies Partial<Record<AlarmName, Message>>;

export type EventWithMessage = keyof typeof MESSAGES;

/**
 * What the topic gets. Amazon Q Developer shows this form in a chat as it is meant; a mail shows it as JSON, the text first.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function messageOf(event: EventWithMessage, watched: string): events.RuleTargetInput {
  const { title, whatToDo } = ALARM_KINDS[event];
  const { description, subject } = MESSAGES[event];
  return events.RuleTargetInput.fromObject({
    version: '1.0',
    source: 'custom',
    id: fromPath('$.id'),
    content: {
      textType: 'client-markdown',
      title: alarmNameOf(event, watched),
      description,
      nextSteps: [whatToDo, `Runbook: ${runbookOf(event)}`],
    },
    metadata: {
      threadId: subject,
      summary: `${title}: ${subject}`,
      eventType: event,
      relatedResources: [subject],
      additionalContext: { time: fromPath('$.time'), account: fromPath('$.account'), region: fromPath('$.region') },
    },
  });
}
