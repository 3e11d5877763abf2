/** The custom resource that makes the user of a secret. What refers to the secret by its attribute waits for the user. */
export const DATABASE_USER = { type: 'Custom::DatabaseUser', secretArn: 'SecretArn' } as const;
