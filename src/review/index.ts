export { SecretsReview } from './secrets-review';
export { ReviewSeverity, SecretsReviewProps } from './secrets-review-props';
