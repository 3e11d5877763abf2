import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import type { FakeSecretsManager } from './fake-secrets-manager';
import { FAILURES } from './service-failure';

/** Operations that take a token, which the SDK makes up when the caller has none. */
const WITH_TOKEN = ['CreateSecret', 'PutSecretValue', 'UpdateSecret', 'RotateSecret'];

export interface HttpSecretsManager {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The fake over AWS JSON 1.1, so that the real SDK client and a real bundle talk to it. */
export async function serveSecretsManager(fake: FakeSecretsManager, port = 0): Promise<HttpSecretsManager> {
  const server = createServer((request, response) => void answer(fake, request, response));
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${own}`, close: async () => closed(server) };
}

async function answer(fake: FakeSecretsManager, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const operation = String(request.headers['x-amz-target']).replace(/^secretsmanager\./, '');
    const input = fromWire(JSON.parse(await bodyOf(request)));
    if (WITH_TOKEN.includes(operation) && input.ClientRequestToken === undefined) throw FAILURES.noToken(operation);
    reply(response, 200, await fake.execute(operation, input));
  } catch (error) {
    const { name, message } = error as Error;
    reply(response, name === 'InternalServiceError' ? 500 : 400, { __type: name, Message: message });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body, toWire));
}

/** Dates travel as seconds, bytes as base64. */
function toWire(this: any, key: string, value: unknown): unknown {
  const original: unknown = this[key];
  if (original instanceof Date) return original.getTime() / 1000;
  if (original instanceof Uint8Array) return Buffer.from(original).toString('base64');
  return value;
}

function fromWire(input: Record<string, unknown>): Record<string, unknown> {
  return typeof input.SecretBinary === 'string' ? { ...input, SecretBinary: new Uint8Array(Buffer.from(input.SecretBinary, 'base64')) } : input;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
}
