import {
  App, aws_codebuild as codebuild, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_lambda as lambda, aws_rds as rds,
  aws_secretsmanager as secretsmanager, CfnResource, SecretValue, Stack, Validations,
} from 'aws-cdk-lib';
import {
  BuildProjectConsumer, CrossAccountSecretPolicy, KafkaClusterConsumer, ManagedSecret, NameLevel, ParameterReference, ReplicatedSecret,
  RotatedDatabaseSecret, RotationTarget, SecretField, SecretNamespace, SecretReader,
} from 'cdk-managed-secrets';
import type { FindingEntry } from '../../../src/review/document/review-document';
import { reviewOf } from '../../../src/review/document/review-of';
import type { ReviewOptions } from '../../../src/review/document/review-options';
import { ENV, OTHER_ACCOUNT, role, testApp } from '../../support/test-app';

/** From the app to its findings, decisions included. */

function found(app: App, options?: ReviewOptions): string[] {
  const { directory } = app.synth();
  const { findings } = reviewOf([directory], options);
  expectSameAlone(directory, findings, options);
  return findings.map(({ rule, place }) => `${rule.replace('cdk-managed-secrets::', '')} ${place.path}`).sort();
}

/** The validation plugin asks for the findings alone, and must find the same. */
function expectSameAlone(directory: string, findings: FindingEntry[], options?: ReviewOptions): void {
  const withoutSource = ({ place: { source, ...place }, ...finding }: FindingEntry) => ({ ...finding, place });
  expect(reviewOf([directory], { ...options, findingsOnly: true }).findings).toEqual(findings.map(withoutSource));
}

/** What is found in an app of one stack with a secret of the L2 that is as good as the L2 makes it. */
function foreign(only: string[], make: (stack: Stack, secret: secretsmanager.Secret, key: kms.Key) => void, options?: ReviewOptions): string[] {
  const app = testApp();
  const stack = new Stack(app, 'Shop', { env: ENV });
  const key = new kms.Key(stack, 'Key');
  make(stack, new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/key', encryptionKey: key }), key);
  return found(app, options).filter(each => only.includes(each.split(' ')[0]));
}

describe('our constructs as they are by default have no finding:', () => {
  const namespaceIn = (stack: Stack, more = {}) => new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'shop', ...more });

  test('ManagedSecret, with a reader', () => {
    const app = testApp();
    const stack = new Stack(app, 'Shop', { env: ENV });
    namespaceIn(stack);
    new ManagedSecret(stack, 'Secret', { purpose: 'key' }).grantRead(role(stack));

    expect(found(app)).toEqual([]);
  });

  test('what reads a secret in a build, through Parameter Store, and in Amazon MSK', () => {
    const app = testApp();
    const stack = new Stack(app, 'Shop', { env: ENV });
    const hierarchy = [NameLevel.literal('AmazonMSK_users'), NameLevel.ENVIRONMENT, NameLevel.SERVICE];
    const writer = new ManagedSecret(stack, 'Writer', { namespace: namespaceIn(stack, { hierarchy }), purpose: 'writer' });
    const project = new codebuild.Project(stack, 'Project', { buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }) });
    new KafkaClusterConsumer(stack, 'Users', { clusterArn: `arn:aws:kafka:${ENV.region}:${ENV.account}:cluster/orders/1234abcd`, secrets: [writer] });
    new BuildProjectConsumer(stack, 'Build', { project, environment: { PASSWORD: SecretField.of(writer, 'password') } });
    ParameterReference.of(writer).grantRead(role(stack));

    expect(found(app, { hierarchy: ['AmazonMSK_users/prod/shop/'] })).toEqual([]);
  });

  test('RotatedDatabaseSecret', () => {
    const app = testApp();
    const stack = new Stack(app, 'Shop', { env: ENV });
    namespaceIn(stack);
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const database = rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Database', {
      clusterIdentifier: 'shop',
      clusterEndpointAddress: 'shop.cluster-abcdefghijkl.eu-west-1.rds.amazonaws.com',
      port: 5432,
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0')],
      engine: rds.DatabaseClusterEngine.AURORA_POSTGRESQL,
    });
    new RotatedDatabaseSecret(stack, 'Credentials', {
      purpose: 'db', username: 'shop', vpc, database: RotationTarget.fromCluster(database),
    }).grantRead(role(stack));

    expect(found(app)).toEqual([]);
  });

  test('ReplicatedSecret', () => {
    const app = testApp();
    const stack = new Stack(app, 'Shop', { env: ENV, crossRegionReferences: true });
    namespaceIn(stack, { replicaRegions: ['eu-central-1'] });
    new ReplicatedSecret(stack, 'Secret', { purpose: 'key' }).grantRead(role(stack));

    expect(found(app)).toEqual([]);
  });

  test('CrossAccountSecretPolicy, with both halves', () => {
    const app = testApp();
    const owner = new Stack(app, 'Owner', { env: ENV });
    namespaceIn(owner);
    const secret = new ManagedSecret(owner, 'Secret', { purpose: 'key' });
    CrossAccountSecretPolicy.forSecret(owner, 'Share', secret, { readers: [SecretReader.account(OTHER_ACCOUNT)] });

    expect(found(app)).toEqual([]);
  });
});

describe('public-access', () => {
  const statement = (conditions?: Record<string, Record<string, string>>) => (_: Stack, secret: secretsmanager.Secret, key: kms.Key) => {
    for (const [resource, actions] of [[secret, ['secretsmanager:GetSecretValue']], [key, ['kms:Decrypt']]] as const) {
      resource.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions: [...actions], resources: ['*'], conditions }));
    }
  };

  test('of a policy for everybody', () => {
    expect(foreign(['public-access'], statement())).toEqual(['public-access Shop/Secret']);
  });

  test('not of one for everybody of an organization', () => {
    expect(foreign(['public-access'], statement({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }))).toEqual([]);
  });
});

describe('cross-account-access', () => {
  const share = (_: Stack, secret: secretsmanager.Secret) => void secret.grantRead(new iam.AccountPrincipal(OTHER_ACCOUNT));

  test('of a policy for another account', () => {
    expect(foreign(['cross-account-access'], share)).toEqual(['cross-account-access Shop/Secret']);
  });

  test('not when the account is allowed', () => {
    expect(foreign(['cross-account-access'], share, { allowedAccounts: [OTHER_ACCOUNT] })).toEqual([]);
  });
});

describe('grant-without-key', () => {
  const read = (stack: Stack, secret: secretsmanager.Secret) => role(stack)
    .addToPolicy(new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }));

  test('of a role that may read the secret and not use its key', () => {
    expect(foreign(['grant-without-key'], read)).toEqual(['grant-without-key Shop/Reader']);
  });

  test('not of one that has both', () => {
    expect(foreign(['grant-without-key'], (stack, secret) => void secret.grantRead(role(stack)))).toEqual([]);
  });
});

describe('half-cross-account-access', () => {
  const owner = (keyToo: boolean) => (_: Stack, secret: secretsmanager.Secret, key: kms.Key) => {
    secret.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.AccountPrincipal(OTHER_ACCOUNT)], actions: ['secretsmanager:GetSecretValue'], resources: ['*'],
    }));
    if (keyToo) key.addToResourcePolicy(new iam.PolicyStatement({ principals: [new iam.AccountPrincipal(OTHER_ACCOUNT)], actions: ['kms:Decrypt'], resources: ['*'] }));
  };

  test('of an account that the policy of the secret lets in, and that of the key does not', () => {
    expect(foreign(['half-cross-account-access'], owner(false))).toEqual(['half-cross-account-access Shop/Secret']);
  });

  test('not where both do', () => {
    expect(foreign(['half-cross-account-access'], owner(true))).toEqual([]);
  });
});

describe('key-usable-directly', () => {
  test('of the key policy that the CDK writes', () => {
    expect(foreign(['key-usable-directly'], () => undefined)).toEqual(['key-usable-directly Shop/Key']);
  });

  test('not of one that is limited to Secrets Manager', () => {
    expect(foreign(['key-usable-directly'], (_, __, key) => {
      (key.node.defaultChild as kms.CfnKey).keyPolicy = {
        Version: '2012-10-17',
        Statement: [{
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ENV.account}:root` },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
          Condition: { StringEquals: { 'kms:ViaService': `secretsmanager.${ENV.region}.amazonaws.com` } },
        }],
      };
    })).toEqual([]);
  });
});

describe('rotation-function-of-others', () => {
  const rotate = (limited: boolean) => (stack: Stack, secret: secretsmanager.Secret) => {
    const rotator = new lambda.Function(stack, 'Rotator', {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => {};'),
    });
    new secretsmanager.Secret(stack, 'Other', { secretName: 'prod/shop/other', encryptionKey: secret.encryptionKey });
    rotator.addToRolePolicy(new iam.PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage', 'kms:Decrypt', 'kms:GenerateDataKey'],
      resources: limited ? [secret.secretArn, secret.encryptionKey!.keyArn] : ['*'],
    }));
    secret.addRotationSchedule('Rotation', { rotationLambda: rotator });
  };

  test('of a role that may rotate any secret', () => {
    expect(foreign(['rotation-function-of-others'], rotate(false))).toEqual(['rotation-function-of-others Shop/Rotator/ServiceRole']);
  });

  test('not of one that may rotate its own', () => {
    expect(foreign(['rotation-function-of-others'], rotate(true))).toEqual([]);
  });
});

describe('rotated-value-resolved-once', () => {
  const wired = (rotated: boolean) => (stack: Stack, secret: secretsmanager.Secret) => {
    if (rotated) rotationOf(stack, secret);
    new rds.CfnDBInstance(stack, 'Database', { masterUserPassword: secret.secretValue.unsafeUnwrap(), engine: 'mysql' });
  };

  test('where a property holds the value of a rotated secret', () => {
    expect(foreign(['rotated-value-resolved-once'], wired(true))).toEqual(['rotated-value-resolved-once Shop/Database']);
  });

  test('not of a secret that is not rotated', () => {
    expect(foreign(['rotated-value-resolved-once'], wired(false))).toEqual([]);
  });

  const holding = (reference: (secret: secretsmanager.Secret) => string) => (stack: Stack, secret: secretsmanager.Secret) => {
    rotationOf(stack, secret);
    new CfnResource(stack, 'Holder', { type: 'AWS::Lambda::Function', properties: { Environment: { Variables: { PASSWORD: reference(secret) } } } });
  };

  test.each([
    ['by its name', () => SecretValue.secretsManager('prod/shop/key').unsafeUnwrap()],
    ['by an ARN without its suffix', () => SecretValue.secretsManager(`arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:prod/shop/key`).unsafeUnwrap()],
    ['within a text', (secret: secretsmanager.Secret) => `postgres://app:${secret.secretValueFromJson('password').unsafeUnwrap()}@db`],
    ['one version', (secret: secretsmanager.Secret) => SecretValue.secretsManager(secret.secretArn, { versionStage: 'AWSPREVIOUS' }).unsafeUnwrap()],
    ['by the parameter that shows it', () => '{{resolve:ssm-secure:/aws/reference/secretsmanager/prod/shop/key}}'],
  ])('%s', (_, reference) => {
    expect(foreign(['rotated-value-resolved-once'], holding(reference))).toEqual(['rotated-value-resolved-once Shop/Holder']);
  });

  test.each([
    ['another secret whose name begins in the same way', '{{resolve:secretsmanager:prod/shop/key2}}'],
    ['another parameter', '{{resolve:ssm-secure:/prod/shop/key}}'],
    ['the name alone', 'prod/shop/key'],
  ])('not %s', (_, text) => {
    expect(foreign(['rotated-value-resolved-once'], holding(() => text))).toEqual([]);
  });

  test('says the way out of the resource that holds it', () => {
    const app = testApp();
    const stack = new Stack(app, 'Shop', { env: ENV });
    holding(() => '{{resolve:secretsmanager:prod/shop/key}}')(stack, new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/shop/key' }));
    const { findings } = reviewOf([app.synth().directory]);
    expect(findings.find(({ rule }) => rule.endsWith('rotated-value-resolved-once'))!.message)
      .toMatch(/wrong after the next rotation; let the function read the secret, by LambdaFunctionConsumer$/);
  });
});

describe('rotated-version-pinned', () => {
  const VERSION = '01234567-89ab-cdef-0123-456789abcdef';
  const reading = (valueFrom: (secret: secretsmanager.Secret) => string, isRotated = true) => (stack: Stack, secret: secretsmanager.Secret) => {
    if (isRotated) rotationOf(stack, secret);
    const container = { Name: 'App', Image: 'app', Secrets: [{ Name: 'PASSWORD', ValueFrom: valueFrom(secret) }] };
    new CfnResource(stack, 'Reader', { type: 'AWS::ECS::TaskDefinition', properties: { ContainerDefinitions: [container] } });
  };
  const of = (...reads: Parameters<typeof reading>) => foreign(['rotated-version-pinned'], reading(...reads));

  test.each<[string, (secret: secretsmanager.Secret) => string]>([
    ['a version', ({ secretArn }) => `${secretArn}:password::${VERSION}`],
    ['a label', ({ secretArn }) => `${secretArn}:password:AWSPREVIOUS:`],
    ['a label, by name', () => 'prod/shop/key:password:AWSPREVIOUS'],
    ['a version in a dynamic reference', ({ secretArn }) => SecretValue.secretsManager(secretArn, { versionId: VERSION }).unsafeUnwrap()],
    ['a label in a text', () => 'postgres://app:{{resolve:secretsmanager:prod/shop/key:SecretString:password:AWSPREVIOUS:}}@db'],
  ])('%s', (_, valueFrom) => expect(of(valueFrom)).toEqual(['rotated-version-pinned Shop/Reader']));

  test.each<[string, (secret: secretsmanager.Secret) => string, boolean?]>([
    ['the newest', ({ secretArn }) => `${secretArn}:password::`],
    ['AWSCURRENT', ({ secretArn }) => `${secretArn}:password:AWSCURRENT:`],
    ['a secret that is not rotated', ({ secretArn }) => `${secretArn}:password:AWSPREVIOUS:`, false],
    ['another secret', () => 'prod/shop/key2:password:AWSPREVIOUS:'],
    ['the ARN', ({ secretArn }) => secretArn],
  ])('not %s', (_, valueFrom, isRotated = true) => expect(of(valueFrom, isRotated)).toEqual([]));
});

function rotationOf(stack: Stack, { secretArn }: secretsmanager.Secret): void {
  const rotationLambdaArn = `arn:aws:lambda:${ENV.region}:${ENV.account}:function:f`;
  new secretsmanager.CfnRotationSchedule(stack, 'Rotation', { secretId: secretArn, rotationLambdaArn });
}

test('an acknowledgement of a stack holds in a review of its assembly', () => {
  const app = testApp();
  const stack = new Stack(app, 'Shop', { env: ENV });
  new secretsmanager.CfnSecret(stack, 'Secret', { name: 'key', kmsKeyId: 'alias/other' });
  Validations.of(stack).acknowledge({ id: 'cdk-managed-secrets::name-in-hierarchy', reason: 'It is older than the hierarchy.' });

  expect(found(app)).toEqual(['deletion-without-recovery Shop/Secret']);
});
