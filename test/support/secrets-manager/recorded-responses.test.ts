import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { recorded as further } from './recorded/further-responses.json';
import { FURTHER_SCENARIOS } from './recorded/further-scenarios';
import { recorded as recordings } from './recorded/responses.json';
import { FUNCTION, Responses, Run } from './recorded/run';
import { SCENARIOS as FIRST_SCENARIOS } from './recorded/scenarios';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { HttpSecretsManager, serveSecretsManager } from '../../../tools/secrets-manager/http-server';
import type { Input, Output } from '../../../tools/secrets-manager/operations';

/** Recorded too, and of nothing that a function does: resource policies (one), which the fake has not. */
const FURTHER = { ...further } as Record<keyof typeof FURTHER_SCENARIOS, Responses>;
const SCENARIOS: Record<string, (run: Run) => Promise<void>> = { ...FIRST_SCENARIOS, ...FURTHER_SCENARIOS };
const RECORDINGS: Record<string, Responses> = { ...recordings, ...FURTHER };

/** The recordings have placeholders for what differs each time, and say of errors the same twice. */
function comparable(responses: unknown): unknown {
  const ids: string[] = [];
  const numbered = (id: string) => `version ${ids.includes(id) ? ids.indexOf(id) + 1 : ids.push(id)}`;
  const isId = (text: string) => /^(<version_uuid:\d+>|<uuid:\d+>|[0-9a-f]{8}-[0-9a-f-]{27})$/.test(text);
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk).sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (value instanceof Date) return 'datetime';
    if (value === FUNCTION) return '<lambda-arn:1>';
    if (typeof value === 'string') return isId(value) ? numbered(value) : textOf(value);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key, part]) => part !== undefined && !IGNORED.includes(key) && !(key === 'Message' && 'Error' in value));
    const told = entries.map(([key, part]): [string, unknown] => [isId(key) ? numbered(key) : key, key === 'Name' || key === 'ARN' ? key : walk(part)]);
    return Object.fromEntries(told.sort(([one], [other]) => (one < other ? -1 : 1)));
  };
  return walk(responses);
}

/** Python shows an error as a sentence and bytes as a literal of its own; names and versions differ each time. */
function textOf(value: string): unknown {
  const error = /^An error occurred \((\w+)\) when calling the \w+ operation: (.*)$/.exec(value);
  if (error) return { Error: { Code: error[1], Message: textOf(error[2]) } };
  const literal = /^b'(.*)'$/.exec(value)?.[1].replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  if (literal !== undefined) return Buffer.from(literal, 'latin1').toString('base64');
  return value.replace(/VersionId: \S+$/, 'VersionId').replace(/secret \S+ already exists/, 'secret already exists');
}

/** Metadata of the SDK. */
const IGNORED = ['$metadata'];

function expectedOf(title: string): unknown {
  const responses: Responses = { ...RECORDINGS[title] };
  // Of ValidateResourcePolicy, which the fake has not.
  if (title.startsWith('test_invalid_secret_name')) delete responses.ex_log_10;
  // The same answer as Python's client shows it.
  if (title === 'test_get_secret_value') delete responses.secret_value_response;
  return comparable(responses);
}

const titles = Object.keys(SCENARIOS);
const withoutToken = Object.entries(further).filter(([title]) => title.startsWith('test_no_client_request_token'));

test('every recording has its scenario', () => {
  expect([...titles, ...withoutToken.map(([title]) => title)].sort()).toEqual([...Object.keys(recordings), ...Object.keys(further)].sort());
});

describe('the fake answers as AWS did', () => {
  let server: HttpSecretsManager;
  let fake: FakeSecretsManager;
  beforeEach(async () => {
    fake = new FakeSecretsManager();
    server = await serveSecretsManager(fake);
  });
  afterEach(async () => server.close());

  test.each(titles)('in process: %s', async (title) => {
    const run = new Run(fake, async (operation, input) => fake.execute(operation, input));
    await SCENARIOS[title](run);
    expect(comparable(run.responses)).toEqual(expectedOf(title));
  });

  test.each(titles)('over HTTP, through the client of the SDK: %s', async (title) => {
    const client = new SecretsManager({
      endpoint: server.endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }) as unknown as Record<string, (input: Input) => Promise<Output>>;
    const run = new Run(fake, async (operation, input) => client[operation[0].toLowerCase() + operation.slice(1)](input));
    await SCENARIOS[title](run);
    expect(comparable(run.responses)).toEqual(expectedOf(title));
  });

  test.each(withoutToken)('over HTTP, without a token: %s', async (title, answer) => {
    const operation = /\[(.*)\]/.exec(title)![1];
    const body = JSON.stringify({ [operation === 'CreateSecret' ? 'Name' : 'SecretId']: 'app', SecretString: 'one', Description: 'My secret string' });
    const response = await fetch(server.endpoint, { method: 'POST', body, headers: { 'X-Amz-Target': `secretsmanager.${operation}` } });
    expect({ 'no-client-request-exc': { Error: await response.json(), Metadata: { StatusCode: response.status } } }).toEqual(answer);
  });
});
