import type { recorded } from './responses.json';
import { FUNCTION, Run } from './run';

/** What was called on AWS; each answer is kept under the name that it was recorded with. */
export const SCENARIOS: Record<keyof typeof recorded, (run: Run) => Promise<void>> = {
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
