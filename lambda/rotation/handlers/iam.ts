import { kindHandler } from '../engine/kind';
import { IamAccessKeyKind } from '../kinds/iam/iam-access-key';
import { SesSmtpPasswordKind } from '../kinds/iam/ses-smtp-password';

/** Access keys of IAM users, and the SMTP passwords of Amazon SES that are made of them. */
export const handler = kindHandler([new IamAccessKeyKind(), new SesSmtpPasswordKind()]);
