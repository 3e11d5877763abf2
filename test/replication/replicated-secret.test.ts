import {
  App, assertions, aws_ecs as ecs, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Stack, Stage,
} from 'aws-cdk-lib';
import { DeployedName, ManagedSecret, ReplicaRegion, ReplicatedSecret, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { ACCOUNT, OTHER_REPLICA, PRIMARY, REPLICA, threeRegions } from './three-regions';
import { KMS_ADMINISTRATION } from '../../src/private/actions';
import { deployStackAfter } from '../../src/private/stack-order';
import { onlyResource, role, roleStatements, testApp, testStack } from '../support/test-app';

const NAMESPACE = { environment: 'prod', service: 'payments' };
const ALIAS = 'alias/secrets/prod/payments';
const [PRIMARY_STACK, REPLICA_STACK] = [`secrets-keys-${PRIMARY}`, `secrets-keys-${REPLICA}`];

let app: App;
let stack: Stack;
let far: Stack;

function build(flags?: Record<string, unknown>) {
  app = testApp(flags);
  stack = testStack('secrets', app);
  far = testStack('far', app, { account: ACCOUNT, region: REPLICA });
}

function namespace(props: object = {}): SecretNamespace {
  return new SecretNamespace(stack, 'Secrets', { ...NAMESPACE, replicaRegions: [REPLICA], ...props });
}

function replicated(props: object = {}): ReplicatedSecret {
  return new ReplicatedSecret(stack, 'Key', { purpose: 'key', ...props });
}

function child(id: string): Stack {
  return app.node.findChild(id) as Stack;
}

const statement = (sid: string | undefined, ...rest: object[]) => Object.assign({ Effect: 'Allow', ...(sid && { Sid: sid }) }, ...rest);
const ROOT = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Resource: '*' };
const NO_GRANTS = {
  Sid: 'NoGrantsToPrincipals',
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: 'kms:CreateGrant',
  Resource: '*',
  Condition: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false', 'aws:PrincipalIsAWSService': 'false' } },
};
const USE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'];

beforeEach(() => build());

describe('the keys of a namespace with replica regions', () => {
  test('are a multi-Region primary in a stack of its own', () => {
    namespace();
    const { Properties, DeletionPolicy } = onlyResource(child(PRIMARY_STACK), 'AWS::KMS::Key');
    const { KeyPolicy, ...others } = Properties;
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(others).toEqual({
      Description: 'Secrets prod/payments/*, through Secrets Manager only',
      EnableKeyRotation: true,
      MultiRegion: true,
      RotationPeriodInDays: 365,
      Tags: [{ Key: 'environment', Value: 'prod' }, { Key: 'service', Value: 'payments' }],
    });
    expect(KeyPolicy.Statement).toEqual([
      statement('KeyAdministration', ROOT, { Action: KMS_ADMINISTRATION }),
      statement('KeyReplication', ROOT, { Action: 'kms:ReplicateKey', Condition: { StringEquals: { 'kms:ReplicaRegion': [REPLICA] } } }),
      statement(undefined, ROOT, {
        Action: USE,
        Condition: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${PRIMARY}.amazonaws.com`, 'kms:CallerAccount': ACCOUNT },
          StringLike: { 'kms:EncryptionContext:SecretARN': [`arn:aws:secretsmanager:${PRIMARY}:${ACCOUNT}:secret:prod/payments/*`] },
        },
      }),
      NO_GRANTS,
    ]);
  });

  test('have a replica in a stack of each region, with the policy of the namespace for that region', () => {
    namespace();
    const replica = onlyResource(child(REPLICA_STACK), 'AWS::KMS::ReplicaKey');
    const { KeyPolicy, ...others } = replica.Properties;
    expect(replica).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(others).toEqual({
      Description: 'Secrets prod/payments/*, through Secrets Manager only',
      PrimaryKeyArn: { 'Fn::GetStackOutput': { StackName: PRIMARY_STACK, Region: PRIMARY, OutputName: expect.stringMatching(/^SecretsKeyKeyArnForReplicas/) } },
      Tags: [{ Key: 'environment', Value: 'prod' }, { Key: 'service', Value: 'payments' }],
    });
    expect(KeyPolicy.Statement).toEqual([
      statement('KeyAdministration', ROOT, { Action: KMS_ADMINISTRATION }),
      statement(undefined, ROOT, {
        Action: USE,
        Condition: {
          StringEquals: {
            'kms:ViaService': [`secretsmanager.${PRIMARY}.amazonaws.com`, `secretsmanager.${REPLICA}.amazonaws.com`],
            'kms:CallerAccount': ACCOUNT,
          },
          StringLike: { 'kms:EncryptionContext:SecretARN': [`arn:aws:secretsmanager:*:${ACCOUNT}:secret:prod/payments/*`] },
        },
      }),
      NO_GRANTS,
    ]);
    expect(onlyResource(child(REPLICA_STACK), 'AWS::KMS::Alias').Properties.AliasName).toBe(ALIAS);
  });

  test('are in support stacks that the namespaces of a stack share, in the same stage', () => {
    const stage = new Stage(app, 'prod', { env: { account: ACCOUNT, region: PRIMARY } });
    const own = new Stack(stage, 'own');
    new SecretNamespace(own, 'A', { environment: 'prod', service: 'a', replicaRegions: [REPLICA] });
    new SecretNamespace(own, 'B', { environment: 'prod', service: 'b', replicaRegions: [REPLICA, OTHER_REPLICA] });
    expect(stage.synth().stacks.map(each => each.stackName).sort()).toEqual(
      ['prod-own', `prod-own-keys-${OTHER_REPLICA}`, `prod-own-keys-${PRIMARY}`, `prod-own-keys-${REPLICA}`]);
    assertions.Template.fromStack(stage.node.findChild(`own-keys-${REPLICA}`) as Stack).resourceCountIs('AWS::KMS::ReplicaKey', 2);
  });

  test('allow an adopted secret in every region', () => {
    namespace();
    replicated({ purpose: undefined, deployedName: DeployedName.explicit('old-name') });
    const contextOf = (id: string, type: string) => onlyResource(child(id), type).Properties.KeyPolicy.Statement
      .find((each: any) => each.Condition?.StringLike).Condition.StringLike['kms:EncryptionContext:SecretARN'];
    expect(contextOf(PRIMARY_STACK, 'AWS::KMS::Key')).toContain(`arn:aws:secretsmanager:${PRIMARY}:${ACCOUNT}:secret:old-name-??????`);
    expect(contextOf(REPLICA_STACK, 'AWS::KMS::ReplicaKey')).toContain(`arn:aws:secretsmanager:*:${ACCOUNT}:secret:old-name-??????`);
  });

  test('are replicas of a given multi-Region key', () => {
    const keys = testStack('own-keys', app);
    namespace({ encryption: SecretEncryption.customerManagedKey(new kms.Key(keys, 'Key', { multiRegion: true })) });
    replicated();
    expect(onlyResource(child(REPLICA_STACK), 'AWS::KMS::ReplicaKey').Properties.PrimaryKeyArn)
      .toEqual({ 'Fn::GetStackOutput': { StackName: 'own-keys', Region: PRIMARY, OutputName: expect.any(String) } });
    expect(app.synth().stacks.map(each => each.id).filter(id => id !== 'far')).toEqual(['own-keys', REPLICA_STACK, 'secrets']);
  });

  test('are replicas of an imported multi-Region key', () => {
    const keyArn = `arn:aws:kms:${PRIMARY}:${ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab`;
    namespace({ encryption: SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Imported', keyArn)) });
    replicated().grantRead(role(far));
    expect(onlyResource(child(REPLICA_STACK), 'AWS::KMS::ReplicaKey').Properties.PrimaryKeyArn).toBe(keyArn);
  });
});

describe('deployment', () => {
  test.each([['recommended', undefined], ['none', {}], ['weak', { '@aws-cdk/core:defaultCrossStackReferences': 'weak' }]])(
    'goes from the key over its replicas to the secrets and their readers, flags: %s', (_, flags) => {
      const { stacks } = threeRegions(testApp(flags)).app.synth();
      const waitsFor = (id: string) => stacks.find(each => each.id === id)!.dependencies.map(each => each.id).filter(each => !each.endsWith('.assets')).sort();
      const keys = [OTHER_REPLICA, PRIMARY, REPLICA].map(region => `home-keys-${region}`);
      expect(waitsFor(`home-keys-${PRIMARY}`)).toEqual([]);
      expect(waitsFor(`home-keys-${REPLICA}`)).toEqual([`home-keys-${PRIMARY}`]);
      expect(waitsFor(`home-keys-${OTHER_REPLICA}`)).toEqual([`home-keys-${PRIMARY}`]);
      expect(waitsFor('home')).toEqual(keys);
      expect(waitsFor('app-near')).toEqual(['home', `home-keys-${PRIMARY}`]);
      expect(waitsFor('app-far')).toEqual(['home', `home-keys-${REPLICA}`]);
      expect(waitsFor('app-elsewhere')).toEqual(['home', `home-keys-${OTHER_REPLICA}`]);
    });

  test('exports nothing to another region', () => {
    const { stacks } = threeRegions(testApp({})).app.synth();
    const exportedIn = new Map(stacks.flatMap(({ template, environment: { region } }) =>
      Object.values<any>(template.Outputs ?? {}).filter(each => each.Export).map(each => [each.Export.Name, region])));
    const imports = stacks.flatMap(({ template, environment: { region } }) =>
      [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => [name, region]));
    expect(imports.length).toBeGreaterThan(0);
    imports.forEach(([name, region]) => expect(exportedIn.get(name)).toBe(region));
    expect(JSON.stringify(stacks.map(each => each.template))).not.toContain('Custom::CrossRegion');
  });

  test('reads one output of another region: the ARN of the primary key', () => {
    const { stacks } = threeRegions(testApp({ '@aws-cdk/core:defaultCrossStackReferences': 'weak' })).app.synth();
    const crossing = stacks.flatMap(({ id, template, environment: { region } }) =>
      [...JSON.stringify(template).matchAll(/"Fn::GetStackOutput":(\{[^}]*\})/g)]
        .map(([, argument]) => JSON.parse(argument))
        .filter(({ Region = region }) => Region !== region)
        .map(({ OutputName }) => [id, OutputName]));
    const output = expect.stringMatching(/^SecretsKeyKeyArnForReplicas/);
    expect(crossing).toEqual([[`home-keys-${OTHER_REPLICA}`, output], [`home-keys-${REPLICA}`, output]]);
  });

  test('refuses a key on which the replica waits in the stack of the secret', () => {
    namespace({ encryption: SecretEncryption.customerManagedKey(new kms.Key(stack, 'Own', { multiRegion: true })) });
    expect(() => replicated()).toThrow(new RegExp(`must be deployed before the secret, but ${REPLICA_STACK} waits for secrets.*`
      + 'move the key on which it depends out of secrets into a stack of its own.*\\[at secrets/Key\\]'));
  });

  test('leaves the order alone where the secret waits for its reader', () => {
    namespace();
    deployStackAfter(stack, far);
    replicated().replica(REPLICA).grantRead(role(far));
    expect(far.dependencies).toEqual([]);
  });
});

describe('ReplicatedSecret', () => {
  test('names the key of each region by its alias', () => {
    namespace({ replicaRegions: [REPLICA, OTHER_REPLICA] });
    replicated();
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.ReplicaRegions).toEqual([
      { Region: REPLICA, KmsKeyId: ALIAS }, { Region: OTHER_REPLICA, KmsKeyId: ALIAS },
    ]);
  });

  test('takes a key of one\'s own by ARN or alias, and the AWS managed key when asked', () => {
    namespace();
    const arn = `arn:aws:kms:${OTHER_REPLICA}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
    const ofApp = new kms.Key(far, 'Own');
    replicated({
      replicas: [
        ReplicaRegion.of(OTHER_REPLICA, SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'Imported', arn))),
        ReplicaRegion.of('us-west-2', SecretEncryption.customerManagedKeyByAlias('alias/own')),
        ReplicaRegion.of('us-east-2', SecretEncryption.awsManagedKey()),
        ReplicaRegion.of(REPLICA, SecretEncryption.customerManagedKey(ofApp, 'alias/of-app')),
      ],
    }).grantRead(role(stack));
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.ReplicaRegions).toEqual([
      { Region: OTHER_REPLICA, KmsKeyId: arn }, { Region: 'us-west-2', KmsKeyId: 'alias/own' }, { Region: 'us-east-2' }, { Region: REPLICA, KmsKeyId: 'alias/of-app' },
    ]);
    expect(onlyResource(far, 'AWS::KMS::Key').Properties.KeyPolicy.Statement.at(-1)).toMatchObject({
      Action: USE, Condition: { StringLike: { 'kms:EncryptionContext:SecretARN': [`arn:aws:secretsmanager:*:${ACCOUNT}:secret:prod/payments/key-??????`] } },
    });
    expect(stack.dependencies).toContain(far);
    const onKeys = (roleStatements(stack) as any[]).filter(each => each.Action === 'kms:Decrypt');
    expect(onKeys.map(each => each.Condition.StringEquals['kms:ViaService'])).toEqual(
      [PRIMARY, OTHER_REPLICA, 'us-west-2', REPLICA].map(region => `secretsmanager.${region}.amazonaws.com`));
  });

  test('derives the ARNs of replicas and their keys from the primary\'s, in the primary\'s region', () => {
    build({ '@aws-cdk/core:enablePartitionLiterals': true });
    namespace();
    replicated().grantRead(role(stack));
    const suffix = { 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: 'Key961B73FD' }] }] };
    const replicaArn = { 'Fn::Join': ['', [`arn:aws:secretsmanager:${REPLICA}:${ACCOUNT}:secret:`, suffix]] };
    const keyReference = (name: RegExp) => ({ 'Fn::ImportValue': expect.stringMatching(name) });
    expect(roleStatements(stack)).toEqual([
      { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: [{ Ref: 'Key961B73FD' }, replicaArn] },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: keyReference(/ExportsOutputFnGetAttSecretsKey.*Arn/),
        Condition: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${PRIMARY}.amazonaws.com` }, StringLike: { 'kms:EncryptionContext:SecretARN': [{ Ref: 'Key961B73FD' }] },
        },
      },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::Join': ['', [`arn:aws:kms:${REPLICA}:${ACCOUNT}:key/`, keyReference(/ExportsOutputRefSecretsKey/)]] },
        Condition: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${REPLICA}.amazonaws.com` }, StringLike: { 'kms:EncryptionContext:SecretARN': [replicaArn] },
        },
      },
    ]);
  });

  test('is named without a reference in any other region', () => {
    build({ '@aws-cdk/core:enablePartitionLiterals': true });
    namespace();
    replicated().grantRead(role(far));
    const template = JSON.stringify(assertions.Template.fromStack(far).toJSON());
    expect(template).toContain(`arn:aws:secretsmanager:${PRIMARY}:${ACCOUNT}:secret:prod/payments/key-??????`);
    expect(template).toContain(`arn:aws:secretsmanager:${REPLICA}:${ACCOUNT}:secret:prod/payments/key-??????`);
    expect(template).toContain(`arn:aws:kms:${PRIMARY}:${ACCOUNT}:key/`);
    expect(template).not.toContain('Fn::GetStackOutput');
  });

  test('says in which regions it can be read, its own first', () => {
    namespace({ replicaRegions: [REPLICA, OTHER_REPLICA] });
    expect(replicated().readRegions).toEqual([PRIMARY, REPLICA, OTHER_REPLICA]);
  });

  test('gives its replicas no resource policy', () => {
    namespace();
    const secret = replicated();
    secret.denyAccountRootDelete();
    expect(secret.replica(REPLICA).addToResourcePolicy(new iam.PolicyStatement({ actions: ['secretsmanager:*'], resources: ['*'] })).statementAdded).toBe(false);
    assertions.Annotations.fromStack(stack).hasWarning('*', assertions.Match.stringLikeRegexp('A replica has the resource policy of its primary, secrets/Key; add'));
    assertions.Template.fromStack(stack).resourceCountIs('AWS::SecretsManager::ResourcePolicy', 1);
    assertions.Template.fromStack(child(REPLICA_STACK)).resourceCountIs('AWS::SecretsManager::ResourcePolicy', 0);
  });

  test('covers its replicas by the grants of its attachment', () => {
    namespace();
    const secret = replicated();
    secret.attach({ asSecretAttachmentTarget: () => ({ targetId: 'database', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE }) }).grantRead(role(stack));
    expect(JSON.stringify(roleStatements(stack))).toContain(`secretsmanager.${REPLICA}.amazonaws.com`);
  });

  test('works with a name that CloudFormation makes, in the primary\'s region', () => {
    namespace();
    const secret = replicated({ purpose: undefined, deployedName: DeployedName.generated() });
    secret.grantRead(role(stack));
    secret.replica(REPLICA).grantRead(role(stack, 'Other'));
    expect(JSON.stringify(assertions.Template.fromStack(stack).toJSON())).toContain('Fn::Select');
  });

  test('keeps the logical ids of a ManagedSecret and of a namespace without replicas', () => {
    const ids = (Secret: typeof ManagedSecret, props: object) => {
      build();
      namespace(props);
      new Secret(stack, 'Key', { purpose: 'key' }).denyAccountRootDelete();
      const all = assertions.Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string }>;
      return Object.entries(all).filter(([, { Type }]) => Type !== 'AWS::KMS::Key').map(([id, { Type }]) => `${Type} ${id}`).sort();
    };
    expect(ids(ReplicatedSecret, {})).toEqual(ids(ManagedSecret, { replicaRegions: undefined }));
  });
});

describe('replica', () => {
  test('is an ISecret of its region for a container and a function there', () => {
    build({ '@aws-cdk/core:enablePartitionLiterals': true });
    namespace();
    const replica = replicated().replica(REPLICA);
    expect(replica.env).toEqual({ account: ACCOUNT, region: REPLICA });
    const task = new ecs.FargateTaskDefinition(far, 'Task');
    task.addContainer('Container', { image: ecs.ContainerImage.fromRegistry('example'), secrets: { API_KEY: ecs.Secret.fromSecretsManager(replica) } });
    const reader = new lambda.Function(far, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => {}'),
      environment: { SECRET: replica.secretArn },
    });
    replica.grantRead(reader);
    const template = assertions.Template.fromStack(far);
    const arn = `arn:aws:secretsmanager:${REPLICA}:${ACCOUNT}:secret:prod/payments/key`;
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { SECRET: arn } } });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [{ Secrets: [{ Name: 'API_KEY', ValueFrom: arn }] }] });
    template.allResourcesProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: assertions.Match.arrayWith([assertions.Match.objectLike({
          Action: 'kms:Decrypt',
          Resource: { 'Fn::ImportValue': assertions.Match.stringLikeRegexp(`^${REPLICA_STACK}:`) },
          Condition: {
            StringEquals: { 'kms:ViaService': `secretsmanager.${REPLICA}.amazonaws.com` },
            StringLike: { 'kms:EncryptionContext:SecretARN': [`${arn}-??????`] },
          },
        })]),
      },
    });
  });

  test('is one construct, however often it is asked for', () => {
    namespace();
    const secret = replicated();
    expect(secret.replica(REPLICA)).toBe(secret.replica(REPLICA));
  });
});

describe('an imported namespace', () => {
  const attributes = { ...NAMESPACE, account: '444455556666', region: PRIMARY, replicaRegions: [REPLICA], sharedByOwner: true };

  test.each([
    ['by alias', undefined, `arn:aws:kms:${REPLICA}:444455556666:key/*`],
    ['by key', `arn:aws:kms:${PRIMARY}:444455556666:key/mrk-1234`, `arn:aws:kms:${REPLICA}:444455556666:key/mrk-1234`],
  ])('grants reads in its replica regions, the key known %s', (_, keyArn, resource) => {
    const encryption = keyArn === undefined ? undefined : SecretEncryption.customerManagedKey(kms.Key.fromKeyArn(stack, 'TheirKey', keyArn));
    const owner = SecretNamespace.fromAttributes(stack, 'Owner', { ...attributes, encryption });
    ManagedSecret.fromNamespace(stack, 'Imported', { namespace: owner, purpose: 'key' }).grantRead(role(stack));
    const [onSecrets, , onReplicaKey] = roleStatements(stack) as any[];
    expect(onSecrets.Resource).toEqual([PRIMARY, REPLICA].map(region => `arn:aws:secretsmanager:${region}:444455556666:secret:prod/payments/key-??????`));
    expect(onReplicaKey).toMatchObject({ Resource: resource, Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${REPLICA}.amazonaws.com` } } });
  });

  test('names the key of a replica by its alias', () => {
    const owner = SecretNamespace.fromAttributes(stack, 'Owner', { ...NAMESPACE, replicaRegions: [REPLICA] });
    replicated({ namespace: owner });
    expect(onlyResource(stack, 'AWS::SecretsManager::Secret').Properties.ReplicaRegions).toEqual([{ Region: REPLICA, KmsKeyId: ALIAS }]);
  });
});

test('iam.Role of another stage is granted without an order', () => {
  namespace();
  const stage = new Stage(app, 'other', { env: { account: ACCOUNT, region: REPLICA } });
  const reader = new iam.Role(new Stack(stage, 'app'), 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const secret = replicated({ replicas: [ReplicaRegion.of(REPLICA, SecretEncryption.customerManagedKeyByAlias(ALIAS))] });
  secret.replica(REPLICA).grantRead(reader);
  expect(Stack.of(reader).dependencies).toEqual([]);
});
