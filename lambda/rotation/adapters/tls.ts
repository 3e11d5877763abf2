import { X509Certificate } from 'crypto';
import { isIP } from 'net';
import { checkServerIdentity, ConnectionOptions, createSecureContext, PeerCertificate, rootCertificates, SecureContext } from 'tls';
import { RDS_CERTIFICATE_AUTHORITIES } from './rds-ca-bundle';
import type { ConnectOptions } from '../engine/database-adapter';
import { RotationError } from '../engine/errors';

/** One policy for every engine: verified, or not at all. */
export const MINIMUM_TLS_VERSION = 'TLSv1.2';

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Codes that Node gives to errors of the socket, not of TLS, while a handshake is going on. */
const NETWORK_CODES = new Set([
  'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH', 'ENOTFOUND',
  'EPIPE', 'ETIMEDOUT',
]);

const UNKNOWN_AUTHORITY_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_SIGNATURE_FAILURE',
]);

/** The same ones are asked for again and again; reading three hundred certificates takes longer than a handshake. */
const contexts = new Map<string, SecureContext>();

/** Every certificate that is trusted: those of RDS, those that the user gives, and Node's own unless they issue to too many, one PEM each. */
export function certificateAuthorities({ ca, databaseAuthoritiesOnly }: Trust): string[] {
  return [...RDS_CERTIFICATE_AUTHORITIES, ...databaseAuthoritiesOnly ? [] : rootCertificates, ...ca.flatMap(certificatesIn)];
}

export type Trust = Pick<ConnectOptions, 'ca' | 'databaseAuthoritiesOnly'>;

/** The same for the same authorities. */
export function keyOf({ ca, databaseAuthoritiesOnly = false }: Trust): string {
  return [databaseAuthoritiesOnly, ...ca].join('\n');
}

/** The certificates of a PEM bundle. A bundle without any is a mistake, and must not look like no bundle. */
function certificatesIn(bundle: string): string[] {
  const certificates = bundle.match(PEM_CERTIFICATE);
  if (!certificates?.every(isReadable)) {
    throw new RotationError('configuration', 'the bundle of certificate authorities is not one of certificates in PEM form; correct TLS_CA_BUNDLE');
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
  return (options.serverName ?? host).replace(/\.$/, '');
}

/** How `tls.connect` verifies the server at `host`. There is no option that verifies less. */
export function verifiedTlsOptions(host: string, options: ConnectOptions): ConnectionOptions {
  const name = expectedServerName(host, options);
  return {
    host: name,
    // An address is no server name: TLS forbids it, and Node warns. It is still checked against the certificate.
    ...(isIP(name) ? {} : { servername: name }),
    secureContext: secureContextOf(options),
    rejectUnauthorized: true,
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
  };
}

function secureContextOf(trust: Trust): SecureContext {
  const key = keyOf(trust);
  const known = contexts.get(key);
  if (known) return known;
  const context = createSecureContext({ ca: certificateAuthorities(trust), minVersion: MINIMUM_TLS_VERSION });
  contexts.set(key, context);
  return context;
}

/** A code of Node's that means the network, whichever driver hands it on. */
export function isNetworkCode(code: string | undefined): boolean {
  return code !== undefined && NETWORK_CODES.has(code);
}

/** What went wrong between the first byte of a handshake and its end. */
export function tlsFailure(error: unknown): RotationError {
  const code = codeOf(error);
  if (isNetworkCode(code)) return new RotationError('network', 'the connection broke during the TLS handshake', code);
  return new RotationError('tls', explanationOf(code), code);
}

function explanationOf(code: string | undefined): string {
  if (code === 'CERT_HAS_EXPIRED') return 'the certificate of the database has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'the certificate of the database is not valid yet';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'the certificate of the database carries another name than its host; if the host is an alias, set TLS_SERVER_NAME to the name it stands for';
  }
  if (code !== undefined && UNKNOWN_AUTHORITY_CODES.has(code)) {
    return 'the certificate of the database comes from an unknown authority; give its certificate authority as PEM in TLS_CA_BUNDLE';
  }
  return 'the TLS handshake with the database failed';
}

/** The code of an error, and nothing else of it. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
