import { App, assertions, aws_iam as iam, aws_kms as kms, PhysicalName, Stack } from 'aws-cdk-lib';
import { CrossAccountSecretPolicy, DeployedName, GuardRail, ManagedSecret, SecretEncryption, SecretNamespace, SecretReader } from 'cdk-managed-secrets';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { ResolvedStack } from '../../src/review/assembly/resolved-stack';
import {
  AccessModel, accessModel, administrator, decide, Decision, directDecrypt, Principal, principalWith, readSecret, roleOf, secretOf, writeSecret,
} from '../../tools/access';
import { expectTableInDocs } from '../support/table-in-docs';
import { ENV, onlyResource, OTHER_ACCOUNT, role as roleIn, testApp, testStack } from '../support/test-app';

/**
 * Reads across accounts, decided with the policies of both accounts in play. The owner's app and the readers' apps are separate:
 * nothing but names and account numbers stands in both.
 */

const ORGANIZATION = 'o-a1b2c3d4e5';
const UNIT = `${ORGANIZATION}/r-ab12/ou-ab12-11111111`;
const THIRD_ACCOUNT = '777788889999';
const NAMES = { environment: 'prod', service: 'payments' };
const REPORTING = `arn:aws:iam::${OTHER_ACCOUNT}:role/reporting`;

/** One secret for each way to share, and one that is not shared. */
const SHARES: Record<string, (stack: Stack, secret: ManagedSecret) => unknown> = {
  'by-role': (stack, secret) => CrossAccountSecretPolicy.forSecret(stack, 'ByRole', secret, { readers: [SecretReader.role(REPORTING)] }),
  'by-account': (stack, secret) => CrossAccountSecretPolicy.forSecret(stack, 'ByAccount', secret, { readers: [SecretReader.account(OTHER_ACCOUNT)] }),
  'by-organization': (stack, secret) => CrossAccountSecretPolicy.forSecret(stack, 'ByOrganization', secret, { readers: [SecretReader.organization(ORGANIZATION)] }),
  'by-unit': (stack, secret) => CrossAccountSecretPolicy.forSecret(stack, 'ByUnit', secret, { readers: [SecretReader.organization(ORGANIZATION, [`${UNIT}/*`])] }),
  'for-writing': (stack, secret) => CrossAccountSecretPolicy.forSecret(stack, 'ForWriting', secret, { readWriters: [SecretReader.role(REPORTING)] }),
  'for-both': (stack, secret) => CrossAccountSecretPolicy.forSecret(stack, 'ForBoth', secret, { readers: [SecretReader.account(THIRD_ACCOUNT)], readWriters: [SecretReader.role(REPORTING)], denyOthers: true }),
  'guarded': (stack, secret) => {
    CrossAccountSecretPolicy.forSecret(stack, 'Guarded', secret, { readers: [SecretReader.role(REPORTING)], denyOthers: true });
    secret.addToResourcePolicy(new iam.PolicyStatement({ // what somebody adds later, by hand
      principals: [new iam.AccountPrincipal(THIRD_ACCOUNT)], actions: ['secretsmanager:GetSecretValue'], resources: ['*'],
    }));
  },
  'private': () => undefined,
};

function ownerApp(): App {
  const app = testApp();
  const stack = testStack('Owner', app);
  new SecretNamespace(stack, 'Secrets', NAMES);
  for (const [purpose, share] of Object.entries(SHARES)) share(stack, new ManagedSecret(stack, `Secret-${purpose}`, { purpose }));
  const shared = new SecretNamespace(stack, 'Shared', { environment: 'prod', service: 'shared' });
  new ManagedSecret(stack, 'Before', { namespace: shared, purpose: 'before' });
  CrossAccountSecretPolicy.forNamespace(stack, 'ShareAll', shared, { readers: [SecretReader.account(OTHER_ACCOUNT)] });
  new ManagedSecret(stack, 'After', { namespace: shared, purpose: 'after' });
  return app;
}

/** The app of a reader: one role that is granted everything there is, one that is granted nothing. */
function readerApp(account: string, keyArn?: string): App {
  const app = testApp();
  const stack = testStack(`Reader${account}`, app, { account, region: ENV.region });
  const reporting = roleIn(stack, 'Reporting');
  (reporting.node.defaultChild as any).roleName = 'reporting';
  const sibling = roleIn(stack, 'Sibling');
  const encryption = keyArn === undefined ? undefined : SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'TheirKey', keyArn));
  const payments = SecretNamespace.fromAttributes(stack, 'Payments', { ...NAMES, account: ENV.account, encryption, sharedByOwner: true });
  for (const purpose of Object.keys(SHARES)) {
    const secret = ManagedSecret.fromNamespace(stack, `Secret-${purpose}`, { namespace: payments, purpose });
    [reporting, sibling].forEach(role => secret.grantRead(role));
    secret.grantWrite(reporting);
  }
  const shared = SecretNamespace.fromAttributes(stack, 'Shared', { environment: 'prod', service: 'shared', account: ENV.account, sharedByOwner: true });
  shared.grantRead(reporting);
  roleIn(stack, 'Stranger');
  return app;
}

let stacks: ResolvedStack[];
let model: AccessModel;

beforeAll(() => {
  stacks = [ownerApp(), readerApp(OTHER_ACCOUNT), readerApp(THIRD_ACCOUNT)].flatMap(app => resolveTemplates(app.synth()));
  model = accessModel(stacks);
});

const inOrganization = (principal: Principal): Principal => ({ ...principal, organizationId: ORGANIZATION });
const IN_UNIT = { context: { 'aws:PrincipalOrgPaths': [`${UNIT}/ou-ab12-22222222/`] } };
const ELSEWHERE = { context: { 'aws:PrincipalOrgPaths': [`${ORGANIZATION}/r-ab12/ou-ab12-99999999/`] } };

const WHO = {
  'the role': () => roleOf(model, `Reader${OTHER_ACCOUNT}/Reporting`),
  'its sibling': () => roleOf(model, `Reader${OTHER_ACCOUNT}/Sibling`),
  'a stranger of its account': () => roleOf(model, `Reader${OTHER_ACCOUNT}/Stranger`),
  'the administrator of its account': () => administrator(OTHER_ACCOUNT),
  'the role of that name in a third account': () => roleOf(model, `Reader${THIRD_ACCOUNT}/Reporting`),
  'the administrator of a third account': () => administrator(THIRD_ACCOUNT),
  'a role of the organization': () => inOrganization(roleOf(model, `Reader${THIRD_ACCOUNT}/Reporting`)),
  'a role of another organization': () => ({ ...roleOf(model, `Reader${THIRD_ACCOUNT}/Reporting`), organizationId: 'o-zzzzzzzzzz' }),
  'a stranger of the organization': () => inOrganization(roleOf(model, `Reader${THIRD_ACCOUNT}/Stranger`)),
  'the owner\'s administrator': () => administrator(ENV.account),
  'somebody of the owner\'s account, in the organization': () => inOrganization(principalWith(ENV.account, [{ Effect: 'Allow', Action: ['kms:*'], Resource: '*' }])),
} satisfies Record<string, () => Principal>;

type Act = (principal: Principal, secret: string) => Promise<Decision>;

const read: Act = async (principal, secret) => (await readSecret(model, principal, secret)).decision;
const readFrom = (options: typeof IN_UNIT): Act => async (principal, secret) => (await readSecret(model, principal, secret, options)).decision;
const write: Act = async (principal, secret) => (await writeSecret(model, principal, secret)).decision;
const decryptDirectly: Act = (principal, secret) => directDecrypt(model, principal, secret);
const onSecret = (action: string): Act => (principal, secret) =>
  decide(model, { principal, action: `secretsmanager:${action}`, resource: secretOf(model, secret).arn });
const decryptFor = (other: string): Act => (principal, secret) => decide(model, {
  principal,
  action: 'kms:Decrypt',
  resource: secretOf(model, secret).key!.arn,
  context: { 'kms:ViaService': `secretsmanager.${ENV.region}.amazonaws.com`, 'kms:EncryptionContext:SecretARN': secretOf(model, other).arn },
});

const YES: Decision = 'Allowed';
const NO: Decision = 'ImplicitlyDenied';
const NEVER: Decision = 'ExplicitlyDenied';
const of = (purpose: string) => `prod/payments/${purpose}`;

const TABLE: [keyof typeof WHO, string, Act, string, Decision][] = [
  ['the role', 'reads', read, of('by-role'), YES],
  ['its sibling', 'reads', read, of('by-role'), NO],
  ['a stranger of its account', 'reads', read, of('by-role'), NO],
  ['the administrator of its account', 'reads', read, of('by-role'), NO],
  ['the role of that name in a third account', 'reads', read, of('by-role'), NO],
  ['the administrator of a third account', 'reads', read, of('by-role'), NO],
  ['a role of the organization', 'reads', read, of('by-role'), NO],
  ['the owner\'s administrator', 'reads', read, of('by-role'), YES],
  ['the role', 'writes', write, of('by-role'), NO],
  ['the role', 'describes', onSecret('DescribeSecret'), of('by-role'), YES],
  ['the role', 'deletes', onSecret('DeleteSecret'), of('by-role'), NO],
  ['the role', 'changes the policy', onSecret('PutResourcePolicy'), of('by-role'), NO],
  ['the role', 'decrypts directly', decryptDirectly, of('by-role'), NO],
  ['the administrator of its account', 'decrypts directly', decryptDirectly, of('by-role'), NO],
  ['the role', 'decrypts for a secret that is not shared', decryptFor(of('private')), of('by-role'), NO],
  ['the role', 'reads what is not shared', read, of('private'), NO],
  ['the administrator of its account', 'reads what is not shared', read, of('private'), NO],
  ['the administrator of a third account', 'reads what is not shared', read, of('private'), NO],

  ['the role', 'reads', read, of('by-account'), YES],
  ['its sibling', 'reads', read, of('by-account'), YES],
  ['a stranger of its account', 'reads', read, of('by-account'), NO],
  ['the administrator of its account', 'reads', read, of('by-account'), YES],
  ['the role of that name in a third account', 'reads', read, of('by-account'), NO],
  ['the administrator of a third account', 'reads', read, of('by-account'), NO],
  ['the role', 'writes', write, of('by-account'), NO],
  ['the administrator of its account', 'writes', write, of('by-account'), NO],
  ['the administrator of its account', 'deletes', onSecret('DeleteSecret'), of('by-account'), NO],
  ['the administrator of its account', 'decrypts directly', decryptDirectly, of('by-account'), NO],

  ['a role of the organization', 'reads', read, of('by-organization'), YES],
  ['a role of another organization', 'reads', read, of('by-organization'), NO],
  ['the role of that name in a third account', 'reads, of no organization', read, of('by-organization'), NO],
  ['a stranger of the organization', 'reads', read, of('by-organization'), NO],
  ['the administrator of a third account', 'reads, of no organization', read, of('by-organization'), NO],
  ['somebody of the owner\'s account, in the organization', 'reads without a grant', read, of('by-organization'), NO],
  ['a role of the organization', 'writes', write, of('by-organization'), NO],
  ['a role of the organization', 'decrypts directly', decryptDirectly, of('by-organization'), NO],
  ['a role of the organization', 'reads what is not shared', read, of('private'), NO],

  ['a role of the organization', 'reads from its unit', readFrom(IN_UNIT), of('by-unit'), YES],
  ['a role of the organization', 'reads from another unit', readFrom(ELSEWHERE), of('by-unit'), NO],
  ['a role of the organization', 'reads from nowhere', read, of('by-unit'), NO],
  ['a role of another organization', 'reads from a unit of that name', readFrom(IN_UNIT), of('by-unit'), NO],
  ['a stranger of the organization', 'reads from the unit', readFrom(IN_UNIT), of('by-unit'), NO],

  ['the role', 'reads', read, of('for-writing'), YES],
  ['the role', 'writes', write, of('for-writing'), YES],
  ['its sibling', 'writes', write, of('for-writing'), NO],
  ['the administrator of its account', 'writes', write, of('for-writing'), NO],
  ['the role', 'updates the secret', onSecret('UpdateSecret'), of('for-writing'), NO],
  ['the role', 'deletes', onSecret('DeleteSecret'), of('for-writing'), NO],

  ['the role', 'reads', read, of('for-both'), YES],
  ['the role', 'writes', write, of('for-both'), YES],
  ['the administrator of a third account', 'reads', read, of('for-both'), YES],
  ['the administrator of a third account', 'writes', write, of('for-both'), NO],
  ['its sibling', 'reads', read, of('for-both'), NEVER],

  ['the role', 'reads', read, of('guarded'), YES],
  ['the owner\'s administrator', 'reads', read, of('guarded'), YES],
  ['its sibling', 'reads', read, of('guarded'), NEVER],
  ['the administrator of its account', 'reads', read, of('guarded'), NEVER],
  ['the role of that name in a third account', 'reads, although a later statement allows its account', read, of('guarded'), NEVER],
  ['the administrator of a third account', 'describes', onSecret('DescribeSecret'), of('guarded'), NEVER],

  ['the role', 'reads what was there', read, 'prod/shared/before', YES],
  ['the role', 'reads what came later', read, 'prod/shared/after', YES],
  ['its sibling', 'reads', read, 'prod/shared/before', NO],
  ['the administrator of its account', 'reads', read, 'prod/shared/after', YES],
  ['the administrator of a third account', 'reads', read, 'prod/shared/before', NO],
  ['the role', 'writes', write, 'prod/shared/before', NO],
  ['the role', 'decrypts directly', decryptDirectly, 'prod/shared/before', NO],
];

test('the table has at least 60 decisions', () => {
  expect(TABLE.length).toBeGreaterThanOrEqual(60);
});

test.each(TABLE.map(row => [`${row[0]} ${row[1]}: ${row[3]}: ${row[4]}`, row] as const))('%s', async (_, [who, , act, secret, decision]) => {
  expect(await act(WHO[who](), secret)).toBe(decision);
});

test('the guide shows these decisions', () => {
  const rows = TABLE.map(([who, act, , secret, decision]) => [who, act, `\`${secret}\``, decision === YES ? 'yes' : decision === NEVER ? 'no, denied' : 'no']);
  expectTableInDocs('docs/guides/cross-account-access.md', 'decisions', [['Who', 'What', 'Which secret', 'Allowed'], ...rows]);
});

describe('each of the three policies is needed', () => {
  const without = (type: string, keep: (statement: any) => boolean, property: string): AccessModel => accessModel(stacks.map(stack => ({
    ...stack,
    template: {
      ...stack.template,
      Resources: Object.fromEntries(Object.entries(stack.template.Resources).map(([id, resource]) => {
        if (resource.Type !== type) return [id, resource];
        const document = resource.Properties![property];
        return [id, { ...resource, Properties: { ...resource.Properties, [property]: { ...document, Statement: document.Statement.filter(keep) } } }];
      })),
    },
  })));
  const isAbroad = (statement: any) => JSON.stringify(statement.Principal ?? '').includes(OTHER_ACCOUNT);

  test.each<[string, () => AccessModel]>([
    ['the resource policy of the secret', () => without('AWS::SecretsManager::ResourcePolicy', statement => !isAbroad(statement), 'ResourcePolicy')],
    ['the policy of the key', () => without('AWS::KMS::Key', statement => !isAbroad(statement), 'KeyPolicy')],
    ['the reader\'s statement about the secret', () => without('AWS::IAM::Policy', statement => !JSON.stringify(statement.Action).includes('GetSecretValue'), 'PolicyDocument')],
    ['the reader\'s statement about the key', () => without('AWS::IAM::Policy', statement => !JSON.stringify(statement.Action).includes('kms:Decrypt'), 'PolicyDocument')],
  ])('without %s the read is denied', async (_, remove) => {
    const poorer = remove();
    const reader = roleOf(poorer, `Reader${OTHER_ACCOUNT}/Reporting`);
    expect((await readSecret(poorer, reader, of('by-role'))).decision).toBe(NO);
    expect(await read(roleOf(model, reader.path), of('by-role'))).toBe(YES);
  });
});

describe('both halves in one app', () => {
  function oneApp(options: { roleName?: string } = { roleName: 'reporting' }) {
    const app = testApp();
    const owner = testStack('Owner', app);
    new SecretNamespace(owner, 'Secrets', NAMES);
    const secret = new ManagedSecret(owner, 'Secret', { purpose: 'key' });
    const reader = testStack('Reader', app, { account: OTHER_ACCOUNT, region: ENV.region });
    const reporting = new iam.Role(reader, 'Reporting', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), ...options });
    return { app, secret, reporting, sibling: roleIn(reader, 'Sibling') };
  }

  test('a grant to a role of another account writes all three policies', async () => {
    const { app, secret, reporting } = oneApp();
    secret.grantRead(reporting);
    const both = accessModel(resolveTemplates(app.synth()));
    expect((await readSecret(both, roleOf(both, 'Reader/Reporting'), of('key'))).decision).toBe(YES);
    expect((await readSecret(both, roleOf(both, 'Reader/Sibling'), of('key'))).decision).toBe(NO);
    expect((await readSecret(both, administrator(OTHER_ACCOUNT), of('key'))).decision).toBe(NO);
    expect((await writeSecret(both, roleOf(both, 'Reader/Reporting'), of('key'))).decision).toBe(NO);
    expect(await directDecrypt(both, roleOf(both, 'Reader/Reporting'), of('key'))).toBe(NO);
  });

  test('a grant to write does too', async () => {
    const { app, secret, reporting } = oneApp();
    secret.grantWrite(reporting);
    const both = accessModel(resolveTemplates(app.synth()));
    expect((await writeSecret(both, roleOf(both, 'Reader/Reporting'), of('key'))).decision).toBe(YES);
    expect((await readSecret(both, roleOf(both, 'Reader/Reporting'), of('key'))).decision).toBe(NO);
  });

  test('what is for the owner\'s account alone is refused', () => {
    const { secret, reporting } = oneApp();
    for (const grant of ['grantRotate', 'grantManage', 'grantBatchRead'] as const) {
      expect(() => secret[grant](reporting)).toThrow(/must have a grantee of the secret's own account 111122223333, got one of account 444455556666/);
    }
  });

  test.each([
    ['grantRead', (secret: ManagedSecret, reader: iam.Role) => secret.grantRead(reader)],
    ['grantWrite', (secret: ManagedSecret, reader: iam.Role) => secret.grantWrite(reader)],
  ])('%s to a role without a name fails at once, and writes nothing', (name, grant) => {
    const { app, secret, reporting } = oneApp({});
    expect(() => grant(secret, reporting)).toThrow(new RegExp(
      `^\`${name}\` must know the name of Reader/Reporting of account ${OTHER_ACCOUNT} .* \`roleName\`.*\\[at Owner/Secret\\]$`));
    expect(JSON.stringify(app.synth().stacks.map(stack => stack.template))).not.toContain('GetSecretValue');
  });

  test('a name that the CDK makes is one', async () => {
    const { app, secret, reporting } = oneApp({ roleName: PhysicalName.GENERATE_IF_NEEDED });
    secret.grantRead(reporting);
    const both = accessModel(resolveTemplates(app.synth()));
    expect((await readSecret(both, roleOf(both, 'Reader/Reporting'), of('key'))).decision).toBe(YES);
  });

  test('a rotated secret stays readable: no policy names a version', () => {
    const { app, secret, reporting } = oneApp();
    secret.grantRead(reporting);
    expect(JSON.stringify(app.synth().stacks.map(stack => stack.template))).not.toMatch(/VersionStage|VersionId/);
  });
});

describe('the size of the policies', () => {
  const sharedWith = (readers: SecretReader[]) => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', NAMES);
    CrossAccountSecretPolicy.forSecret(stack, 'Share', new ManagedSecret(stack, 'Secret', { purpose: 'key' }), { readers });
    return stack;
  };
  const accounts = (count: number) => Array.from({ length: count }, (_, i) => SecretReader.account(String(900000000000 + i)));
  const statements = (stack: Stack) => onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy.Statement;

  test('accounts join in one statement', () => {
    expect(statements(sharedWith(accounts(300)))).toHaveLength(1);
  });

  test('roles join in one statement', () => {
    const roles = [1, 2, 3].map(i => SecretReader.role(`arn:aws:iam::${OTHER_ACCOUNT}:role/reader-${i}`));
    expect(statements(sharedWith(roles))).toEqual([{
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Resource: '*',
      Condition: { ArnEquals: { 'aws:PrincipalArn': [1, 2, 3].map(i => `arn:aws:iam::${OTHER_ACCOUNT}:role/reader-${i}`) } },
    }]);
  });

  test('the key gets Decrypt alone, for exactly this secret, and a policy that blocks public access stands on the secret', () => {
    const stack = sharedWith([SecretReader.account(OTHER_ACCOUNT)]);
    const shared = onlyResource(stack, 'AWS::KMS::Key').Properties.KeyPolicy.Statement.filter((each: any) => JSON.stringify(each.Principal).includes(OTHER_ACCOUNT));
    expect(shared).toEqual([{
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${ENV.region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:SecretARN': [`arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/payments/key-??????`] },
      },
    }]);
    expect(onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy').Properties.BlockPublicPolicy).toBe(true);
  });

  test('a service reads on behalf of the owner\'s account only', () => {
    expect(statements(sharedWith([SecretReader.servicePrincipal('appflow.amazonaws.com')]))).toEqual([expect.objectContaining({
      Principal: { Service: 'appflow.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': ENV.account } },
    })]);
  });

  test.each<[string, (readers: SecretReader[]) => Stack, number, RegExp]>([
    ['of the secret', readers => sharedWith(readers), 700, /resource policy must have at most 20480 characters, got \d{5}/],
    ['of the key', readers => {
      const stack = testStack();
      const namespace = new SecretNamespace(stack, 'Secrets', NAMES);
      for (let i = 0; i < 3; i++) {
        CrossAccountSecretPolicy.forSecret(stack, `Share${i}`, new ManagedSecret(stack, `Secret${i}`, { namespace, purpose: `key/${i}` }), { readers });
      }
      return stack;
    }, 400, /key policy must have at most 32768 bytes, got \d{5}.*\[at Stack\/Share0\]/],
  ])('too many readers for the policy %s', (_, share, count, message) => {
    expect(() => (share(accounts(count)).node.root as App).synth()).toThrow(message);
  });
});

describe('a secret that is closed by denyOthers', () => {
  const closed = (readers = [SecretReader.role(REPORTING)]) => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', NAMES);
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    CrossAccountSecretPolicy.forSecret(stack, 'Closed', secret, { readers, denyOthers: true });
    return { stack, secret };
  };

  test('denies the other units of an organization too', () => {
    const { stack } = closed([SecretReader.organization(ORGANIZATION, [`${UNIT}/*`])]);
    const { Condition } = onlyResource(stack, 'AWS::SecretsManager::ResourcePolicy').Properties.ResourcePolicy.Statement
      .find((statement: any) => statement.Sid === 'DenyOthers');
    expect(Condition).toEqual({
      'StringNotEquals': { 'aws:PrincipalAccount': [ENV.account] },
      'ForAllValues:StringNotLike': { 'aws:PrincipalOrgPaths': [`${UNIT}/*`] },
      'BoolIfExists': { 'aws:PrincipalIsAWSService': 'false' },
    });
  });

  test('takes no further reader, which would be denied without a word', () => {
    const { stack, secret } = closed();
    const more = () => CrossAccountSecretPolicy.forSecret(stack, 'More', secret, { readers: [SecretReader.account(THIRD_ACCOUNT)] });
    expect(more).toThrow(/must have one CrossAccountSecretPolicy with all readers, because Stack\/Closed denies all others.*\[at Stack\/More\]$/);
    const abroad = new iam.Role(testStack('Reader', stack.node.root as never, { account: THIRD_ACCOUNT, region: ENV.region }), 'Role', {
      roleName: 'reporting', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    expect(() => secret.grantRead(abroad)).toThrow(/because Stack\/Closed denies all others/);
  });

  test('must not have been shared with others before', () => {
    const stack = testStack();
    new SecretNamespace(stack, 'Secrets', NAMES);
    const secret = new ManagedSecret(stack, 'Secret', { purpose: 'key' });
    CrossAccountSecretPolicy.forSecret(stack, 'First', secret, { readers: [SecretReader.account(THIRD_ACCOUNT)] });
    const close = () => CrossAccountSecretPolicy.forSecret(stack, 'Closed', secret, { readers: [SecretReader.role(REPORTING)], denyOthers: true });
    expect(close).toThrow(/`denyOthers` must stand on the one CrossAccountSecretPolicy of Stack\/Secret/);
  });
});

test('a shared namespace shares what its prefix and its key cover, and guards all', () => {
  const stack = testStack();
  const namespace = new SecretNamespace(stack, 'Secrets', { ...NAMES, guardRails: [GuardRail.denyPrincipals(['arn:aws:iam::*:role/staging-*'])] });
  CrossAccountSecretPolicy.forNamespace(stack, 'Share', namespace, { readers: [SecretReader.account(OTHER_ACCOUNT)] });
  new ManagedSecret(stack, 'Inside', { purpose: 'key' });
  new ManagedSecret(stack, 'Legacy', { deployedName: DeployedName.explicit('legacy') });
  new ManagedSecret(stack, 'OwnKey', { purpose: 'other', encryption: SecretEncryption.awsManagedKey() });
  const policies = Object.entries(assertions.Template.fromStack(stack).findResources('AWS::SecretsManager::ResourcePolicy'));
  const statementsOf = (id: string) => policies.find(([logicalId]) => logicalId.startsWith(id))![1]
    .Properties.ResourcePolicy.Statement.map((each: any) => each.Effect);
  expect([statementsOf('Inside'), statementsOf('Legacy'), statementsOf('OwnKey')]).toEqual([['Deny', 'Allow'], ['Deny'], ['Deny']]);
});
