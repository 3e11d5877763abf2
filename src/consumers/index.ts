export { BuildProjectConsumer } from './build-project-consumer';
export type { BuildProjectConsumerProps } from './build-project-consumer';
export { KafkaClusterConsumer } from './kafka-cluster-consumer';
export type { KafkaClusterConsumerProps } from './kafka-cluster-consumer';
export { ParameterReference } from './parameter-reference';
export { SecretField } from './secret-field';
