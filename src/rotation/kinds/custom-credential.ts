import type { aws_lambda as lambda } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { SecretContent } from '../../secret/secret-content';
import { CredentialKind } from '../credential-kind';
import type { BoundKind } from '../private/bound-kind';

/** What consumers may rely on when a function of your own rotates. */
export interface CustomCredentialOptions {
  /**
   * Whether the value before the current one is accepted until the next rotation.
   *
   * @default false - a new value ends the older one at once
   */
  readonly keepsOlderValue?: boolean;
}

/**
 * A credential that a Lambda function of your own rotates, in whatever language. Its value before the first rotation is a generated
 * password, unless the secret says `content`.
 *
 * The function gets the permission to rotate the secret, and Secrets Manager that to invoke it, as for a function of this package. What it
 * needs elsewhere is yours to grant. `npx cdk-managed-secrets check-rotation` tries a function as the functions of this package are tried.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export class CustomCredential extends CredentialKind {
  /**
   * A credential that this function rotates: one of this app, or one that is imported by its ARN.
   *
   * @param rotationFunction of the account and region of the secret; when its role is not known, a warning says what to add to it
   * @param options what consumers may rely on
   */
  public static fromFunction(rotationFunction: lambda.IFunction, options: CustomCredentialOptions = {}): CustomCredential {
    return new CustomCredential(rotationFunction, options);
  }

  private constructor(private readonly rotationFunction: lambda.IFunction, private readonly options: CustomCredentialOptions) {
    super('credentials of your own');
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { rotationFunction, options } = this;
    if (rotationFunction?.functionArn === undefined) {
      fail(path, '`rotationFunction` must be a Lambda function; for one that is deployed elsewhere use Function.fromFunctionAttributes');
    }
    const { keepsOlderValue = false }: CustomCredentialOptions = options ?? {};
    if (typeof options === 'boolean' || typeof keepsOlderValue !== 'boolean') {
      fail(path, '`keepsOlderValue` must be true or false, as in { keepsOlderValue: true }; leave it out for false');
    }
    return {
      name: 'custom',
      title: this._title,
      rotatedBy: rotationFunction,
      overlap: keepsOlderValue ? 'untilNextRotation' : 'none',
      content: SecretContent.generatedPassword(),
      isPlaceholder: false,
    };
  }
}
