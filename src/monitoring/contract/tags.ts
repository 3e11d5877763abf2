/**
 * The tag of a secret whose credential expires: a date of ISO 8601, such as `2027-03-31` or `2027-03-31T12:00:00Z`. A date alone means
 * its beginning in UTC.
 */
export const EXPIRES_TAG = 'cdk-managed-secrets:expires';

const DATE = /^(?<day>\d{4}-\d{2}-\d{2})(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?(?<zone>Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;

/** The date of the tag; absent when it is none, such as the 30th of February or a time without its zone. */
export function expiryIn(text: string): Date | undefined {
  const day = DATE.exec(text)?.groups?.day;
  if (day === undefined) return undefined;
  const [midnight, date] = [new Date(`${day}T00:00:00Z`), new Date(text)];
  return !Number.isNaN(date.getTime()) && !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day) ? date : undefined;
}
