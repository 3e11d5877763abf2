import type { aws_kms as kms } from 'aws-cdk-lib';
import {
  AwsManagedKey, customerManagedKey, KeyByAlias, type KeyOfSecrets, type KeyPermission, type KeyPermissionRequest,
} from './private/key-of-secrets';
import { requireMade } from '../private/validation';

/**
 * The key under which a secret is encrypted. A grant needs to know it, so it is never guessed.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export class SecretEncryption {
  /**
   * A customer managed key of this app, or an imported one.
   *
   * @param aliasName its alias, such as `alias/secrets/prod/payments`, by which the policies of principals in other accounts
   *   name it; without one, no role of another account in this app can be granted anything
   */
  public static customerManagedKey(key: kms.IKey, aliasName?: string): SecretEncryption {
    return new SecretEncryption(customerManagedKey(key, aliasName));
  }

  /**
   * A customer managed key that is known by its alias only. Grants name it by the condition `kms:ResourceAliases`.
   *
   * @param aliasName with its prefix, such as `alias/secrets/prod/payments`
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
   */
  public static customerManagedKeyByAlias(aliasName: string): SecretEncryption {
    return new SecretEncryption(new KeyByAlias(aliasName));
  }

  /**
   * The AWS managed key `aws/secretsmanager`. Every principal of the account may use it through Secrets Manager, it costs
   * nothing, and no other account can ever read a secret that is encrypted under it.
   */
  public static awsManagedKey(): SecretEncryption {
    return new SecretEncryption(new AwsManagedKey());
  }

  /** @internal */
  public static _of(key: KeyOfSecrets): SecretEncryption {
    return new SecretEncryption(key);
  }

  private constructor(private readonly key: KeyOfSecrets) {}

  /** @internal */
  public get _key(): KeyOfSecrets {
    return this.key;
  }

  /**
   * The key to hand to constructs that take one.
   *
   * @default - no key is known, as for the AWS managed key
   */
  public get encryptionKey(): kms.IKey | undefined {
    return this.key.view;
  }

  /** @internal */
  public get _kmsKeyId(): string | undefined {
    return this.key.kmsKeyId;
  }

  /** @internal */
  public _permission(request: KeyPermissionRequest): KeyPermission | undefined {
    return this.key.permission(request);
  }
}

/** JavaScript passes the key itself, or null. */
export function requireEncryption(path: string, encryption: SecretEncryption | undefined | null, prop = 'encryption'): void {
  requireMade(path, prop, encryption, { member: '_permission', words: 'a SecretEncryption, such as SecretEncryption.awsManagedKey()' });
}
