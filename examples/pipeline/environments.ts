/** The account of the pipeline, and where it deploys to. Change them here. */
export const REGION = 'eu-west-1';
export const PIPELINE_ACCOUNT = '777788889999';
export const ENVIRONMENTS = { staging: '444455556666', prod: '111122223333' } as const;

/** Names that two accounts know of each other. */
export const GATE_ROLE = 'secrets-gate';
export const REVIEW_ROLE = 'secrets-review';
