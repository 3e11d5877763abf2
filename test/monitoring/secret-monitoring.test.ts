import { assertions, Stack } from 'aws-cdk-lib';
import { monitored, rotated } from './monitored';
import { resourcesOf } from './template';
import { AlarmSetting, SecretMonitoring } from '../../src';
import { FINDINGS, WATCHER_METRICS } from '../../src/monitoring/contract/metrics';
import { expectTableInDocs } from '../support/table-in-docs';

/** The resources below a `SecretMonitoring`, counted by type. */
function countsOf({ stack, monitoring }: { stack: Stack; monitoring: SecretMonitoring }): Record<string, number> {
  const { Resources: resources } = assertions.Template.fromStack(stack).toJSON();
  const own = Object.keys(resources).filter(id => id.startsWith(monitoring.node.id));
  const types = own.map(id => resources[id].Type as string);
  return Object.fromEntries([...new Set(types)].map(type => [type, types.filter(each => each === type).length]));
}

test('the resources are the same for one secret and for a thousand', () => {
  const few = countsOf(monitored());
  expect(few).toMatchObject({ 'AWS::Events::Rule': 5, 'AWS::CloudWatch::CompositeAlarm': 3, 'AWS::Lambda::Function': 1 });
  expect(countsOf(monitored({}, 1000))).toEqual(few);
});

test('a rotator that secrets share is watched once, and ten functions have the same number of alarms as one', () => {
  const one = monitored();
  const few = countsOf(one);
  const shared = monitored();
  const { rotator } = rotated(shared.stack, 'Shared');
  for (let index = 0; index < 5; index += 1) rotated(shared.stack, `Further${index}`, rotator);
  expect(countsOf(shared)).toEqual(few);
});

test('eleven functions have a second alarm of each kind', () => {
  const many = monitored();
  for (let index = 0; index < 10; index += 1) rotated(many.stack, `Own${index}`);
  const alarms = Object.values(resourcesOf(many.stack, 'AWS::CloudWatch::Alarm')).map(({ AlarmName: name }) => name);
  expect(alarms).toEqual(expect.arrayContaining(['prod/payments/: a rotation function fails', 'prod/payments/: a rotation function fails 2']));
});

test('an alarm that is off is not there, and neither is its rule', () => {
  const { stack } = monitored({ alarms: { changedByHand: AlarmSetting.off(), deniedReads: AlarmSetting.off(), readBurst: AlarmSetting.off() } });
  const names = [...Object.keys(resourcesOf(stack, 'AWS::CloudWatch::Alarm')), ...Object.keys(resourcesOf(stack, 'AWS::Events::Rule'))].join();
  expect(names).not.toMatch(/AlarmChangedByHand|MonitoringChangedByHand|DeniedReads|ReadBurst/);
  expect(resourcesOf(stack, 'AWS::CloudWatch::InsightRule')).toEqual({});
});

test('the prices of the guide are those of what is created', () => {
  const { stack } = monitored({ expectedReaders: undefined });
  const alarms = Object.values(resourcesOf(stack, 'AWS::CloudWatch::Alarm'));
  const termsOf = ({ Metrics: terms = [{}] }) => terms.filter((term: any) => term.MetricStat || terms.length === 1);
  const metrics = alarms.flatMap(termsOf).length;
  const parts: [string, number, number][] = [
    ['key', Object.keys(resourcesOf(stack, 'AWS::KMS::Key')).filter(id => id.startsWith('Monitoring')).length, 1],
    [`metrics of ${alarms.length} alarms`, metrics, 0.1],
    ['composite alarm', Object.keys(resourcesOf(stack, 'AWS::CloudWatch::CompositeAlarm')).length, 0.5],
    ['metrics of the scheduled function', Object.keys({ ...FINDINGS, ...WATCHER_METRICS }).length, 0.3],
    ['rules of Contributor Insights', Object.keys(resourcesOf(stack, 'AWS::CloudWatch::InsightRule')).length, 0.5],
  ];
  const dollars = (amount: number) => `${amount.toFixed(2)} $`;
  const sum = parts.reduce((total, [, number, price]) => total + number * price, 0);
  expectTableInDocs('docs/guides/monitoring.md', 'prices', [
    ['What', 'Number', 'Price', 'Sum'],
    ...parts.map(([what, number, price]) => [what, `${number}`, dollars(price), dollars(number * price)]),
    ['Together', '', '', `**${dollars(sum)}**`],
  ]);
});
