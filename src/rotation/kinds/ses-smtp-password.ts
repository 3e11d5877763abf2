import { aws_iam as iam, Token } from 'aws-cdk-lib';
import { fail } from '../../private/errors';
import { partitionOf } from '../../private/regions';
import { REGION, requireText } from '../../private/validation';
import { ACCESS_KEY_KINDS } from '../contract/access-keys';
import { ROTATION_ENVIRONMENT } from '../contract/environment';
import { CredentialKind } from '../credential-kind';
import { accessKeyStatements, claim, requireAccessKeyUser, tagsOfUser } from '../private/access-key-user';
import { BoundKind, placeholder } from '../private/bound-kind';

/** Partitions in which Amazon SES has an SMTP interface. @see https://docs.aws.amazon.com/general/latest/gr/ses.html */
const PARTITIONS = ['aws', 'aws-us-gov'];

/** Whose SMTP password is rotated. */
export interface SesSmtpPasswordOptions {
  /**
   * The user, of the account of the secret, with the permission `ses:SendRawEmail`. The password is made of an access key of the user, of
   * which it has two at most, and the rotation needs both: create one for the secret alone.
   */
  readonly user: iam.IUser;

  /**
   * The region of Amazon SES. A password is for one region.
   *
   * @default - the region of the secret
   */
  readonly region?: string;

  /**
   * Whether all access keys of the user are the secret's: see `IamAccessKeyOptions`.
   *
   * @default - true for a user that this app creates, false for an imported one
   */
  readonly dedicated?: boolean;
}

/**
 * The user name and the password for the SMTP interface of Amazon SES. The older password works until the next rotation.
 *
 * The value is a JSON object with `username`, `password`, `host` and `port` (587, for STARTTLS), a placeholder before the first rotation.
 * The access key of which the password is made is stored nowhere.
 *
 * @see https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html
 *
 * @example
 * const user = new iam.User(this, 'Mailer');
 * identity.grant(user, 'ses:SendRawEmail');
 * new RotatedSecret(this, 'Smtp', { namespace: secrets, purpose: 'smtp', kind: SesSmtpPassword.of({ user }) });
 */
export class SesSmtpPassword extends CredentialKind {
  /** The SMTP password of a user, for one region. */
  public static of(options: SesSmtpPasswordOptions): SesSmtpPassword {
    return new SesSmtpPassword(options);
  }

  private constructor(private readonly options: SesSmtpPasswordOptions) {
    super('SMTP passwords of Amazon SES');
  }

  /** @internal */
  public _bind(path: string): BoundKind {
    const { options } = this;
    requireAccessKeyUser(path, options);
    if (options.region !== undefined) requireSesRegion(path, options.region);
    return {
      name: ACCESS_KEY_KINDS.SES_SMTP_PASSWORD,
      title: this._title,
      rotatedBy: 'iam',
      overlap: 'untilNextRotation',
      ...placeholder(),
      environment: options.region === undefined ? {} : { [ROTATION_ENVIRONMENT.SES_REGION]: options.region },
      tags: tagsOfUser(options),
      statements: accessKeyStatements(options),
      use: secret => claim(options, secret),
    };
  }
}

function requireSesRegion(path: string, region: string): void {
  if (Token.isUnresolved(region)) fail(path, '`region` must be known at synthesis, got a token; write the region, such as "eu-west-1"');
  requireText(path, 'region', region, REGION);
  const partition = partitionOf(region);
  if (partition !== undefined && !PARTITIONS.includes(partition)) {
    fail(path, `\`region\` must be one in which Amazon SES has an SMTP interface, got ${region}; take a region of the partition aws`);
  }
}
