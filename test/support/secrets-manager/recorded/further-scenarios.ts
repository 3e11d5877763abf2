import { randomUUID } from 'crypto';
import type { recorded } from './further-responses.json';
import type { Run } from './run';

type Title = keyof typeof recorded;
type Scenario = (run: Run) => Promise<void>;

/** Made, read by name and ARN, and by an ARN without its ending, changed and removed. */
function createAndUpdate(Name: string, readsPartialArn = 'get_secret_value_rs_3'): Scenario {
  return async (run) => {
    await run.as('create_secret_rs_1', 'CreateSecret', { Name, SecretString: 'my_secret', Description: 'Testing secret creation.' });
    const { arn } = run.secret(Name);
    await run.as('get_secret_value_rs_1', 'GetSecretValue', { SecretId: Name });
    await run.as('describe_secret_rs_1', 'DescribeSecret', { SecretId: Name });
    await run.as('get_secret_value_rs_2', 'GetSecretValue', { SecretId: arn });
    await run.as(readsPartialArn, 'GetSecretValue', { SecretId: arn.slice(0, -7) });
    await run.as('put_secret_value_rs_1', 'PutSecretValue', { SecretId: Name, SecretString: 'new_secret' });
    await run.as('get_secret_value_rs_4', 'GetSecretValue', { SecretId: Name });
    await run.as('update_secret_res_1', 'UpdateSecret', { SecretId: arn, SecretString: 'test123', Description: 'd1' });
    await run.as('delete_secret_res_1', 'DeleteSecret', { SecretId: Name, ForceDeleteWithoutRecovery: true });
  };
}

/** The tenth was ValidateResourcePolicy, of which the fake has nothing. */
function invalidName(SecretId: string): Scenario {
  return async (run) => {
    await run.as('ex_log_1', 'CreateSecret', { Name: SecretId, SecretString: 'MySecretString' });
    await run.as('ex_log_2', 'DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
    await run.as('ex_log_3', 'DescribeSecret', { SecretId });
    await run.as('ex_log_4', 'GetSecretValue', { SecretId });
    await run.as('ex_log_5', 'ListSecretVersionIds', { SecretId, IncludeDeprecated: true });
    await run.as('ex_log_6', 'PutSecretValue', { SecretId, SecretString: 'MySecretString' });
    await run.as('ex_log_7', 'TagResource', { SecretId, Tags: [{ Key: 'FirstTag', Value: 'SomeValue' }] });
    await run.as('ex_log_8', 'UntagResource', { SecretId, TagKeys: ['FirstTag'] });
    await run.as('ex_log_9', 'UpdateSecret', { SecretId, Description: 'MyNewDescription' });
  };
}

function changeValue(put: Uint8Array, update: Uint8Array): Scenario {
  return async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretBinary: bytes('initial') });
    await run.as('put_secret_value_secret_response', 'GetSecretValue', { SecretId: 'app' });
    await run.quietly('PutSecretValue', { SecretId: 'app', SecretBinary: put });
    await run.as('put_secret_binary_response_updated', 'GetSecretValue', { SecretId: 'app' });
    await run.quietly('UpdateSecret', { SecretId: 'app', SecretBinary: update });
    await run.as('update_secret_binary_response_updated', 'GetSecretValue', { SecretId: 'app' });
  };
}

/** Listed three times, and the same each time. */
const listThrice: Scenario = async (run) => {
  await run.as('create_secret_rs_1', 'CreateSecret', { Name: 'app', SecretString: 'one', Description: 'testing creation of secrets' });
  for (const index of [0, 1, 2]) await run.as(`list_secrets_res_${index}`, 'ListSecrets', {});
  await run.as('delete_secret_res_1', 'DeleteSecret', { SecretId: 'app', ForceDeleteWithoutRecovery: true });
};

const listSeveral: Scenario = async (run) => {
  const names = ['one', 'two', 'three'];
  for (const Name of names) await run.quietly('CreateSecret', { Name, SecretString: Name, Description: 'Testing secrets creation.' });
  await run.as('list_secrets_res', 'ListSecrets', {});
  for (const index of names.keys()) await run.as(`delete_secret_res${index}`, 'DeleteSecret', { SecretId: names[index], ForceDeleteWithoutRecovery: true });
};

/** Labels of one's own go along with AWSPENDING, and stay where they were put. */
function cycle(SecretString: string, first: string[][], pendings: string[][]): Scenario {
  return async (run) => {
    const SecretId = 'app';
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: SecretId, SecretString });
    let value = Number(SecretString.replace('SS', '0').replace('S', ''));
    let [puts, lists, gets] = [0, 0, 0];
    const put = async (VersionStages: string[]) => {
      await run.as(`put_secret_value_res_${puts++}`, 'PutSecretValue', { SecretId, SecretString: `S${++value}`, VersionStages });
      await run.as(`list_secret_version_ids_res_${lists++}`, 'ListSecretVersionIds', { SecretId });
    };
    const get = async () => run.as(`get_secret_value_res_${gets++}`, 'GetSecretValue', { SecretId });
    for (const stages of first) await put(stages);
    for (const [index, stages] of pendings.entries()) {
      await put(stages);
      await get();
      await run.as(`update_secret_version_stage_res_${index}`, 'UpdateSecretVersionStage', run.moveCurrent());
      await run.as(`list_secret_version_ids_res_${lists++}`, 'ListSecretVersionIds', { SecretId });
      await get();
    }
    await run.as('delete_secret_res_0', 'DeleteSecret', { SecretId, ForceDeleteWithoutRecovery: true });
  };
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

const SecretId = 'app';
const FORCED = { SecretId, ForceDeleteWithoutRecovery: true };

export const FURTHER_SCENARIOS: Record<Exclude<Title, `test_no_client_request_token${string}`>, Scenario> = {
  'test_can_recreate_delete_secret': async (run) => {
    await run.as('create_secret_res_0', 'CreateSecret', { Name: 'app', SecretString: 'one' });
    await run.as('delete_res_1', 'DeleteSecret', FORCED);
    await run.as('create_secret_res_1', 'CreateSecret', { Name: 'app', SecretString: 'one' });
  },
  'test_create_and_update_secret[s-c64bdc03-True]': createAndUpdate('s-c64bdc03'),
  'test_create_and_update_secret[Valid/_+=.@-Name-True]': createAndUpdate('Valid/_+=.@-Name'),
  'test_create_and_update_secret[Valid/_+=.@-Name-a1b2-True]': createAndUpdate('Valid/_+=.@-Name-a1b2'),
  'test_create_and_update_secret[Valid/_+=.@-Name-a1b2c3--True]': createAndUpdate('Valid/_+=.@-Name-a1b2c3-'),
  'test_create_and_update_secret[Invalid/_+=.@-Name-a1b2c3-False]': createAndUpdate('Invalid/_+=.@-Name-a1b2c3', 'resource_not_found_dict_1'),
  'test_create_and_update_secret[s-4b175f02-True]': createAndUpdate('s-4b175f02'),
  'test_create_and_update_secret[s-c64bdc03]': createAndUpdate('s-c64bdc03'),
  'test_create_and_update_secret[Valid/_+=.@-Name]': createAndUpdate('Valid/_+=.@-Name'),
  'test_create_and_update_secret[Valid/_+=.@-Name-a1b2]': createAndUpdate('Valid/_+=.@-Name-a1b2'),
  'test_create_and_update_secret[Valid/_+=.@-Name-a1b2c3-]': createAndUpdate('Valid/_+=.@-Name-a1b2c3-'),
  'test_invalid_secret_name[Inv Name]': invalidName('Inv Name'),
  'test_invalid_secret_name[ Inv Name]': invalidName(' Inv Name'),
  'test_invalid_secret_name[ Inv*Name? ]': invalidName(' Inv*Name? '),
  'test_invalid_secret_name[ Inv *?!]Name\\\\-]': invalidName(' Inv *?!]Name\\-'),
  'test_update_secret_description': async (run) => {
    const describe = async (index: number) => run.as(`describe_secret_res_${index}`, 'DescribeSecret', { SecretId });
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'one' });
    await describe(0);
    const updates = [{ Description: 'MyDescription' }, { Description: 'MyNewDescription', SecretString: 'two' }, { SecretString: 'three' }, {}];
    for (const [index, update] of updates.entries()) {
      await run.as(`update_secret_res_${index}`, 'UpdateSecret', { SecretId, ...update });
      await describe(index + 1);
    }
    await run.as('delete_secret_res_0', 'DeleteSecret', FORCED);
  },
  'test_update_secret_version_stages_return_type': async (run) => {
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'one' });
    await run.as('put_secret_value_res_0', 'PutSecretValue', { SecretId, SecretString: 'two', VersionStages: ['AWSPENDING'] });
    await run.as('update_secret_version_stage_res_0', 'UpdateSecretVersionStage', run.moveCurrent());
    await run.as('delete_secret_res_0', 'DeleteSecret', FORCED);
  },
  'test_update_secret_version_stages_current_pending_cycle_custom_stages_1':
    cycle('S1', [], [['AWSSOMETHING', 'AWSPENDING', 'PUT1'], ['AWSPENDING', 'PUT2']]),
  'test_update_secret_version_stages_current_pending_cycle_custom_stages_2':
    cycle('SS', [['AWSCURRENT', 'PUT0']], [['AWSPENDING', 'PUT1'], ['AWSPENDING', 'PUT2']]),
  'test_update_secret_version_stages_current_pending_cycle_custom_stages_3': async (run) => {
    await run.as('create_secret_rs', 'CreateSecret', { Name: 'app', SecretString: 'SS' });
    await run.as('put_secret_value_res_0', 'PutSecretValue', { SecretId, SecretString: 'S1', VersionStages: ['PENDING'] });
    await run.as('list_secret_version_ids_rs', 'ListSecretVersionIds', { SecretId });
    const [one, two] = run.secret('app').versions.map(({ id }) => id);
    const get = async (suffix: string) => {
      await run.as(`get_secret_value_v1_rs${suffix}`, 'GetSecretValue', { SecretId, VersionId: one });
      await run.as(`get_secret_value_v2_rs${suffix}`, 'GetSecretValue', { SecretId, VersionId: two });
    };
    await get('');
    const move = { SecretId, RemoveFromVersionId: one, MoveToVersionId: two, VersionStage: 'AWSCURRENT' };
    await run.as('update_secret_version_stage_res_1', 'UpdateSecretVersionStage', move);
    await get('_1');
    await run.as('update_secret_version_stage_res_2', 'UpdateSecretVersionStage', { SecretId, RemoveFromVersionId: two, VersionStage: 'PENDING' });
    await get('_2');
    await run.as('delete_secret_res_0', 'DeleteSecret', FORCED);
  },
  'test_non_versioning_version_stages_replacement': async (run) => {
    await run.as('create_secret_rs_0', 'CreateSecret', { Name: 'app', SecretString: 'S0' });
    for (const [index, VersionStages] of [['one', 'two', 'three'], ['one', 'two', 'three', 'four']].entries()) {
      await run.as(`put_secret_value_res_${index}`, 'PutSecretValue', { SecretId, SecretString: `S${index + 1}`, VersionStages });
      await run.as(`list_secret_version_ids_res_${index}`, 'ListSecretVersionIds', { SecretId });
    }
    await run.as('delete_secret_res_0', 'DeleteSecret', FORCED);
  },
  'test_secret_exists_snapshots': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretString: 'one' });
    await run.as('ex_log', 'CreateSecret', { Name: 'app', SecretString: 'one' });
    await run.as('delete_secret_res', 'DeleteSecret', FORCED);
  },
  'test_rotate_secret_with_lambda_success[None]': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretString: 'S1', Description: 'testing rotation of secrets' });
    await run.rotateWholly('rotate_secret_immediately');
    await run.as('describe_secret_rotated', 'DescribeSecret', { SecretId });
    await run.as('list_secret_versions_rotated_1', 'ListSecretVersionIds', { SecretId });
  },
  'test_rotate_secret_multiple_times_with_lambda_success': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretString: 'S1', Description: 'testing rotation of secrets' });
    for (const index of [1, 2]) {
      await run.rotateWholly(`rotate_secret_immediately_${index}`, index === 1 ? undefined : {});
      await run.as(`describe_secret_rotated_${index}`, 'DescribeSecret', { SecretId });
      await run.as(`list_secret_versions_rotated_1_${index}`, 'ListSecretVersionIds', { SecretId });
    }
  },
  'test_secret_restore': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretString: 'one' });
    await run.as('delete_secret_res', 'DeleteSecret', { SecretId });
    await run.as('restore_secret_res', 'RestoreSecret', { SecretId });
  },
  'test_secret_tags': async (run) => {
    const tag = (...numbers: number[]) => ({ SecretId, Tags: numbers.map(number => ({ Key: `tag${number}`, Value: `value${number}` })) });
    await run.as('create_secret', 'CreateSecret', { Name: 'app' });
    await run.as('describe_secret', 'DescribeSecret', { SecretId });
    await run.as('tag_resource_1', 'TagResource', tag(1));
    await run.as('describe_secret_1', 'DescribeSecret', { SecretId });
    await run.as('tag_resource_2', 'TagResource', tag(2));
    await run.as('describe_secret_2', 'DescribeSecret', { SecretId });
    await run.as('untag_resource_1', 'UntagResource', { SecretId, TagKeys: ['tag1'] });
    await run.as('describe_secret_3', 'DescribeSecret', { SecretId });
    await run.as('untag_resource_2', 'UntagResource', { SecretId, TagKeys: ['tag2'] });
    await run.as('describe_secret_4', 'DescribeSecret', { SecretId });
    await run.quietly('TagResource', tag(3, 4));
    await run.as('describe_secret_5', 'DescribeSecret', { SecretId });
    await run.quietly('UntagResource', { SecretId, TagKeys: ['tag3', 'tag4'] });
    await run.as('describe_secret_6', 'DescribeSecret', { SecretId });
  },
  'test_tag_untag_resource_on_deleted_secret': async (run) => {
    await run.as('create_secret', 'CreateSecret', { Name: 'app', SecretString: 'one', Tags: [{ Key: 'tag1', Value: 'value1' }] });
    await run.as('delete_secret', 'DeleteSecret', { SecretId });
    await run.as('tag_deleted_secret_error', 'TagResource', { SecretId, Tags: [{ Key: 'tag2', Value: 'value2' }] });
    await run.as('untag_deleted_secret_error', 'UntagResource', { SecretId, TagKeys: ['tag1'] });
  },
  'test_get_secret_value_errors': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app', SecretString: 'one' });
    const { arn, versions } = run.secret('app');
    await run.as('error_get_secret_value_non_existing', 'GetSecretValue', { SecretId: arn, VersionStage: 'AWSPREVIOUS' });
    await run.as('mismatch_version_id_and_stage', 'GetSecretValue', { SecretId, VersionId: versions[0].id, VersionStage: 'AWSPREVIOUS' });
  },
  'test_secret_version_not_found': async (run) => {
    await run.quietly('CreateSecret', { Name: 'app' });
    await run.as('get_secret_value_no_version_ex', 'GetSecretValue', { SecretId });
    await run.as('get_secret_value_version_not_found_ex', 'GetSecretValue', { SecretId, VersionId: randomUUID() });
    await run.as('get_secret_value_stage_not_found_ex', 'GetSecretValue', { SecretId, VersionStage: 'AWSPENDING' });
  },
  'test_force_delete_deleted_secret': async (run) => {
    await run.as('create_secret_response', 'CreateSecret', { Name: 'app', SecretString: 'one' });
    await run.as('delete_secret_response', 'DeleteSecret', { SecretId });
    await run.as('describe_secret_response', 'DescribeSecret', { SecretId });
    await run.as('force_delete_secret_response', 'DeleteSecret', FORCED);
  },
  'test_change_secret_value_after_creation[footest-updated1]': changeValue(bytes('footest'), bytes('updated1')),
  'test_change_secret_value_after_creation[tops3cret-updated2]': changeValue(bytes('tops3cret'), bytes('updated2')),
  'test_change_secret_value_after_creation[\\x00\\x01\\x02\\xff-\\xfe\\xfd]': changeValue(bytes('\x00\x01\x02\xff'), bytes('\xfe\xfd')),
  'test_call_lists_secrets_multiple_times': listThrice,
  'test_call_lists_secrets_multiple_times_snapshots': listThrice,
  'test_create_multi_secrets': listSeveral,
  'test_create_multi_secrets_snapshot': listSeveral,
};
