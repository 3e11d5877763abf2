export { ReplicaPromotion, ReplicaPromotionProps } from './replica-promotion';
export { ReplicatedSecret, ReplicatedSecretProps } from './replicated-secret';
export { ReplicationAlarm, ReplicationAlarmProps } from './replication-alarm';
