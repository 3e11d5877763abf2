// The function of a check, as it runs in the account: inline code, so at most 4096 characters, with the SDK that Lambda has.
// It makes the calls in their order, repeats the last until what it answers is what is expected, and tells CloudFormation in each case.
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
  for (const before of calls.slice(0, -1)) {
    const answer = await call(before);
    if (answer.error) return `${before.command}: ${text(answer)}`;
  }
  const end = Date.now() + minutes * 60000;
  for (;;) {
    const answer = text(await call(calls[calls.length - 1]));
    if (new RegExp(expected).test(answer)) return 'holds';
    if (Date.now() > end) return `does not hold: ${answer}`.slice(0, 1000);
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
