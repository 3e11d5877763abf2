import { aws_codebuild as codebuild, aws_lambda as lambda, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import {
  BuildProjectConsumer, EcsServiceConsumer, ExternalSecretsConsumer, ExternalSecretsReloader, InstanceConsumer, KafkaClusterConsumer,
  KubernetesIdentity, LambdaFunctionConsumer, ManagedSecret, RolesAnywhereRole, SecretField, SecretsManagerAgent, SecretsStoreConsumer,
} from 'cdk-managed-secrets';
import { apiKey, payments, worker } from './follow';
import { irsa } from './kubernetes/clusters';
import { ManagedSecretsError } from '../../src/private/errors';

/** No compiler looks at JavaScript: what it leaves out, or confuses, is one error of ours that names the prop, before anything is created. */

/** What a consumer is made of. */
class Parts {
  public readonly stack: Stack = payments();
  public readonly secret: ManagedSecret = apiKey(this.stack);
  public readonly service = worker(this.stack);
  public readonly function = new lambda.Function(this.stack, 'Function', {
    runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('x'),
  });
  public readonly project = new codebuild.Project(this.stack, 'Project', { buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }) });
  public readonly identity: KubernetesIdentity = irsa(this.stack);
  public readonly secrets = [this.secret];
  public readonly agent = SecretsManagerAgent.fromBucket(s3.Bucket.fromBucketName(this.stack, 'Programs', 'programs'), 'agent', 'a'.repeat(64));
}

type Consumer = new (scope: Stack, id: string, props: any) => unknown;

function made(consumer: Consumer, { stack }: Parts, props: object): () => unknown {
  return () => new consumer(stack, 'Consumer', props);
}

const lambdaWith = (props: object) => (parts: Parts) => made(LambdaFunctionConsumer, parts, {
  function: parts.function, secrets: parts.secrets, ...props,
});
const ecsWith = (props: object) => (parts: Parts) => made(EcsServiceConsumer, parts, { service: parts.service, ...props });
const externalWith = (props: object) => (parts: Parts) => made(ExternalSecretsConsumer, parts, {
  namespace: 'payments', identity: parts.identity, externalSecrets: [{ name: 'db', extract: parts.secrets }], ...props,
});
const mountedWith = (props: object) => (parts: Parts) => made(SecretsStoreConsumer, parts, {
  namespace: 'payments', identity: parts.identity, files: { key: SecretField.of(parts.secret) }, ...props,
});
const machinesWith = (props: object) => (parts: Parts) => made(InstanceConsumer, parts, {
  grantee: parts.function, secrets: parts.secrets, agent: parts.agent, ...props,
});
const buildWith = (props: object) => (parts: Parts) => made(BuildProjectConsumer, parts, {
  project: parts.project, environment: { KEY: SecretField.of(parts.secret) }, ...props,
});
const kafkaWith = (props: object) => (parts: Parts) => made(KafkaClusterConsumer, parts, {
  clusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/orders/1', secrets: parts.secrets, ...props,
});

const AUTHORITY = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/11111111-2222-3333-4444-555555555555';

type Attempt = (parts: Parts) => () => unknown;

/** What is given as null, or left out where it is required. */
const MISSING: [string, (nothing: null | undefined) => Attempt, RegExp][] = [
  ['function of a function consumer', nothing => lambdaWith({ function: nothing }), /`function` must be a Lambda function, got nothing/],
  ['a secret of a function consumer', nothing => lambdaWith({ secrets: [nothing] }), /`secrets` must hold secrets of this package, .*got nothing/],
  ['a variable of a function consumer', nothing => lambdaWith({ environment: { KEY: nothing } }), /`environment` must hold secrets of this package/],
  ['service of a service consumer', nothing => ecsWith({ service: nothing, environment: {} }), /`service` must be a service of Amazon ECS/],
  ['a variable of a service consumer', nothing => ecsWith({ environment: { KEY: nothing } }), /`environment.KEY` must be a SecretField, .*got nothing/],
  ['the secret of a field', nothing => ecsWith({ environment: { KEY: SecretField.of(nothing as never) } }), /`environment.KEY` must hold secrets of this package, .*got nothing/],
  ['namespace of external secrets', nothing => externalWith({ namespace: nothing }), /`namespace` must be the name of a Kubernetes namespace/],
  ['external secrets', nothing => externalWith({ externalSecrets: nothing }), /`externalSecrets` must name at least one/],
  ['an external secret', nothing => externalWith({ externalSecrets: [nothing] }), /`externalSecrets\[0\]` must be an ExternalSecretOptions, .*got nothing/],
  ['a key of an external secret', nothing => externalWith({ externalSecrets: [{ name: 'db', data: { KEY: nothing } }] }), /`data.KEY` must be a SecretField/],
  ['files', nothing => mountedWith({ files: nothing }), /`files` must be an object, each value by its name, got nothing/],
  ['a file', nothing => mountedWith({ files: { key: nothing } }), /`files.key` must be a SecretField/],
  ['consumers of a reloader', nothing => parts => made(ExternalSecretsReloader, parts, { consumers: nothing, namespace: 'eso', identity: parts.identity }), /`consumers` must name at least one/],
  ['a consumer of a reloader', nothing => parts => made(ExternalSecretsReloader, parts, { consumers: [nothing], namespace: 'eso', identity: parts.identity }), /`consumers\[0\]` must be an ExternalSecretsConsumer, got nothing/],
  ['grantee of machines', nothing => machinesWith({ grantee: nothing }), /`grantee` must be an instance, an Auto Scaling group or a role, got nothing/],
  ['secrets of machines', nothing => machinesWith({ secrets: nothing }), /`secrets` must hold a secret, got none/],
  ['agent of machines', nothing => machinesWith({ agent: nothing }), /`agent` must be a SecretsManagerAgent/],
  ['project', nothing => buildWith({ project: nothing }), /`project` must be a project of AWS CodeBuild, got nothing/],
  ['variables of a build', nothing => buildWith({ environment: nothing }), /`environment` must be an object/],
  ['a variable of a build', nothing => buildWith({ environment: { KEY: nothing } }), /`environment.KEY` must be a SecretField/],
  ['users of a Kafka cluster', nothing => kafkaWith({ secrets: nothing }), /`secrets` must hold a secret, got none/],
  ['a user of a Kafka cluster', nothing => kafkaWith({ secrets: [nothing] }), /`secrets` must hold secrets of this package/],
  ['common names', nothing => parts => made(RolesAnywhereRole, parts, { certificateAuthorityArn: AUTHORITY, commonNames: nothing }), /`commonNames` must name a certificate/],
];

const CASES: [string, Attempt, RegExp][] = [
  ...MISSING.flatMap(([name, attempt, message]) => [null, undefined].map((nothing): [string, Attempt, RegExp] => [`${nothing} for the ${name}`, attempt(nothing), message])),
  ['null for the secrets of a function', lambdaWith({ secrets: null, environment: {} }), /`secrets` must be a list, got nothing/],
  ['null for the variables of a function', lambdaWith({ environment: null }), /`environment` must be an object/],
  ['null for the extension', lambdaWith({ extension: null }), /`extension` must be a ParametersAndSecretsExtension/],
  ['null for the variables of a service', ecsWith({ environment: null }), /`environment` must be an object/],
  ['a field for a variable of a function, which gets an ARN', parts => lambdaWith({ environment: { KEY: SecretField.of(parts.secret) } })(parts), /`environment` must hold secrets of this package, .*got a SecretField/],
];

/** One for all, because an attempt leaves nothing behind. */
const parts = new Parts();

test.each(CASES)('%s', (_, attempt, message) => {
  const create = attempt(parts);
  const before = parts.stack.node.findAll().length;
  expect(create).toThrow(ManagedSecretsError);
  expect(create).toThrow(message);
  expect(create).toThrow('[at payments/Consumer]');
  expect(parts.stack.node.findAll()).toHaveLength(before);
});
