import { assertions, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { apiKey, payments } from './follow';
import { LambdaFunctionConsumer, LambdaFunctionConsumerProps, ManagedSecret, ParametersAndSecretsExtension as Extension, SecretEncryption } from '../../src';
import { restartStates } from '../../src/consumers/private/restart-states';
import { Outcome, runAll, TaskError } from '../../tools/state-machines/interpreter';
import { errorsIn } from '../../tools/state-machines/validate';
import { ENV, onlyResource } from '../support/test-app';

/** What restarts a function after a rotation: the states, run against a Lambda that takes its time, and the resources around them. */

const ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:report';
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters';
const statesOf = (description?: string, hasReplicas = false): any =>
  restartStates({ partition: 'aws', functionArn: ARN, description, queueUrl: QUEUE, hasReplicas });
const T = Date.parse('2026-11-28T10:00:00Z');
const EVENT = { detail: { name: 'prod/payments/db', labelUpdated: 'AWSCURRENT', versionId: '11111111-2222-3333-4444-555555555555' } };

/** A function with variables, whose updates take a time. */
class FakeLambda {
  public description = 'before';
  public readonly messages: any[] = [];
  public readonly inputs: any[] = [];
  public firstCall?: number;
  private readyAt = 0;

  constructor(private readonly options: { takesMs?: number; ends?: 'Successful' | 'Failed'; errors?: string[]; busyMs?: number; queueErrors?: string[]; arrivesMs?: number } = {}) {}

  public readonly tasks = (action: string, input: any, now: number): any => {
    const { takesMs = 3_000, ends = 'Successful', errors = [], busyMs = 0, queueErrors = [] } = this.options;
    this.inputs.push({ action, input });
    this.firstCall ??= now;
    if (action === 'secretsmanager:describeSecret') {
      return { VersionIdsToStages: now < T + (this.options.arrivesMs ?? 0) ? {} : { [EVENT.detail.versionId]: ['AWSCURRENT'] } };
    }
    if (action === 'sqs:sendMessage') {
      const failure = queueErrors.shift();
      if (failure !== undefined) throw new TaskError(failure, 'the queue does not answer');
      return this.messages.push(JSON.parse(input.MessageBody));
    }
    if (action === 'lambda:updateFunctionConfiguration') {
      const failure = now < T + busyMs ? 'Lambda.ResourceConflictException' : errors.shift();
      if (failure !== undefined) throw new TaskError(failure, 'an update is under way');
      this.description = input.Description;
      this.readyAt = now + takesMs;
    }
    const LastUpdateStatus = now < this.readyAt ? 'InProgress' : ends;
    return { FunctionName: 'report', Environment: { Variables: { TOKEN: 'in-the-environment' } }, LastUpdateStatus };
  };
}

async function run(fake: FakeLambda, definition = statesOf()): Promise<Outcome> {
  return (await runAll(definition, fake.tasks, [{ at: T, input: EVENT }]))[0];
}

describe('the states', () => {
  test('are of the language', async () => {
    for (const hasReplicas of [false, true]) expect(await errorsIn(statesOf('says "hello" {} %}', hasReplicas))).toEqual([]);
    const broken = statesOf();
    broken.States.Wait.Next = 'Nowhere';
    expect(await errorsIn(broken)).not.toEqual([]);
  });

  test('wait until a replica has the version, and give up in time', async () => {
    const fake = new FakeLambda({ arrivesMs: 60_000 });
    expect(await run(fake, statesOf(undefined, true))).toMatchObject({ status: 'SUCCEEDED' });
    const updated = fake.inputs.findIndex(({ action }) => action.includes('update'));
    expect(updated).toBe(fake.inputs.filter(({ action }) => action.includes('describe')).length);
    expect(updated).toBeGreaterThan(10);

    const never = new FakeLambda({ arrivesMs: 600_000 });
    expect(await run(never, statesOf(undefined, true))).toMatchObject({ status: 'FAILED', error: 'ReplicaTooLate' });
    expect(never.messages).toHaveLength(1);
  });

  test('change the description alone, and wait until the update has taken effect', async () => {
    const fake = new FakeLambda({ takesMs: 12_000 });
    const outcome = await run(fake);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.ended - T).toBeGreaterThan(12_000);
    expect(fake.firstCall! - T).toBeGreaterThanOrEqual(2_000); // an environment that starts with the event may still read the older value
    const updates = fake.inputs.filter(({ action }) => action.includes('update'));
    expect(updates).toEqual([{
      action: 'lambda:updateFunctionConfiguration',
      input: { FunctionName: ARN, Description: 'restarted for version 11111111-2222-3333-4444-555555555555' },
    }]);
    expect(fake.messages).toEqual([]);
  });

  test.each([
    ['of a deployment', 'Nightly report', 'Nightly report - restarted for version 11111111'],
    ['with marks of the language', 'a "quoted" \\ {%text%} $event', 'a "quoted" \\ {%text%} $event - restarted for version 11111111'],
    ['that is long', 'x'.repeat(256), `${'x'.repeat(180)} - restarted for version 11111111`],
  ])('keep a description %s, within what Lambda takes', async (_, description, expected) => {
    const fake = new FakeLambda();
    expect(await run(fake, statesOf(description))).toMatchObject({ status: 'SUCCEEDED' });
    expect(fake.description).toContain(expected);
    expect(fake.description.length).toBeLessThanOrEqual(256);
  });

  test('wait for an update that is under way, and for a throttle', async () => {
    expect(await run(new FakeLambda({ busyMs: 20_000 }))).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run(new FakeLambda({ errors: ['Lambda.TooManyRequestsException', 'Lambda.ServiceException'] }))).toMatchObject({ status: 'SUCCEEDED' });
  });

  test.each([
    ['a function that is gone', { errors: ['Lambda.ResourceNotFoundException'] }, 'Lambda.ResourceNotFoundException'],
    ['an update that fails', { ends: 'Failed' as const }, 'UpdateFailed'],
    ['an update without an end', { takesMs: 3_600_000 }, 'UpdateTooLong'],
  ])('tell of %s by a message with the event, and nothing of the environment', async (_, options, error) => {
    const fake = new FakeLambda(options);
    expect(await run(fake)).toMatchObject({ status: 'FAILED', error });
    expect(fake.messages).toEqual([{ error, cause: expect.any(String), event: EVENT }]);
    expect(JSON.stringify(fake.messages)).not.toContain('in-the-environment');
  });

  test('end within the five minutes of an Express workflow, whatever happens', async () => {
    const always = (error: string) => Array.from({ length: 99 }, () => error);
    const outcomes = await Promise.all([
      run(new FakeLambda({ busyMs: 3_600_000 })),
      run(new FakeLambda({ takesMs: 3_600_000 })),
      run(new FakeLambda({ takesMs: 3_600_000, queueErrors: always('Sqs.SqsException') })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['FAILED', 'FAILED', 'TIMED_OUT']);
    for (const { ended } of outcomes) expect(ended - T).toBeLessThanOrEqual(300_000);
  });
});

function report(stack: Stack, props: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(stack, 'Report', { runtime: lambda.Runtime.JAVA_21, handler: 'Report', code: lambda.Code.fromBucket(bucketOf(stack), 'report.zip'), ...props });
}

function bucketOf(stack: Stack): any {
  const { Bucket } = jest.requireActual('aws-cdk-lib/aws-s3');
  return Bucket.fromBucketName(stack, 'Code', 'code');
}

function refreshed(stack: Stack, fn: lambda.IFunction, props: Partial<LambdaFunctionConsumerProps> = {}, id = 'ReportSecrets'): LambdaFunctionConsumer {
  return new LambdaFunctionConsumer(stack, id, {
    function: fn, extension: Extension.none(), restart: true, ...props.secrets ? {} : { secrets: [apiKey(stack)] }, ...props,
  });
}

describe('the resources', () => {
  const stack = payments();
  const consumer = refreshed(stack, report(stack, { description: 'Nightly report' }));

  test('are an Express workflow that logs nothing, because Lambda answers with the environment', () => {
    const { Properties } = onlyResource(stack, 'AWS::StepFunctions::StateMachine');
    expect(Properties.StateMachineType).toBe('EXPRESS');
    expect(Properties.LoggingConfiguration).toBeUndefined();
    expect(JSON.stringify(Properties.DefinitionString)).toContain('Nightly report - ');
    expect(consumer.stateMachine).toBeDefined();
    expect(consumer.deadLetterQueue).toBeDefined();
    expect(consumer.alarms).toHaveLength(3);
  });

  test('start it for this secret alone', () => {
    const { Properties: { EventPattern, Targets } } = onlyResource(stack, 'AWS::Events::Rule');
    expect(EventPattern).toMatchObject({ 'source': ['aws.secretsmanager'], 'detail-type': ['Secret Label Updated'], 'detail': { name: ['prod/payments/api-key'], labelUpdated: ['AWSCURRENT'] } });
    expect(Targets).toHaveLength(1);
    expect(Targets[0].DeadLetterConfig).toBeDefined();
  });
});

describe('bad input: a restart that would have no effect', () => {
  const messagesOf = (stack: Stack) => {
    try { assertions.Template.fromStack(stack); return ''; } catch (error) { return (error as Error).message; }
  };

  test.each<[string, (stack: Stack) => lambda.Function, RegExp]>([
    ['on a version', stack => { const fn = report(stack); new lambda.Version(stack, 'V1', { lambda: fn }); return fn; }, /payments\/V1\/Resource is a published version/],
    ['on an alias', stack => { const fn = report(stack); fn.addAlias('live'); return fn; }, /payments\/Report\/CurrentVersion\/Resource is a published version/],
    ['on snapshots', stack => report(stack, { snapStart: lambda.SnapStartConf.ON_PUBLISHED_VERSIONS }), /payments\/Report starts from snapshots/],
  ])('%s', (_, functionIn, expected) => {
    const stack = payments();
    refreshed(stack, functionIn(stack));
    expect(messagesOf(stack)).toMatch(expected);
    expect(messagesOf(stack)).toMatch(/`restart` must not be true where it has no effect: .* \[at payments\/ReportSecrets\]/);
  });

  test.each([true, false])('a version that is published later (%s), and one of another function', isPublished => {
    const stack = payments();
    const fn = report(stack);
    refreshed(stack, fn);
    const other = new lambda.Function(stack, 'Other', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x') });
    expect(other.currentVersion).toBeDefined();
    if (isPublished) expect(fn.currentVersion).toBeDefined();
    expect(messagesOf(stack)).toMatch(isPublished ? /payments\/Report\/CurrentVersion\/Resource is a published version/ : /^$/);
  });

  test('an alias as the function itself', () => {
    const stack = payments();
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: new lambda.Version(stack, 'V', { lambda: report(stack) }) });
    refreshed(stack, alias);
    expect(messagesOf(stack)).toMatch(/payments\/Live is a version or an alias/);
  });

  test('alarms without a restart, two restarts, and a secret whose events stay elsewhere', () => {
    const stack = payments();
    const fn = report(stack);
    const elsewhere = ManagedSecret.fromArn(stack, 'Elsewhere', `arn:aws:secretsmanager:eu-central-1:${ENV.account}:secret:x-a1b2c3`, SecretEncryption.awsManagedKey());
    expect(() => refreshed(stack, fn, { restart: false, alarmActions: [], secrets: [elsewhere] })).toThrow(/`alarmActions` must not be given without `restart`/);
    expect(() => refreshed(stack, fn, { secrets: [elsewhere] })).toThrow(/where its events stay/);
    const key = apiKey(stack);
    refreshed(stack, fn, { secrets: [key] });
    expect(() => refreshed(stack, fn, { secrets: [key] }, 'Again')).toThrow(/payments\/Report must be refreshed by one construct, and payments\/ReportSecrets does it already; .* `restart: false`/);
  });
});
