import { readFileSync } from 'fs';
import * as path from 'path';
import { aws_kms as kms, aws_secretsmanager as secretsmanager, aws_sqs as sqs, Duration, Lazy, Stack } from 'aws-cdk-lib';
import { resourcesOf } from './template';
import { ManagedSecret, SecretMonitoring, SecretNamespace } from '../../src';
import { WATCHER_ENVIRONMENT } from '../../src/monitoring/contract/environment';
import { FINDINGS, WATCHER_METRICS } from '../../src/monitoring/contract/metrics';
import { EXPIRES_TAG } from '../../src/monitoring/contract/tags';
import { SecretWatcher } from '../../src/monitoring/private/watcher';
import type { SecretWatcherProps } from '../../src/monitoring/private/watcher-props';
import { thresholdsOf } from '../../src/monitoring/private/watcher-thresholds';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { accessModel, decide, readSecret, roleOf, secretOf, writeSecret } from '../../tools/access';
import { testApp, testStack } from '../support/test-app';

const LEGACY = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:legacy/key-a1b2c3';

function watcherIn(props: (stack: Stack) => Partial<SecretWatcherProps> = () => ({})): { stack: Stack; watcher: SecretWatcher } {
  const stack = testStack('home', testApp());
  return { stack, watcher: new SecretWatcher(stack, 'Watcher', { watched: 'prod/payments/', prefix: 'prod/payments/', ...props(stack) }) };
}

const variablesOf = (stack: Stack) => Object.values(resourcesOf(stack, 'AWS::Lambda::Function'))[0].Environment.Variables as Record<string, unknown>;
const legacy = (stack: Stack) => secretsmanager.Secret.fromSecretCompleteArn(stack, 'Legacy', LEGACY);

describe('the function', () => {
  test('has the defaults in its environment, and nothing else', () => {
    expect(variablesOf(watcherIn().stack)).toEqual({
      WATCHED: 'prod/payments/',
      NAME_PREFIX: 'prod/payments/',
      OVERDUE_GRACE_SECONDS: '14400',
      STUCK_GRACE_SECONDS: '86400',
      REPLICATION_GRACE_SECONDS: '3600',
      UNUSED_DAYS: '90',
      NEVER_READ_DAYS: '30',
      EXPIRES_WITHIN_DAYS: '30',
    });
  });

  test('has the thresholds that are given, and the ARNs of secrets', () => {
    const thresholds = { overdueGrace: Duration.hours(12), unusedAfter: Duration.days(180) };
    const { stack } = watcherIn(scope => ({ ...thresholds, describeAll: true, secrets: [legacy(scope)] }));
    expect(variablesOf(stack)).toMatchObject({
      [WATCHER_ENVIRONMENT.OVERDUE_GRACE_SECONDS]: '43200',
      [WATCHER_ENVIRONMENT.UNUSED_DAYS]: '180',
      [WATCHER_ENVIRONMENT.DESCRIBE_ALL]: 'true',
      [WATCHER_ENVIRONMENT.SECRET_ARNS]: LEGACY,
    });
  });

  test('runs alone, is tried again twice, and what could not be run is kept', () => {
    const { stack } = watcherIn();
    const [deployed] = Object.values(resourcesOf(stack, 'AWS::Lambda::Function'));
    expect(deployed).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', ReservedConcurrentExecutions: 1, DeadLetterConfig: { TargetArn: expect.anything() } });
    expect(Object.values(resourcesOf(stack, 'AWS::Lambda::EventInvokeConfig'))).toMatchObject([{ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 }]);
    const [{ ScheduleExpression, Targets }] = Object.values(resourcesOf(stack, 'AWS::Events::Rule'));
    expect(ScheduleExpression).toBe('rate(1 hour)');
    expect(Targets).toMatchObject([{ DeadLetterConfig: { Arn: expect.anything() } }]);
  });

  test('ends before the next look begins, however it is tried again', () => {
    const { Timeout } = Object.values(resourcesOf(watcherIn(() => ({ interval: Duration.minutes(15) })).stack, 'AWS::Lambda::Function'))[0];
    expect(Timeout).toBeLessThan(900);
  });

  test('reserves nothing where the account cannot', () => {
    const { stack } = watcherIn(() => ({ reserveConcurrency: false }));
    expect(Object.values(resourcesOf(stack, 'AWS::Lambda::Function'))[0]).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  test('may use the key of a queue that is given', () => {
    const { stack } = watcherIn(scope => ({ deadLetterQueue: new sqs.Queue(scope, 'Queue', { encryptionMasterKey: new kms.Key(scope, 'Key') }) }));
    const actions = Object.values(resourcesOf(stack, 'AWS::IAM::Policy')).flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }: any) => Action) as string[]);
    expect(actions).toEqual(expect.arrayContaining(['sqs:SendMessage', 'kms:GenerateDataKey*', 'kms:Decrypt']));
  });

  test('describes every secret of a namespace with replicas', () => {
    const [stack, there] = [testStack(), ['eu-central-1']];
    const namespace = new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments', replicaRegions: there });
    new SecretMonitoring(stack, 'Monitoring', { namespace });
    expect(variablesOf(stack)).toMatchObject({ [WATCHER_ENVIRONMENT.DESCRIBE_ALL]: 'true', [WATCHER_ENVIRONMENT.NAME_PREFIX]: 'prod/payments/' });
  });
});

test('a metric is the maximum of an interval, because CloudWatch may count a line of the log twice', () => {
  const { watcher } = watcherIn(() => ({ interval: Duration.hours(6) }));
  for (const metric of [FINDINGS.SECRETS_OVERDUE, WATCHER_METRICS.WATCHER_FAILED]) {
    expect(watcher.metric(metric)).toMatchObject({
      namespace: 'cdk-managed-secrets', metricName: metric, dimensions: { SecretNamespace: 'prod/payments/' }, statistic: 'Maximum', period: Duration.hours(6),
    });
  }
});

test('the guide names every metric and every threshold with its default, and the tag', () => {
  const guide = readFileSync(path.join(__dirname, '../../docs/guides/watching-secrets.md'), 'utf8');
  for (const metric of [...Object.values(FINDINGS), ...Object.values(WATCHER_METRICS), EXPIRES_TAG]) expect(guide).toContain(`\`${metric}\``);
  for (const [name, threshold] of Object.entries(thresholdsOf({}))) expect(guide).toMatch(new RegExp(`^\\| .* \\| ${threshold.toHumanString()} \\| \`${name}\` \\|$`, 'm'));
});

describe('the role, decided by an IAM simulator', () => {
  const app = testApp();
  const stack = testStack('payments', app);
  const [, , named] = ['payments', 'orders', 'ledger'].map((service) => {
    const namespace = new SecretNamespace(stack, service, { environment: 'prod', service });
    return new ManagedSecret(stack, `${service}Key`, { namespace, purpose: 'key' });
  });
  new SecretWatcher(stack, 'OfPrefix', { watched: 'prod/payments/', prefix: 'prod/payments/' });
  new SecretWatcher(stack, 'OfArns', { watched: 'ledger', secrets: [named] });
  const model = accessModel(resolveTemplates(app.synth()));
  const OURS = secretOf(model, 'prod/payments/key').arn;
  const THEIRS = secretOf(model, 'prod/orders/key').arn;
  const NAMED = secretOf(model, 'prod/ledger/key').arn;
  const decided = async (watcher: string, action: string, resource: string) =>
    decide(model, { principal: roleOf(model, `payments/${watcher}/Role`), action, resource });

  test.each([
    ['OfPrefix', 'secretsmanager:ListSecrets', '*', 'Allowed'], ['OfPrefix', 'secretsmanager:DescribeSecret', OURS, 'Allowed'],
    ['OfPrefix', 'secretsmanager:DescribeSecret', THEIRS, 'ImplicitlyDenied'], ['OfPrefix', 'secretsmanager:DescribeSecret', NAMED, 'ImplicitlyDenied'],
    ['OfArns', 'secretsmanager:ListSecrets', '*', 'ImplicitlyDenied'], ['OfArns', 'secretsmanager:DescribeSecret', NAMED, 'Allowed'],
    ['OfArns', 'secretsmanager:DescribeSecret', OURS, 'ImplicitlyDenied'],
  ])('%s: %s on %s: %s', async (watcher, action, resource, decision) => {
    expect(await decided(watcher, action, resource)).toBe(decision);
  });

  const OTHERS = [
    'GetSecretValue', 'PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage', 'DeleteSecret', 'RestoreSecret', 'RotateSecret', 'CancelRotateSecret', 'TagResource',
    'UntagResource', 'GetResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy', 'ListSecretVersionIds', 'ReplicateSecretToRegions', 'StopReplicationToReplica', 'CreateSecret',
  ];

  test.each(['OfPrefix', 'OfArns'])('%s does nothing else with any secret', async (watcher) => {
    const decisions = OTHERS.flatMap(action => [OURS, THEIRS, NAMED].map(async arn => decided(watcher, `secretsmanager:${action}`, arn)));
    expect(new Set(await Promise.all(decisions))).toEqual(new Set(['ImplicitlyDenied']));
    for (const action of ['BatchGetSecretValue', 'GetRandomPassword']) expect(await decided(watcher, `secretsmanager:${action}`, '*')).toBe('ImplicitlyDenied');
  });

  test.each(['OfPrefix', 'OfArns'])('%s reads and stores no value, and decrypts nothing', async (watcher) => {
    const principal = roleOf(model, `payments/${watcher}/Role`);
    for (const arn of [OURS, THEIRS, NAMED]) {
      expect((await readSecret(model, principal, arn)).decision).not.toBe('Allowed');
      expect((await writeSecret(model, principal, arn)).decision).not.toBe('Allowed');
      expect(await decide(model, { principal, action: 'kms:Decrypt', resource: secretOf(model, 'prod/payments/key').key!.arn })).not.toBe('Allowed');
    }
  });
});

describe('bad input', () => {
  test.each<[string, (stack: Stack) => Partial<SecretWatcherProps>, RegExp]>([
    ['a grace that is a token', () => ({ overdueGrace: Duration.hours(Lazy.number({ produce: () => 1 })) }), /`overdueGrace` must be known at synthesis; write the duration/],
    ['a grace of no time', () => ({ stuckGrace: Duration.seconds(0) }), /`stuckGrace in seconds` must be a whole number from 60 to 31536000, got 0/],
    ['a part of a day', () => ({ unusedAfter: Duration.hours(36) }), /`unusedAfter in days` must be a whole number from 1 to 3650, got 1.5/],
    ['days that never come', () => ({ neverReadAfter: Duration.days(4000) }), /`neverReadAfter in days` must be a whole number from 1 to 3650, got 4000/],
    ['more secrets than an environment holds', stack => ({
      secrets: Array.from({ length: 31 }, (_, index) => secretsmanager.Secret.fromSecretCompleteArn(stack, `Key${index}`, LEGACY.replace('key', 'k'.repeat(40) + index))),
    }), /`secrets` must have ARNs of at most 3000 characters in all, because Lambda allows 4 KB .* got 31 secrets .*; give the `namespace`, or create one construct for each part/],
  ])('%s', (_, props, message) => {
    expect(() => watcherIn(props)).toThrow(message);
    expect(() => watcherIn(props)).toThrow(/\[at home\/Watcher\]$/);
  });
});
