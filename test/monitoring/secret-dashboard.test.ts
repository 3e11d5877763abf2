import { readFileSync } from 'fs';
import * as path from 'path';
import { aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AlarmSetting, ManagedSecret, RotationHealing, SecretDashboard, SecretMonitoring, SecretMonitoringProps, SecretNamespace } from 'cdk-managed-secrets';
import { FINDINGS } from '../../src/monitoring/contract/metrics';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { resourcesOfType } from '../../tools/access';
import type { Widget } from '../../tools/dashboard/draw';
import { dashboardOfExample, widgetsOfExample } from '../../tools/dashboard/example';
import { runQuery } from '../../tools/logs-insights';
import { ENV, testApp, testStack } from '../support/test-app';

jest.setTimeout(60_000);

function monitored(stack: Stack, props: Partial<SecretMonitoringProps> = {}) {
  const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'pay' });
  return { namespace, monitoring: new SecretMonitoring(stack, 'Monitoring', { namespace, ...props }) };
}

function widgetsOf(create: (stack: Stack) => void): Widget[] {
  const app = testApp();
  create(testStack('Stack', app));
  const [{ resource: { Properties } }] = resourcesOfType(resolveTemplates(app.synth()), 'AWS::CloudWatch::Dashboard');
  return JSON.parse(Properties!.DashboardBody).widgets;
}

const titled = (widgets: Widget[], title: string) => widgets.find(({ properties }) => properties.title === title)!.properties;
/** A saved query without the log group in front of it, which is given elsewhere here. */
const queryOf = (widgets: Widget[], title: string) => titled(widgets, title).query.replace(/^SOURCE '[^']*' \| /, '');

describe('the dashboard of examples/incident-response', () => {
  let widgets: Widget[];
  beforeAll(() => { widgets = widgetsOfExample(); });

  test('shows alarms, counts, rotations, findings, failures, calls, replicas, costs', () => {
    expect(widgets.map(({ properties }) => properties.title)).toEqual([
      undefined, 'Alarms', 'Secrets', 'Rotations, as the watcher last saw them', 'What the watcher found', 'Rotations that failed or were given up',
      'Calls of Secrets Manager in this account and region', 'Replicas that are not in sync', 'USD a month, without replicas', undefined,
    ]);
  });

  test('no widget lies over another, and none leaves the 24 columns', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) => Array.from({ length: width * height }, (_, cell) => `${x + cell % width} ${y + Math.floor(cell / width)}`));
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24);
  });

  test('counts what the watcher tells, by the metrics that it writes', () => {
    const names = titled(widgets, 'Secrets').metrics.map(([, name]: string[]) => name);
    expect(names).toEqual(['SecretsWatched', ...Object.values(FINDINGS), 'WatcherFailed']);
    expect(titled(widgets, 'Secrets').metrics[0].slice(0, 4)).toEqual(['cdk-managed-secrets', 'SecretsWatched', 'SecretNamespace', 'prod/payments/']);
  });

  test('each alarm leads to its log, to the guide, and to the runbook that helps', () => {
    const table: string = widgets.at(-1)!.properties.markdown;
    const rows = table.split('\n').slice(2);
    expect(rows).toHaveLength(titled(widgets, 'Alarms').alarms.length);
    const row = (title: string) => rows.find(each => each.startsWith(`| ${title} |`))!;
    expect(row('a rotation is stuck')).toMatch(/\[log\]\(#logsV2:log-groups\/log-group\/.+\) · \[guide\]\(.+#a-rotation-is-stuck\) · \[HealRotation\]\(\/systems-manager\/automation\/execute\/.+\?region=eu-west-1\)/);
    expect(row('a read was denied')).toMatch(/log-group\/organization-trail\).*\[Revoke\]\(/);
    expect(row('a secret that is being deleted was asked for')).toContain('[Restore](/systems-manager/automation/execute/');
    expect(row('a secret is not used')).not.toContain('systems-manager');
  });

  test('docs/images/dashboard.svg is drawn from it; npx tsx tools/dashboard/main.ts draws it again', () => {
    expect(readFileSync(path.resolve(__dirname, '../../docs/images/dashboard.svg'), 'utf8')).toBe(dashboardOfExample());
  });
});

describe('the tables', () => {
  const widgets = widgetsOf(stack => new SecretDashboard(stack, 'Dashboard', { monitoring: monitored(stack).monitoring }));
  const line = (timestamp: number, content: object) => ({ timestamp, message: JSON.stringify(content) });

  test('the state of each rotation is that of the last look, the next one due first', () => {
    const told = (secretName: string, state: string, nextRotation: string, ageDays: number) =>
      ({ level: 'INFO', message: 'RotationState', secretName, state, ageDays, lastRotation: '2026-10-01T00:00:00Z', nextRotation });
    expect(runQuery(queryOf(widgets, 'Rotations, as the watcher last saw them'), [
      line(1, told('prod/pay/b', 'OK', '2026-11-20T00:00:00Z', 10)),
      line(2, told('prod/pay/b', 'RotationsStuck', '2026-11-20T00:00:00Z', 11)),
      line(2, told('prod/pay/a', 'OK', '2026-11-10T00:00:00Z', 3)),
      line(3, { level: 'INFO', message: 'The look is complete.' }),
    ])).toEqual([
      { secretName: 'prod/pay/a', now: 'OK', daysSinceRotation: 3, lastRotated: '2026-10-01T00:00:00Z', nextWindow: '2026-11-10T00:00:00Z' },
      { secretName: 'prod/pay/b', now: 'RotationsStuck', daysSinceRotation: 11, lastRotated: '2026-10-01T00:00:00Z', nextWindow: '2026-11-20T00:00:00Z' },
    ]);
  });

  test('what failed stands with its reason, newest first', () => {
    const event = (eventName: string, eventTime: string) => ({ detail: { eventName, eventTime, additionalEventData: { SecretId: 'arn' }, errorMessage: 'in setSecret' } });
    const rows = runQuery(queryOf(widgets, 'Rotations that failed or were given up'), [
      line(1, event('RotationFailed', '2026-10-01T00:00:00Z')), line(2, event('RotationAbandoned', '2026-10-02T00:00:00Z')), line(3, event('PutResourcePolicy', '2026-10-03T00:00:00Z')),
    ]);
    expect(rows.map(({ event: name, reason }) => [name, reason])).toEqual([['RotationAbandoned', 'in setSecret'], ['RotationFailed', 'in setSecret']]);
  });

  test('what the watcher found, once a secret and finding', () => {
    const warned = { level: 'WARN', message: FINDINGS.SECRETS_UNUSED, secretName: 'prod/pay/a', since: '2026-01-01T00:00:00Z', usdPerMonth: 0.4 };
    expect(runQuery(queryOf(widgets, 'What the watcher found'), [line(1, warned), line(2, warned), line(3, { level: 'INFO', message: 'x' })]))
      .toEqual([{ message: FINDINGS.SECRETS_UNUSED, secretName: 'prod/pay/a', sinceWhen: '2026-01-01T00:00:00Z', replica: undefined, usd: 0.4 }]);
  });
});

test('an alarm that is left out is not on it', () => {
  const widgets = widgetsOf(stack => new SecretDashboard(stack, 'Dashboard', { monitoring: monitored(stack, { alarms: { secretsUnused: AlarmSetting.off() } }).monitoring }));
  expect(widgets.at(-1)!.properties.markdown).not.toContain('a secret is not used');
});

test('rotation functions are shown by duration, errors and throttles', () => {
  const widgets = widgetsOf(stack => {
    const rotationFunctions = [lambda.Function.fromFunctionArn(stack, 'Rotate', `arn:aws:lambda:${ENV.region}:${ENV.account}:function:rotate`)];
    new SecretDashboard(stack, 'Dashboard', { monitoring: monitored(stack).monitoring, rotationFunctions });
  });
  expect(titled(widgets, 'Duration of rotation functions').metrics).toEqual([['AWS/Lambda', 'Duration', 'FunctionName', 'rotate', { label: 'Stack/Rotate', stat: 'Maximum' }]]);
  expect(titled(widgets, 'Errors and throttles of rotation functions').metrics.map(([, name]: string[]) => name)).toEqual(['Errors', 'Throttles']);
});

test('its size is the same for one secret and for two hundred', () => {
  const sizes = [1, 200].map(count => {
    const stack = testStack();
    const { namespace, monitoring } = monitored(stack);
    Array.from({ length: count }, (_, index) => new ManagedSecret(stack, `Secret${index}`, { namespace, purpose: `key_${index}` }));
    new SecretDashboard(stack, 'Dashboard', { monitoring });
    return JSON.stringify(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard')).length;
  });
  expect(sizes[0]).toBe(sizes[1]);
});

describe('bad input', () => {
  test.each<[string, (stack: Stack) => unknown, RegExp]>([
    ['a name with a slash', stack => new SecretDashboard(stack, 'Dashboard', { monitoring: monitored(stack).monitoring, dashboardName: 'prod/pay' }), /`dashboardName` must be 1 to 255 letters, digits, hyphens and underscores, got "prod\/pay"; rename it/],
    ['a monitor of another region', stack => {
      const far = testStack('Far', stack.node.root as never, { ...ENV, region: 'us-east-1' });
      new SecretDashboard(stack, 'Dashboard', { monitoring: monitored(far).monitoring });
    }, /`monitoring` must be of this stack's account and region, 111122223333 in eu-west-1, got one of 111122223333 in us-east-1/],
    ['a runbook of another region', stack => {
      const far = testStack('Far', stack.node.root as never, { ...ENV, region: 'us-east-1' });
      const namespace = new SecretNamespace(far, 'Secrets', { environment: 'test', service: 'pay' });
      new SecretDashboard(stack, 'Dashboard', { monitoring: monitored(stack).monitoring, runbooks: [new RotationHealing(far, 'Healing', { namespace })] });
    }, /`runbooks` must be of this stack's account and region/],
  ])('%s', (_, create, message) => {
    const stack = testStack();
    expect(() => create(stack)).toThrow(expect.objectContaining({ message: expect.stringMatching(message), constructPath: 'Stack/Dashboard' }));
    expect(stack.node.tryFindChild('Dashboard')).toBeUndefined();
  });

  test.each<[string, (stack: Stack) => unknown, RegExp]>([
    ['a runbook in another region than its namespace', stack => {
      const far = testStack('Far', stack.node.root as never, { ...ENV, region: 'us-east-1' });
      new RotationHealing(stack, 'Healing', { namespace: new SecretNamespace(far, 'Secrets', { environment: 'prod', service: 'pay' }) });
    }, /`namespace` must be of this stack's account and region, 111122223333 in eu-west-1, got one of 111122223333 in us-east-1; create this construct in a stack there \[at Stack\/Healing\]/],
    ['a runbook of nothing', stack => new RotationHealing(stack, 'Healing', { namespace: null } as never), /`namespace` must be a SecretNamespace, got nothing/],
    ['a runbook of a prefix', stack => new RotationHealing(stack, 'Healing', { namespace: 'prod' } as never), /`namespace` must be a SecretNamespace, got a string/],
    ['a runbook without a namespace', stack => new RotationHealing(stack, 'Healing', {} as never), /exactly one of `namespace` and `secrets` must be given/],
  ])('%s', (_, create, message) => {
    const stack = testStack();
    expect(() => create(stack)).toThrow(message);
    expect(stack.node.tryFindChild('Healing')).toBeUndefined();
  });
});

