/**
 * The tag of a secret whose credential expires: a date of ISO 8601, such as `2027-03-31` or `2027-03-31T12:00:00Z`. A date alone means
 * its beginning in UTC.
 */
export const EXPIRES_TAG = 'cdk-managed-secrets:expires';
