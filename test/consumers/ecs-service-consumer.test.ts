import { assertions, aws_cloudwatch_actions as actions, aws_ecs as ecs, aws_ec2 as ec2, aws_kms as kms, aws_sns as sns, Duration, Stack } from 'aws-cdk-lib';
import { apiKey, database, payments, worker } from './follow';
import { DatabaseEngine, DatabaseRotator, EcsServiceConsumer, EcsServiceConsumerProps, ManagedSecret, ReplicaRegion, RotationStrategy, SecretEncryption, SecretField } from '../../src';
import { errorsIn } from '../../tools/state-machines/validate';
import { deployed, resourcesOf } from '../monitoring/template';
import { testApp, testStack } from '../support/test-app';

function pages(stack: Stack): actions.SnsAction[] {
  return [new actions.SnsAction(new sns.Topic(stack, 'Pages'))];
}

function consuming(props: (stack: Stack) => Partial<EcsServiceConsumerProps> = () => ({})): { stack: Stack; consumer: EcsServiceConsumer } {
  const stack = payments();
  const key = apiKey(stack);
  const consumer = new EcsServiceConsumer(stack, 'Consumer', {
    service: worker(stack), environment: { API_KEY: SecretField.of(key, 'key'), WHOLE: SecretField.of(key) }, alarmActions: pages(stack), ...props(stack),
  });
  return { stack, consumer };
}

const statementsOf = (stack: Stack, role: RegExp) => Object.entries(resourcesOf(stack, 'AWS::IAM::Policy'))
  .filter(([id]) => role.test(id)).flatMap(([, { PolicyDocument: { Statement: statements } }]) => deployed(statements));

test('a container gets the fields, and the execution role exactly the secret and its key', () => {
  const { stack } = consuming();
  const [{ ContainerDefinitions: [container] }] = Object.values(resourcesOf(stack, 'AWS::ECS::TaskDefinition'));
  expect(deployed(container.Secrets)).toEqual([
    { Name: 'API_KEY', ValueFrom: expect.stringMatching(/^ApiKey\w+:key::$/) }, { Name: 'WHOLE', ValueFrom: expect.stringMatching(/^ApiKey\w+$/) },
  ]);
  expect(statementsOf(stack, /ExecutionRole/).map(({ Action: action }) => action)).toEqual([
    ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], 'kms:Decrypt',
  ]);
});

test('the role of the state machine may redeploy this service and write its queue, and nothing else', () => {
  const { stack } = consuming();
  expect(statementsOf(stack, /^ConsumerRole/)).toMatchInlineSnapshot(`
[
  {
    "Action": [
      "ecs:DescribeServices",
      "ecs:UpdateService",
    ],
    "Effect": "Allow",
    "Resource": "WorkerService9FFC549A",
  },
  {
    "Action": "sqs:SendMessage",
    "Effect": "Allow",
    "Resource": "ConsumerFailureDeadLetters06950792",
  },
]
`);
  expect(statementsOf(stack, /^ConsumerStarter/)).toMatchInlineSnapshot(`
[
  {
    "Action": "states:StartExecution",
    "Effect": "Allow",
    "Resource": "ConsumerStateMachine2B292F0B",
  },
]
`);
  const trusts = Object.entries(resourcesOf(stack, 'AWS::IAM::Role')).filter(([id]) => /^Consumer/.test(id)).map(([, role]) => role.AssumeRolePolicyDocument.Statement[0]);
  expect(trusts).toEqual(['states.amazonaws.com', 'events.amazonaws.com'].map(service => ({
    Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: service }, Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
  })));
});

test('the whole of what follows a rotation', async () => {
  const { stack, consumer } = consuming();
  const [machine] = Object.values(resourcesOf(stack, 'AWS::StepFunctions::StateMachine'));
  const definition = JSON.parse(deployed(machine.DefinitionString));
  expect(machine.StateMachineType).toBeUndefined();
  expect(await errorsIn(definition)).toEqual([]);
  expect(definition.States.Redeploy.Arguments).toEqual({ Cluster: expect.stringMatching(/^Cluster/), ForceNewDeployment: true, Service: expect.stringMatching(/^Worker/) });
  const [rule] = Object.values(resourcesOf(stack, 'AWS::Events::Rule'));
  expect(deployed(rule)).toMatchObject({
    EventPattern: { detail: { name: ['prod/payments/api-key'] } },
    Targets: [{ Arn: expect.stringMatching(/^ConsumerStateMachine/), RoleArn: expect.stringMatching(/^ConsumerStarter/), DeadLetterConfig: { Arn: expect.stringMatching(/^ConsumerFailureDeadLetters/) } }],
  });
  expect(consumer.alarms.map(({ node }) => node.id)).toEqual(['NotRefreshed', 'EventsLost', 'NotFinished']);
  Object.values(resourcesOf(stack, 'AWS::CloudWatch::Alarm')).forEach(each => expect(each.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Pages/) }]));
});

test('several secrets are one pattern, and are looked after one by one', () => {
  const { stack } = consuming(each => ({ secrets: [apiKey(each, 'Second', 'second')] }));
  const [rule] = Object.values(resourcesOf(stack, 'AWS::Events::Rule'));
  expect(rule.EventPattern.detail.name).toEqual(['prod/payments/api-key', 'prod/payments/second']);
  const [machine] = Object.values(resourcesOf(stack, 'AWS::StepFunctions::StateMachine'));
  expect(deployed(machine.DefinitionString)).toContain('{\\"prod/payments/api-key\\":5,\\"prod/payments/second\\":10}');
  expect(statementsOf(stack, /WorkerTaskTaskRole/)).toHaveLength(2);
});

test('a service on EC2, and one that is imported by its ARN', () => {
  const stack = payments();
  const cluster = new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc') });
  cluster.addCapacity('Hosts', { instanceType: new ec2.InstanceType('t3.micro') });
  const taskDefinition = new ecs.Ec2TaskDefinition(stack, 'Task');
  taskDefinition.addContainer('app', { image: ecs.ContainerImage.fromRegistry('worker'), memoryLimitMiB: 256 });
  const key = apiKey(stack);
  new EcsServiceConsumer(stack, 'OnHosts', { service: new ecs.Ec2Service(stack, 'Service', { cluster, taskDefinition }), environment: { KEY: SecretField.of(key) } });
  const arn = 'arn:aws:ecs:eu-west-1:111122223333:service/payments/legacy';
  new EcsServiceConsumer(stack, 'Imported', { service: ecs.FargateService.fromFargateServiceArn(stack, 'Legacy', arn), secrets: [key] });
  expect(statementsOf(stack, /^ImportedRole/)[0]).toMatchObject({ Action: ['ecs:DescribeServices', 'ecs:UpdateService'], Resource: arn });
  const machines = Object.entries(resourcesOf(stack, 'AWS::StepFunctions::StateMachine'));
  const { States: states } = JSON.parse(deployed(machines.find(([id]) => /^Imported/.test(id))![1].DefinitionString));
  expect(states.Redeploy.Arguments).toEqual({ Cluster: 'payments', Service: 'legacy', ForceNewDeployment: true });
});

test('a service in the region of a replica hears of the primary, and waits for the version', () => {
  const app = testApp();
  const home = payments('payments', app);
  const key = new ManagedSecret(home, 'ApiKey', { purpose: 'api-key', replicas: [ReplicaRegion.of('eu-central-1', SecretEncryption.awsManagedKey())] });
  const abroad = testStack('abroad', app, { account: '111122223333', region: 'eu-central-1' });
  const replica = key.replica('eu-central-1');
  for (const id of ['Worker', 'Second']) new EcsServiceConsumer(abroad, `${id}Consumer`, { service: worker(abroad, id), environment: { KEY: SecretField.of(replica) } });

  const [rule, ...others] = Object.values(resourcesOf(home, 'AWS::Events::Rule'));
  expect(others).toEqual([]);
  const bus = 'arn:aws:events:eu-central-1:111122223333:event-bus/default';
  expect(deployed(rule)).toMatchObject({ EventPattern: { detail: { name: ['prod/payments/api-key'] } }, Targets: [{ Arn: bus }] });
  expect(statementsOf(home, /^ApiKeyEventsTo/)).toEqual([{ Action: 'events:PutEvents', Effect: 'Allow', Resource: bus }]);

  const patterns = Object.values(resourcesOf(abroad, 'AWS::Events::Rule')).map(({ EventPattern: pattern }) => pattern);
  expect(patterns).toHaveLength(2);
  expect(patterns[0]).toMatchObject({ account: ['111122223333'], region: ['eu-west-1'], detail: { name: ['prod/payments/api-key'], labelUpdated: ['AWSCURRENT'] } });
  expect(statementsOf(abroad, /^WorkerConsumerRole/)[2]).toMatchObject({ Action: 'secretsmanager:DescribeSecret', Resource: expect.stringMatching(/:secret:prod\/payments\/api-key-\?{6}$/) });
});

test('an imported secret is granted with its key', () => {
  const stack = payments();
  const encryption = SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'));
  const secret = ManagedSecret.fromName(stack, 'Imported', 'legacy', encryption);
  new EcsServiceConsumer(stack, 'Consumer', { service: worker(stack), environment: { KEY: SecretField.of(secret, 'key') } });
  expect(statementsOf(stack, /ExecutionRole/)).toHaveLength(2);
});

test('without a redeployment there is none, and a warning where the value dies', () => {
  const stack = payments();
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.MYSQL, strategy: RotationStrategy.dualPassword() });
  const consumer = new EcsServiceConsumer(stack, 'Consumer', { service: worker(stack), environment: { PASSWORD: SecretField.of(database(stack, { rotator }), 'password') }, redeploy: false });
  expect(consumer.stateMachine).toBeUndefined();
  expect(resourcesOf(stack, 'AWS::Events::Rule')).toEqual({});
  assertions.Annotations.fromStack(stack).hasWarning('/payments/Consumer', assertions.Match.stringLikeRegexp('keep it until somebody deploys them'));
});

test.each<[RotationStrategy, Duration | undefined, string | undefined]>([
  [RotationStrategy.singleUser(), undefined, 'is refused as soon as it is rotated, and the tasks of payments/Worker keep it until they are replaced, which may take 1 hour 30 seconds'],
  [RotationStrategy.dualPassword(), undefined, undefined],
  [RotationStrategy.dualPassword(), Duration.hours(3), 'is accepted for 3 hours at least'],
])('the gap is said', (strategy, deploymentTimeout, expected) => {
  const stack = payments();
  const rotator = new DatabaseRotator(stack, 'Rotator', { engine: DatabaseEngine.MYSQL, strategy });
  const db = database(stack, { rotator, strategy });
  new EcsServiceConsumer(stack, 'Consumer', { service: worker(stack), environment: { PASSWORD: SecretField.of(db, 'password') }, deploymentTimeout, alarmActions: pages(stack) });
  const warnings = assertions.Annotations.fromStack(stack).findWarning('*', assertions.Match.stringLikeRegexp('olderValue')).map(({ entry }) => entry.data);
  expect(warnings).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
});
