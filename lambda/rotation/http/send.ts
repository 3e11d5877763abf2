import { Agent, request } from 'https';
import type { FilledCall } from './template';
import { MINIMUM_TLS_VERSION } from '../adapters/tls-failure';
import { RotationError } from '../engine/errors';
import { identity, secureContextOf } from '../kinds/tls-connection';

/** An answer, as far as it may be looked at. */
export interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly text: string;
}

/** Nothing that a service has to say about a secret is larger. */
export const MOST_ANSWER_BYTES = 64 * 1024;

const NETWORK_CODE = /^(E[A-Z]+|EAI_AGAIN|ERR_SOCKET_CLOSED|HPE_[A-Z_]+)$/;

export interface SendOptions {
  /** For the whole answer. */
  readonly timeoutMs: number;
  /** PEM bundles of further authorities. */
  readonly ca: readonly string[];
  /** The name in the certificate, when the host of the URL is an alias. @default - the host of the URL */
  readonly serverName?: string;
  /** Of several calls to one server. @default - a connection for this call alone */
  readonly agent?: Agent;
}

/** Sends one request over verified TLS. A redirect is an answer like any other: nobody follows it. */
export async function send(call: FilledCall, { timeoutMs, ca, serverName, agent }: SendOptions): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const headers = { ...call.headers, ...(call.body !== undefined && { 'content-length': Buffer.byteLength(call.body) }) };
      const outgoing = request(call.url, {
        method: call.method,
        headers,
        signal,
        agent: agent ?? false,
        minVersion: MINIMUM_TLS_VERSION,
        rejectUnauthorized: true,
        ...(ca.length > 0 && { secureContext: secureContextOf(ca) }),
        ...(serverName !== undefined && identity(serverName)),
      }, response => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          chunks.push(chunk);
          if (bytes > MOST_ANSWER_BYTES) outgoing.destroy(tooLarge());
        });
        response.on('end', () => resolve({
          status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text: Buffer.concat(chunks).toString('utf8'),
        }));
        response.on('error', reject);
      });
      outgoing.on('error', reject);
      outgoing.end(call.body);
    });
  } catch (error) {
    throw failureOf(error, signal.aborted, timeoutMs);
  }
}

function tooLarge(): RotationError {
  return new RotationError('configuration', `the service answers with more than ${MOST_ANSWER_BYTES} bytes, of which nothing is read; `
    + 'check the URL of the call');
}

/** The code of the error alone: its text may hold a URL. */
function failureOf(error: unknown, isLate: boolean, timeoutMs: number): RotationError {
  if (error instanceof RotationError) return error;
  if (isLate) {
    return new RotationError('network', `the service did not answer within ${timeoutMs} ms; check that it is up and that the function `
      + 'has a way to it', 'ETIMEDOUT');
  }
  const { code } = error as { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : undefined;
  if (known === undefined || NETWORK_CODE.test(known)) {
    return new RotationError('network', 'the service cannot be reached; check its host, and that the function has a way to it', known);
  }
  return new RotationError('tls', 'the certificate of the service does not verify; check it, or give its authority as '
    + '`certificateAuthorities` of the rotator', known);
}
