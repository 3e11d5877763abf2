export type { BuildProjectConsumerProps } from './build-project-consumer';
export { BuildProjectConsumer } from './build-project-consumer';
export { EcsServiceConsumer } from './ecs-service-consumer';
export { EcsServiceConsumerProps } from './ecs-service-consumer-props';
export { InstanceConsumer } from './instance-consumer';
export { InstanceConsumerProps } from './instance-consumer-props';
export type { KafkaClusterConsumerProps } from './kafka-cluster-consumer';
export { KafkaClusterConsumer } from './kafka-cluster-consumer';
export { LambdaFunctionConsumer } from './lambda-function-consumer';
export { LambdaFunctionConsumerProps } from './lambda-function-consumer-props';
export { ParameterReference } from './parameter-reference';
export { ParametersAndSecretsExtension, ParametersAndSecretsExtensionOptions } from './parameters-and-secrets-extension';
export { RolesAnywhereRole } from './roles-anywhere-role';
export { RolesAnywhereRoleProps } from './roles-anywhere-role-props';
export { SecretField } from './secret-field';
export { SecretsManagerAgent, SecretsManagerAgentOptions } from './secrets-manager-agent';
export {
  ExternalSecretCreationPolicy, ExternalSecretOptions, ExternalSecretRefreshPolicy, ExternalSecretsConsumerProps,
} from './kubernetes/external-secrets-consumer-props';
export { ExternalSecretsConsumer } from './kubernetes/external-secrets-consumer';
export { ExternalSecretsReloader, ExternalSecretsReloaderProps } from './kubernetes/external-secrets-reloader';
export { IrsaOptions, KubernetesIdentity, PodIdentityOptions } from './kubernetes/kubernetes-identity';
export { SecretsStoreAddon, SecretsStoreAddonProps } from './kubernetes/secrets-store-addon';
export { SecretsStoreConsumer } from './kubernetes/secrets-store-consumer';
export { SecretsStoreConsumerProps, SyncedSecretOptions } from './kubernetes/secrets-store-consumer-props';
