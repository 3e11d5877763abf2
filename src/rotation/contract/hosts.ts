import { isIPv6 } from 'net';

/** A port of TCP. */
export const PORTS = { min: 1, max: 65_535 };

const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);

/**
 * What ends the names in each partition. @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
const DOMAINS = ['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'c2s.ic.gov', 'sc2s.sgov.gov', 'cloud.adc-e.uk', 'csp.hci.ic.gov'];

/** Amazon DocumentDB has its certificates of the authorities of Amazon RDS. */
const SERVICE = '(?:rds|docdb|docdb-elastic)';

/** In China the region stands behind `rds`, elsewhere before it. */
const REGION = `(?:(?<before>[a-z0-9-]+)\\.${SERVICE}|${SERVICE}\\.(?<behind>[a-z0-9-]+))`;
const OF_RDS = `\\.${REGION}\\.(?:${DOMAINS.join('|').replaceAll('.', '\\.')})$`;
const RDS_NAME = new RegExp(OF_RDS, 'i');
const READ_ONLY_NAME = new RegExp(`\\.(?<kind>proxy|cluster-ro)-[a-z0-9]+${OF_RDS}`, 'i');

/** A name of Amazon Redshift or Redshift Serverless, whose certificates are of Amazon Trust Services. */
const REDSHIFT_NAME = new RegExp(`\\.[a-z0-9-]+\\.redshift(?:-serverless)?\\.(?:${DOMAINS.join('|').replaceAll('.', '\\.')})$`, 'i');

/** Without the dot that a name in DNS may end with, and that not every resolver takes. */
export function withoutFinalDot(host: string): string {
  return host.replace(/\.$/, '');
}

/** Whether this is a host name or an address alone: no port, no URL. */
export function isHost(host: string): boolean {
  return HOST_NAME.test(withoutFinalDot(host)) || isIPv6(host);
}

/**
 * What Amazon RDS calls an endpoint at which no new password can be set: RDS Proxy knows only the one that is AWSCURRENT, and a reader
 * takes no writes.
 */
export function readOnlyEndpointIn(host: string): 'proxy' | 'reader' | undefined {
  const kind = READ_ONLY_NAME.exec(withoutFinalDot(host))?.groups!.kind.toLowerCase();
  if (kind === undefined) return undefined;
  return kind === 'proxy' ? 'proxy' : 'reader';
}

/** The region of a name that Amazon RDS or Amazon DocumentDB gave, whatever its partition. */
export function rdsRegionIn(host: string): string | undefined {
  const { before, behind } = RDS_NAME.exec(host)?.groups ?? {};
  return (before ?? behind)?.toLowerCase();
}

export function isRedshiftName(host: string): boolean {
  return REDSHIFT_NAME.test(withoutFinalDot(host));
}
