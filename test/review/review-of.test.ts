import { App, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import type { ReviewDocument } from '../../src/review/document/review-document';
import { reviewOf } from '../../src/review/document/review-of';
import type { ReviewOptions } from '../../src/review/document/review-options';
import { asDocument, PolicyDocument } from '../../src/review/model/policy';
import { writtenAssembly } from '../support/review/written-assembly';
import { testApp } from '../support/test-app';

const ACCOUNT = '111122223333';
const READ = ['secretsmanager:GetSecretValue', 'kms:Decrypt'];

type Fill = (stack: Stack, secret: secretsmanager.Secret) => void;

function review(fill: Fill, options?: ReviewOptions, props: secretsmanager.SecretProps = {}): ReviewDocument {
  const stack = new Stack(testApp({}), 'Shop', { env: { account: ACCOUNT, region: 'eu-west-1' } });
  fill(stack, new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/key', ...props }));
  return reviewOf([App.of(stack)!.synth().directory], options);
}

/** What the review says of one principal and the secret. */
function said(document: ReviewDocument, principal: string) {
  const { operations = {} } = document.access.find(entry => entry.principal === principal && entry.secret === 'Shop/Secret') ?? {};
  return Object.fromEntries(Object.entries(operations).map(([operation, { decision, because }]) => [operation, [decision, ...because].join(': ')]));
}

function role(stack: Stack, id: string, props: Partial<iam.RoleProps> = {}): iam.Role {
  return new iam.Role(stack, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), ...props });
}

function denying(action: string): PolicyDocument {
  return asDocument({ Statement: { Effect: 'Deny', Principal: '*', Action: action, Resource: '*' } });
}

function allow(actions: string[], others: Partial<iam.PolicyStatementProps> = {}): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources: ['*'], ...others });
}

describe('principals', () => {
  test('users by their own policies and those of their groups, and groups as what a member may do', () => {
    const document = review(stack => {
      const group = new iam.Group(stack, 'Group');
      group.addToPolicy(allow(READ));
      new iam.User(stack, 'Member', { groups: [group] });
      new iam.User(stack, 'Stranger');
      const added = new iam.User(stack, 'Added');
      new iam.CfnUserToGroupAddition(stack, 'Addition', { groupName: group.groupName, users: [added.userName] });
    });

    expect(['Member', 'Added', 'Stranger', 'Group'].map(id => said(document, `Shop/${id}`))).toEqual([{ read: 'allowed' }, { read: 'allowed' }, {}, { read: 'allowed' }]);
    expect(document.principals.map(({ id, kind }) => [id, kind])).toContainEqual(['Shop/Group', 'group']);
  });

  test('of other accounts, of an organization, of a service and everybody, by the resource policy', () => {
    const stack = new Stack(testApp({}), 'Shop', { env: { account: ACCOUNT, region: 'eu-west-1' } });
    const key = new kms.Key(stack, 'Key');
    const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/key', encryptionKey: key });
    const share = (principal: iam.IPrincipal, conditions?: Record<string, unknown>) => {
      secret.addToResourcePolicy(new iam.PolicyStatement({ principals: [principal], actions: ['secretsmanager:GetSecretValue'], resources: ['*'], conditions }));
      key.addToResourcePolicy(new iam.PolicyStatement({ principals: [principal], actions: ['kms:Decrypt'], resources: ['*'], conditions }));
    };
    share(new iam.AccountPrincipal('444455556666'));
    share(new iam.ArnPrincipal('arn:aws:iam::777788889999:role/Partner'));
    share(new iam.StarPrincipal(), { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } });
    share(new iam.ServicePrincipal('appflow.amazonaws.com'));
    const document = reviewOf([App.of(stack)!.synth().directory]);

    expect(said(document, 'appflow.amazonaws.com')).toEqual({ read: 'allowed' });
    expect(said(document, '444455556666')).toEqual({ read: 'allowed-if: a policy of a principal of account 444455556666 allows it' });
    expect(said(document, 'arn:aws:iam::777788889999:role/Partner').read).toMatch(/^allowed-if: its own policies, which are in no template, allow it/);
    expect(said(document, 'o-a1b2c3d4e5')).toEqual({ read: 'allowed-if: a policy of a principal of the organization allows it' });
    expect(said(document, '*')).toEqual({});
  });

  test('with what acts as them', () => {
    const { principals } = review(stack => {
      const reader = role(stack, 'Reader');
      new lambda.Function(stack, 'Function', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('0'), role: reader });
      new CfnResource(stack, 'Pods', {
        type: 'AWS::EKS::PodIdentityAssociation',
        properties: { ClusterName: 'main', Namespace: 'shop', ServiceAccount: 'checkout', RoleArn: reader.roleArn },
      });
      new CfnResource(stack, 'Task', { type: 'AWS::ECS::TaskDefinition', properties: { ExecutionRoleArn: reader.roleArn } });
    });

    expect(principals.find(({ id }) => id === 'Shop/Reader')!.actors).toEqual(['Shop/Function', 'Shop/Task (execution role)', 'service account main/shop/checkout']);
  });
});

describe('decisions', () => {
  test('half, where the key refuses', () => {
    const document = review((_, secret) => role(secret.stack as Stack, 'Reader').addToPolicy(allow(READ.slice(0, 1))), {}, {});

    expect(said(document, 'Shop/Reader')).toEqual({ read: 'allowed' }); // the AWS managed key lets the account in
    const stack = new Stack(testApp({}), 'Shop', { env: { account: ACCOUNT, region: 'eu-west-1' } });
    new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'Key') });
    role(stack, 'Reader').addToPolicy(allow(READ.slice(0, 1)));
    expect(said(reviewOf([App.of(stack)!.synth().directory]), 'Shop/Reader').read).toMatch(/^half: kms:Decrypt is refused: /);
  });

  test('manage, which names its actions; rotate, by who may and by the function', () => {
    const document = review(stack => role(stack, 'Manager').addToPolicy(allow(['secretsmanager:DeleteSecret', 'secretsmanager:PutResourcePolicy', 'secretsmanager:RotateSecret'])));
    const [{ operations }] = document.access;

    expect(operations.manage).toMatchObject({ decision: 'allowed', actions: ['DeleteSecret', 'PutResourcePolicy'] });
    expect(operations.rotate).toMatchObject({ decision: 'allowed' });
    expect(operations.read).toBeUndefined();
  });

  test('allowed if, in words', () => {
    const document = review(stack => role(stack, 'Reader').addToPolicy(allow(READ, { conditions: { StringEquals: { 'aws:PrincipalTag/team': 'shop' } } })));

    expect(said(document, 'Shop/Reader').read).toMatch(/^allowed-if: .*tag team is shop/);
  });

  test('not decided, with what is missing and how to give it, and decided when it is given', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/Elsewhere`;
    const fill: Fill = stack => role(stack, 'Reader', { managedPolicies: [iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Policy', arn)] });
    const { missing, ...document } = review(fill);

    expect(said({ missing, ...document }, 'Shop/Reader').read).toBe(`not-decided: the document of the managed policy ${arn}`);
    expect(missing).toEqual([{ kind: 'managed-policy', what: arn, concerns: ['Shop/Reader'], remedy: expect.stringContaining('--managed-policies') }]);
    expect(review(fill, { managedPolicies: () => asDocument({ Statement: [] }) }).access).toEqual([]);
  });

  test('a boundary of which only the ARN is known takes away at most', () => {
    const boundary = `arn:aws:iam::${ACCOUNT}:policy/Boundary`;
    const document = review(stack => {
      const permissionsBoundary = iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', boundary);
      role(stack, 'Reader', { permissionsBoundary }).addToPolicy(allow(READ));
      role(stack, 'Stranger', { permissionsBoundary });
    });

    expect(said(document, 'Shop/Reader').read).toBe(`not-decided: the document of the permissions boundary ${boundary}`);
    expect(said(document, 'Shop/Stranger')).toEqual({});
  });

  test('service and resource control policies, of all accounts or of one', () => {
    const fill: Fill = stack => role(stack, 'Reader').addToPolicy(allow(READ));
    const policy = { name: 'NoSecrets', document: asDocument({ Statement: { Effect: 'Deny', Principal: '*', Action: 'secretsmanager:*', Resource: '*' } }) };

    expect(said(review(fill), 'Shop/Reader')).toEqual({ read: 'allowed' });
    expect(review(fill, { serviceControlPolicies: [policy] }).access).toEqual([]);
    expect(review(fill, { resourceControlPolicies: [policy] }).access).toEqual([]);
    expect(said(review(fill, { serviceControlPolicies: [{ ...policy, account: '444455556666' }] }), 'Shop/Reader')).toEqual({ read: 'allowed' });
  });

  test.each<[string, ReviewOptions]>([
    ['of both kinds', { resourceControlPolicies: [{ name: 'Guard', document: denying('secretsmanager:*') }] }],
    ['of one kind', { serviceControlPolicies: ['sqs:*', 'secretsmanager:*'].map(action => ({ name: 'Guard', document: denying(action) })) }],
  ])('two control policies of one name, %s, both hold', (_, policies) => {
    const serviceControlPolicies = [{ name: 'Guard', document: denying('sqs:*') }];
    expect(review(stack => role(stack, 'Reader').addToPolicy(allow(READ)), { serviceControlPolicies, ...policies }).access).toEqual([]);
  });

  test('a control policy that is named like that of AWS does not stand for it', () => {
    const serviceControlPolicies = [{ name: 'FullAWSAccess', document: denying('sqs:*') }];
    expect(said(review(stack => role(stack, 'Reader').addToPolicy(allow(READ)), { serviceControlPolicies }), 'Shop/Reader')).toEqual({ read: 'allowed' });
  });

  test('a value that a deployment alone knows, in a policy', () => {
    const document = review(stack => {
      const { valueAsString } = new CfnParameter(stack, 'Which');
      const which = new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [`arn:aws:secretsmanager:*:*:secret:prod/${valueAsString}*`] });
      const [reader, stranger] = [role(stack, 'Reader'), role(stack, 'Stranger')];
      reader.addToPolicy(which);
      stranger.addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [`arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:staging/${valueAsString}`] }));
    });

    expect(said(document, 'Shop/Reader').read).toMatch(/^not-decided: .*Ref "Which"/);
    expect(said(document, 'Shop/Stranger')).toEqual({});
  });
});

describe('secrets', () => {
  const content = (properties: object) => reviewOf([writtenAssembly({
    name: 'Shop', template: { Parameters: { Given: { Type: 'String', NoEcho: true } }, Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: properties } } },
  })]).secrets[0].content;

  test.each<[object, object]>([
    [{ GenerateSecretString: { PasswordLength: 40, GenerateStringKey: 'password', SecretStringTemplate: '{"username":"app","token":"t0p"}' } },
      { kind: 'generated', recipe: 'GenerateStringKey="password" PasswordLength=40 template=token,username="app"' }],
    [{ SecretString: '{"token":"t0p"}' }, { kind: 'literal', recipe: 'fields: token' }],
    [{ SecretString: 't0p' }, { kind: 'literal', recipe: 'fields: the whole value' }],
    [{ SecretString: { Ref: 'Given' } }, { kind: 'parameter', recipe: 'Given' }],
    [{ SecretString: '{{resolve:ssm-secure:/t}}' }, { kind: 'reference', recipe: 'resolve:ssm-secure:/t' }],
    [{ SecretString: { 'Fn::Join': ['', ['t0p', { 'Fn::GetAtt': ['Db', 'Endpoint'] }]] } }, { kind: 'reference', recipe: 'Fn::GetAtt ["Db","Endpoint"]' }],
    [{}, { kind: 'empty', recipe: '' }],
  ])('the content of %j, without a value', (properties, expected) => {
    expect(content(properties)).toEqual(expected);
    expect(JSON.stringify(content(properties))).not.toContain('t0p');
  });

  test('a key in none of the templates is said, and the rest is there', () => {
    const { secrets: [secret], missing, access } = review(stack => role(stack, 'Reader').addToPolicy(allow(READ)), {}, {
      encryptionKey: kms.Key.fromKeyArn(new Stack(testApp({}), 'Other'), 'Key', `arn:aws:kms:eu-west-1:${ACCOUNT}:key/elsewhere`),
    });

    expect(secret).toMatchObject({ kmsKeyId: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/elsewhere` });
    expect(secret.key).toBeUndefined();
    expect(access[0].operations.read!.decision).toBe('not-decided');
    expect(missing).toEqual([expect.objectContaining({ kind: 'key-policy' })]);
  });

  test('a name that a deployment alone knows is a problem', () => {
    const { problems } = reviewOf([writtenAssembly({
      name: 'Shop',
      template: { Parameters: { Env: { Type: 'String' } }, Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: { 'Fn::Sub': '${Env}/key' } } } } },
    })]);

    expect(problems).toEqual([expect.stringMatching(/^the name of the secret Shop\/Secret is not known at synthesis/)]);
  });

  test('where the value is read once, and guard rails in words', () => {
    const { secrets: [secret] } = review((stack, it) => {
      new CfnResource(stack, 'Reader', { type: 'Test::Shop::Thing', properties: { Password: it.secretValue.unsafeUnwrap() } });
      it.addToResourcePolicy(new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.StarPrincipal()],
        actions: ['secretsmanager:*'],
        resources: ['*'],
        conditions: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } },
      }));
    });

    expect(secret.resolvedIn.map(({ path }) => path)).toEqual(['Shop/Reader']);
    expect(secret.guardRails.map(({ words }) => words)).toEqual(['denied if the request does not come through VPC endpoint vpce-1: everything']);
  });
});

test('the price names the keys that it leaves out, because they encrypt none of the secrets', () => {
  const besides = (keys: number) => review(stack => {
    new secretsmanager.Secret(stack, 'Other', { secretName: 'prod/shop/other', encryptionKey: new kms.Key(stack, 'Used') });
    for (let key = 1; key <= keys; key++) new kms.Key(stack, `Key${key}`);
  }).price.besides.slice(0, -1);

  expect(besides(0)).toEqual([]);
  expect(besides(1)).toEqual(['the customer managed key Shop/Key1, which encrypts none of these secrets']);
  expect(besides(7)).toEqual([expect.stringMatching(/^the customer managed keys Shop\/Key1, .* Shop\/Key5 and 2 more, which encrypt none of these secrets$/)]);
});

test('that a key is in the request is not said beside what it must be', () => {
  const readIf = (conditions: Record<string, unknown>) => said(review((stack, secret) => {
    role(stack, 'Reader').addToPolicy(allow(READ, { resources: [secret.secretArn] }));
    secret.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['secretsmanager:GetSecretValue'], resources: ['*'], conditions,
    }));
    secret.addToResourcePolicy(new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: { Null: { 'aws:PrincipalOrgID': 'true' } },
    }));
  }), 'Shop/Reader').read;
  const IS_THERE = 'the organization of the principal is in the request';

  expect(readIf({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })).toBe('allowed-if: the organization of the principal is o-a1b2c3d4e5');
  expect(readIf({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })).toContain(IS_THERE);
});
