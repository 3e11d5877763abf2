const { SecretsManagerClient, GetSecretValueCommand } = require('@aws-sdk/client-secrets-manager');

const secretsManager = new SecretsManagerClient({});

/** Reads the key at each cold start only; a value that was rotated is picked up by the next environment. */
const apiKey = secretsManager
  .send(new GetSecretValueCommand({ SecretId: process.env.STRIPE_API_KEY_ARN }))
  .then(({ SecretString }) => SecretString);

exports.handler = async event => {
  await apiKey;
  return { charged: event.amount };
};
