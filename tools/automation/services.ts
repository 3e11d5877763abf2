import { createServer, IncomingMessage, Server } from 'http';
import type { AddressInfo } from 'net';

/** The services that a runbook calls; time passes by `wait` alone. */
export interface Services {
  call(service: string, operation: string, input: Record<string, any>): Promise<Record<string, any>> | Record<string, any>;
  wait(seconds: number): void;
}

/** Serves them to the scripts of a runbook, which run in processes of their own. */
export async function servedTo<T>(services: Services, use: (endpoint: string) => Promise<T>): Promise<T> {
  const server: Server = createServer((request, response) => {
    void answer(services, request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}

async function answer(services: Services, request: IncomingMessage): Promise<[number, object]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { service, operation, input } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  try {
    return [200, await services.call(service, operation, input)];
  } catch (error) {
    const { name, message } = error as Error;
    return [400, { name, message }];
  }
}
