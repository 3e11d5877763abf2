import { Duration } from 'aws-cdk-lib';
import { longestRefresh, redeploymentStates } from '../../src/consumers/private/redeployment-states';
import { FakeEcs, FakeEcsOptions } from '../../tools/state-machines/fake-ecs';
import { Outcome, runAll } from '../../tools/state-machines/interpreter';
import { errorsIn } from '../../tools/state-machines/validate';

/** The states of a redeployment, run against an Amazon ECS that behaves as the real one is documented to. */

const SECRETS = ['prod/payments/db', 'prod/payments/api-key', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:legacy-a1b2c3'];
const OPTIONS = {
  partition: 'aws',
  cluster: 'payments',
  service: 'worker',
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/payments/worker',
  queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters',
  secrets: SECRETS,
  deploymentTimeout: Duration.hours(1),
};
const definition: any = redeploymentStates({ ...OPTIONS, hasReplicas: false });
const withReplicas: any = redeploymentStates({ ...OPTIONS, hasReplicas: true });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** The rotation of the secret. */
const T = Date.parse('2026-11-28T10:00:00Z');
const OLD = { id: 'ecs-svc/old', createdAt: T - 24 * 60 * MINUTE, completesAt: T - 24 * 60 * MINUTE + MINUTE };

const event = (at: number, name = SECRETS[0]) => ({
  'time': new Date(at).toISOString().replace(/\.\d+Z/, 'Z'),
  'source': 'aws.secretsmanager',
  'detail-type': 'Secret Label Updated',
  'resources': [name.startsWith('arn:') ? name : `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-x1y2z3`],
  'detail': { name: name.replace(/^.*:|-a1b2c3$/g, ''), labelUpdated: 'AWSCURRENT', versionId: 'EXAMPLE1' },
});

interface Run {
  readonly ecs: FakeEcs;
  readonly outcomes: Outcome[];
}

async function run(options: Partial<FakeEcsOptions>, events: object[] = [event(T)], of = definition): Promise<Run> {
  const ecs = new FakeEcs({ deployments: [OLD], ...options });
  const outcomes = await runAll(of, ecs.tasks, events.map(input => ({ at: Date.parse((input as any).time) + SECOND, input })));
  return { ecs, outcomes };
}

function broken(damage: (states: any) => void): any {
  const copy = structuredClone(definition);
  damage(copy.States);
  return copy;
}

test('the validator of the language has nothing to say, and finds what is wrong', async () => {
  for (const each of [definition, withReplicas]) expect(await errorsIn(each)).toEqual([]);
  expect(await errorsIn(broken(states => { states.Wait.Next = 'Nowhere'; }))).not.toEqual([]);
  expect(await errorsIn(broken(states => { states.Decide.Choices[0].Condition = '{% $isNew and %}'; }))).not.toEqual([]);
});

test('a new value: the service is redeployed once, and waited for', async () => {
  const { ecs, outcomes: [outcome] } = await run({});
  expect(ecs.redeployments).toHaveLength(1);
  expect(outcome.status).toBe('SUCCEEDED');
  expect(outcome.states.slice(0, 4)).toEqual(['Settle', 'Turn', 'Look', 'Decide']);
  expect(outcome.ended).toBeGreaterThanOrEqual(ecs.redeployments[0] + 120_000);
  expect(ecs.calls.find(({ action }) => action === 'ecs:updateService')?.input).toEqual({ Cluster: 'payments', Service: 'worker', ForceNewDeployment: true });
  expect(ecs.messages).toEqual([]);
});

describe('one redeployment', () => {
  test.each<[string, object[]]>([
    ['of two secrets in the same second', [event(T), event(T, SECRETS[1])]],
    ['of three, one of them known by its ARN', SECRETS.map(each => event(T, each))],
    ['of two in reverse order, a second apart', [event(T, SECRETS[1]), event(T + SECOND, SECRETS[0])]],
    ['of one that is rotated twice in twenty seconds', [event(T), event(T + 20 * SECOND)]],
    ['of one whose event comes twice', [event(T), { ...event(T), time: event(T).time }].map((each, index) => ({ ...each, again: index }))],
  ])('%s', async (words, events) => {
    const ecs = new FakeEcs({ deployments: [OLD] });
    const delays = words.includes('twice') ? [1, 3] : [1, 1, 1];
    const starts = events.map((input: any, index) => ({ at: Date.parse(input.time) + delays[index] * SECOND, input }));
    const outcomes = await runAll(definition, ecs.tasks, starts);
    expect(ecs.redeployments).toHaveLength(1);
    expect(outcomes.map(({ status }) => status)).toEqual(events.map(() => 'SUCCEEDED'));
    const latest = Math.max(...events.map((each: any) => Date.parse(each.time)));
    expect(ecs.redeployments[0]).toBeGreaterThan(latest);
  });
});

describe('a deployment under way', () => {
  test('that began before the new value is left to end, and followed by another', async () => {
    const underWay = { id: 'ecs-svc/pipeline', createdAt: T - MINUTE, completesAt: T + 10 * MINUTE };
    const { ecs, outcomes: [outcome] } = await run({ deployments: [OLD, underWay] });
    expect(ecs.redeployments).toHaveLength(1);
    expect(ecs.redeployments[0]).toBeGreaterThanOrEqual(underWay.completesAt);
    expect(outcome.status).toBe('SUCCEEDED');
  });

  test('that began after it brings the value, and no other one follows', async () => {
    const pipeline = { id: 'ecs-svc/pipeline', createdAt: T + 10 * SECOND, completesAt: T + 10 * MINUTE };
    const { ecs, outcomes: [outcome] } = await run({ deployments: [OLD, pipeline] });
    expect(ecs.redeployments).toEqual([]);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.ended).toBeGreaterThanOrEqual(pipeline.completesAt);
  });

  test.each([0, 900, 4900])('that began %d ms after the second of the event may have the older value', async after => {
    const doubtful = { id: 'ecs-svc/pipeline', createdAt: T + after, completesAt: T + MINUTE };
    expect((await run({ deployments: [OLD, doubtful] })).ecs.redeployments).toHaveLength(1);
  });

  test('a second value that comes while the service is redeployed is followed by another redeployment, after the first', async () => {
    const { ecs, outcomes } = await run({}, [event(T), event(T + 100 * SECOND, SECRETS[1])]);
    const [first, second] = ecs.redeployments;
    expect(ecs.redeployments).toHaveLength(2);
    expect(second).toBeGreaterThanOrEqual(first + 120_000);
    expect(outcomes.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  test('behind a Classic Load Balancer, the numbers of tasks tell', async () => {
    const underWay = { id: 'ecs-svc/pipeline', createdAt: T - MINUTE, completesAt: T + 10 * MINUTE };
    const { ecs, outcomes: [outcome] } = await run({ deployments: [OLD, underWay], tellsRollout: false });
    expect(ecs.redeployments[0]).toBeGreaterThanOrEqual(underWay.completesAt);
    expect(outcome.status).toBe('SUCCEEDED');
  });

  test('that takes longer than an Express workflow may run, and longer than allowed', async () => {
    expect((await run({ takes: 50 * MINUTE })).outcomes[0].status).toBe('SUCCEEDED');
    const { ecs, outcomes: [outcome] } = await run({ takes: 70 * MINUTE });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'DeploymentTooLong' });
    expect((outcome.ended - T) / SECOND).toBeLessThan(longestRefresh(Duration.hours(1), 3).toSeconds() + 30);
    expect(ecs.redeployments).toHaveLength(1);
  });
});

describe('a replica, which gets the version later than the event says', () => {
  const MOMENTS = [T + 10 * SECOND, T + 90 * SECOND];

  test.each(MOMENTS)('is waited for, and then the service is redeployed', async arrival => {
    const { ecs, outcomes: [outcome] } = await run({ versions: { EXAMPLE1: arrival } }, [event(T)], withReplicas);
    expect(outcome.status).toBe('SUCCEEDED');
    expect(ecs.redeployments).toHaveLength(1);
    expect(ecs.redeployments[0]).toBeGreaterThan(arrival);
    expect(ecs.calls.find(({ action }) => action === 'secretsmanager:describeSecret')?.input).toEqual({ SecretId: SECRETS[0] });
  });

  test('a deployment between the event and the arrival has the older value', async () => {
    const pipeline = { id: 'ecs-svc/pipeline', createdAt: T + 40 * SECOND, completesAt: T + 60 * SECOND };
    const { ecs } = await run({ deployments: [OLD, pipeline], versions: { EXAMPLE1: T + 90 * SECOND } }, [event(T)], withReplicas);
    expect(ecs.redeployments).toHaveLength(1);
  });

  test('several secrets of one instant are one redeployment', async () => {
    const { ecs } = await run({ versions: { EXAMPLE1: T + 10 * SECOND } }, [event(T), event(T, SECRETS[1])], withReplicas);
    expect(ecs.redeployments).toHaveLength(1);
  });

  test('into which the version does not come fails', async () => {
    const { ecs, outcomes: [outcome] } = await run({}, [event(T)], withReplicas);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'ReplicaTooLate' });
    expect(ecs.messages).toHaveLength(1);
    expect(ecs.redeployments).toEqual([]);
  });
});

describe('what fails is told in the queue', () => {
  test.each<[string, Partial<FakeEcsOptions>, string, number]>([
    ['a service that is not there', { status: 'MISSING' }, 'ServiceNotActive', 0],
    ['a service that is being deleted', { status: 'DRAINING' }, 'ServiceNotActive', 0],
    ['a permission that is missing', { errors: { 'ecs:updateService': ['Ecs.AccessDeniedException'] } }, 'Ecs.AccessDeniedException', 1],
    ['a cluster that is not there', { errors: { 'ecs:describeServices': ['Ecs.ClusterNotFoundException'] } }, 'Ecs.ClusterNotFoundException', 0],
    ['tasks that do not become healthy', { fails: 'stays' }, 'DeploymentFailed', 1],
    ['a rollback, which is not tried again', { fails: 'rolls back' }, 'DeploymentRolledBack', 1],
    ['throttles without an end', { errors: { 'ecs:updateService': Array(20).fill('Ecs.ThrottlingException') } }, 'Ecs.ThrottlingException', 9],
  ])('%s', async (_, options, error, redeployments) => {
    const { ecs, outcomes: [outcome] } = await run(options);
    expect(outcome).toMatchObject({ status: 'FAILED', error });
    expect(ecs.messages).toEqual([{ error, cause: expect.stringMatching(/\w/), event: event(T) }]);
    expect(ecs.redeployments).toHaveLength(redeployments);
  });

  test('a throttle is waited for', async () => {
    const errors = { 'ecs:describeServices': ['Ecs.EcsException', 'Ecs.ThrottlingException'], 'ecs:updateService': ['Ecs.ServerException'] };
    const { ecs, outcomes: [outcome] } = await run({ errors });
    expect(outcome.status).toBe('SUCCEEDED');
    expect(ecs.messages).toEqual([]);
  });

  test('a queue that refuses the message lets the execution time out, which an alarm counts', async () => {
    const { outcomes: [outcome] } = await run({ status: 'MISSING', errors: { 'sqs:sendMessage': Array(20).fill('Sqs.QueueDoesNotExistException') } });
    expect(outcome).toMatchObject({ status: 'TIMED_OUT' });
  });

  test('a deployment that had failed before is no reason not to deliver', async () => {
    const failed = { id: 'ecs-svc/failed', createdAt: T - 10 * MINUTE, failsAt: T - 5 * MINUTE };
    const { ecs, outcomes: [outcome] } = await run({ deployments: [OLD, failed] });
    expect(ecs.redeployments).toHaveLength(1);
    expect(outcome.status).toBe('SUCCEEDED');
  });
});

describe('an execution that somebody starts with an input of his own', () => {
  test.each<[string, object, number]>([
    ['of a time to come redeploys once', { ...event(T), time: '9999-01-01T00:00:00Z' }, 1],
    ['of a time that is past redeploys nothing', { ...event(T), time: '1970-01-01T00:00:00Z' }, 0],
    ['with expressions calls what any other calls', { ...event(T), detail: { name: '{% $eval("1") %}', cluster: 'other' }, Cluster: 'other', resources: ['x'] }, 1],
  ])('%s', async (_, input, redeployments) => {
    const ecs = new FakeEcs({ deployments: [OLD] });
    await runAll(definition, ecs.tasks, [{ at: T, input }]);
    expect(ecs.redeployments).toHaveLength(redeployments);
    const called = ecs.calls.filter(({ action }) => action.startsWith('ecs:')).map(({ input: { Cluster: cluster, Service: service } }) => [cluster, service ?? 'worker']);
    expect(new Set(called.map(each => each.join('/')))).toEqual(new Set(['payments/worker']));
  });
});

describe('a state machine that is broken is found', () => {
  test('without the distance between secrets, two of one instant redeploy twice', async () => {
    const { ecs } = await run({}, [event(T), event(T, SECRETS[1])], broken(states => { states.Turn.Seconds = 5; }));
    expect(ecs.redeployments).toHaveLength(2);
  });

  test('without the wait for the deployment under way, it is restarted', async () => {
    const underWay = { id: 'ecs-svc/pipeline', createdAt: T - MINUTE, completesAt: T + 10 * MINUTE };
    const impatient = broken(states => { states.Decide.Choices = states.Decide.Choices.slice(0, 5); });
    const { ecs } = await run({ deployments: [OLD, underWay] }, [event(T)], impatient);
    expect(ecs.redeployments[0]).toBeLessThan(underWay.completesAt);
  });
});
