import { PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import type { Account } from './account';
import type { Checks } from './checks';

/** What the emulator does otherwise than AWS, so that nothing here proves it. */
interface Limit {
  readonly what: string;
  /** What we do about it here, or who shows it instead. */
  readonly instead: string;
  /** Whether it is so still; left out where LocalStack would not have started otherwise. */
  readonly still?: (account: Account) => Promise<boolean>;
}

const LIMITS: Limit[] = [
  {
    what: 'It changes nothing when a secret, a resource policy or a key is updated, and says UPDATE_COMPLETE',
    instead: 'localstack_with_updates.py makes these updates, as CloudFormation documents them',
  },
  {
    what: 'It takes the DeletionPolicy RetainExceptOnCreate for Delete',
    instead: 'the deployment that fails gets the template as it is; stacks that were created get Retain, which it means from then on',
    still: async account => {
      await account.deploy('retain', { Resources: { Secret: { ...secret('probe/retain'), DeletionPolicy: 'RetainExceptOnCreate' } } });
      await account.delete('retain');
      return await account.secret('probe/retain') === undefined;
    },
  },
  {
    what: 'It rolls no failed creation back: what was created before the failure stays until the stack is deleted',
    instead: 'the failed stack is deleted before the deployment is repeated, as `cdk deploy` does',
    still: async account => {
      await fails(account.deploy('rollback', { Resources: { Secret: secret('probe/rollback'), Mistake: mistake('Secret') } }));
      return await account.secret('probe/rollback') !== undefined;
    },
  },
  {
    what: 'It says UPDATE_COMPLETE of a stack whose update failed, and takes nothing back',
    instead: 'the events of every resource are read after each deployment; a failed update is shown nowhere',
    still: async account => {
      await account.deploy('probe', { Resources: { Secret: secret('probe/secret') } });
      await fails(account.deploy('probe', { Resources: { Secret: secret('probe/secret'), Mistake: mistake('Secret') } }));
      return await account.status('probe') === 'UPDATE_COMPLETE';
    },
  },
  {
    what: 'It takes the resource policy off a secret when both are updated, unless the policy is kept on replacement',
    instead: 'only apps whose secrets are kept are updated here',
    still: async account => {
      const deploy = (Description: string, action: string) => {
        const Properties = { SecretId: { Ref: 'Secret' }, ResourcePolicy: policy('Deny', action) };
        const Policy = { Type: 'AWS::SecretsManager::ResourcePolicy', Properties };
        return account.deploy('policy', { Resources: { Secret: secret('probe/policy', { Description }), Policy } });
      };
      await deploy('first', 'secretsmanager:DeleteSecret');
      await deploy('second', 'secretsmanager:RestoreSecret');
      return (await account.secret('probe/policy'))!.policy === undefined;
    },
  },
  {
    what: 'It imports no resource that exists into a stack',
    instead: 'nothing; a secret that was kept is read by its name, with ManagedSecret.fromNamespace',
    still: account => fails(account.query('cloudformation', 'CreateChangeSet', {
      'StackName': 'import',
      'ChangeSetName': 'import',
      'ChangeSetType': 'IMPORT',
      'TemplateBody': JSON.stringify({ Resources: { Secret: { ...secret('probe/rollback'), DeletionPolicy: 'Retain' } } }),
      'ResourcesToImport.member.1.ResourceType': 'AWS::SecretsManager::Secret',
      'ResourcesToImport.member.1.LogicalResourceId': 'Secret',
      'ResourcesToImport.member.1.ResourceIdentifier.entry.1.key': 'Id',
      'ResourcesToImport.member.1.ResourceIdentifier.entry.1.value': 'probe/rollback',
    })),
  },
  {
    what: 'It makes a key of one region where a template asks for a multi-Region key',
    instead: 'templates of replicated secrets are compared and judged by rules; none is deployed',
    still: async account => {
      const Key = { Type: 'AWS::KMS::Key', Properties: { MultiRegion: true, KeyPolicy: policy('Allow', 'kms:*') } };
      const Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/probe', TargetKeyId: { Ref: 'Key' } } };
      await account.deploy('key', { Resources: { Key, Alias } });
      return !(await account.key('alias/probe')).multiRegion;
    },
  },
  {
    what: 'It makes no replica that a template asks for',
    instead: 'as for multi-Region keys',
    still: async account => {
      const Secret = secret('probe/replicated', { ReplicaRegions: [{ Region: 'eu-central-1' }] });
      await account.deploy('replica', { Resources: { Secret } });
      return await account.in('eu-central-1').secret('probe/replicated') === undefined;
    },
  },
  {
    what: 'It runs no Lambda function without Docker and a download, so that nothing is rotated',
    instead: '`npx projen rotate` and the tests of the rotation functions run them; no example with a function is deployed',
    still: account => {
      const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: policy('Allow', 'sts:AssumeRole') } };
      const Code = { ZipFile: 'exports.handler = async () => {}' };
      const Properties = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code };
      return fails(account.deploy('function', { Resources: { Role, Function: { Type: 'AWS::Lambda::Function', Properties } } }));
    },
  },
  {
    what: 'It enforces no policy: who is denied reads all the same',
    instead: '`test/truth-table.test.ts` decides requests by the policies of the templates',
    still: async account => {
      await putPolicy(account, 'Deny');
      return (await account.secret('probe/secret'))?.value !== undefined;
    },
  },
  {
    what: 'It stores a public resource policy in spite of BlockPublicPolicy',
    instead: 'the tests compare templates, which have it set',
    still: async account => !await fails(putPolicy(account, 'Allow')),
  },
];

/** Prints what nothing here proves. An entry that is no longer true is a failed check: it belongs into the story then. */
export async function listLimits(checks: Checks, account: Account): Promise<void> {
  checks.begin('What LocalStack cannot do, tried just now, so that nothing above proves it of AWS');
  for (const { what, instead, still } of LIMITS) {
    if (still === undefined || await still(account)) checks.say(`  limit ${what}.\n        Instead: ${instead}.`);
    else checks.none(`It is a limit still: ${what}`, ['LocalStack can do it now: check it in story.ts, and take it out of limits.ts']);
  }
}

function secret(Name: string, more: object = {}) {
  return { Type: 'AWS::SecretsManager::Secret', Properties: { Name, SecretString: 'probe', ...more } };
}

function mistake(DependsOn: string) {
  const Properties = { AliasName: 'alias/mistake', TargetKeyId: '00000000-0000-0000-0000-000000000000' };
  return { Type: 'AWS::KMS::Alias', DependsOn, Properties };
}

function policy(Effect: 'Allow' | 'Deny', Action: string) {
  return { Version: '2012-10-17', Statement: [{ Effect, Principal: '*', Action, Resource: '*' }] };
}

async function putPolicy({ secrets }: Account, effect: 'Allow' | 'Deny'): Promise<void> {
  const ResourcePolicy = JSON.stringify(policy(effect, 'secretsmanager:GetSecretValue'));
  await secrets.send(new PutResourcePolicyCommand({ SecretId: 'probe/secret', ResourcePolicy, BlockPublicPolicy: true }));
}

async function fails(work: Promise<unknown>): Promise<boolean> {
  return work.then(() => false, () => true);
}
