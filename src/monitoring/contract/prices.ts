/**
 * What a secret costs a month, and each replica of it, in US dollars: the same in every region of the partition `aws`.
 *
 * @see https://aws.amazon.com/secrets-manager/pricing/
 */
export const SECRET_MONTHLY_USD = 0.4;
