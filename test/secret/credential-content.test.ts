import { generateKeyPairSync } from 'crypto';
import { aws_iam as iam, CfnParameter, SecretValue, Stack } from 'aws-cdk-lib';
import { ManagedSecret, PasswordPolicy, SecretContent, SecretNamespace } from 'cdk-managed-secrets';
import { EXPIRES_TAG, expiryIn } from '../../src/monitoring/contract/tags';
import { CertificateAuthority, daysFromNow } from '../../tools/servers/certificates';
import { onlyResource, testStack } from '../support/test-app';

let stack: Stack;
let reference: SecretValue;

beforeEach(() => {
  stack = testStack();
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  reference = SecretValue.cfnParameter(new CfnParameter(stack, 'Given', { noEcho: true }));
});

function render(content: SecretContent, props: object = {}) {
  new ManagedSecret(stack, 'Secret', { purpose: 'key', content, ...props });
  return onlyResource(stack, 'AWS::SecretsManager::Secret').Properties;
}

function expiryOf({ Tags }: { Tags: { Key: string; Value: string }[] }): string | undefined {
  return Tags.find(({ Key }) => Key === EXPIRES_TAG)?.Value;
}

let certificate: string;

beforeAll(async () => {
  ({ certificate } = await (await CertificateAuthority.create()).issue({ notAfter: daysFromNow(30) }));
});

const PUBLIC_KEY = openSsh(Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x!, 'base64url'));

function openSsh(key: Buffer): string {
  const parts = [Buffer.from('ssh-ed25519'), key].flatMap(part => [Buffer.from([0, 0, 0, part.length]), part]);
  return `ssh-ed25519 ${Buffer.concat(parts).toString('base64')} deploy@example.com`;
}

describe('without a value', () => {
  test.each([
    ['apiKey', 'apiKey; optional: keyId, endpoint'],
    ['oauthToken', 'accessToken; optional: clientId, tokenEndpoint, scope, refreshToken, clientSecret'],
    ['sshKeyPair', 'privateKey; optional: publicKey, username, passphrase'],
    ['tlsCertificate', 'certificate, privateKey; optional: certificateChain, passphrase'],
    ['awsCredentials', 'accessKeyId, secretAccessKey; optional: sessionToken'],
  ] as const)('%s says in its description what to put, and when to replace it', (kind, fields) => {
    const properties = render(SecretContent[kind]({ expires: '2027-03-31' }));
    expect(properties).not.toHaveProperty('GenerateSecretString');
    expect(properties).not.toHaveProperty('SecretString');
    expect(properties.Description).toContain(`as JSON: ${fields}. `);
    expect(properties.Description.length).toBeLessThanOrEqual(250);
    expect(expiryOf(properties)).toBe('2027-03-31');
  });

  test('has the description that it is given, and no tag without an expiry', () => {
    const properties = render(SecretContent.apiKey(), { description: 'Issued by Stripe' });
    expect(properties.Description).toBe('Issued by Stripe');
    expect(expiryOf(properties)).toBeUndefined();
  });
});

describe('what Secrets Manager generates', () => {
  test.each([[undefined, 64], [128, 32], [512, 128]])('an encryption key of %s bits, in hexadecimal digits alone', (bits, digits) => {
    const properties = render(SecretContent.encryptionKey(bits, '2027-03-31T12:00:00+02:00'));
    const { ExcludeCharacters, ...generator } = properties.GenerateSecretString;
    expect(generator).toEqual({
      PasswordLength: digits,
      ExcludeUppercase: true,
      ExcludePunctuation: true,
      RequireEachIncludedType: false,
      SecretStringTemplate: `{"bits":${bits ?? 256}}`,
      GenerateStringKey: 'key',
    });
    expect([...'abcdefghijklmnopqrstuvwxyz0123456789'].filter(each => !ExcludeCharacters.includes(each)).join('')).toBe('abcdef0123456789');
    expect(expiryOf(properties)).toBe('2027-03-31T12:00:00+02:00');
  });

  test('an API key that one issues oneself', () => {
    const content = SecretContent.apiKey({ passwordPolicy: PasswordPolicy.ALPHANUMERIC, unsafePlainTextFields: { keyId: 'k1' } });
    expect(render(content).GenerateSecretString).toEqual({ ExcludePunctuation: true, SecretStringTemplate: '{"keyId":"k1"}', GenerateStringKey: 'apiKey' });
  });
});

describe('by reference', () => {
  test('an access key of this app', () => {
    const key = new iam.CfnAccessKey(stack, 'Key', { userName: 'mailer' });
    const content = SecretContent.awsCredentials({
      fields: { secretAccessKey: SecretValue.resourceAttribute(key.attrSecretAccessKey) }, unsafePlainTextFields: { accessKeyId: key.ref },
    });
    expect(render(content).SecretString).toEqual({
      'Fn::Join': ['', [
        '{"accessKeyId":"', { Ref: 'Key' }, '","secretAccessKey":"', { 'Fn::GetAtt': ['Key', 'SecretAccessKey'] }, '"}',
      ]],
    });
  });

  test('a certificate says itself when it expires', () => {
    const content = SecretContent.tlsCertificate({ fields: { privateKey: reference }, unsafePlainTextFields: { certificate } });
    const properties = render(content);
    const days = (expiryIn(expiryOf(properties)!)!.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThanOrEqual(30);
    expect(JSON.stringify(properties.SecretString)).toContain('BEGIN CERTIFICATE');
  });

  test('a certificate may be told to expire before its end', () => {
    const content = SecretContent.tlsCertificate({
      fields: { privateKey: reference }, unsafePlainTextFields: { certificate }, expires: '2026-01-01',
    });
    expect(expiryOf(render(content))).toBe('2026-01-01');
  });

  test('a key pair with its public half in the template, and a token of which every field is a reference', () => {
    expect(JSON.stringify(render(SecretContent.sshKeyPair({ fields: { privateKey: reference }, unsafePlainTextFields: { publicKey: PUBLIC_KEY } }))))
      .toContain(PUBLIC_KEY);
    new ManagedSecret(stack, 'Token', { purpose: 'token', content: SecretContent.oauthToken({ fields: { accessToken: reference, clientId: reference } }) });
  });
});

/** A text that must be in no error. */
const VALUE = 'sesame-4711';
const plain = (fields: object) => ({ fields: { privateKey: referenceLater() }, unsafePlainTextFields: { ...fields } as { [field: string]: string } });
const referenceLater = () => SecretValue.secretsManager('prod/payments/other');

describe('bad input gives one error, which holds no text of a field', () => {
  const KEY_PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  test.each<[string, () => SecretContent, RegExp]>([
    ['a literal', () => SecretContent.apiKey({ fields: { apiKey: SecretValue.unsafePlainText(VALUE) } }), /`fields.apiKey` must be a reference, got a literal/],
    ['a text for a value', () => SecretContent.apiKey({ fields: { apiKey: VALUE as never } }), /`fields.apiKey` must be a reference/],
    ['a field of another name', () => SecretContent.apiKey({ fields: { api_key: referenceLater() } }), /`fields` of SecretContent.apiKey must be apiKey, keyId, endpoint, got "api_key"; rename it/],
    ['no secret field', () => SecretContent.awsCredentials({ fields: {}, unsafePlainTextFields: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } }), /must hold secretAccessKey; add a reference/],
    ['no id of the key', () => SecretContent.awsCredentials({ fields: { secretAccessKey: referenceLater() } }), /must hold accessKeyId/],
    ['a secret field in plain text', () => SecretContent.awsCredentials({ unsafePlainTextFields: { secretAccessKey: VALUE } }), /`unsafePlainTextFields` must not hold secretAccessKey, which is secret/],
    ['a plain field of another name', () => SecretContent.apiKey({ unsafePlainTextFields: { host: VALUE } }), /`unsafePlainTextFields` of SecretContent.apiKey must be keyId, endpoint, got "host"/],
    ['a name that every object has', () => SecretContent.apiKey({ unsafePlainTextFields: { constructor: VALUE } }), /got "constructor"/],
    ['a plain field without the secret one', () => SecretContent.apiKey({ unsafePlainTextFields: { keyId: VALUE } }), /must come with `fields`, because a value is stored as a whole; add a reference for apiKey/],
    ['a field twice', () => SecretContent.oauthToken({ fields: { accessToken: referenceLater(), scope: referenceLater() }, unsafePlainTextFields: { scope: VALUE } }), /must not hold scope, which is a reference already/],
    ['both a reference and a policy', () => SecretContent.apiKey({ fields: { apiKey: referenceLater() }, passwordPolicy: PasswordPolicy.DEFAULT }), /only one of `fields` and `passwordPolicy`/],
    ['a policy for what IAM issues', () => SecretContent.awsCredentials({ passwordPolicy: PasswordPolicy.DEFAULT }), /`passwordPolicy` must be left out for SecretContent.awsCredentials/],
    ['an endpoint without TLS', () => SecretContent.apiKey({ passwordPolicy: PasswordPolicy.DEFAULT, unsafePlainTextFields: { endpoint: `http://${VALUE}.example` } }), /`unsafePlainTextFields.endpoint` must be a URL that begins with https/],
    ['an endpoint with a password', () => SecretContent.apiKey({ passwordPolicy: PasswordPolicy.DEFAULT, unsafePlainTextFields: { endpoint: `https://u:${VALUE}@api.example` } }), /must be a URL/],
    ['an id of several lines', () => SecretContent.apiKey({ passwordPolicy: PasswordPolicy.DEFAULT, unsafePlainTextFields: { keyId: `${VALUE}\n` } }), /must be one line/],
    ['the secret key for its id', () => SecretContent.awsCredentials({ fields: { secretAccessKey: referenceLater() }, unsafePlainTextFields: { accessKeyId: `${VALUE}/abc` } }), /accessKeyId` must be the id of an access key/],
    ['a private key for a certificate', () => SecretContent.tlsCertificate(plain({ certificate: KEY_PEM })), /certificate` must be one certificate in PEM, with no key beside it/],
    ['a certificate with its key', () => SecretContent.tlsCertificate(plain({ certificate: `${certificate}${KEY_PEM}` })), /certificate` must be one certificate/],
    ['what only looks like a certificate', () => SecretContent.tlsCertificate(plain({ certificate: `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\n-----END CERTIFICATE-----` })), /certificate` must be one/],
    ['a key in the chain', () => SecretContent.tlsCertificate(plain({ certificate, certificateChain: KEY_PEM })), /certificateChain` must be one or more certificates/],
    ['an expiry after the end of the certificate', () => SecretContent.tlsCertificate({ ...plain({ certificate }), expires: '2099-01-01' }), /`expires` must not be after the certificate's own end at 20/],
    ['the private half of a key pair', () => SecretContent.sshKeyPair(plain({ publicKey: KEY_PEM })), /publicKey` must be a public key in the format of OpenSSH/],
    ['a public key of another algorithm than it says', () => SecretContent.sshKeyPair(plain({ publicKey: PUBLIC_KEY.replace('ssh-ed25519', 'ssh-rsa') })), /must be a public key/],
    ['a date that is none', () => SecretContent.apiKey({ expires: '2027-02-30' }), /`expires` must be a date of ISO 8601, .*got "2027-02-30"/],
    ['a date in words', () => SecretContent.encryptionKey(256, 'next year'), /`expires` must be a date/],
    ['an odd number of bits', () => SecretContent.encryptionKey(100), /`bits` must be one of 128, 192, 256, 384, 512, got 100/],
    ['a value that is too large', () => SecretContent.fields({ a: referenceLater() }, { unsafePlainTextFields: { b: VALUE.repeat(6_000) } }), /must have at most 65536 bytes, got 66\d\d\d; keep what is large in Amazon S3/],
    ['a template that is too large', () => SecretContent.generatedField({ template: { b: 'é'.repeat(32_800) } }), /at most 65536 bytes/],
    ['a text that is too large', () => SecretContent.unsafePlainText('x'.repeat(65_537)), /at most 65536 bytes, got 65537/],
  ])('%s', (_, content, message) => {
    const error = errorOf(() => new ManagedSecret(stack, 'Secret', { purpose: 'key', content: content() }));
    expect(error).toMatch(message);
    expect(error).toContain('[at Stack/Secret]');
    expect(error).not.toMatch(/sesame|BEGIN|MC4C|AAAA/);
  });

  test('the tag of the expiry twice', () => {
    expect(errorOf(() => render(SecretContent.apiKey({ expires: '2027-01-01' }), { tags: { [EXPIRES_TAG]: '2028-01-01' } })))
      .toMatch(/`tags` must not hold cdk-managed-secrets:expires, which comes of `expires` of the content; keep one/);
  });

  test('a value of the largest size is none', () => {
    expect(render(SecretContent.unsafePlainText('x'.repeat(65_536))).SecretString).toHaveLength(65_536);
  });
});

function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
}
