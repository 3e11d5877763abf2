import { aws_secretsmanager as secretsmanager, SecretValue, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';

/** The part of the L2's props that a content makes. */
export type RenderedContent = Pick<secretsmanager.SecretProps, 'generateSecretString' | 'secretStringValue' | 'secretObjectValue'>;

/** Such a text is replaced by CloudFormation at deployment; it holds no value. */
const DYNAMIC_REFERENCE = /^\{\{resolve:(ssm|secretsmanager):[^{}]+\}\}$/;

export function plainText(fields: { [field: string]: string }): { [field: string]: SecretValue } {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, SecretValue.unsafePlainText(value)]));
}

export function requireFields(path: string, prop: string, names: string[]): void {
  if (names.some(name => name === '')) fail(path, `\`${prop}\` must not hold an empty field name`);
}

/** The value itself stays out of the message. */
export function requireReference(path: string, prop: string, value: SecretValue): void {
  const text = textOf(value); // looked at, never kept: only a token may pass
  if (Token.isUnresolved(text) || DYNAMIC_REFERENCE.test(text)) return;
  fail(path, `\`${prop}\` must be a reference, got a literal, which would stand in the template for everyone to read; `
    + 'generate it, reference the resource that has it, or use SecretContent.empty() and put the value out of band '
    + '(a literal that is no secret goes through `unsafePlainTextFields` or SecretContent.unsafePlainText)');
}

function textOf(value: unknown): string {
  return SecretValue.isSecretValue(value) ? value.unsafeUnwrap() : '';
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MOST_BYTES = 65_536;

/** Fails where what is known of the value is too large already. */
export function requireSize(path: string, content: RenderedContent): RenderedContent {
  const bytes = knownBytes(content);
  if (bytes > MOST_BYTES) {
    fail(path, `the value of a secret must have at most ${MOST_BYTES} bytes, got ${bytes}; `
      + 'keep what is large in Amazon S3, and its key here');
  }
  return content;
}

function knownBytes({ generateSecretString: generated, secretStringValue, secretObjectValue }: RenderedContent): number {
  if (secretObjectValue !== undefined) {
    const known = Object.entries(secretObjectValue).map(([name, value]) => [name, withoutTokens(textOf(value))]);
    return Buffer.byteLength(JSON.stringify(Object.fromEntries(known)));
  }
  const { secretStringTemplate = '', passwordLength = 0 } = generated ?? {};
  const length = Token.isUnresolved(passwordLength) ? 0 : passwordLength;
  return length + Buffer.byteLength(withoutTokens(secretStringTemplate)) + Buffer.byteLength(withoutTokens(textOf(secretStringValue)));
}

/** A token stands for a text of unknown length. */
function withoutTokens(text: string): string {
  return Token.isUnresolved(text) ? '' : text;
}
