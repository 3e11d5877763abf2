import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { readFileSync } from 'fs';
import { join } from 'path';
import { CertificateAuthority } from './certificates';
import { httpsCall } from './https-call';

/** A client that was registered, and the token by which it manages its registration. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly configurationUrl: string;
  readonly registrationToken: string;
}

/** The package oidc-provider in a process of its own, because it is an ES module. */
export class LocalOidcProvider {
  public static async start(): Promise<LocalOidcProvider> {
    const { certificate: cert, key, ca } = await (await CertificateAuthority.create()).issue();
    const child = spawn(process.execPath, [join(__dirname, 'oidc-provider.mjs')], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(JSON.stringify({ cert, key }));
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const [first] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => [undefined])]) as [Buffer | undefined];
    if (first === undefined) throw new Error(`oidc-provider did not start: ${log}`);
    const { port, initial } = JSON.parse(first.toString()) as { port: number; initial: string };
    return new LocalOidcProvider(child, { url: `https://localhost:${port}`, ca, initial }, () => log);
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly at: { readonly url: string; readonly ca: string; readonly initial: string },
    /** What it has written. */
    public readonly log: () => string,
  ) {}

  public get url(): string {
    return this.at.url;
  }

  public get ca(): string {
    return this.at.ca;
  }

  public get tokenUrl(): string {
    return `${this.url}/token`;
  }

  /** Name and version. */
  public product(): string {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../node_modules/oidc-provider/package.json'), 'utf8')) as { version: string };
    return `oidc-provider ${version}`;
  }

  public async register(): Promise<RegisteredClient> {
    const { body: client } = await httpsCall(`${this.url}/reg`, {
      ca: this.ca,
      headers: { authorization: `Bearer ${this.at.initial}` },
      json: { grant_types: ['client_credentials'], response_types: [], redirect_uris: [], token_endpoint_auth_method: 'client_secret_basic' },
    });
    return {
      clientId: client.client_id,
      clientSecret: client.client_secret,
      configurationUrl: client.registration_client_uri,
      registrationToken: client.registration_access_token,
    };
  }

  /** What a client does. */
  public async isTaken(clientId: string, secret: string): Promise<boolean> {
    const authorization = `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`;
    const { status } = await httpsCall(this.tokenUrl, { ca: this.ca, headers: { authorization }, form: { grant_type: 'client_credentials' } });
    return status === 200;
  }

  public async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}
