import { PasswordPolicy } from '../../secret/password-policy';
import { SecretContent } from '../../secret/secret-content';
import { CredentialKind } from '../credential-kind';
import type { BoundKind } from '../private/bound-kind';
import { requireRotatable } from '../private/password-environment';

/**
 * A random text that the readers of the secret share, and that no other service has to know: the token of an internal call, the key of a
 * webhook or of sessions. The value is the text alone, right from the beginning.
 *
 * Whoever checks a token should take AWSCURRENT and AWSPREVIOUS: then one that was read before a rotation is good until the next.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export class RandomToken extends CredentialKind {
  /**
   * A token of 64 letters and digits, or by rules of your own.
   *
   * @param passwordPolicy the rules, for 8 to 128 characters; a change of them replaces the value of a deployed secret: see `SecretContent`
   */
  public static of(passwordPolicy: PasswordPolicy = PasswordPolicy.of({ length: 64, punctuation: false })): RandomToken {
    return new RandomToken(passwordPolicy);
  }

  private constructor(private readonly passwordPolicy: PasswordPolicy) {
    super('random tokens');
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { passwordPolicy } = this;
    requireRotatable(path, passwordPolicy);
    return {
      name: 'randomToken',
      title: this._title,
      rotatedBy: 'keys',
      overlap: 'untilNextRotation',
      content: SecretContent.generatedPassword(passwordPolicy),
      isPlaceholder: false,
      passwordPolicy,
    };
  }
}
