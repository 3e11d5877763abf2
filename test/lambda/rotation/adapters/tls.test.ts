import { X509Certificate } from 'crypto';
import { readFileSync } from 'fs';
import { rootCertificates } from 'tls';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { RDS_CERTIFICATE_AUTHORITIES } from '../../../../lambda/rotation/adapters/rds-authorities';
import { certificateAuthorities, verifiedTlsOptions } from '../../../../lambda/rotation/adapters/tls';
import { tlsFailure } from '../../../../lambda/rotation/adapters/tls-failure';
import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { REGIONS_WITHOUT_RDS_AUTHORITIES } from '../../../../src/rotation/contract/authorities';
import { CertificateAuthority, daysFromNow } from '../../../../tools/servers/certificates';

const OPTIONS = { timeoutMs: 1_000, ca: [] };

/** The three authorities of each region from which RDS issues certificates. */
const GENERATION = ['ECC384 G1', 'RSA2048 G1', 'RSA4096 G1'];
/** RDS Proxy and Aurora Serverless v1 have certificates of Amazon Trust Services. */
const PROXY_ROOTS = ['Amazon Root CA 1', 'Amazon Root CA 2', 'Amazon Root CA 3', 'Amazon Root CA 4'];
/** A file with what AWS publishes today: https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem */
const PUBLISHED = process.env.ROTATION_RDS_BUNDLE;
/** A person must have the time to release a new version before an authority ends. */
const NOTICE_DAYS = 365;

interface RegionalRoot {
  readonly region: string;
  readonly kind: string;
}

function commonName(pem: string): string {
  return /CN=(.*)/.exec(new X509Certificate(pem).subject)![1];
}

function isValid(pem: string, on = new Date()): boolean {
  return new Date(new X509Certificate(pem).validTo) > on;
}

function regionalRoots(pems: readonly string[]): RegionalRoot[] {
  return pems.map((pem) => /^Amazon RDS (\S+) Root CA (.*)$/.exec(commonName(pem)))
    .filter((match) => match !== null)
    .map(([, region, kind]) => ({ region, kind }));
}

function pemsIn(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
}

describe('the bundle of the certificate authorities of RDS', () => {
  const valid = RDS_CERTIFICATE_AUTHORITIES.filter((pem) => isValid(pem, daysFromNow(NOTICE_DAYS)));
  const roots = regionalRoots(valid);
  const regions = [...new Set(roots.map(({ region }) => region))];

  test.each(regions)('has the three authorities in use of %s, valid for a year at least', (region) => {
    expect(roots.filter((root) => root.region === region).map(({ kind }) => kind).sort()).toEqual(GENERATION);
  });

  test('has every region that AWS CDK knows, but those that are listed as missing', () => {
    const known = RegionInfo.regions.map(({ name }) => name);
    // A newer AWS CDK knows newer regions: each needs its authorities, or its name in the list that users are shown.
    expect(known.filter((region) => !regions.includes(region) && !REGIONS_WITHOUT_RDS_AUTHORITIES.includes(region))).toEqual([]);
  });

  test('has none of the regions that are listed as missing', () => {
    expect(REGIONS_WITHOUT_RDS_AUTHORITIES.filter((region) => regions.includes(region))).toEqual([]);
  });

  test('leaves those of RDS Proxy to Node.js', () => {
    expect(RDS_CERTIFICATE_AUTHORITIES.map(commonName)).not.toEqual(expect.arrayContaining(PROXY_ROOTS.slice(0, 1)));
    expect(rootCertificates.map(commonNameOrNothing)).toEqual(expect.arrayContaining(PROXY_ROOTS));
  });

  // Run by the scheduled workflow, which can download what AWS publishes: offline, nobody can know a root made yesterday.
  (PUBLISHED ? test : test.skip)('has every authority in use that AWS publishes (needs ROTATION_RDS_BUNDLE, a file with AWS\'s bundle)', () => {
    const published = regionalRoots(pemsIn(readFileSync(PUBLISHED!, 'utf8')).filter((pem) => isValid(pem)));
    expect(published.length).toBeGreaterThan(0);
    const known = new Set(roots.map(({ region, kind }) => `${region} ${kind}`));
    expect(published.filter(({ region, kind }) => !known.has(`${region} ${kind}`) && !REGIONS_WITHOUT_RDS_AUTHORITIES.includes(region))).toEqual([]);
  });
});

function endpointsIn(region: string): string[] {
  if (region.startsWith('cn-')) return [`db.abc123.rds.${region}.amazonaws.com.cn`, `DB.cluster-abc123.rds.${region}.amazonaws.com.cn`];
  if (region.startsWith('eusc-')) return [`db.abc123.${region}.rds.amazonaws.eu`];
  return [`db.abc123.${region}.rds.amazonaws.com`, `db.cluster-ABC123.${region}.rds.amazonaws.com`];
}

function commonNameOrNothing(pem: string): string {
  return /CN=(.*)/.exec(new X509Certificate(pem).subject)?.[1] ?? '';
}

function ofRds(name: string): string[] {
  return certificateAuthorities(name, { ca: [] }).filter((pem) => RDS_CERTIFICATE_AUTHORITIES.includes(pem));
}

describe('what is trusted', () => {
  test('is RDS, what Node.js trusts, and each certificate of the bundles that the user gives', async () => {
    const [first, second, third] = await Promise.all(['A', 'B', 'C'].map(async (name) => CertificateAuthority.create(name)));
    const ca = [`# comment\n${first.certificate}\n${second.certificate}\n`, third.certificate];
    const trusted = certificateAuthorities('db.example.com', { ca });
    expect(trusted).toHaveLength(RDS_CERTIFICATE_AUTHORITIES.length + rootCertificates.length + 3);
    expect(trusted.slice(-3).map(commonName)).toEqual(['A', 'B', 'C']);
  });

  const regions = [...new Set(regionalRoots(RDS_CERTIFICATE_AUTHORITIES).map(({ region }) => region))];

  test.each(regions)('of a server of RDS in %s is what RDS and Amazon Trust Services issue there, and nobody else', (region) => {
    const expected = [...GENERATION.map((kind) => `Amazon RDS ${region} Root CA ${kind}`), ...PROXY_ROOTS].sort();
    for (const name of endpointsIn(region)) {
      const names = certificateAuthorities(name, { ca: [] }).map(commonName);
      expect(names.filter((known) => !known.startsWith('Starfield Services Root')).sort()).toEqual(expected);
      expect(regionalRoots(ofRds(name))).toHaveLength(GENERATION.length);
    }
  });

  test('of a server of RDS in a region that is newer than the bundle is every authority of RDS', () => {
    expect(ofRds('db.abc123.xx-new-9.rds.amazonaws.com')).toEqual(RDS_CERTIFICATE_AUTHORITIES);
  });

  test.each([
    'eu-west-1.rds.amazonaws.com.example.com', 'db.eu-west-1.rds.amazonaws.com.', 'db-eu-west-1.rds.amazonaws.org', 'rds.amazonaws.com',
  ])('is what Node.js trusts where a name only looks like one of RDS: %s', (name) => {
    expect(certificateAuthorities(name, { ca: [] })).toEqual(expect.arrayContaining([...rootCertificates]));
  });

  test('of any other server is RDS of the region in which the function runs', () => {
    process.env.AWS_REGION = 'eu-central-1';
    try {
      expect(regionalRoots(ofRds('db.example.com')).map(({ region }) => region)).toEqual(['eu-central-1', 'eu-central-1', 'eu-central-1']);
    } finally {
      delete process.env.AWS_REGION;
    }
  });

  test.each([
    ['no certificate', 'nothing'],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----'],
  ])('fails when a bundle holds %s', (_, bundle) => {
    expect(() => verifiedTlsOptions('db.example.com', { ...OPTIONS, ca: [bundle] })).toThrow(RotationError);
    expect(() => verifiedTlsOptions('db.example.com', { ...OPTIONS, ca: [bundle] })).toThrow(/TLS_CA_BUNDLE/);
  });
});

describe('how a server is verified', () => {
  test('by its host, which is also the name asked for', () => {
    expect(verifiedTlsOptions('db.example.com', OPTIONS)).toMatchObject({ servername: 'db.example.com', host: 'db.example.com', rejectUnauthorized: true });
  });

  test('by the name that the user gives for an alias', () => {
    expect(verifiedTlsOptions('alias', { ...OPTIONS, serverName: 'db.example.com' })).toMatchObject({ servername: 'db.example.com', host: 'db.example.com' });
  });

  test('without the dot with which a host may end', () => {
    expect(verifiedTlsOptions('db.example.com.', OPTIONS)).toMatchObject({ servername: 'db.example.com', host: 'db.example.com' });
  });

  test('by its address, which is never asked for as a name', () => {
    const options = verifiedTlsOptions('10.0.0.1', OPTIONS);
    expect(options).toMatchObject({ host: '10.0.0.1' });
    expect(options).not.toHaveProperty('servername');
  });
});

test.each([
  ['CERT_HAS_EXPIRED', 'tls', /expired/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', /TLS_SERVER_NAME/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', /TLS_CA_BUNDLE/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', /TLS_CA_BUNDLE/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', /handshake/],
  ['ECONNRESET', 'network', /broke/],
  [undefined, 'tls', /handshake/],
])('a handshake that fails with %s is of the kind %s', (code, kind, message) => {
  expect(tlsFailure(Object.assign(new Error('driver'), { code }))).toMatchObject({ kind, code, message: expect.stringMatching(message) });
});
