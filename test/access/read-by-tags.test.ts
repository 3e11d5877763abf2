import { App, aws_iam as iam, Stack, Tags } from 'aws-cdk-lib';
import { ISecretNamespace, ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { reviewOf } from '../../src/review/document/review-of';
import { AccessModel, accessModel, decide, readSecret, roleOf, secretOf } from '../../tools/access';
import { ENV, OTHER_ACCOUNT, role, roleStatements, testApp, testStack } from '../support/test-app';

const NAMESPACE = { environment: 'prod', service: 'payments', tags: { team: 'payments' } };
const PREFIX = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/payments/*';
const BY_TEAM = { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' }, StringLike: { 'aws:PrincipalTag/team': '?*' } };

function onSecrets(arn: string) {
  return { Effect: 'Allow', Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'], Resource: arn, Condition: BY_TEAM };
}

describe('the whole policy of a grantee', () => {
  test('names the prefix, the tags and the key, however many secrets and teams there are', () => {
    const stack = testStack();
    const namespace = new SecretNamespace(stack, 'Secrets', NAMESPACE);
    ['a', 'b', 'c'].forEach(team => new ManagedSecret(stack, team, { purpose: team, tags: { team } }));
    namespace.grantReadByTags(role(stack), ['team']);
    expect(roleStatements(stack)).toEqual([onSecrets(PREFIX), {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: stack.resolve(namespace.encryption.encryptionKey!.keyArn),
      Condition: {
        StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
        StringLike: { 'kms:EncryptionContext:SecretARN': [PREFIX] },
      },
    }]);
  });

  test('of an imported namespace is the same, with the key by its alias, in each of its regions', () => {
    const stack = testStack();
    const namespace = SecretNamespace.fromAttributes(stack, 'Secrets', { ...NAMESPACE, replicaRegions: ['eu-central-1'] });
    namespace.grantReadByTags(role(stack), ['team']);
    const [secrets, near, far] = roleStatements(stack) as { Condition: any }[];
    expect(secrets).toEqual({ ...onSecrets(PREFIX), Resource: [PREFIX.replace('eu-west-1', 'eu-central-1'), PREFIX] });
    expect([near, far].map(({ Condition }) => Condition.StringEquals['kms:ViaService']))
      .toEqual(['eu-west-1', 'eu-central-1'].map(region => `secretsmanager.${region}.amazonaws.com`));
    expect(near.Condition['ForAnyValue:StringEquals']).toEqual({ 'kms:ResourceAliases': 'alias/secrets/prod/payments' });
  });

  test('compares each of several tags', () => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', NAMESPACE).grantReadByTags(role(stack), ['team', 'environment']);
    expect((roleStatements(stack)[0] as { Condition: unknown }).Condition).toEqual({
      StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}', 'aws:ResourceTag/environment': '${aws:PrincipalTag/environment}' },
      StringLike: { 'aws:PrincipalTag/team': '?*', 'aws:PrincipalTag/environment': '?*' },
    });
  });
});

/** The roles, by what their tags are; each has the grant. */
const ROLES: Record<string, Record<string, string>> = {
  'the same team': { team: 'fraud' },
  'another team': { team: 'ledger' },
  'the team in capitals': { team: 'FRAUD' },
  'a tag in capitals': { Team: 'fraud' },
  'no tag': {},
  'another tag': { service: 'fraud' },
  'an empty tag': { team: '' },
  'a star': { team: '*' },
  'a beginning': { team: 'frau' },
};

/** One namespace with a secret for each team, one that has no tag any more and one of which it is empty; and beside it another namespace. */
function app(): App {
  const it = testApp();
  const stack = testStack('Stack', it);
  const namespace = new SecretNamespace(stack, 'Secrets', NAMESPACE);
  new ManagedSecret(stack, 'Fraud', { namespace, purpose: 'fraud', tags: { team: 'fraud' } });
  new ManagedSecret(stack, 'Default', { namespace, purpose: 'default' });
  new ManagedSecret(stack, 'Empty', { namespace, purpose: 'empty', tags: { team: '' } });
  Tags.of(new ManagedSecret(stack, 'Untagged', { namespace, purpose: 'untagged' })).remove('team');
  const other = new SecretNamespace(stack, 'Other', { ...NAMESPACE, service: 'refunds' });
  new ManagedSecret(stack, 'Elsewhere', { namespace: other, purpose: 'fraud', tags: { team: 'fraud' } });
  for (const [id, tags] of Object.entries(ROLES)) namespace.grantReadByTags(tagged(stack, id, tags), ['team']);
  const session = new iam.Role(stack, 'session tags', { assumedBy: new iam.SessionTagsPrincipal(new iam.AccountRootPrincipal()) });
  Tags.of(session).add('team', 'ledger');
  namespace.grantReadByTags(session, ['team']);
  const manager = role(stack, 'Manager');
  namespace.grantManage(manager);
  ManagedSecret.fromNamespace(stack, 'Import', { namespace, purpose: 'fraud' }).grantManage(role(stack, 'ManagerOfImport'));
  return it;
}

function tagged(stack: Stack, id: string, tags: Record<string, string>): iam.Role {
  const it = role(stack, id);
  Object.entries(tags).forEach(([key, value]) => Tags.of(it).add(key, value));
  return it;
}

describe('who reads what', () => {
  let model: AccessModel;
  let assembly: string;

  beforeAll(() => {
    const synthesized = app().synth();
    assembly = synthesized.directory;
    model = accessModel(resolveTemplates(synthesized));
  });

  /** Who reads which secrets; nobody reads the others. Keys of tags are the same in any case, their values are not. */
  const READS: Record<string, string[]> = {
    'the same team': ['prod/payments/fraud'],
    'a tag in capitals': ['prod/payments/fraud'],
  };

  test.each(Object.keys(ROLES))('%s', async who => {
    const names = model.secrets.map(({ name }) => name);
    const decided = await Promise.all(names.map(async name => (await readSecret(model, roleOf(model, `Stack/${who}`), name)).decision));
    expect(names.filter((_, index) => decided[index] === 'Allowed')).toEqual(READS[who] ?? []);
  });

  test.each(['Manager', 'ManagerOfImport'])('%s changes other tags, and not the one that decides, in any case', async who => {
    const resource = secretOf(model, 'prod/payments/fraud').arn;
    const tags = (action: string, key: string) => decide(model, {
      principal: roleOf(model, `Stack/${who}`), action: `secretsmanager:${action}`, resource, context: { 'aws:TagKeys': [key] },
    });
    for (const action of ['TagResource', 'UntagResource']) {
      for (const key of ['team', 'Team']) expect(await tags(action, key)).toBe('ImplicitlyDenied');
      expect(await tags(action, 'tier')).toBe('Allowed');
    }
  });

  test('the review decides by the tags of the template, and asks where whoever assumes a role can bring others', () => {
    const { access } = reviewOf([assembly]);
    const read = (who: string) => Object.fromEntries(access.filter(({ principal, operations }) => principal === `Stack/${who}` && operations.read)
      .map(({ secret, operations }) => [secret, [operations.read!.decision, ...operations.read!.because].join(': ')]));
    expect(read('the same team')).toEqual({ 'Stack/Fraud': 'allowed' });
    for (const who of ['another team', 'the team in capitals', 'an empty tag', 'a star']) expect(read(who)).toEqual({});
    expect(Object.keys(read('session tags'))).toEqual(expect.arrayContaining(['Stack/Fraud', 'Stack/Default']));
    expect(read('session tags')['Stack/Fraud']).toMatch(/^allowed-if: .*principal's tag team/);
  });
});

describe('what is refused', () => {
  const granting = (tagKeys: string[], grantee?: (stack: Stack) => iam.IGrantable, of?: (stack: Stack) => ISecretNamespace) => {
    const stack = testStack();
    const namespace = of?.(stack) ?? new SecretNamespace(stack, 'Secrets', NAMESPACE);
    return () => namespace.grantReadByTags(grantee?.(stack) ?? role(stack), tagKeys);
  };

  test.each<[string, () => unknown, RegExp]>([
    ['no tag', granting([]), /`tagKeys` must name at least one; for all secrets use `grantRead` \[at Stack\/Secrets\]/],
    ['a tag that no secret has for certain', granting(['project']), /`tagKeys` must be keys of tags of the namespace, .*got "project"; add it to `tags`.*environment, service, team \[at/],
    ['a tag in another case', granting(['Team']), /got "Team"/],
    ['a name that every object has', granting(['constructor']), /got "constructor"/],
    ['a service', granting(['team'], () => new iam.ServicePrincipal('ec2.amazonaws.com')), /`grantReadByTags` must have a grantee whose policy this app can write.*aws:PrincipalTag/],
    ['a role of another account', granting(['team'], stack => iam.Role.fromRoleArn(stack, 'Theirs', `arn:aws:iam::${OTHER_ACCOUNT}:role/theirs`)),
      /`grantReadByTags` must have a grantee of the secret's own account/],
    ['a namespace of another account', granting(['team'], undefined, stack => SecretNamespace
      .fromAttributes(stack, 'Secrets', { ...NAMESPACE, account: OTHER_ACCOUNT, region: ENV.region })), /must have a grantee of the secret's own account/],
  ])('%s', (_, act, message) => expect(act).toThrow(message));

  test('a tag of a secret that is one of the namespace but for the case', () => {
    const stack = testStack();
    const namespace = new SecretNamespace(stack, 'Secrets', NAMESPACE);
    expect(() => new ManagedSecret(stack, 'Secret', { namespace, purpose: 'key', tags: { Team: 'fraud' } }))
      .toThrow(/`tags` must not hold "Team" beside "team" of the namespace, because policies find a tag in any case; write "team" \[at Stack\/Secret\]/);
  });
});
