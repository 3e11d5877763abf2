const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');

const secretsManager = new SecretsManagerClient({});

/** Read when the environment starts, and kept as long as it lives: a rotation restarts the function. */
const credentials = secretsManager
  .send(new GetSecretValueCommand({ SecretId: process.env.DB_SECRET_ARN }))
  .then(({ SecretString }) => JSON.parse(SecretString));

exports.handler = async () => {
  const { host, port, username } = await credentials;
  // Here a driver logs in, with the password too.
  return { database: `${host}:${port}`, username };
};
