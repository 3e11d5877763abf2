import type { IManagedSecret } from '../secret/managed-secret-props';

/**
 * What a consumer gets of a secret: one field of its JSON object, or the whole value.
 *
 * @example
 * declare const db: RotatedDatabaseSecret;
 * const password = SecretField.of(db, 'password');
 */
export class SecretField {
  /**
   * A field of a secret, or all of it.
   *
   * @param secret one of this package, imported ones too, so that a consumer is granted secret and key
   * @param jsonField the name of a field of the JSON object; the whole value when left out
   */
  public static of(secret: IManagedSecret, jsonField?: string): SecretField {
    return new SecretField(secret, jsonField);
  }

  private constructor(
    /** The secret. */
    public readonly secret: IManagedSecret,
    /** The name of the field, absent for the whole value. */
    public readonly jsonField?: string,
  ) {}
}
