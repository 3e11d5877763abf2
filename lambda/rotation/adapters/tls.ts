import { X509Certificate } from 'crypto';
import { isIP } from 'net';
import { checkServerIdentity, ConnectionOptions, createSecureContext, PeerCertificate, rootCertificates, SecureContext } from 'tls';
import { rdsAuthoritiesOf, textIn } from './rds-authorities';
import { MINIMUM_TLS_VERSION } from './tls-failure';
import { isRedshiftName, rdsRegionIn, withoutFinalDot } from '../../../src/rotation/contract/hosts';
import type { ConnectOptions } from '../engine/database-adapter';
import { RotationError } from '../engine/errors';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Amazon Trust Services, which issues the certificates of RDS that RDS's own authorities do not. */
const AMAZON_ROOT = /Amazon Root CA \d|Starfield Services Root Certificate Authority/;

/** The same ones are asked for again and again; reading hundreds of certificates takes longer than a handshake. */
const contexts = new Map<string, SecureContext>();

/**
 * Every certificate that is trusted, one PEM each: those of RDS in the region of the server, those that the user gives, and Node's own.
 * Nobody but Amazon has a reason to issue a certificate for a name of RDS or Redshift, so nobody else is
 * believed there.
 */
export function certificateAuthorities(name: string, { ca }: Trust): string[] {
  const given = ca.flatMap(certificatesIn);
  if (isRedshiftName(name)) return [...amazonRoots(), ...given];
  const region = rdsRegionIn(name);
  const publicRoots = region === undefined ? rootCertificates : amazonRoots();
  return [...rdsAuthoritiesOf(region ?? process.env.AWS_REGION), ...publicRoots, ...given];
}

function amazonRoots(): string[] {
  return rootCertificates.filter((pem) => AMAZON_ROOT.test(textIn(pem)));
}

export type Trust = Pick<ConnectOptions, 'ca'>;

/** The same for the same authorities. */
export function keyOf(name: string, { ca }: Trust): string {
  return [name.toLowerCase(), ...ca].join('\n');
}

/** The certificates of a PEM bundle. A bundle without any is a mistake, and must not look like no bundle. */
function certificatesIn(bundle: string): string[] {
  const certificates = bundle.match(PEM_CERTIFICATE);
  if (!certificates?.every(isReadable)) {
    throw new RotationError('configuration', 'the bundle of certificate authorities is not one of certificates in PEM form; correct '
      + 'TLS_CA_BUNDLE');
  }
  return certificates;
}

/** Node passes over what it cannot read, and the server would seem to be the one at fault. */
function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).raw.length > 0;
  } catch {
    return false;
  }
}

/** The name that the server's certificate must carry. A dot at its end is for DNS alone. */
export function expectedServerName(host: string, options: ConnectOptions): string {
  return withoutFinalDot(options.serverName ?? host);
}

/** How `tls.connect` verifies the server at `host`. There is no option that verifies less. */
export function verifiedTlsOptions(host: string, options: ConnectOptions): ConnectionOptions {
  const name = expectedServerName(host, options);
  return {
    host: name,
    // An address is no server name: TLS forbids it, and Node warns. It is still checked against the certificate.
    ...(isIP(name) ? {} : { servername: name }),
    secureContext: secureContextOf(name, options),
    rejectUnauthorized: true,
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
  };
}

function secureContextOf(name: string, trust: Trust): SecureContext {
  const key = keyOf(name, trust);
  const known = contexts.get(key);
  if (known) return known;
  const context = createSecureContext({ ca: certificateAuthorities(name, trust), minVersion: MINIMUM_TLS_VERSION });
  contexts.set(key, context);
  return context;
}
