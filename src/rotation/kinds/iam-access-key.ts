import { Annotations, type aws_iam as iam } from 'aws-cdk-lib';
import { ACCESS_KEY_KINDS } from '../contract/access-keys';
import { CredentialKind } from '../credential-kind';
import { accessKeyStatements, claim, requireAccessKeyUser, tagsOfUser } from '../private/access-key-user';
import { BoundKind, placeholder } from '../private/bound-kind';

/** Whose access key is rotated. */
export interface IamAccessKeyOptions {
  /**
   * The user, of the account of the secret. It has two access keys at most, of which the rotation needs both: create one for the secret
   * alone.
   */
  readonly user: iam.IUser;

  /**
   * Whether all access keys of the user are the secret's. Then a key that no version of the secret holds, and that was never used, was left
   * behind by a rotation that died: it is deleted 15 minutes later. A key that was used is never deleted.
   *
   * @default - true for a user that this app creates, false for an imported one: a key that no version of the secret holds stays
   */
  readonly dedicated?: boolean;
}

/**
 * The access key of an IAM user, for what cannot assume a role: software outside of AWS without a certificate, or a product that takes
 * nothing else. The older key works until the next rotation.
 *
 * The value is a JSON object with `userName`, `accessKeyId` and `secretAccessKey`, a placeholder before the first rotation.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
 *
 * @example
 * const user = new iam.User(this, 'Uploader');
 * bucket.grantPut(user);
 * new RotatedSecret(this, 'UploaderKey', { namespace: secrets, purpose: 'uploader-key', kind: IamAccessKey.of({ user }) });
 */
export class IamAccessKey extends CredentialKind {
  /** The access key of a user. */
  public static of(options: IamAccessKeyOptions): IamAccessKey {
    return new IamAccessKey(options);
  }

  private constructor(private readonly options: IamAccessKeyOptions) {
    super('IAM access keys');
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { options } = this;
    requireAccessKeyUser(path, options);
    return {
      name: ACCESS_KEY_KINDS.IAM_ACCESS_KEY,
      title: this._title,
      rotatedBy: 'iam',
      overlap: 'untilNextRotation',
      ...placeholder(),
      tags: tagsOfUser(options),
      statements: accessKeyStatements(options),
      use: (secret) => {
        claim(options, secret);
        Annotations.of(secret).addInfoV2('cdk-managed-secrets:accessKeyWithoutRole', 'An access key is for what cannot assume a role. What '
          + 'runs in AWS has a role of its own; what runs elsewhere gets one by IAM Roles Anywhere or by OpenID Connect, and needs no '
          + 'secret.');
      },
    };
  }
}
