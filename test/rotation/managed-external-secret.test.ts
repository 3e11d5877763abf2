import { assertions, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Duration, PropertyInjectors, SecretValue, Stack } from 'aws-cdk-lib';
import {
  ExternalPartner, GuardRail, ManagedExternalSecret, ManagedExternalSecretProps, ManagedSecret, RotationSchedule, SecretContent,
  SecretMonitoring, SecretNamespace,
} from 'cdk-managed-secrets';
import { DOCUMENTED, METADATA } from './external-partners';
import { refuses } from './failed-attempt';
import { deployedBefore, idsOf, resourceOf, resourcesOf, World, world } from './rotated-databases';
import { proved } from '../support/proofs';
import { ENV, OTHER_ACCOUNT, role } from '../support/test-app';

const { SALESFORCE_CLIENT_SECRET: SALESFORCE, SNOWFLAKE_PAT, DATADOG_API_KEY, NETSKOPE_API_TOKEN, DATABRICKS_PAT } = ExternalPartner;
const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const WEEKLY = RotationSchedule.every(Duration.days(7));
const SALESFORCE_METADATA = { apiVersion: 'v65.0' };

let here: World;
beforeEach(() => {
  here = world();
});

type Props = Partial<ManagedExternalSecretProps>;

function external(stack: Stack, props: Props = {}): ManagedExternalSecret {
  const metadata = props.partner === undefined ? SALESFORCE_METADATA : undefined;
  return new ManagedExternalSecret(stack, 'Credentials', { purpose: 'partner', partner: SALESFORCE, schedule: WEEKLY, metadata, ...props });
}

const admin = ({ stack }: World) => new ManagedSecret(stack, 'Admin', { purpose: 'admin' });
const statements = () => resourceOf(here.stack, 'AWS::IAM::Policy', 'CredentialsRotationRole').Properties.PolicyDocument.Statement;

describe('the documented types', () => {
  test('are all constants', () => {
    const constants = Object.values(ExternalPartner).filter(each => each instanceof ExternalPartner);
    expect(constants.map(({ type }) => type).sort()).toEqual(DOCUMENTED.map(([, type]) => type).sort());
  });

  test.each(DOCUMENTED.map(([partner, type, required, optional]) => ({ partner, type, required, optional })))('$type', ({ partner, type, required, optional }) => {
    const keys = [...required, ...optional];
    const metadata = Object.fromEntries(keys.filter(key => key !== 'adminSecretArn').map(key => [key, partner === SALESFORCE ? 'v65.0' : METADATA[key]]));
    external(here.stack, { partner, metadata, adminSecret: keys.includes('adminSecretArn') ? admin(here) : undefined });
    expect(resourceOf(here.stack, 'AWS::SecretsManager::Secret', 'Credentials').Properties.Type).toBe(type);
    const { ExternalSecretRotationMetadata: given = [] } = resourceOf(here.stack, SCHEDULE).Properties;
    expect(given.map(({ Key }: { Key: string }) => Key).sort()).toEqual(keys.sort());
    proved({
      credential: `managed external secrets, ${DOCUMENTED.length} types`, strategies: ['as the partner does it'], server: 'its template alone', rotator: 'managed by a partner',
    });
    if (required.length === 0) return;
    expect(() => external(world().stack, { partner, metadata: {} })).toThrow(new RegExp(`\`metadata\` must be that of ${type}, .*${required[0]} \\(required\\)`));
  });

  test('are found by their text too, and another is taken as it is', () => {
    expect(ExternalPartner.of('SnowflakePat')._facts).toBe(SNOWFLAKE_PAT._facts);
    external(here.stack, { partner: ExternalPartner.of('CiscoSecurityPlatformApiKey'), metadata: { anything: 'goes' } });
    expect(resourceOf(here.stack, SCHEDULE).Properties.ExternalSecretRotationMetadata).toEqual([{ Key: 'anything', Value: 'goes' }]);
  });
});

describe('the rotation', () => {
  test('is by a role of its own, without a function', () => {
    external(here.stack);
    expect(resourceOf(here.stack, SCHEDULE).Properties).toEqual({
      SecretId: { Ref: expect.stringMatching(/^Credentials/) },
      ExternalSecretRotationRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^CredentialsRotationRole/), 'Arn'] },
      ExternalSecretRotationMetadata: [{ Key: 'apiVersion', Value: 'v65.0' }],
      RotationRules: { ScheduleExpression: 'rate(7 days)' },
      RotateImmediatelyOnUpdate: false,
    });
    expect(idsOf(here.stack, 'AWS::Lambda::Function')).toEqual([]);
  });

  test('only Secrets Manager assumes the role, of this account and for this secret', () => {
    external(here.stack);
    const { AssumeRolePolicyDocument } = resourceOf(here.stack, 'AWS::IAM::Role', 'CredentialsRotationRole').Properties;
    expect(AssumeRolePolicyDocument.Statement).toEqual([{
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'secretsmanager.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': ENV.account }, ArnLike: { 'aws:SourceArn': { Ref: expect.stringMatching(/^Credentials/) } } },
    }]);
  });

  test('the role may what AWS asks for, of this secret and its key alone', () => {
    external(here.stack);
    const secretArn = { Ref: expect.stringMatching(/^Credentials/) };
    expect(statements()).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
        Resource: secretArn,
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: here.stack.resolve(here.namespace.encryption.encryptionKey!.keyArn),
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' }, StringLike: { 'kms:EncryptionContext:SecretARN': [secretArn] },
        },
      },
      { Effect: 'Allow', Action: 'secretsmanager:GetRandomPassword', Resource: '*' },
    ].map(each => expect.objectContaining(each)));
  });

  test('with an administrator\'s secret reads that, and cannot write it', () => {
    external(here.stack, { partner: DATADOG_API_KEY, adminSecret: admin(here) });
    const ofAdmin = statements().filter(({ Resource }: any) => /^Admin/.test(Resource?.Ref));
    expect(ofAdmin).toEqual([expect.objectContaining({ Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'] })]);
    expect(resourceOf(here.stack, SCHEDULE).Properties.ExternalSecretRotationMetadata).toEqual([{ Key: 'adminSecretArn', Value: { Ref: expect.stringMatching(/^Admin/) } }]);
  });

  test('is set up when the role may rotate', () => {
    external(here.stack);
    const before = [...deployedBefore(here.stack, idsOf(here.stack, SCHEDULE)[0])].map(id => resourcesOf(here.stack)[id].Type);
    expect(before).toEqual(expect.arrayContaining(['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::SecretsManager::Secret']));
  });

  test('counts as one for alarms', () => {
    external(here.stack);
    new SecretMonitoring(here.stack, 'Monitoring', { namespace: here.namespace });
    expect(assertions.Annotations.fromStack(here.stack).findWarning('*', assertions.Match.stringLikeRegexp('nothingRotates'))).toEqual([]);
  });

  test('waits for the value where there is no schedule, which a warning says', () => {
    expect(external(here.stack, { schedule: undefined }).rotationRole).toBeUndefined();
    expect([...idsOf(here.stack, SCHEDULE), ...idsOf(here.stack, 'AWS::IAM::Role')]).toEqual([]);
    assertions.Annotations.fromStack(here.stack).hasWarning('/Stack/Credentials', assertions.Match.stringLikeRegexp('Put its value.*externalNotRotated'));
  });
});

test('no value stands in the template, and the description says what to put', () => {
  external(here.stack);
  const { Properties } = resourceOf(here.stack, 'AWS::SecretsManager::Secret', 'Credentials');
  expect(Properties).not.toHaveProperty('GenerateSecretString');
  expect(Properties).not.toHaveProperty('SecretString');
  expect(Properties.Description).toBe('Managed external secret, SalesforceClientSecret, as JSON: consumerKey, consumerSecret, baseUri, appId, consumerId');
});

test('has the defaults of an organization', () => {
  PropertyInjectors.of(here.stack).add({
    constructUniqueId: ManagedExternalSecret.PROPERTY_INJECTION_ID,
    inject: props => ({ ...props, schedule: RotationSchedule.every(Duration.days(3)) }),
  });
  external(here.stack, { schedule: undefined });
  expect(resourceOf(here.stack, SCHEDULE).Properties.RotationRules).toEqual({ ScheduleExpression: 'rate(3 days)' });
});

test('grants are those of each secret', () => {
  external(here.stack).grantRead(role(here.stack));
  const { PolicyDocument } = resourceOf(here.stack, 'AWS::IAM::Policy', 'Reader').Properties;
  expect(PolicyDocument.Statement[0].Action).toEqual(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']);
});

describe('bad input', () => {
  const secretWith = (props: (at: World) => Props) => (at: World) => {
    const given = props(at);
    return () => external(at.stack, given);
  };
  refuses([
    ['a first rotation without a schedule', secretWith(() => ({ schedule: undefined, rotateImmediately: true })),
      /`rotateImmediately` must come with `schedule`, because nothing is rotated without one; give that, or leave it out/],
    ['no partner', secretWith(() => ({ partner: 'SalesforceClientSecret' as never })), /`partner` must be an ExternalPartner, such as/],
    ['a type that is none', secretWith(() => ({ partner: ExternalPartner.of('Sales force') })), /`type` of `partner` must be one of AWS's list, got "Sales force"/],
    ['Salesforce without its version', secretWith(() => ({ metadata: {} })),
      /`metadata` must be that of SalesforceClientSecret, adminSecretArn \(optional\), apiVersion \(required\), got none; give `apiVersion`/],
    ['an unknown key', secretWith(() => ({ metadata: { ...SALESFORCE_METADATA, region: 'eu' } })), /got apiVersion, region; leave `region` out/],
    ['a missing and an unknown key', secretWith(() => ({ metadata: { version: 'v65.0' } })), /got version; give `apiVersion`, leave `version` out/],
    ['an old version', secretWith(() => ({ metadata: { apiVersion: 'v64.0' } })), /`apiVersion` of `metadata` must be v65.0 or newer, got "v64.0"/],
    ['an unknown algorithm', secretWith(() => ({ partner: ExternalPartner.SNOWFLAKE_KEY_PAIR_AUTHENTICATION, metadata: { cryptographicAlgorithm: 'ES256' } })),
      /`cryptographicAlgorithm` of `metadata` must be RS256, RS384 or RS512/],
    ['an administrator by ARN', secretWith(() => ({ partner: DATADOG_API_KEY, metadata: { adminSecretArn: 'arn' } })),
      /`metadata` must not hold `adminSecretArn`, because the rotation must be allowed to read that secret; give `adminSecret`/],
    ['Datadog without an administrator', secretWith(() => ({ partner: DATADOG_API_KEY })), /adminSecretArn \(required\), got none; give `adminSecret`/],
    ['an administrator for who has none', secretWith(at => ({ partner: NETSKOPE_API_TOKEN, adminSecret: admin(at) })),
      /`metadata` must be that of NetskopeApiToken, none, got adminSecretArn; leave `adminSecret` out/],
    ['an administrator of another account', secretWith(({ stack }) => ({
      partner: DATADOG_API_KEY,
      adminSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Foreign', `arn:aws:secretsmanager:${ENV.region}:${OTHER_ACCOUNT}:secret:admin-a1b2c3`),
    })), /`adminSecret` must be of the rotated secret's own account/],
    ['an empty value of metadata', secretWith(() => ({ metadata: { apiVersion: '' } })), /`metadata` must have keys of 1 to 256 and values of 1 to 2048 characters/],
    ['too long a value of metadata', secretWith(() => ({ partner: ExternalPartner.of('X'), metadata: { key: 'v'.repeat(2049) } })), /got another length of "key"/],
    ['a generated value', secretWith(() => ({ content: SecretContent.generatedPassword() })), /`content` must not be generated, because the partner makes the value/],
    ['a value without what the rotation reads', secretWith(() => ({ content: SecretContent.fields({ consumerKey: SecretValue.secretsManager('other') }) })),
      /`content` must hold `consumerSecret`, `baseUri`, `appId`, `consumerId`, which the rotation of SalesforceClientSecret reads/],
    ['a token that dies before its rotation', secretWith(() => ({ partner: SNOWFLAKE_PAT, schedule: RotationSchedule.spread() })),
      /`schedule` must be shorter than the 15 days that SnowflakePat lives, got up to 31 days; .*greater `daysToExpiry`/],
    ['a token whose life is as long as its schedule', secretWith(() => ({ partner: DATABRICKS_PAT, metadata: { tokenLifetimeDays: '7' } })),
      /`schedule` must be shorter than the 7 days that DatabricksPAT lives/],
    ['a schedule of a year for Netskope', secretWith(() => ({ partner: NETSKOPE_API_TOKEN, schedule: RotationSchedule.every(Duration.days(351)) })),
      /`schedule` must rotate NetskopeApiToken every 350 days at least, got up to 351/],
    ['a schedule that is none', secretWith(() => ({ schedule: 'rate(7 days)' as never })), /`schedule` must be a RotationSchedule/],
    ['a namespace that is read through a VPC endpoint alone', secretWith(({ stack }) => ({
      namespace: new SecretNamespace(stack, 'Guarded', {
        environment: 'prod', service: 'guarded', guardRails: [GuardRail.denyOutsideVpcEndpoints(['vpce-0123456789abcdef0'])],
      }),
    })), /would deny the rotation function its secret/],
    ['a function of one\'s own', at => {
      const secret = external(at.stack, { schedule: undefined });
      const rotationLambda = lambda.Function.fromFunctionName(at.stack, 'Own', 'rotate');
      return () => secret.addRotationSchedule('Rotation', { rotationLambda });
    }, /`addRotationSchedule` must not be called, because Secrets Manager rotates the secret at the partner itself; give `schedule`/],
    ['a database', at => {
      const secret = external(at.stack);
      const target = { targetId: 'database', targetType: secretsmanager.AttachmentTargetType.RDS_DB_INSTANCE };
      return () => secret.attach({ asSecretAttachmentTarget: () => target });
    }, /`attach` must not be called, because the secret is no database's/],
  ]);
});
