import { ACCOUNT, AWS_KEY, KEY, OTHER_REPLICA, PRIMARY, REPLICA, threeRegions } from './three-regions';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import { AccessModel, accessModel, decide, Principal, resourcesOfType, roleOf, secretOf } from '../../tools/access';
import { run, Runbook } from '../../tools/automation';
import { RegionalSecrets } from '../support/replication/regional-secrets';

const ALIAS = 'alias/secrets/prod/payments';

let stacks: ResolvedStack[];
let model: AccessModel;
let secrets: RegionalSecrets;
let now: number;

beforeAll(() => {
  stacks = resolveTemplates(threeRegions().app.synth());
  model = accessModel(stacks);
});

beforeEach(() => {
  now = 0;
  secrets = new RegionalSecrets(ACCOUNT, [REPLICA, OTHER_REPLICA].map(region => `${region}:${ALIAS}`));
  const { Name, KmsKeyId, ReplicaRegions } = secretOf(model, KEY).resource.Properties!;
  secrets.call(PRIMARY, 'CreateSecret', { Name, KmsKeyId, SecretString: 'first', AddReplicaRegions: ReplicaRegions });
});

function runbookOf(stackName: string, path: string): Runbook {
  const found = resourcesOfType(stacks.filter(({ name }) => name === stackName), 'AWS::SSM::Document').find(({ stack, logicalId }) => stack.constructPaths[logicalId].includes(path));
  return found!.resource.Properties!.Content;
}

/** The services of a region, with every call to Secrets Manager decided for the role of the runbook first. */
function servicesIn(region: string, role: Principal) {
  const metrics: unknown[] = [];
  return {
    metrics,
    wait: (seconds: number) => { now += seconds; },
    call: async (service: string, operation: string, input: Record<string, any>) => {
      if (service === 'cloudwatch') {
        expect(role.identityPolicies.flatMap(({ policy }) => policy.Statement)).toContainEqual({
          Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*', Condition: { StringEquals: { 'cloudwatch:namespace': input.Namespace } },
        });
        metrics.push(input);
        return {};
      }
      const primary = secretOf(model, input.SecretId);
      const { arn } = region === PRIMARY ? primary : primary.replicas.find(each => each.region === region)!.secret;
      expect(await decide(model, { principal: role, action: `secretsmanager:${operation}`, resource: arn })).toBe('Allowed');
      return secrets.call(region, operation, { ...input, SecretId: primary.name });
    },
  };
}

function promote(name = KEY) {
  return run(runbookOf('app-far', 'Promotion'), { SecretName: name }, servicesIn(REPLICA, roleOf(model, 'app-far/Promotion/Role')));
}

const value = (region: string) => secrets.call(region, 'GetSecretValue', { SecretId: KEY }).SecretString;
const put = (region: string, SecretString: string) => secrets.call(region, 'PutSecretValue', { SecretId: KEY, SecretString });
const statusOf = () => secrets.call(PRIMARY, 'DescribeSecret', { SecretId: KEY }).ReplicationStatus;

describe('the guide docs/guides/replica-promotion.md', () => {
  test('fails over to a replica while the primary\'s region is down', async () => {
    secrets.down.add(PRIMARY);
    expect(value(REPLICA)).toBe('first');
    expect(() => put(REPLICA, 'second')).toThrow('Operation not permitted on a replica secret');
    expect(await promote()).toEqual({ 'Promote.SecretArn': expect.stringContaining(`:${REPLICA}:${ACCOUNT}:secret:${KEY}-`) });
    put(REPLICA, 'second');
    expect(value(REPLICA)).toBe('second');
    expect(value(OTHER_REPLICA)).toBe('first');
  });

  test('fails back: the value first, then the replica', async () => {
    secrets.down.add(PRIMARY);
    await promote();
    put(REPLICA, 'second');
    secrets.down.delete(PRIMARY);
    expect(value(PRIMARY)).toBe('first');

    put(PRIMARY, value(REPLICA));
    expect(value(OTHER_REPLICA)).toBe('second');
    secrets.call(PRIMARY, 'ReplicateSecretToRegions', {
      SecretId: KEY, AddReplicaRegions: [{ Region: REPLICA, KmsKeyId: ALIAS }], ForceOverwriteReplicaSecret: true,
    });
    expect(statusOf()).toEqual([OTHER_REPLICA, REPLICA].map(Region => ({ Region, KmsKeyId: ALIAS, Status: 'InSync', StatusMessage: undefined })));
    put(PRIMARY, 'third');
    expect([REPLICA, OTHER_REPLICA].map(value)).toEqual(['third', 'third']);
    expect(() => put(REPLICA, 'fourth')).toThrow('Operation not permitted on a replica secret');
  });

  test('loses what was put meanwhile when the replica comes first', async () => {
    await promote();
    put(REPLICA, 'second');
    secrets.call(PRIMARY, 'ReplicateSecretToRegions', {
      SecretId: KEY, AddReplicaRegions: [{ Region: REPLICA, KmsKeyId: ALIAS }], ForceOverwriteReplicaSecret: true,
    });
    expect(value(REPLICA)).toBe('first');
  });

  test('needs the overwrite: without it replication fails, and the call does not', async () => {
    await promote();
    secrets.call(PRIMARY, 'ReplicateSecretToRegions', { SecretId: KEY, AddReplicaRegions: [{ Region: REPLICA, KmsKeyId: ALIAS }] });
    expect(statusOf()).toContainEqual(expect.objectContaining({ Region: REPLICA, Status: 'Failed' }));
  });

  test('removes the replicas before a secret is deleted', () => {
    expect(() => secrets.call(PRIMARY, 'DeleteSecret', { SecretId: KEY })).toThrow('still has replica regions');
    secrets.call(PRIMARY, 'RemoveRegionsFromReplication', { SecretId: KEY, RemoveReplicaRegions: [REPLICA, OTHER_REPLICA] });
    secrets.call(PRIMARY, 'DeleteSecret', { SecretId: KEY });
    expect(() => value(REPLICA)).toThrow('can\'t find the specified secret');
  });
});

describe('the runbook that promotes', () => {
  test('refuses what is standalone already', async () => {
    await promote();
    await expect(promote()).rejects.toThrow('step ConfirmReplica failed');
  });

  test('refuses the name of a secret that it is not for', async () => {
    await expect(promote(AWS_KEY)).rejects.toThrow(`the parameter SecretName must be one of ${KEY}, prod/payments/other`);
  });

  test('may be started, and its role handed over, by whom it was granted', async () => {
    const [{ resource: { Properties: { PolicyDocument } = {} } }] = resourcesOfType(stacks, 'AWS::IAM::Policy')
      .filter(({ stack, logicalId }) => stack.constructPaths[logicalId].startsWith('app-far/Operator'));
    expect(PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:StartAutomationExecution',
        Resource: [/automation-execution\/\*$/, /automation-definition\/app-far-.*:\$DEFAULT$/, /document\/app-far-[^*]*$/].map(each => expect.stringMatching(each)),
      },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: roleOf(model, 'app-far/Promotion/Role').arn, Condition: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } } },
    ]);
  });
});
