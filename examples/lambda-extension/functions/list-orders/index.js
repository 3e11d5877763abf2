const PORT = process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? '2773';

/** What the extension keeps for its time to live, or reads. It answers in an invocation, not before. */
async function credentials() {
  const query = new URLSearchParams({ secretId: process.env.DB_SECRET_ARN });
  const answer = await fetch(`http://localhost:${PORT}/secretsmanager/get?${query}`, {
    headers: { 'X-Aws-Parameters-Secrets-Token': process.env.AWS_SESSION_TOKEN },
  });
  if (!answer.ok) throw new Error(`the extension answers ${answer.status}`);
  return JSON.parse((await answer.json()).SecretString);
}

exports.handler = async () => {
  const { host, port, username } = await credentials();
  // Here a driver logs in, with the password too.
  return { database: `${host}:${port}`, username };
};
