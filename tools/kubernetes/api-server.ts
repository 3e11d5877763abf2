import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { request } from 'https';
import { tmpdir } from 'os';
import * as path from 'path';
import { customResourceDefinitions } from './definitions';
import { freePort } from '../servers/free-port';
import { ServerProcess, started } from '../servers/server-process';
import { giveTo, unprivileged } from '../servers/unprivileged';

/** The program that `go build` makes of `api-server`, and the one of etcd, in which it keeps the objects. */
const PROGRAMS = { server: 'KUBERNETES_API_SERVER', etcd: 'ETCD' };

const START_TIMEOUT_MS = 60_000;

/** How to get what is missing; absent when the server can run. */
export function missingApiServer(): string | undefined {
  const missing = Object.values(PROGRAMS).filter(variable => !existsSync(process.env[variable] ?? ''));
  if (missing.length === 0) return undefined;
  return `an API server of Kubernetes: with Go, run go build -C tools/kubernetes/api-server -o <file>, install etcd-server of Debian, and name both in ${
    Object.values(PROGRAMS).join(' and ')}`;
}

interface Answer {
  readonly status: number;
  readonly body: any;
}

/** The API server of Kubernetes, with the definitions of the operators. It stores objects, and no operator looks at them. */
export class ApiServer {
  public static async start(): Promise<ApiServer> {
    const [port, client, peer] = [await freePort(), await freePort(), await freePort()];
    const folder = mkdtempSync(path.join(tmpdir(), 'api-server-'));
    return started(new ApiServer(folder, port, processes(folder, port, { client, peer })), async server => {
      await eventually('the API server answers', async () => (await server.send('GET', '/apis/apiextensions.k8s.io/v1')).status === 200);
      for (const definition of customResourceDefinitions()) await server.define(definition);
    });
  }

  private constructor(private readonly folder: string, private readonly port: number, private readonly running: ServerProcess[]) {}

  /** Stores an object as `kubectl apply` would. What the server does not take whole, it refuses. */
  public async create(object: any): Promise<Answer> {
    const { apiVersion, kind, metadata: { namespace } } = object;
    const { spec: { names: { plural } } } = customResourceDefinitions().find(({ spec }) => spec.names.kind === kind)!;
    const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
    return this.send('POST', `/apis/${apiVersion}${place}/${plural}?fieldValidation=Strict`, object);
  }

  public async stop(): Promise<void> {
    for (const each of this.running) await each.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async define(definition: any): Promise<void> {
    const { status, body } = await this.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
    if (status !== 201) throw new Error(`the API server refuses ${definition.metadata.name}: ${body.message}`);
    const { group, names: { plural }, versions: [{ name }] } = definition.spec;
    await eventually(`${plural} are served`, async () => (await this.send('GET', `/apis/${group}/${name}/${plural}`)).status === 200);
  }

  private async send(method: string, url: string, body?: object): Promise<Answer> {
    const certificate = path.join(this.folder, 'apiserver.crt');
    const ca = existsSync(certificate) ? readFileSync(certificate) : undefined;
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request({ host: '127.0.0.1', port: this.port, path: url, method, headers, ca, servername: 'localhost', agent: false }, response => {
        const parts: Buffer[] = [];
        response.on('data', part => parts.push(part)).on('end', () => resolve({ status: response.statusCode!, body: parsed(Buffer.concat(parts).toString()) }));
      });
      sent.on('error', reject).end(body && JSON.stringify(body));
    });
  }
}

/** The API server asks for the other objects of a cluster, of which there are none: its kubeconfig leads nowhere. */
function processes(folder: string, port: number, etcd: { client: number; peer: number }): ServerProcess[] {
  const url = `http://127.0.0.1:${etcd.client}`;
  const kubeconfig = path.join(folder, 'kubeconfig.json');
  writeFileSync(kubeconfig, JSON.stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name: 'none', cluster: { server: 'http://127.0.0.1:1' } }],
    'users': [{ name: 'none', user: {} }],
    'contexts': [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
    'current-context': 'none',
  }));
  giveTo(unprivileged(), folder);
  const peers = `http://127.0.0.1:${etcd.peer}`;
  const store = ['--data-dir', path.join(folder, 'etcd'), '--listen-client-urls', url, '--advertise-client-urls', url, '--listen-peer-urls', peers,
    '--initial-advertise-peer-urls', peers, '--initial-cluster', `default=${peers}`];
  const program = (name: keyof typeof PROGRAMS) => path.resolve(process.env[PROGRAMS[name]]!);
  return [
    new ServerProcess({ command: [program('server'), url, String(port), folder, kubeconfig], cwd: folder, signal: 'KILL' }),
    new ServerProcess({ command: [program('etcd'), ...store], cwd: folder, signal: 'KILL' }),
  ];
}

function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  while (!await holds().catch(() => false)) {
    if (Date.now() > end) throw new Error(`not within ${START_TIMEOUT_MS / 1000} s: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
