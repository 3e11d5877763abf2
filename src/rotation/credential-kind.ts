import type { BoundKind } from './private/bound-kind';
import { fail } from '../private/errors';

/**
 * What kind of credential a `RotatedSecret` holds, and how it is rotated: a `RandomToken`, for instance. Each kind is a class with static
 * factories. Do not extend it: for a kind of your own use a function of your own.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
 */
export abstract class CredentialKind {
  /** @param title what people call its credentials, in the plural, such as "random tokens" */
  protected constructor(private readonly title: string) {}

  /** @internal */
  public get _title(): string {
    return this.title;
  }

  /**
   * All that construct and function need, checked; before anything is created.
   *
   * @param path of the construct that takes the kind, for errors
   * @internal
   */
  public abstract _bind(path: string): BoundKind;
}

/** JavaScript passes the name alone, or nothing. */
export function requireKind(path: string, kind: CredentialKind | undefined): void {
  if (kind?._bind === undefined) fail(path, '`kind` must be a CredentialKind, such as RandomToken.of()');
}
