import { aws_secretsmanager as secretsmanager, SecretValue, Token } from 'aws-cdk-lib';
import { PasswordPolicy } from './password-policy';
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

/** Such a text is replaced by CloudFormation at deployment; it holds no value. */
const DYNAMIC_REFERENCE = /^\{\{resolve:(ssm|secretsmanager):[^{}]+\}\}$/;

type RenderedContent = Pick<secretsmanager.SecretProps, 'generateSecretString' | 'secretStringValue' | 'secretObjectValue'>;

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

  /** No value: somebody puts it with `PutSecretValue` later, and the template never knows it. */
  public static empty(): SecretContent {
    return new SecretContent(() => ({}), true);
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

  private constructor(
    private readonly render: (path: string) => RenderedContent,
    /** @internal */ public readonly _isEmpty: boolean = false,
  ) {}

  /** @internal */
  public _render(path: string): RenderedContent {
    return this.render(path);
  }
}

function plainText(fields: { [field: string]: string }): { [field: string]: SecretValue } {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, SecretValue.unsafePlainText(value)]));
}

function requireFields(path: string, prop: string, names: string[]): void {
  if (names.some(name => name === '')) fail(path, `\`${prop}\` must not hold an empty field name`);
}

/** The value itself stays out of the message. */
function requireReference(path: string, prop: string, value: SecretValue): void {
  const text = SecretValue.isSecretValue(value) ? value.unsafeUnwrap() : ''; // looked at, never kept: only a token may pass
  if (Token.isUnresolved(text) || DYNAMIC_REFERENCE.test(text)) return;
  fail(path, `\`${prop}\` must be a reference, got a literal, which would stand in the template for everyone to read; `
    + 'generate it, reference the resource that has it, or use SecretContent.empty() and put the value out of band '
    + '(a literal that is no secret goes through `unsafePlainTextFields` or SecretContent.unsafePlainText)');
}
