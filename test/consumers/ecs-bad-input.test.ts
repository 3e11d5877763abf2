import { aws_ecs as ecs, aws_secretsmanager as secretsmanager, Duration, Stack } from 'aws-cdk-lib';
import { apiKey, payments, worker } from './follow';
import { EcsServiceConsumer, EcsServiceConsumerProps, ManagedSecret, SecretEncryption, SecretField } from '../../src';
import { ManagedSecretsError } from '../../src/private/errors';

/** What is wrong is said once, with the path and the remedy, before anything is created. */

const imported = (arn: string) => (stack: Stack) => ({ service: ecs.FargateService.fromFargateServiceArn(stack, 'Imported', arn), environment: undefined, secrets: [apiKey(stack)] });
const controlledBy = (type: ecs.DeploymentControllerType) => (stack: Stack) => ({ service: worker(stack, 'Controlled', { deploymentController: { type } }) });
const field = (stack: Stack, name?: string) => SecretField.of(apiKey(stack), name);

const CASES: [string, (stack: Stack) => Partial<EcsServiceConsumerProps>, RegExp][] = [
  ['no service', () => ({ service: undefined as any }), /`service` must be a service of Amazon ECS/],
  ['a service of another account', imported('arn:aws:ecs:eu-west-1:444455556666:service/payments/worker'), /`service` must be of this stack's account and region, 111122223333 in eu-west-1, got .* of 444455556666/],
  ['a service of another region', imported('arn:aws:ecs:us-east-1:111122223333:service/payments/worker'), /`service` must be of this stack's account and region/],
  ['a service by an ARN without the name of the cluster', imported('arn:aws:ecs:eu-west-1:111122223333:service/worker'), /`service` must be imported by an ARN with the names of cluster and service/],
  ['a service by an ARN without its name', imported('arn:aws:ecs:eu-west-1:111122223333:service/payments/'), /`service` must be imported by an ARN with the names/],
  ['a service that CodeDeploy deploys', controlledBy(ecs.DeploymentControllerType.CODE_DEPLOY), /must have the deployment controller ECS, and that of payments\/Controlled is CODE_DEPLOY/],
  ['a service that somebody else deploys', controlledBy(ecs.DeploymentControllerType.EXTERNAL), /is EXTERNAL, which begins deployments itself/],
  ['nothing that it uses', () => ({ environment: undefined }), /at least one of `environment` and `secrets` must hold a secret/],
  ['an empty environment', () => ({ environment: {} }), /`environment` must name at least one variable/],
  ['variables of a service that is imported', stack => ({ ...imported('arn:aws:ecs:eu-west-1:111122223333:service/payments/worker')(stack), environment: { KEY: SecretField.of(stack.node.findChild('ApiKey') as ManagedSecret) } }), /`environment` must be left out for payments\/Imported/],
  ['a container that is not there', () => ({ containerName: 'sidecar' }), /`containerName` must name a container of payments\/WorkerTask, got "sidecar"/],
  ['a task without a container', stack => ({ service: worker(stack, 'Empty', {}, false) }), /`service` must have a container/],
  ['a variable that the container has', stack => ({ environment: { STAGE: field(stack) } }), /`environment` must not have STAGE, which the container app has already/],
  ['a secret that the container has', stack => {
    const service = worker(stack, 'Given');
    service.taskDefinition.defaultContainer!.addSecret('API_KEY', ecs.Secret.fromSecretsManager(apiKey(stack)));
    return { service };
  }, /`environment` must not have API_KEY, which the container app has already/],
  ['a name that is none', stack => ({ environment: { 'API KEY': field(stack) } }), /`environment` must be names of environment variables such as DB_PASSWORD, got "API KEY"/],
  ['a field twice', stack => ({ environment: { ONE: field(stack, 'key'), TWO: SecretField.of(stack.node.findChild('ApiKey') as ManagedSecret, 'key') } }), /`environment` must hold each field once, and ONE and TWO are the same one/],
  ['a field without a name', stack => ({ environment: { KEY: field(stack, '') } }), /`environment.KEY` must be a field whose name Amazon ECS can read, got ""/],
  ['a field with a colon', stack => ({ environment: { KEY: field(stack, 'a:b') } }), /it must not be empty, and must not have a colon/],
  ['a secret in place of a field', stack => ({ environment: { KEY: apiKey(stack) as any } }), /`environment.KEY` must be a SecretField/],
  ['a secret of the L2', stack => ({ environment: { KEY: SecretField.of(new secretsmanager.Secret(stack, 'L2') as any) } }), /`environment.KEY` must hold secrets of this package/],
  ['a secret of another region', stack => ({ secrets: [ManagedSecret.fromArn(stack, 'There', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key-a1b2c3', SecretEncryption.awsManagedKey())] }),
    /a secret whose rotation is followed must be of this stack's account and region/],
  ['a minute for deployments', () => ({ deploymentTimeout: Duration.minutes(1) }), /`deploymentTimeout` must be from 5 minutes to 1 day, got 1 minute/],
  ['a week for deployments', () => ({ deploymentTimeout: Duration.days(7) }), /`deploymentTimeout` must be from 5 minutes to 1 day, got 7 days/],
  ['a service that another one redeploys', stack => {
    const service = worker(stack, 'Twice');
    new EcsServiceConsumer(stack, 'First', { service, environment: { KEY: field(stack) } });
    return { service };
  }, /payments\/Twice must be refreshed by one construct, and payments\/First does it already/],
];

test.each(CASES)('%s', (_, props, message) => {
  const stack = payments();
  const given = { service: worker(stack), environment: { API_KEY: SecretField.of(apiKey(stack, 'Usual', 'usual'), 'key') }, ...props(stack) };
  const before = stack.node.findAll().length;
  const create = () => new EcsServiceConsumer(stack, 'Consumer', given);
  expect(create).toThrow(ManagedSecretsError);
  expect(create).toThrow(message);
  expect(create).toThrow('[at payments/Consumer]');
  expect(stack.node.findAll()).toHaveLength(before);
});

test.each([ecs.DeploymentControllerType.CODE_DEPLOY, ecs.DeploymentControllerType.EXTERNAL])('a service that %s deploys is taken without a redeployment', type => {
  const stack = payments();
  const { service } = controlledBy(type)(stack);
  expect(() => new EcsServiceConsumer(stack, 'Consumer', { service, environment: { KEY: field(stack) }, redeploy: false })).not.toThrow();
});
