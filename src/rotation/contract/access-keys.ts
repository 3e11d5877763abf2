/** The values of CREDENTIAL_KIND in the bundle `iam`. */
export const ACCESS_KEY_KINDS = { IAM_ACCESS_KEY: 'iamAccessKey', SES_SMTP_PASSWORD: 'sesSmtpPassword' } as const;

/** A user can have so many access keys. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MAX_ACCESS_KEYS = 2;

/** Clients open this one and then ask for TLS. @see https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html */
export const SES_SMTP_PORT = 587;

/** TLS from the first byte. */
export const SES_SMTP_TLS_PORT = 465;

/** @see https://docs.aws.amazon.com/general/latest/gr/ses.html */
export function sesSmtpHost(region: string): string {
  return `email-smtp.${region}.amazonaws.com`;
}
