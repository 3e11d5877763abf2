import { RotationError } from '../engine/errors';
import { REMEDIES } from '../engine/remedies';

/** One policy for every engine: verified, or not at all. */
export const MINIMUM_TLS_VERSION = 'TLSv1.2';

/** Codes that Node gives to errors of the socket, not of TLS, while a handshake is going on. */
const NETWORK_CODES = new Set([
  'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE', 'ETIMEDOUT',
]);

const UNKNOWN_AUTHORITY_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_SIGNATURE_FAILURE',
]);

/** A code of Node's that means the network, whichever driver hands it on. */
export function isNetworkCode(code: string | undefined): boolean {
  return code !== undefined && NETWORK_CODES.has(code);
}

/** What went wrong between the first byte of a handshake and its end. `server` is what messages call the server. */
export function tlsFailure(error: unknown, server = 'database'): RotationError {
  const code = codeOf(error);
  if (isNetworkCode(code)) return new RotationError('network', `the connection broke during the TLS handshake; ${REMEDIES.network}`, code);
  return new RotationError('tls', explanationOf(code).replaceAll('the database', `the ${server}`), code);
}

function explanationOf(code: string | undefined): string {
  if (code === 'CERT_HAS_EXPIRED') return `the certificate of the database has expired; ${REMEDIES.tls}`;
  if (code === 'CERT_NOT_YET_VALID') return `the certificate of the database is not valid yet; ${REMEDIES.tls}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'the certificate of the database carries another name than its host; if the host is an alias, set TLS_SERVER_NAME to the name '
      + 'it stands for';
  }
  if (code !== undefined && UNKNOWN_AUTHORITY_CODES.has(code)) {
    return 'the certificate of the database comes from an unknown authority; give its certificate authority as PEM in TLS_CA_BUNDLE';
  }
  return `the TLS handshake with the database failed; ${REMEDIES.tls}`;
}

/** The code of an error, and nothing else of it. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
