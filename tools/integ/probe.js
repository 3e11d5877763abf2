// The function of a check, as it runs in the account: inline code, so at most 4096 characters, with the SDK that Lambda has.
// It makes the calls in their order, each again until it succeeds, for permissions are known a little later, and the last until it answers
// what is expected. It tells CloudFormation in each case.
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

async function call({ client, name, command, input }) {
  const sdk = require(`@aws-sdk/client-${client}`);
  const service = new sdk[`${name}Client`]({});
  try {
    const { $metadata, ...answer } = await service.send(new sdk[`${command}Command`](input));
    return answer;
  } catch (error) {
    return { error: error.name, message: error.message };
  }
}

/** A value must never get into a log, an event or an output. */
const HIDDEN = ['SecretString', 'SecretBinary', 'Plaintext', 'CiphertextBlob', 'RandomPassword'];
const text = ({ Payload, ...answer }) => JSON.stringify(
  Payload ? { ...answer, text: new TextDecoder().decode(Payload) } : answer,
  (key, value) => HIDDEN.includes(key) ? '(hidden)' : value,
);

async function found({ calls, minutes, expected }) {
  const end = Date.now() + minutes * 60000;
  for (const before of calls.slice(0, -1)) {
    const answer = await repeated(before, end, ({ error }) => !error);
    if (answer.error) return `${before.command}: ${text(answer)}`.slice(0, 1000);
  }
  const isExpected = answer => new RegExp(expected).test(text(answer));
  const last = await repeated(calls[calls.length - 1], end, isExpected);
  return isExpected(last) ? 'holds' : `does not hold: ${text(last)}`.slice(0, 1000);
}

/** The first answer that will do, or the one that there is in the end. */
async function repeated(given, end, isEnough) {
  for (;;) {
    const answer = await call(given);
    if (isEnough(answer) || Date.now() > end) return answer;
    await wait(10000);
  }
}

exports.found = found;

exports.handler = async event => {
  const { Id, Check } = event.ResourceProperties;
  const outcome = event.RequestType === 'Delete' ? '' : await found(JSON.parse(Check)).catch(error => `failed: ${error.message}`);
  const body = JSON.stringify({
    Status: 'SUCCESS', PhysicalResourceId: Id, StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
    Data: { Outcome: outcome },
  });
  await fetch(event.ResponseURL, { method: 'PUT', body });
};
