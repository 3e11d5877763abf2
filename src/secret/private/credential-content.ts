import { Token } from 'aws-cdk-lib';
import { ACCESS_KEY_ID, CERTIFICATE, CERTIFICATE_CHAIN, endOf, FieldRule, HTTPS_URL, LINE, SSH_PUBLIC_KEY } from './public-fields';
import { plainText, RenderedContent, requireReference } from './rendered-content';
import { EXPIRES_TAG, expiryIn } from '../../monitoring/contract/tags';
import { fail } from '../../private/errors';
import { kindOf } from '../../private/validation';
import type { CredentialContentOptions } from '../credential-content-options';

/** What the JSON of a credential holds. */
interface CredentialShape {
  /** Of `SecretContent`. */
  readonly factory: string;
  /** What the secret is, for its description. */
  readonly name: string;
  /** Fields that nobody may see. */
  readonly secret: readonly string[];
  /** Fields that may stand in the template. */
  readonly plain: Readonly<Record<string, FieldRule>>;
  readonly required: readonly string[];
  /** The field that Secrets Manager can generate, because nobody else has to know it first. */
  readonly generated?: string;
  readonly advice: string;
}

const CREDENTIALS = {
  apiKey: {
    name: 'API key',
    secret: ['apiKey'],
    plain: { keyId: LINE, endpoint: HTTPS_URL },
    required: ['apiKey'],
    generated: 'apiKey',
    advice: 'Replace it every 90 days, or let RotatedSecret do so where its issuer has an API for it.',
  },
  oauthToken: {
    name: 'OAuth token',
    secret: ['accessToken', 'refreshToken', 'clientSecret'],
    plain: { clientId: LINE, tokenEndpoint: HTTPS_URL, scope: LINE },
    required: ['accessToken'],
    advice: 'Better keep a client secret, which RotatedSecret rotates, and ask for a token when one is needed.',
  },
  sshKeyPair: {
    name: 'SSH key pair',
    secret: ['privateKey', 'passphrase'],
    plain: { publicKey: SSH_PUBLIC_KEY, username: LINE },
    required: ['privateKey'],
    advice: 'Replace it once a year, and when somebody leaves who knew it.',
  },
  tlsCertificate: {
    name: 'TLS certificate with its private key',
    secret: ['privateKey', 'passphrase'],
    plain: { certificate: CERTIFICATE, certificateChain: CERTIFICATE_CHAIN },
    required: ['certificate', 'privateKey'],
    advice: 'Replace it before it expires. AWS Certificate Manager renews by itself where it can be used.',
  },
  awsCredentials: {
    name: 'AWS access key',
    secret: ['secretAccessKey', 'sessionToken'],
    plain: { accessKeyId: ACCESS_KEY_ID },
    required: ['accessKeyId', 'secretAccessKey'],
    advice: 'Use a role instead where there can be one. Replace it every 90 days.',
  },
} satisfies Record<string, Omit<CredentialShape, 'factory'>>;

/** The contents that `SecretContent` has a factory for. */
export type Credential = keyof typeof CREDENTIALS;

export function shapeOf(credential: Credential): CredentialShape {
  return { ...CREDENTIALS[credential], factory: credential };
}

/** What is in the description of the secret, for whoever has to put or to replace the value. */
export function descriptionOf({ name, required, secret, plain, advice }: CredentialShape): string {
  const optional = [...Object.keys(plain), ...secret].filter(each => !required.includes(each));
  return `${name}, as JSON: ${required.join(', ')}; optional: ${optional.join(', ')}. ${advice}`;
}

export function isPutLater({ fields, passwordPolicy }: CredentialContentOptions): boolean {
  return fields === undefined && passwordPolicy === undefined;
}

/** The value, where it is not put later. */
export function renderCredential(path: string, shape: CredentialShape, options: CredentialContentOptions): RenderedContent {
  const { fields = {}, unsafePlainTextFields = {}, passwordPolicy } = options;
  requirePlainFields(path, shape, unsafePlainTextFields);
  if (options.fields !== undefined && passwordPolicy !== undefined) {
    fail(path, 'only one of `fields` and `passwordPolicy` may be given; keep one');
  }
  if (passwordPolicy !== undefined && shape.generated === undefined) {
    fail(path, `\`passwordPolicy\` must be left out for SecretContent.${shape.factory}, because Secrets Manager cannot generate it; `
      + 'give references in `fields`, or put the value later');
  }
  if (isPutLater(options)) return requireNothing(path, shape, unsafePlainTextFields);
  requireSecretFields(path, shape, options);
  if (passwordPolicy === undefined) return { secretObjectValue: { ...plainText(unsafePlainTextFields), ...fields } };
  passwordPolicy._validate(path);
  return {
    generateSecretString: {
      ...passwordPolicy._render(), secretStringTemplate: JSON.stringify(unsafePlainTextFields), generateStringKey: shape.generated,
    },
  };
}

/** Secrets Manager stores a value as a whole. */
function requireNothing(path: string, { secret }: CredentialShape, plain: object): RenderedContent {
  if (Object.keys(plain).length > 0) {
    fail(path, '`unsafePlainTextFields` must come with `fields`, because a value is stored as a whole; add a reference '
      + `for ${secret[0]}, or leave it out and put all fields later`);
  }
  return {};
}

/** No error holds the text of a field: it may be the wrong one. */
function requirePlainFields(path: string, { factory, secret, plain }: CredentialShape, given: { [field: string]: string }): void {
  for (const [field, text] of Object.entries(given)) {
    if (secret.includes(field)) {
      fail(path, `\`unsafePlainTextFields\` must not hold ${field}, which is secret; give a reference in \`fields\``);
    }
    if (!Object.hasOwn(plain, field)) failOfField(path, 'unsafePlainTextFields', field, { factory, fields: Object.keys(plain) });
    if (!Token.isUnresolved(text) && !plain[field].accepts(text)) {
      fail(path, `\`unsafePlainTextFields.${field}\` must be ${plain[field].words}; correct it`);
    }
  }
}

function requireSecretFields(path: string, { factory, secret, plain, required }: CredentialShape, options: CredentialContentOptions): void {
  const { fields = {}, unsafePlainTextFields = {}, passwordPolicy } = options;
  const possible = [...secret, ...Object.keys(plain)];
  for (const [field, value] of Object.entries(fields)) {
    if (!possible.includes(field)) failOfField(path, 'fields', field, { factory, fields: possible });
    requireReference(path, `fields.${field}`, value);
    if (field in unsafePlainTextFields) {
      fail(path, `\`unsafePlainTextFields\` must not hold ${field}, which is a reference already; remove one`);
    }
  }
  const missing = passwordPolicy ? undefined : required.find(each => !(each in fields) && !(each in unsafePlainTextFields));
  if (missing !== undefined) fail(path, `\`fields\` of SecretContent.${factory} must hold ${missing}; add a reference to it`);
}

function failOfField(
  path: string, prop: string, field: string, { factory, fields }: { factory: string; fields: string[] },
): never {
  return fail(path, `\`${prop}\` of SecretContent.${factory} must be ${fields.join(', ')}, `
    + `got ${JSON.stringify(field)}; `
    + 'rename it, or use SecretContent.fields for a JSON of your own');
}

/** The tag by which the watcher tells that the credential expires. A certificate says it itself. */
export function expiryTags(path: string, { expires, unsafePlainTextFields = {} }: CredentialContentOptions): { [key: string]: string } {
  const { certificate } = unsafePlainTextFields;
  const end = certificate === undefined || Token.isUnresolved(certificate) ? undefined : endOf(certificate);
  const date = expires === undefined || Token.isUnresolved(expires) ? undefined : expiryIn(expires);
  if (expires !== undefined && !Token.isUnresolved(expires) && date === undefined) {
    fail(path, `\`expires\` must be a date of ISO 8601, such as 2027-03-31 or 2027-03-31T12:00:00Z, got ${
      typeof expires === 'string' ? JSON.stringify(expires) : kindOf(expires)}`);
  }
  if (date !== undefined && end !== undefined && date > end) {
    fail(path, `\`expires\` must not be after the certificate's own end at ${textOf(end)}, got ${expires}; leave it out`);
  }
  const expiry = expires ?? (end && textOf(end));
  return expiry === undefined ? {} : { [EXPIRES_TAG]: expiry };
}

function textOf(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
