import { EVENTS, RECORDS } from './fixtures/events';
import { monitored } from './monitored';
import { deployed, resourcesOf } from './template';
import { AlarmSetting } from '../../src';
import { FINDINGS, WATCHER_METRICS } from '../../src/monitoring/contract/metrics';
import { ALARM_KINDS, type AlarmName } from '../../src/monitoring/private/alarm-kinds';
import { transformed } from '../../tools/event-ruler/transformed';
import { contributors } from '../../tools/metric-filters/contributors';
import { matchesFilter } from '../../tools/metric-filters/json-filter';
import { expectTableInDocs } from '../support/table-in-docs';

/** Each row of the guide: what happens, shown by a recorded event where there is one, which alarm it is, and what the person reads. */

/** By an event that EventBridge delivers, whose pattern event-patterns.test.ts decides. */
interface ByEvent { readonly event: keyof typeof EVENTS }
/** By records of a trail: all that count. */
interface ByRecords { readonly records: (keyof typeof RECORDS)[] }
/** By a metric of a service, or of the watcher, whose own tests show when it is put. */
interface ByMetric { readonly what: string; readonly metrics: string[]; readonly namespace: string }

const WATCHER = 'cdk-managed-secrets';

const ROWS: Record<AlarmName, ByEvent | ByRecords | ByMetric> = {
  rotationFailed: { event: 'a rotation that failed' },
  rotationAbandoned: { event: 'a rotation that was given up' },
  rotationOverdue: { what: 'a secret that is not rotated in time, for whatever reason', metrics: [FINDINGS.SECRETS_OVERDUE], namespace: WATCHER },
  rotationTurnedOff: { what: 'a rotation that was turned off', metrics: [FINDINGS.ROTATIONS_TURNED_OFF], namespace: WATCHER },
  rotationStuck: { what: 'a version that stays pending', metrics: [FINDINGS.ROTATIONS_STUCK], namespace: WATCHER },
  rotationFunctionErrors: { what: 'a rotation function that fails, or that its network does not let start', metrics: ['Errors'], namespace: 'AWS/Lambda' },
  rotationFunctionThrottles: { what: 'a rotation function that Lambda does not run', metrics: ['Throttles'], namespace: 'AWS/Lambda' },
  rotationFunctionSlow: { what: 'a rotation function that nearly runs out of time', metrics: ['Duration'], namespace: 'AWS/Lambda' },
  replicasNotInSync: { what: 'a replica that has failed, or lags', metrics: [FINDINGS.REPLICAS_NOT_IN_SYNC], namespace: WATCHER },
  changedByHand: { event: 'another resource policy, by name' },
  keyChangedByHand: { event: 'another key policy' },
  valueChanged: { event: 'a new value' },
  eventsNotDelivered: { what: 'an event that reached nobody', metrics: ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'], namespace: 'AWS/Events' },
  deadLetters: { what: 'an event, or a look of the watcher, that could not be delivered', metrics: ['ApproximateNumberOfMessagesVisible'], namespace: 'AWS/SQS' },
  watcherFailed: { what: 'a watcher that could not look, or is silent', metrics: [WATCHER_METRICS.WATCHER_FAILED], namespace: WATCHER },
  secretsUnused: { what: 'a secret that nobody reads any more', metrics: [FINDINGS.SECRETS_UNUSED], namespace: WATCHER },
  secretsNeverRead: { what: 'a secret that nobody has ever read', metrics: [FINDINGS.SECRETS_NEVER_READ], namespace: WATCHER },
  secretsExpiring: { what: 'a credential that expires, by the date in a tag', metrics: [FINDINGS.SECRETS_EXPIRING], namespace: WATCHER },
  deniedReads: { records: ['a denied read', 'a denied read by ARN', 'a denied read without parameters', 'a read that the key denied'] },
  unexpectedReads: { records: ['a read by an unexpected role', 'a read by an IAM user', 'a read from another account'] },
  deletedReads: { records: ['a read of a secret that is being deleted'] },
  readBurst: {
    records: [
      'a read by name', 'a read by ARN', 'a read by partial ARN', 'a read in a batch', 'a read by an unexpected role', 'a denied read', 'a denied read by ARN', 'a read that the key denied',
      'a read of a secret that is being deleted', 'a read of a secret that is not there',
    ],
  },
  secretsQuota: { what: 'an account that is nearly full of secrets', metrics: ['ResourceCount'], namespace: 'AWS/SecretsManager' },
  callsQuota: { what: 'an account that reads nearly as often as it may', metrics: ['CallCount'], namespace: 'AWS/Usage' },
};

const { stack } = monitored({ alarms: { valueChanged: AlarmSetting.notifies() } });
const idOf = (alarm: AlarmName) => `${alarm[0].toUpperCase()}${alarm.slice(1)}`;
const find = (type: string, id: string) => {
  const found = Object.entries(resourcesOf(stack, type)).filter(([each]) => new RegExp(`^Monitoring${id}[0-9A-F]{8}$`).test(each));
  expect(found).toHaveLength(1);
  return deployed(found[0][1]);
};
const alarmOf = (alarm: AlarmName) => find('AWS::CloudWatch::Alarm', `Alarm${idOf(alarm)}`);
const filterOf = (alarm: AlarmName) => find('AWS::Logs::MetricFilter', `${idOf(alarm)}Filter`);

function expectMetricOfFilter(alarm: AlarmName): void {
  const [{ MetricName, MetricNamespace: Namespace }] = filterOf(alarm).MetricTransformations;
  expect(alarmOf(alarm)).toMatchObject({ MetricName, Namespace, Statistic: 'Sum' });
}

/** The words that the topic gets, when the line that the rule writes to the log is counted for this alarm and for no other. */
function readOfEvent(alarm: AlarmName, { event }: ByEvent): string {
  const counted = (Object.keys(ROWS) as AlarmName[]).filter(each => 'event' in ROWS[each] && matchesFilter(filterOf(each).FilterPattern, EVENTS[event]));
  expect(counted).toEqual([alarm]);
  expectMetricOfFilter(alarm);
  const [, { Arn, InputTransformer }] = find('AWS::Events::Rule', `${idOf(alarm)}Rule`).Targets;
  expect(Arn).toMatch(/^MonitoringMessages/);
  const { version, source, content } = transformed(InputTransformer, EVENTS[event]) as any;
  expect({ version, source, title: content.title }).toEqual({ version: '1.0', source: 'custom', title: alarmOf(alarm).AlarmName });
  expect(content.nextSteps[0]).toBe(ALARM_KINDS[alarm].whatToDo);
  return content.description;
}

function readOfRecords(alarm: AlarmName, { records }: ByRecords): string {
  const counted = (Object.keys(RECORDS) as (keyof typeof RECORDS)[]).filter(record => isCounted(alarm, RECORDS[record]));
  expect(counted).toEqual(records);
  if (alarm !== 'readBurst') expectMetricOfFilter(alarm);
  return `${alarmOf(alarm).AlarmName}. Log: ${alarmOf(alarm).AlarmDescription.match(/Log: (\S+)\./)[1]}`;
}

function isCounted(alarm: AlarmName, record: unknown): boolean {
  if (alarm !== 'readBurst') return matchesFilter(filterOf(alarm).FilterPattern, record);
  return contributors(JSON.parse(find('AWS::CloudWatch::InsightRule', 'ReadsByRoles').RuleBody), [record]).size > 0;
}

function readOfMetric(alarm: AlarmName, { metrics, namespace }: ByMetric): string {
  const { Metrics: terms = [], ...simple } = alarmOf(alarm);
  const used = terms.length === 0 ? [simple] : terms.flatMap(({ MetricStat: stat }: any) => stat ? [stat.Metric] : []);
  expect([...new Set(used.map(({ MetricName: name }: any) => name))]).toEqual(metrics);
  expect(used.every(({ Namespace: each }: any) => each === namespace)).toBe(true);
  return namespace === WATCHER ? `${simple.AlarmName}. A line \`${metrics[0]}\` in the log of the watcher` : simple.AlarmName;
}

function whatHappens(row: ByEvent | ByRecords | ByMetric): string {
  if ('what' in row) return row.what;
  return 'event' in row ? row.event : row.records.slice(0, 4).join('; ');
}

test('the table of the guide is what recorded events show', () => {
  const rows = (Object.keys(ALARM_KINDS) as AlarmName[]).map(alarm => {
    const { title, threshold, usual, whatToDo } = ALARM_KINDS[alarm];
    const row = ROWS[alarm];
    const read = 'event' in row ? readOfEvent(alarm, row) : 'records' in row ? readOfRecords(alarm, row) : readOfMetric(alarm, row);
    return [whatHappens(row), `\`${alarm}\`: ${title}`, `${usual}, from ${threshold}`, read, whatToDo];
  });
  expectTableInDocs('docs/guides/monitoring.md', 'alarms', [['What happens', 'Alarm', 'By default', 'What the person reads', 'What to do'], ...rows]);
});

test('only reads of these secrets, here, count as many reads of one principal', () => {
  const rule = JSON.parse(find('AWS::CloudWatch::InsightRule', 'ReadsByRoles').RuleBody);
  const users = JSON.parse(find('AWS::CloudWatch::InsightRule', 'ReadsByUsers').RuleBody);
  const all = [...Array.from({ length: 50 }, () => RECORDS['a read by name']), ...Object.values(RECORDS)];
  expect(contributors(rule, all).get('arn:aws:iam::111122223333:role/payments-charge-card-role')).toBe(50 + 9);
  expect([...contributors(users, all).keys()]).toEqual(['john']);
});

test.each<[string, AlarmName, (filter: string) => string]>([
  ['the name alone', 'deniedReads', filter => filter.replace(/ \|\| \(\$\.requestParameters\.secretId = "arn[^)]*\)/, '').replace(/ \|\| \(\$\.errorMessage[^)]*\)/, '')],
  ['any account', 'deniedReads', filter => filter.replace('($.recipientAccountId = "111122223333") && ', '')],
  ['any text about deletion', 'deletedReads', filter => filter.replace('"*marked for deletion*"', '"*"')],
  ['roles alone', 'unexpectedReads', filter => filter.replace('($.userIdentity.sessionContext.sessionIssuer.arn NOT EXISTS) || ', '')],
])('a filter that is broken, by %s, is found', (_, alarm, damage) => {
  const filter = filterOf(alarm).FilterPattern;
  const countedBy = (pattern: string) => Object.entries(RECORDS).filter(([, record]) => matchesFilter(pattern, record)).map(([name]) => name);
  expect(damage(filter)).not.toBe(filter);
  expect(countedBy(damage(filter))).not.toEqual(countedBy(filter));
});
