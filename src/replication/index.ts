export { ReplicaPromotion, ReplicaPromotionProps } from './replica-promotion';
export { ReplicatedSecret } from './replicated-secret';
