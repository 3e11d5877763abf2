import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { FakeSecretsManager } from './fake-secrets-manager';
import { HttpSecretsManager, serveSecretsManager } from './http-server';
import type { Input, Output } from './operations';
import { recorded as recordings } from './recorded/responses.json';

type Execute = (operation: string, input: Input) => Promise<Output>;
type Responses = Record<string, unknown>;

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:rotation';

/** What was called on AWS; each answer is kept under the name that it was recorded with. */
const SCENARIOS: Partial<Record<keyof typeof recordings, (run: Run) => Promise<void>>> = {
  'test_exp_raised_on_creation_of_secret_scheduled_for_deletion': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretString: 'x' });
    await run.as('delete_res', 'DeleteSecret', { SecretId: 'app' });
    await run.as('invalid_req_ex', 'CreateSecret', { Name: 'app', SecretString: 'x' });
  },
  'test_put_secret_value_with_version_stages': async (run) => {
    const stages = [undefined, ['SAMPLESTAGE1', 'SAMPLESTAGE0'], ['SAMPLESTAGE1', 'SAMPLESTAGE0'], ['AWSPENDING'], ['AWSCURRENT']];
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'secret_string_v0' });
    await run.as('get_secret_value_res_0', 'GetSecretValue', { SecretId: 'app' });
    for (const index of [1, 2, 3, 4]) {
      const input = { SecretId: 'app', SecretString: `secret_string_v${index}`, VersionStages: stages[index] };
      await run.as(`put_secret_value_res_${index}`, 'PutSecretValue', input);
      await run.as(`get_secret_value_res_${index}`, 'GetSecretValue', { SecretId: 'app' });
    }
    await run.as('delete_secret_res_1', 'DeleteSecret', { SecretId: 'app' });
  },
  'test_update_secret_version_stages_current_previous': async (run) => {
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'S1' });
    await run.as('list_secret_version_ids_res_0', 'ListSecretVersionIds', { SecretId: 'app' });
    await run.as('update_secret_res_0', 'UpdateSecret', { SecretId: 'app', SecretString: 'S2' });
    await run.as('list_secret_version_ids_res_1', 'ListSecretVersionIds', { SecretId: 'app' });
    await run.as('delete_secret_res_0', 'DeleteSecret', { SecretId: 'app' });
  },
  'test_update_secret_version_stages_current_pending': async (run) => {
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'S1' });
    await run.as('put_secret_value_res_0', 'PutSecretValue', { SecretId: 'app', SecretString: 'S2', VersionStages: ['AWSPENDING'] });
    await run.as('list_secret_version_ids_res_0', 'ListSecretVersionIds', { SecretId: 'app' });
    await run.as('update_secret_version_stage_res_0', 'UpdateSecretVersionStage', run.moveCurrent());
    await run.as('list_secret_version_ids_res_1', 'ListSecretVersionIds', { SecretId: 'app' });
    await run.as('put_secret_value_res_1', 'PutSecretValue', { SecretId: 'app', SecretString: 'S3' });
    await run.as('list_secret_version_ids_res_2', 'ListSecretVersionIds', { SecretId: 'app' });
    await run.as('delete_secret_res_0', 'DeleteSecret', { SecretId: 'app' });
  },
  'test_update_secret_version_stages_current_pending_cycle': async (run) => {
    const list = async (index: number) => run.as(`list_secret_version_ids_res_${index}`, 'ListSecretVersionIds', { SecretId: 'app' });
    const get = async (index: number) => run.as(`get_secret_value_res_${index}`, 'GetSecretValue', { SecretId: 'app' });
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'S1' });
    await run.as('put_secret_value_res_0', 'PutSecretValue', { SecretId: 'app', SecretString: 'S2', VersionStages: ['AWSPENDING'] });
    await list(0);
    await get(0);
    await run.as('update_secret_version_stage_res_0', 'UpdateSecretVersionStage', run.moveCurrent());
    await list(1);
    await get(1);
    await run.as('put_secret_value_res_1', 'PutSecretValue', { SecretId: 'app', SecretString: 'S3', VersionStages: ['AWSPENDING'] });
    await list(2);
    await get(2);
    // Recorded under this name, though it moved the label.
    await run.as('put_secret_value_res_2', 'UpdateSecretVersionStage', run.moveCurrent());
    await list(3);
    await get(3);
    await run.as('delete_secret_res_0', 'DeleteSecret', { SecretId: 'app' });
  },
  'test_non_versioning_version_stages_no_replacement': async (run) => {
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'S1' });
    await run.as('put_secret_value_res_0', 'PutSecretValue', { SecretId: 'app', SecretString: 'S2', VersionStages: ['one', 'two', 'three'] });
    await run.as('list_secret_version_ids_res_0', 'ListSecretVersionIds', { SecretId: 'app' });
    await run.as('put_secret_value_res_1', 'PutSecretValue', { SecretId: 'app', SecretString: 'S3', VersionStages: ['one', 'two', 'four'] });
    await run.as('list_secret_version_ids_res_1', 'ListSecretVersionIds', { SecretId: 'app' });
    await run.as('delete_secret_res_0', 'DeleteSecret', { SecretId: 'app' });
  },
  'test_secret_not_found': async (run) => {
    await run.as('get_secret_value_not_found_ex', 'GetSecretValue', { SecretId: 'missing' });
    await run.as('list_secret_version_ids_not_found_ex', 'ListSecretVersionIds', { SecretId: 'missing' });
  },
  'test_create_secret_version_from_empty_secret': async (run) => {
    await run.as('create-empty-secret', 'CreateSecret', { Name: 'app' });
    await run.as('describe-secret', 'DescribeSecret', { SecretId: 'app' });
    await run.as('put-secret-value', 'PutSecretValue', { SecretId: 'app', SecretString: 'S1' });
  },
  'test_rotate_secret_with_lambda_success[True]': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretString: 'S1', Description: 'testing rotation of secrets' });
    await run.rotateWholly('rotate_secret_immediately');
    await run.as('describe_secret_rotated', 'DescribeSecret', { SecretId: 'app' });
    await run.as('list_secret_versions_rotated_1', 'ListSecretVersionIds', { SecretId: 'app' });
  },
  'test_rotate_secret_invalid_lambda_arn': async (run) => {
    await run.as('create_secret', 'CreateSecret', { Name: 'app', SecretString: 'S1' });
    await run.as('rotate_secret_invalid_arn_exc', 'RotateSecret', { SecretId: 'app', RotationLambdaARN: `${FUNCTION}-missing` });
    await run.as('describe_secret', 'DescribeSecret', { SecretId: 'app' });
  },
  'test_deprecated_secret_version_stage': async (run) => {
    const list = async (name: string, IncludeDeprecated = false) => run.as(name, 'ListSecretVersionIds', { SecretId: 'app', IncludeDeprecated });
    const put = async (index: number) => run.as(`put_secret_value_${index}`, 'PutSecretValue', { SecretId: 'app', SecretString: `V${index}` });
    await run.as('create_secret', 'CreateSecret', { Name: 'app', SecretString: 'V0' });
    await list('list_secret_version_ids');
    await put(1);
    await list('list_secret_version_ids_1');
    await put(2);
    await list('list_secret_version_ids_2');
    await list('list_secret_version_ids_3', true);
    await put(3);
    await list('list_secret_version_ids_4');
    await list('list_secret_version_ids_5', true);
  },
  'test_get_secret_value': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretBinary: new Uint8Array(Buffer.from('footest')) });
    await run.as('secret_value_http_response', 'GetSecretValue', { SecretId: 'app' });
  },
  'test_first_rotate_secret_with_missing_lambda_arn': async (run) => {
    await run.as('create_secret', 'CreateSecret', { Name: 'app', SecretString: 'S1' });
    await run.as('rotate_secret_no_arn_exc', 'RotateSecret', { SecretId: 'app' });
    await run.as('describe_secret', 'DescribeSecret', { SecretId: 'app' });
  },
};

/** One scenario on one fake. */
class Run {
  public readonly responses: Responses = {};

  constructor(private readonly fake: FakeSecretsManager, private readonly execute: Execute) {}

  public async as(name: string, operation: string, input: Input): Promise<void> {
    this.responses[name] = await this.execute(operation, input).catch(({ name: Code, message: Message }: Error) => ({ Error: { Code, Message } }));
  }

  public async quietly(operation: string, input: Input): Promise<void> {
    await this.execute(operation, input);
  }

  public moveCurrent(): Input {
    const [to, from] = ['AWSPENDING', 'AWSCURRENT'].map(stage => this.fake.secret('app').versions.find(({ stages }) => stages.includes(stage))!.id);
    return { SecretId: 'app', VersionStage: 'AWSCURRENT', MoveToVersionId: to, RemoveFromVersionId: from };
  }

  /** With a function that only stores a value and moves the label, as the recorded one did. */
  public async rotateWholly(name: string): Promise<void> {
    this.fake.addFunction(FUNCTION, async ({ Step, SecretId, ClientRequestToken }) => {
      if (Step === 'createSecret') {
        this.fake.perform('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'S2', VersionStages: ['AWSPENDING'] });
      }
      if (Step === 'finishSecret') this.fake.perform('UpdateSecretVersionStage', this.moveCurrent());
    });
    await this.as(name, 'RotateSecret', { SecretId: 'app', RotationLambdaARN: FUNCTION, RotationRules: { AutomaticallyAfterDays: 1 } });
    await this.fake.rotationOf(this.fake.secret('app').arn);
  }
}

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
    if (typeof value === 'string') return isId(value) ? numbered(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key, part]) => part !== undefined && !IGNORED.includes(key) && !(key === 'Message' && 'Error' in value));
    return Object.fromEntries(entries.map(([key, part]) => [isId(key) ? numbered(key) : key, key === 'Name' || key === 'ARN' ? key : walk(part)]));
  };
  return walk(responses);
}

/** Of no use to a rotation; metadata of the SDK. */
const IGNORED = ['LastAccessedDate', '$metadata'];

function expectedOf(title: keyof typeof recordings): unknown {
  const responses: Responses = { ...recordings[title] };
  // The same answer as Python's client shows it.
  if (title === 'test_get_secret_value') delete responses.secret_value_response;
  return comparable(responses);
}

const titles = Object.keys(recordings) as (keyof typeof recordings)[];

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
    await SCENARIOS[title]!(run);
    expect(comparable(run.responses)).toEqual(expectedOf(title));
  });

  test.each(titles)('over HTTP, through the client of the SDK: %s', async (title) => {
    const client = new SecretsManager({
      endpoint: server.endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }) as unknown as Record<string, (input: Input) => Promise<Output>>;
    const run = new Run(fake, async (operation, input) => client[operation[0].toLowerCase() + operation.slice(1)](input));
    await SCENARIOS[title]!(run);
    expect(comparable(run.responses)).toEqual(expectedOf(title));
  });
});
