/** The most that Secrets Manager keeps in a secret. */
export const MAX_SECRET_BYTES = 65_536;

const NAMED = 'arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[A-Za-z0-9/_+=.@!-]+';

/** The ARN of a secret, with the six characters that the service appends to the name or without. */
export const SECRET_ARN = new RegExp(`^${NAMED}$`);

export const COMPLETE_SECRET_ARN = new RegExp(`^${NAMED}-[A-Za-z0-9]{6}$`);
