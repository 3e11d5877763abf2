export { ReplicaPromotion, ReplicaPromotionProps } from './replica-promotion';
export { ReplicaRegion, ReplicaRegionOptions } from './replica-region';
export { ReplicatedSecret, ReplicatedSecretProps } from './replicated-secret';
export { ReplicationAlarm, ReplicationAlarmProps } from './replication-alarm';
