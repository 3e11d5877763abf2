/**
 * List prices in us-east-1, in cents of a US dollar a month. A replica is billed as a secret of its own.
 *
 * The first and the second rotation of a customer managed key each add the price of a key again; API calls are extra.
 *
 * @see https://aws.amazon.com/secrets-manager/pricing/
 * @see https://aws.amazon.com/kms/pricing/
 */
export const CENTS_PER_SECRET = 40;
export const CENTS_PER_CUSTOMER_MANAGED_KEY = 100;

export const PRICING_PAGES = ['https://aws.amazon.com/secrets-manager/pricing/', 'https://aws.amazon.com/kms/pricing/'];

export function dollars(cents: number): string {
  return `${(cents / 100).toFixed(2)} USD`;
}
