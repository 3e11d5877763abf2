import { App, aws_lambda as lambda, aws_secretsmanager as secretsmanager, Duration, Lazy, Token } from 'aws-cdk-lib';
import {
  CacheUser, CredentialKind, CredentialRotator, CustomCredential, EncryptionKey, RandomToken, RotatedSecret, RotatedSecretProps,
  RotationSchedule, SecretContent, SigningAlgorithm, SigningKey, SigningKeyOptions, SshKeyPair,
} from 'cdk-managed-secrets';
import { BadInput, refuses } from './failed-attempt';
import { resourceOf, World, world } from './rotated-databases';
import { ENV } from '../support/test-app';

const ONE_HOUR = { tokenLifetime: Duration.hours(1) };
const { ES256, RS256, PS512, HS256 } = SigningAlgorithm;

function rotatedSecret({ stack }: World, kind: CredentialKind, props: Partial<RotatedSecretProps> = {}): RotatedSecret {
  return new RotatedSecret(stack, 'Credentials', { purpose: 'key', kind, ...props });
}

/** What its function believes. */
function environmentWith(kind: CredentialKind): unknown {
  const here = world();
  rotatedSecret(here, kind);
  return resourceOf(here.stack, 'AWS::Lambda::Function').Properties.Environment.Variables;
}

test.each<[string, CredentialKind, object]>([
  ['signing key', SigningKey.of(ES256, ONE_HOUR), { CREDENTIAL_KIND: 'signingKey', KEY_ALGORITHM: 'ES256', KEY_RETENTION_SECONDS: '3600' }],
  ['signing key of RSA', SigningKey.of(PS512, { ...ONE_HOUR, rsaBits: 4096 }),
    { CREDENTIAL_KIND: 'signingKey', KEY_ALGORITHM: 'PS512', KEY_RETENTION_SECONDS: '3600', KEY_RSA_BITS: '4096' }],
  ['encryption key', EncryptionKey.aes256(), { CREDENTIAL_KIND: 'encryptionKey', KEY_ALGORITHM: 'A256GCM' }],
  ['pepper', EncryptionKey.pepper(Duration.days(400)), { CREDENTIAL_KIND: 'pepper', KEY_ALGORITHM: 'pepper', KEY_RETENTION_SECONDS: '34560000' }],
  ['SSH key pair', SshKeyPair.ed25519('deploy@payments'), { CREDENTIAL_KIND: 'sshKeyPair', KEY_SSH_TYPE: 'ed25519', KEY_SSH_COMMENT: 'deploy@payments' }],
  ['SSH key pair of RSA', SshKeyPair.rsa(2048), { CREDENTIAL_KIND: 'sshKeyPair', KEY_SSH_TYPE: 'rsa', KEY_RSA_BITS: '2048' }],
])('the function of a %s knows what it makes', (_, kind, environment) => {
  expect(environmentWith(kind)).toEqual(environment);
});

test('a key that Secrets Manager cannot generate is a placeholder, and the first rotation follows at once', () => {
  const here = world();
  rotatedSecret(here, SigningKey.of(ES256, ONE_HOUR));
  expect(resourceOf(here.stack, 'AWS::SecretsManager::Secret').Properties.GenerateSecretString)
    .toMatchObject({ SecretStringTemplate: '{}', GenerateStringKey: 'placeholder' });
  expect(resourceOf(here.stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotateImmediatelyOnUpdate).toBe(true);
});

test('a key that is deployed already stays until its schedule', () => {
  const here = world();
  rotatedSecret(here, SigningKey.of(ES256, ONE_HOUR), { content: SecretContent.empty(), rotateImmediately: false });
  expect(resourceOf(here.stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotateImmediatelyOnUpdate).toBe(false);
});

function functionOf({ stack }: World): lambda.Function {
  return new lambda.Function(stack, 'Own', {
    runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.handler', code: lambda.Code.fromInline('def handler(event, context): pass'),
  });
}

test('a function of one\'s own gets what a function of ours gets', () => {
  const here = world();
  const own = functionOf(here);
  const secret = rotatedSecret(here, CustomCredential.fromFunction(own));
  expect(secret.rotator.rotationFunction).toBe(own);
  const [statement] = resourceOf(here.stack, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
  expect(statement).toMatchObject({
    Action: expect.arrayContaining(['secretsmanager:PutSecretValue']),
    Condition: {
      StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': { 'Fn::GetAtt': [expect.stringMatching(/^Own/), 'Arn'] } },
    },
  });
  expect(resourceOf(here.stack, 'AWS::Lambda::Permission').Properties).toMatchObject({ Principal: 'secretsmanager.amazonaws.com', SourceAccount: ENV.account });
});

test('a function that is known by its ARN is invoked, and a warning says what its role needs', () => {
  const here = world();
  const functionArn = `arn:aws:lambda:${ENV.region}:${ENV.account}:function:rotate-in-go`;
  rotatedSecret(here, CustomCredential.fromFunction(lambda.Function.fromFunctionAttributes(here.stack, 'Own', { functionArn, sameEnvironment: true })));
  expect(resourceOf(here.stack, 'AWS::SecretsManager::RotationSchedule').Properties.RotationLambdaARN).toBe(functionArn);
  expect(resourceOf(here.stack, 'AWS::Lambda::Permission').Properties.FunctionName).toBe(functionArn);
});

test('whoever uses a value knows how long the one before is good', () => {
  const overlapOf = (kind: (here: World) => CredentialKind) => {
    const here = world();
    return rotatedSecret(here, kind(here))._rotation.overlap;
  };
  expect([
    overlapOf(() => RandomToken.of()), overlapOf(() => SigningKey.of(ES256, ONE_HOUR)),
    overlapOf(here => CustomCredential.fromFunction(functionOf(here))),
    overlapOf(here => CustomCredential.fromFunction(functionOf(here), { keepsOlderValue: true })),
  ]).toEqual(['untilNextRotation', 'untilNextRotation', 'none', 'untilNextRotation']);
});

const signing = (options: Partial<SigningKeyOptions>, algorithm: unknown = ES256) => (at: World) => () =>
  rotatedSecret(at, SigningKey.of(algorithm as SigningAlgorithm, options as SigningKeyOptions));
const every = (interval: Duration) => ({ schedule: RotationSchedule.every(interval) });
const own = (props: Partial<RotatedSecretProps>) => (at: World) => {
  const kind = CustomCredential.fromFunction(functionOf(at));
  return () => rotatedSecret(at, kind, props);
};
const ofOther = (env: object) => (at: World) => {
  const other = world(at.stack.node.root as App, 'Other', { ...ENV, ...env });
  const kind = CustomCredential.fromFunction(functionOf(other));
  return () => rotatedSecret(at, kind);
};

const SIGNING: BadInput[] = [
  ['no algorithm', signing(ONE_HOUR, null), /`algorithm` must be one of SigningAlgorithm, such as SigningAlgorithm.ES256, got null/],
  ['an algorithm of its own', signing(ONE_HOUR, 'RSA'), /`algorithm` must be one of SigningAlgorithm, such as SigningAlgorithm.ES256, got "RSA"/],
  ['no signature', signing(ONE_HOUR, 'none'), /`algorithm` must be one of SigningAlgorithm/],
  ['no lifetime', signing({}), /`tokenLifetime` must be a Duration, such as Duration.hours\(1\)/],
  ['a lifetime in seconds', signing({ tokenLifetime: 3600 as never }), /`tokenLifetime` must be a Duration/],
  ['a lifetime of nothing', signing({ tokenLifetime: Duration.seconds(0) }), /`tokenLifetime` must be whole seconds, from one on/],
  ['a lifetime of less than a second', signing({ tokenLifetime: Duration.millis(500) }), /`tokenLifetime` must be whole seconds/],
  ['a lifetime of more than a century', signing({ tokenLifetime: Duration.days(40_000) }), /at most 36500 days, got 40000 days/],
  ['a lifetime that is a token', signing({ tokenLifetime: Duration.seconds(Lazy.number({ produce: () => 1 })) }), /must be known at synthesis, got a token/],
  ['RSA bits of an elliptic curve', signing({ ...ONE_HOUR, rsaBits: 2048 }), /`rsaBits` must be left out for ES256/],
  ['RSA bits of HMAC', signing({ ...ONE_HOUR, rsaBits: 2048 }, HS256), /`rsaBits` must be left out for HS256/],
  ['a small RSA key', signing({ ...ONE_HOUR, rsaBits: 1024 }, RS256), /`rsaBits` must be one of 2048, 3072, 4096, got 1024/],
  ['an RSA key of a length of its own', signing({ ...ONE_HOUR, rsaBits: 2049 }, RS256), /`rsaBits` must be one of 2048, 3072, 4096, got 2049/],
  ['more keys than a secret holds', at => () => rotatedSecret(at, SigningKey.of(RS256, { tokenLifetime: Duration.days(30) }), every(Duration.hours(4))),
    /`tokenLifetime` must be at most 30 times as long as the time between two rotations, which is 4 hours, because the secret has room for 32 keys of RS256/],
  ['a placeholder for a month', at => () => rotatedSecret(at, SigningKey.of(ES256, ONE_HOUR), { rotateImmediately: false }),
    /`rotateImmediately` must not be false for signing keys, whose first value the first rotation makes/],
  ['a rotator of another lifetime', at => {
    const rotator = new CredentialRotator(at.stack, 'Rotator', { kind: SigningKey.of(ES256, ONE_HOUR) });
    return () => rotatedSecret(at, SigningKey.of(ES256, { tokenLifetime: Duration.hours(2) }), { rotator });
  }, /`kind` must be that of `rotator` Stack\/Rotator/],
];

/** No compiler looks at JavaScript. */
const NULLS: BadInput[] = [
  ['for the options of a signing key', at => () => rotatedSecret(at, SigningKey.of(ES256, null as never)), /`tokenLifetime` must be a Duration/],
  ['for a comment', at => () => rotatedSecret(at, SshKeyPair.ed25519(null as never)), /`comment` must be 1 to 100 letters/],
  ['for a node of a cache', at => () => rotatedSecret(at, CacheUser.selfManaged({ username: 'queue', nodes: [null as never], administratorSecret: null as never })),
    /`host` must be a host name/],
];

const keeping = (retention: unknown, props: Partial<RotatedSecretProps> = {}) => (at: World) => () =>
  rotatedSecret(at, EncryptionKey.aes256(retention as Duration), props);
const FOREVER = undefined;

const ENCRYPTION: BadInput[] = [
  ['a retention in days', keeping(90), /`retention` must be a Duration/],
  ['a retention of nothing', at => () => rotatedSecret(at, EncryptionKey.pepper(Duration.days(0))), /`retention` must be whole seconds/],
  ['a retention in words', keeping('90 days'), /`retention` must be a Duration/],
  ['a retention of null', keeping(null), /`retention` must be a Duration/],
  ['a retention in ISO 8601', keeping('P90D'), /`retention` must be a Duration/],
  ['a retention of less than a second', keeping(Duration.millis(1)), /`retention` must be whole seconds, from one on/],
  ['a retention of a second and a half', keeping(Duration.millis(1500)), /`retention` must be whole seconds/],
  ['a retention of more than a century', keeping(Duration.days(36_501)), /at most 36500 days, got 36501 days/],
  ['a retention that is a token', keeping(Duration.seconds(Lazy.number({ produce: () => 1 }))), /`retention` must be known at synthesis, got a token/],
  ['more peppers than a secret holds', at => () => rotatedSecret(at, EncryptionKey.pepper(Duration.days(3650)), every(Duration.hours(4))),
    /`retention` must be at most \d+ times as long as the time between two rotations, which is 4 hours/],
  ['a placeholder for a month', keeping(FOREVER, { rotateImmediately: false }), /`rotateImmediately` must not be false for encryption keys/],
  ['a rotator of peppers', at => {
    const rotator = new CredentialRotator(at.stack, 'Rotator', { kind: EncryptionKey.pepper() });
    return keeping(FOREVER, { rotator })(at);
  }, /`kind` must be that of `rotator` Stack\/Rotator, peppers with the same options, got encryption keys/],
  ['a rotator of another retention', at => {
    const rotator = new CredentialRotator(at.stack, 'Rotator', { kind: EncryptionKey.aes256() });
    return keeping(Duration.days(90), { rotator })(at);
  }, /`kind` must be that of `rotator` Stack\/Rotator, encryption keys with the same options/],
  ['a VPC beside a rotator', at => {
    const rotator = new CredentialRotator(at.stack, 'Rotator', { kind: EncryptionKey.aes256() });
    return keeping(FOREVER, { rotator, vpc: at.vpc })(at);
  }, /`vpc` must be given to `rotator` Stack\/Rotator/],
  ['the kind without its factory', at => () => rotatedSecret(at, EncryptionKey as never), /`kind` must be a CredentialKind/],
  ['more keys than a secret holds', at => () => rotatedSecret(at, EncryptionKey.aes256(Duration.days(3650)), every(Duration.days(1))),
    /`retention` must be at most \d+ times as long/],
];

const SSH: BadInput[] = [
  ...[0, 1, 512, 1024, 2047, 8192, -4096, 3072.5, NaN].map((bits): BadInput =>
    [`${bits} bits`, at => () => rotatedSecret(at, SshKeyPair.rsa(bits)), /`bits` must be one of 2048, 3072, 4096/]),
  ...['', 'two\nlines', 'deploy\u0000', '"quoted"', '#remark', 'a'.repeat(101), 'schlüssel', 'command="rm -rf"'].map((comment): BadInput =>
    [`the comment ${JSON.stringify(comment).slice(0, 20)}`, at => () => rotatedSecret(at, SshKeyPair.ed25519(comment)), /`comment` must be 1 to 100 letters/]),
];

const CUSTOM: BadInput[] = [
  ['no function', at => () => rotatedSecret(at, CustomCredential.fromFunction(undefined as never)), /`rotationFunction` must be a Lambda function/],
  ['the ARN of a function', at => () => rotatedSecret(at, CustomCredential.fromFunction('arn:aws:lambda:eu-west-1:111122223333:function:x' as never)),
    /`rotationFunction` must be a Lambda function/],
  ['options that are none', at => {
    const kind = CustomCredential.fromFunction(functionOf(at), true as never);
    return () => rotatedSecret(at, kind);
  }, /`keepsOlderValue` must be true or false/],
  ['an answer in words', at => {
    const kind = CustomCredential.fromFunction(functionOf(at), { keepsOlderValue: 'no' as never });
    return () => rotatedSecret(at, kind);
  }, /`keepsOlderValue` must be true or false/],
  ['a rotator for it', at => {
    const kind = CustomCredential.fromFunction(functionOf(at));
    const rotator = new CredentialRotator(at.stack, 'Rotator', { kind: RandomToken.of() });
    return () => rotatedSecret(at, kind, { rotator });
  }, /`rotator` must be left out for credentials of your own, which Stack\/Own rotates/],
  ['a rotator of it', at => {
    const kind = CustomCredential.fromFunction(functionOf(at));
    return () => new CredentialRotator(at.stack, 'Credentials', { kind });
  }, /`kind` must be one that a function of this package rotates/],
  ['a VPC', at => own({ vpc: at.vpc })(at), /`vpc` must be left out, because Stack\/Own rotates/],
  ['a function of another region', ofOther({ region: 'eu-central-1' }), /must be of the secret's own region eu-west-1/],
  ['a function of another account', ofOther({ account: '999999999999' }), /must be of the secret's own account 111122223333/],
  ['content that is a text', own({ content: 'value' as never }), /`content` must be a SecretContent/],
  ['no schedule but a text', own({ schedule: 'daily' as never }), /`schedule` must be a RotationSchedule/],
  ['rotations too near', own(every(Duration.hours(2))), /`interval` must be whole hours or days from 4 hours/],
  ['no name', own({ purpose: undefined }), /`purpose` must be given/],
  ['a name that is none', own({ purpose: 'two words' }), /`purpose` must/],
  ['a value of the L2', own({ secretStringValue: 'x' } as never), /`secretStringValue` is a prop of the L2/],
  ['a key of the L2', own({ encryptionKey: {} } as never), /`encryptionKey` is a prop of the L2/],
  ['a description that is too long', own({ description: 'x'.repeat(3000) }), /`description` must/],
];

describe('null is refused', () => refuses(NULLS));
describe('a signing key refuses', () => refuses(SIGNING));
describe('an encryption key refuses', () => refuses(ENCRYPTION));
describe('an SSH key pair refuses', () => refuses(SSH));
describe('a function of one\'s own refuses', () => refuses(CUSTOM));

test('there are fifteen wrong inputs, or more, of each', () => {
  expect([SIGNING, ENCRYPTION, SSH, CUSTOM].map(({ length }) => length >= 15)).toEqual([true, true, true, true]);
});

test('a schedule that is not known leaves the lifetime alone', () => {
  const here = world();
  const schedule = RotationSchedule.cron({ hour: Token.asString({ Ref: 'Hour' }) });
  rotatedSecret(here, SigningKey.of(RS256, { tokenLifetime: Duration.days(3000) }), { schedule });
});

test('an L2 that is attached is no kind', () => {
  const here = world();
  expect(() => rotatedSecret(here, secretsmanager.Secret as never)).toThrow(/`kind` must be a CredentialKind/);
});
