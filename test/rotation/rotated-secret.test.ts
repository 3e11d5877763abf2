import { App, assertions, aws_ec2 as ec2, type CfnElement, CfnOutput, Duration, type InjectionContext, IPropertyInjector, PropertyInjectors } from 'aws-cdk-lib';
import {
  CredentialRotator, DatabaseRotator, PasswordPolicy, RandomToken, RotatedSecret, RotatedSecretProps, RotationSchedule,
  SecretContent, SecretMonitoring,
} from 'cdk-managed-secrets';
import type { Construct } from 'constructs';
import { endpoint, resourcesOf, rotated, world, World } from './rotated-databases';
import { role, testApp } from '../support/test-app';

const KIND = RandomToken.of();

function rotatedSecret(scope: Construct, props: Partial<RotatedSecretProps> = {}, id = 'Token'): RotatedSecret {
  return new RotatedSecret(scope, id, { purpose: 'webhook-token', kind: KIND, ...props });
}

function ofType({ stack }: Pick<World, 'stack'>, type: string): [string, any][] {
  return Object.entries(resourcesOf(stack)).filter(([, resource]) => resource.Type === type);
}

test('is a secret of the namespace with a token, a function, a role and a schedule, whose ids are those of a rotated database secret', () => {
  const here = world();
  const secret = rotatedSecret(here.stack);
  const reader = role(here.stack);
  secret.grantRead(reader);
  const ids = Object.keys(resourcesOf(here.stack)).filter(id => id.startsWith('Token'));
  expect(ids.map(id => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
    'Token', 'TokenPolicy', 'TokenRotationSchedule', 'TokenRotatorAccessPolicy', 'TokenRotatorFunction', 'TokenRotatorFunctionInvoke', 'TokenRotatorLog',
    'TokenRotatorRole', 'TokenRotatorRoleDefaultPolicy',
  ].map(id => expect.stringMatching(new RegExp(`^${id}`))));
  const [[, { Properties }]] = ofType(here, 'AWS::SecretsManager::Secret');
  expect(Properties).toMatchObject({ Name: 'prod/payments/webhook-token', GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } });
  const [[, schedule]] = ofType(here, 'AWS::SecretsManager::RotationSchedule');
  expect(schedule.Properties).toMatchObject({
    RotateImmediatelyOnUpdate: false, RotationRules: { ScheduleExpression: expect.stringMatching(/^cron\(0 \d+ \d+ \* \? \*\)$/) },
  });
  expect(schedule.DependsOn.join()).toMatch(/TokenRotatorAccessPolicy.*TokenRotatorFunctionInvoke/);
});

test('its function knows the kind and the rules of a token, and needs no VPC', () => {
  const here = world();
  rotatedSecret(here.stack, { kind: RandomToken.of(PasswordPolicy.of({ length: 40, punctuation: false })) });
  const [[, { Properties }]] = ofType(here, 'AWS::Lambda::Function');
  expect(Properties.Environment.Variables).toEqual({
    CREDENTIAL_KIND: 'randomToken',
    PASSWORD_LENGTH: '40',
    EXCLUDE_CHARACTERS: '',
    EXCLUDE_UPPERCASE: 'false',
    EXCLUDE_LOWERCASE: 'false',
    EXCLUDE_NUMBERS: 'false',
    EXCLUDE_PUNCTUATION: 'true',
    REQUIRE_EACH_INCLUDED_TYPE: 'true',
  });
  expect(Properties).toMatchObject({ Description: 'Rotates random tokens', Architectures: ['arm64'], Runtime: 'nodejs24.x' });
  expect(Properties.VpcConfig).toBeUndefined();
});

test('its role rotates the one secret, and is denied every other', () => {
  const here = world();
  rotatedSecret(here.stack);
  const policies = ofType(here, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties.PolicyDocument.Statement).flat();
  const rotation = policies.find(({ Condition }) => Condition?.StringEquals?.['secretsmanager:resource/AllowRotationLambdaArn']);
  expect(rotation.Action).toEqual([
    'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage',
  ]);
  expect(JSON.stringify(rotation.Resource)).toMatch(/Token[0-9A-F]{8}/);
  expect(policies).toContainEqual(expect.objectContaining({ Sid: 'OnlySecretsThatNameThisRotator', Effect: 'Deny' }));
});

test('two secrets of one kind share a rotator, which is allowed their namespace', () => {
  const here = world();
  const rotator = new CredentialRotator(here.stack, 'Rotator', { kind: KIND, memorySize: 512, timeout: Duration.seconds(30) });
  const [one, other] = ['one', 'other'].map(purpose => rotatedSecret(here.stack, { purpose, rotator, kind: RandomToken.of() }, purpose));
  expect([one.rotator, other.rotator]).toEqual([rotator, rotator]);
  expect(ofType(here, 'AWS::Lambda::Function')).toHaveLength(1);
  expect(ofType(here, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(2);
});

test('a secret that is deployed already keeps its content, and is rotated on its schedule', () => {
  const here = world();
  rotatedSecret(here.stack, { content: SecretContent.empty(), schedule: RotationSchedule.every(Duration.days(7)) });
  const [[, { Properties }]] = ofType(here, 'AWS::SecretsManager::Secret');
  expect(Properties.GenerateSecretString).toBeUndefined();
  const [[, schedule]] = ofType(here, 'AWS::SecretsManager::RotationSchedule');
  expect(schedule.Properties).toMatchObject({ RotationRules: { ScheduleExpression: 'rate(7 days)' }, RotateImmediatelyOnUpdate: false });
});

test('a second schedule is refused, and so is an attachment', () => {
  const here = world();
  const secret = rotatedSecret(here.stack);
  expect(() => secret.addRotationSchedule('Second', {})).toThrow(/must have one schedule/);
  expect(() => secret.attach({} as never)).toThrow(/`attach` must not be called.*use RotatedDatabaseSecret \[at Stack\/Token\]/s);
});

test('a reference to its value is warned of where it stands', () => {
  const here = world();
  const secret = rotatedSecret(here.stack);
  const holder = new CfnOutput(here.stack, 'Holder', { value: secret.secretValue.unsafeUnwrap() });
  assertions.Annotations.fromStack(here.stack).hasWarning(`/${holder.node.path}`, assertions.Match.stringLikeRegexp('is resolved when'));
});

test('its function is watched as that of a database is', () => {
  const here = world();
  const secret = rotatedSecret(here.stack);
  new SecretMonitoring(here.stack, 'Monitoring', { namespace: here.namespace });
  const functionId = here.stack.getLogicalId(secret.rotator.rotationFunction.node.defaultChild as CfnElement);
  const watched = ofType(here, 'AWS::CloudWatch::Alarm').filter(([, { Properties }]) => JSON.stringify(Properties).includes(functionId));
  expect(watched.length).toBeGreaterThanOrEqual(3);
});

class Defaults implements IPropertyInjector {
  constructor(public readonly constructUniqueId: string, private readonly defaults: object) {}

  public inject(originalProps: object, _context: InjectionContext): object {
    return { ...this.defaults, ...originalProps };
  }
}

test('secret and rotator have the defaults of the organization', () => {
  const here = world();
  PropertyInjectors.of(here.stack).add(
    new Defaults(RotatedSecret.PROPERTY_INJECTION_ID, { description: 'Ask the platform team' }),
    new Defaults(CredentialRotator.PROPERTY_INJECTION_ID, { memorySize: 1024 }),
  );
  rotatedSecret(here.stack);
  expect(ofType(here, 'AWS::SecretsManager::Secret')[0][1].Properties.Description).toBe('Ask the platform team');
  expect(ofType(here, 'AWS::Lambda::Function')[0][1].Properties.MemorySize).toBe(1024);
});

const SHORT = PasswordPolicy.of({ length: 4 });

/** What is wrong, what makes it, and the one error. */
const WRONG: [string, (here: World) => unknown, RegExp][] = [
  ['no kind', ({ stack }) => rotatedSecret(stack, { kind: undefined }), /`kind` must be a CredentialKind, such as RandomToken.of\(\)/],
  ['the name of a kind', ({ stack }) => rotatedSecret(stack, { kind: 'randomToken' as never }), /`kind` must be a CredentialKind/],
  ['a schedule that is a text', ({ stack }) => rotatedSecret(stack, { schedule: 'rate(1 day)' as never }), /`schedule` must be a RotationSchedule/],
  ['a schedule that Secrets Manager cannot keep', ({ stack }) => rotatedSecret(stack, { schedule: RotationSchedule.every(Duration.hours(1)) }),
    /`interval` must be whole hours or days from 4 hours/],
  ['a token that is too short', ({ stack }) => rotatedSecret(stack, { kind: RandomToken.of(SHORT) }),
    /`passwordPolicy.length` must be a whole number from 8 to 128/],
  ['a policy that is none', ({ stack }) => rotatedSecret(stack, { kind: RandomToken.of({} as never) }),
    /`passwordPolicy` must be a PasswordPolicy/],
  ['a rotator of databases', ({ stack }) => rotatedSecret(stack, { rotator: new DatabaseRotator(stack, 'Other', { engine: endpoint()._bind('x').engine }) as never }),
    /`rotator` must be a CredentialRotator/],
  ['a rotator that is a text', ({ stack }) => rotatedSecret(stack, { rotator: 'Rotator' as never }), /`rotator` must be a CredentialRotator/],
  ['a rotator of other rules', ({ stack }) => rotatedSecret(stack, {
    rotator: new CredentialRotator(stack, 'Other', { kind: RandomToken.of(PasswordPolicy.of({ length: 20 })) }),
  }), /`kind` must be that of `rotator` Stack\/Other, random tokens with the same options/],
  ['a rotator and a VPC', ({ stack, vpc }) => rotatedSecret(stack, { vpc, rotator: new CredentialRotator(stack, 'Other', { kind: KIND }) }),
    /`vpc` must be given to `rotator` Stack\/Other/],
  ['a rotator of another region', ({ stack }) => rotatedSecret(stack, { rotator: elsewhere(stack.node.root as App) }),
    /`rotator` must be of the secret's own region eu-west-1, got Elsewhere\/Rotator of eu-central-1/],
  ['content that is the value', ({ stack }) => rotatedSecret(stack, { content: 'value' as never }), /`content` must be a SecretContent/],
  ['a prop of the L2', ({ stack }) => rotatedSecret(stack, { secretName: 'x' } as never), /`secretName` is a prop of the L2/],
  ['subnets without a VPC', ({ stack }) => new CredentialRotator(stack, 'Token', { kind: KIND, vpcSubnets: {} }), /`vpcSubnets` must come with `vpc`/],
  ['a rotator without a kind', ({ stack }) => new CredentialRotator(stack, 'Token', {} as never), /`kind` must be a CredentialKind/],
  ['public subnets', ({ stack, vpc }) => new CredentialRotator(stack, 'Token', { kind: KIND, vpc, vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } }),
    /`vpcSubnets` must be private or isolated/],
  ['too little time', ({ stack }) => new CredentialRotator(stack, 'Token', { kind: KIND, timeout: Duration.seconds(3) }), /`timeout` must be a whole number from 15/],
];

function elsewhere(app: App): CredentialRotator {
  return new CredentialRotator(world(app, 'Elsewhere', { account: '111122223333', region: 'eu-central-1' }).stack, 'Rotator', { kind: KIND });
}

test.each(WRONG)('%s is one error, and nothing is created', (_, create, message) => {
  const here = world(testApp());
  expect(() => create(here)).toThrow(message);
  expect(here.stack.node.tryFindChild('Token')).toBeUndefined();
});

test('the rotated database secret is as it was', () => {
  const here = world();
  expect(rotated(here.stack).rotator).toBeInstanceOf(DatabaseRotator);
});
