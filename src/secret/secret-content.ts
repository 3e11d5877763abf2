import { type aws_secretsmanager as secretsmanager, SecretValue, Token } from 'aws-cdk-lib';
import type { CredentialContentOptions } from './credential-content-options';
import { PasswordPolicy } from './password-policy';
import { type Credential, descriptionOf, expiryTags, isPutLater, renderCredential, shapeOf } from './private/credential-content';
import { plainText, type RenderedContent, requireFields, requireReference, requireSize } from './private/rendered-content';
import { fail } from '../private/errors';

/** A JSON template in which Secrets Manager fills one field. */
export interface GeneratedFieldOptions {
  /**
   * The other fields, which stand in the template for everyone to read, such as `{ username: 'payments_app' }`.
   *
   * @default - the generated field stands alone
   */
  readonly template?: { [field: string]: string };

  /**
   * The field that is generated.
   *
   * @default 'password'
   */
  readonly field?: string;

  /**
   * Rules for the generated field.
   *
   * @default PasswordPolicy.DEFAULT
   */
  readonly passwordPolicy?: PasswordPolicy;
}

/** Fields beside those that are references. */
export interface FieldsOptions {
  /**
   * Fields that stand in the template for everyone to read, such as an endpoint or a user name.
   *
   * @default - every field is a reference
   */
  readonly unsafePlainTextFields?: { [field: string]: string };
}

/** Names of fields that nobody should see in a template. */
const SECRET_FIELD = /passw|passphrase|secret|token|credential|api_?key|private_?key/i;

/** Lengths of keys that ciphers and HMAC take. */
const KEY_BITS = [128, 192, 256, 384, 512];

/**
 * Where the value of a secret comes from.
 *
 * Each change of a generated content makes Secrets Manager generate again, which replaces the current value.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-secretsmanager-secret.html
 */
export class SecretContent {
  /** One generated password, without JSON around it. */
  public static generatedPassword(policy: PasswordPolicy = PasswordPolicy.DEFAULT): SecretContent {
    return new SecretContent(path => {
      policy._validate(path);
      return { generateSecretString: policy._render() };
    });
  }

  /** A JSON object of fixed fields and one that is generated. */
  public static generatedField(props: GeneratedFieldOptions = {}): SecretContent {
    const { template = {}, field = 'password', passwordPolicy = PasswordPolicy.DEFAULT } = props;
    return new SecretContent(path => {
      passwordPolicy._validate(path);
      requireFields(path, 'field', [field]);
      requireFields(path, 'template', Object.keys(template));
      if (field in template) {
        fail(path, `\`template\` must not hold the generated field ${JSON.stringify(field)}; `
        + 'remove it from the template');
      }
      for (const [name, value] of Object.entries(template)) {
        if (SECRET_FIELD.test(name) && !Token.isUnresolved(value)) {
          fail(path, `\`template\` must not hold a value for ${JSON.stringify(name)}, `
            + 'because everyone who reads the template would know it; '
            + 'generate that field, or use SecretContent.fields with a reference');
        }
      }
      return {
        generateSecretString: { ...passwordPolicy._render(), secretStringTemplate: JSON.stringify(template), generateStringKey: field },
      };
    });
  }

  /**
   * A JSON object whose fields are references to other resources, such as `SecretValue.resourceAttribute(accessKey.attrSecretAccessKey)`.
   *
   * Throws an error when a value is a literal, since it would stand in the template; name those that may in `unsafePlainTextFields`.
   */
  public static fields(fields: { [field: string]: SecretValue }, options: FieldsOptions = {}): SecretContent {
    const { unsafePlainTextFields = {} } = options;
    return new SecretContent(path => {
      const names = Object.keys(fields);
      if (names.length === 0) fail(path, '`fields` must hold at least one field; for a secret without a value use SecretContent.empty()');
      requireFields(path, 'fields', [...names, ...Object.keys(unsafePlainTextFields)]);
      names.forEach(name => requireReference(path, `fields.${name}`, fields[name]));
      const twice = names.find(name => name in unsafePlainTextFields);
      if (twice !== undefined) {
        fail(path, `\`unsafePlainTextFields\` must not hold ${JSON.stringify(twice)}, `
        + 'which is a reference already; remove one');
      }
      return { secretObjectValue: { ...plainText(unsafePlainTextFields), ...fields } };
    });
  }

  /**
   * A key for somebody's API. JSON: `apiKey`; plain: `keyId`, `endpoint`.
   *
   * This content, and those for the credentials below, check names and form of the fields, give the secret a description that says what
   * belongs into it and when to replace it, and a tag when it expires. For rotation see `RotatedSecret`.
   */
  public static apiKey(options: CredentialContentOptions = {}): SecretContent {
    return SecretContent.credential('apiKey', options);
  }

  /** An OAuth token. JSON: `accessToken`, optional `refreshToken`, `clientSecret`; plain: `clientId`, `tokenEndpoint`, `scope`. */
  public static oauthToken(options: CredentialContentOptions = {}): SecretContent {
    return SecretContent.credential('oauthToken', options);
  }

  /** An SSH key pair. JSON: `privateKey`, and if there is one `passphrase`; plain: `publicKey` in the format of OpenSSH, `username`. */
  public static sshKeyPair(options: CredentialContentOptions = {}): SecretContent {
    return SecretContent.credential('sshKeyPair', options);
  }

  /**
   * A TLS certificate in PEM with its private key. JSON: `privateKey`, and if there is one `passphrase`; plain: `certificate`,
   * `certificateChain`. A certificate that is given says itself when it expires.
   */
  public static tlsCertificate(options: CredentialContentOptions = {}): SecretContent {
    return SecretContent.credential('tlsCertificate', options);
  }

  /**
   * The access key of an IAM user. JSON, as the SDKs name it: `secretAccessKey`, and if there is one `sessionToken`; plain: `accessKeyId`.
   *
   * @example
   * const key = new iam.CfnAccessKey(this, 'Key', { userName: 'mailer' });
   * new ManagedSecret(this, 'Mailer', {
   *   purpose: 'mailer-key',
   *   content: SecretContent.awsCredentials({
   *     fields: { secretAccessKey: SecretValue.resourceAttribute(key.attrSecretAccessKey) },
   *     unsafePlainTextFields: { accessKeyId: key.ref },
   *   }),
   * });
   */
  public static awsCredentials(options: CredentialContentOptions = {}): SecretContent {
    return SecretContent.credential('awsCredentials', options);
  }

  /**
   * A symmetric key that Secrets Manager generates. JSON: `key` in hexadecimal digits, and `bits`. What it has encrypted is lost with it,
   * so that neither `bits` nor the content of a deployed secret may change.
   *
   * @param bits 128, 192, 256, 384 or 512
   * @param expires when to replace it: a date of ISO 8601, such as `2027-03-31`
   */
  public static encryptionKey(bits: number = 256, expires?: string): SecretContent {
    return new SecretContent(path => {
      if (!KEY_BITS.includes(bits)) fail(path, `\`bits\` must be one of ${KEY_BITS.join(', ')}, got ${bits}`);
      return {
        generateSecretString: {
          passwordLength: bits / 4,
          excludeCharacters: 'ghijklmnopqrstuvwxyz',
          excludeUppercase: true,
          excludePunctuation: true,
          requireEachIncludedType: false,
          secretStringTemplate: JSON.stringify({ bits }),
          generateStringKey: 'key',
        },
      };
    }, {
      description: 'Symmetric key, as JSON: key in hexadecimal digits, bits. What it has encrypted is lost with it: never generate it '
        + 'again, and keep older versions. Use AWS KMS instead where the key need not leave it.',
      tags: path => expiryTags(path, { expires }),
    });
  }

  /** No value: somebody puts it with `PutSecretValue` later, and the template never knows it. */
  public static empty(): SecretContent {
    return new SecretContent(() => ({}), { isEmpty: true });
  }

  /**
   * A value that exists elsewhere, such as `SecretValue.secretsManager` or a `NoEcho` parameter. Not
   * `SecretValue.ssmSecure`, which CloudFormation does not resolve in a secret.
   *
   * Throws an error when the value is a literal, since it would stand in the template.
   */
  public static fromSecretValue(value: SecretValue): SecretContent {
    return new SecretContent(path => {
      requireReference(path, 'value', value);
      return { secretStringValue: value };
    });
  }

  /**
   * A literal, which stands in the template, in its history and in the deployment's logs for everyone to read.
   * For values that are no secret, in tests and examples.
   */
  public static unsafePlainText(unsafeValue: string): SecretContent {
    return new SecretContent(() => ({ secretStringValue: SecretValue.unsafePlainText(unsafeValue) }));
  }

  /**
   * The generator of a deployed secret, rendered exactly as given. For moving an L2 `Secret` here without a new value: any
   * difference in these properties would generate again.
   */
  public static generateSecretString(generator: secretsmanager.SecretStringGenerator): SecretContent {
    return new SecretContent(path => {
      if ((generator.secretStringTemplate === undefined) !== (generator.generateStringKey === undefined)) {
        fail(path, '`secretStringTemplate` and `generateStringKey` must be given together');
      }
      return { generateSecretString: generator };
    });
  }

  private static credential(kind: Credential, given: CredentialContentOptions): SecretContent {
    const options = given ?? {};
    const shape = shapeOf(kind);
    return new SecretContent(path => renderCredential(path, shape, options), {
      isEmpty: isPutLater(options), description: descriptionOf(shape), tags: path => expiryTags(path, options),
    });
  }

  private constructor(
    private readonly render: (path: string) => RenderedContent,
    private readonly traits: { isEmpty?: boolean; description?: string; tags?(path: string): { [key: string]: string } } = {},
  ) {}

  /** @internal */
  public get _isEmpty(): boolean {
    return this.traits.isEmpty ?? false;
  }

  /**
   * For a secret that has no description of its own.
   *
   * @internal
   */
  public get _description(): string | undefined {
    return this.traits.description;
  }

  /** @internal */
  public _tags(path: string): { [key: string]: string } {
    return this.traits.tags?.(path) ?? {};
  }

  /** @internal */
  public _render(path: string): RenderedContent {
    return requireSize(path, this.render(path));
  }
}
