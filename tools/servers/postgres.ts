import { execFileSync } from 'child_process';
import { randomBytes } from 'crypto';
import { chmodSync, closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Client } from 'pg';
import type { ServerCertificate } from './certificates';
import { freePort } from './free-port';
import { PostgresRelease, RunnableRelease, runnable } from './postgres-releases';
import { prepare } from './prepared-folder';
import { ServerProcess } from './server-process';
import { giveTo, unprivileged } from './unprivileged';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

export interface PostgresServerOptions {
  readonly release: PostgresRelease;
  /** Without one, the server has no TLS. */
  readonly certificate?: ServerCertificate;
  /** Lines of pg_hba.conf before the one that lets everybody in with SCRAM-SHA-256, over TLS only when there is TLS. */
  readonly hba?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Starts on a copy of the data of that server, which must have stopped, and follows nobody: it takes no writes. */
  readonly standbyOf?: PostgresServer;
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const SUPERUSER = 'superuser';
const READY = /ready to accept( read-only)? connections/;

/** A PostgreSQL server of this machine, which logs every statement. */
export class PostgresServer {
  public static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'rotation-postgres-'));
    try {
      chmodSync(folder, 0o755);
      const release = runnable(options.release, folder);
      const superuser = options.standbyOf?.superuser ?? initialize(options.release, release, folder);
      const server = new PostgresServer(options, folder, release, { ...superuser, port: await freePort() });
      if (options.standbyOf) server.copyData(options.standbyOf);
      await server.run();
      return server;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private process?: ServerProcess;

  private constructor(
    private options: PostgresServerOptions,
    private readonly folder: string,
    private readonly release: RunnableRelease,
    public readonly superuser: Login,
  ) {}

  public get ca(): string[] {
    return this.options.certificate ? [this.options.certificate.ca] : [];
  }

  /** What the server has logged so far. */
  public log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  /** Runs statements, one after the other, as the superuser; the rows of the last. */
  public async query<Row = Record<string, unknown>>(...statements: string[]): Promise<Row[]> {
    return this.queryAs<Row>(this.superuser, ...statements);
  }

  /** Runs statements as anybody; errors are the driver's own. */
  public async queryAs<Row = Record<string, unknown>>(login: Login, ...statements: string[]): Promise<Row[]> {
    const client = this.client(login);
    await client.connect();
    try {
      let rows: Row[] = [];
      for (const statement of statements) rows = (await client.query(statement)).rows as Row[];
      return rows;
    } finally {
      await client.end();
    }
  }

  /** Name and version, as the server itself says. */
  public async product(): Promise<string> {
    const [{ server_version }] = await this.query<{ server_version: string }>('SHOW server_version');
    return `PostgreSQL ${server_version}`;
  }

  /** A client such as an application has. */
  public client(login: Login): Client {
    const client = new Client({
      host: login.host,
      port: login.port,
      user: login.username,
      password: login.password,
      database: login.database,
      ssl: this.options.certificate ? { ca: this.ca } : false,
    });
    client.on('error', () => undefined);
    return client;
  }

  /** Ends the process and keeps the data. */
  public async end(): Promise<void> {
    await this.process?.end();
  }

  /** Runs on the same data with another certificate or other settings. */
  public async restart(options: Pick<PostgresServerOptions, 'certificate' | 'settings'>): Promise<void> {
    await this.end();
    this.options = { ...this.options, certificate: undefined, settings: undefined, ...options };
    await this.run();
  }

  public async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private copyData(stopped: PostgresServer): void {
    const data = join(this.folder, 'data');
    cpSync(join(stopped.folder, 'data'), data, { recursive: true });
    writeFileSync(join(data, 'standby.signal'), '');
  }

  private async run(): Promise<void> {
    this.writeConfiguration();
    const log = openSync(join(this.folder, 'log'), 'a');
    const logged = this.log().length;
    this.process = new ServerProcess({
      command: [join(this.release.bin, 'postgres'), '-D', join(this.folder, 'data')], env: this.release.env, cwd: this.folder, output: log, signal: 'INT',
    });
    closeSync(log);
    await this.ready(logged);
  }

  private writeConfiguration(): void {
    const data = join(this.folder, 'data');
    const { certificate, settings, hba = [] } = this.options;
    const host = certificate ? 'hostssl' : 'host';
    writeFileSync(join(data, 'pg_hba.conf'), [...hba, `${host} all all 127.0.0.1/32 scram-sha-256`, ''].join('\n'));
    writeFileSync(join(data, 'postgresql.conf'), configuration({ port: String(this.superuser.port), ...tlsSettings(data, certificate), ...settings }));
    chmodSync(data, 0o700);
    giveTo(unprivileged(), data);
  }

  /** Without logging in, so that the certificate may be one that nobody would accept. */
  private async ready(logged: number): Promise<void> {
    const until = Date.now() + START_TIMEOUT_MS;
    while (!READY.test(this.log().slice(logged))) {
      if (this.process!.ended || Date.now() > until) {
        await this.end();
        throw new Error(`PostgreSQL did not start:\n${this.log()}`);
      }
      await sleep(POLL_MS);
    }
  }
}

function initialize({ folder: key }: PostgresRelease, release: RunnableRelease, folder: string): Login {
  const data = join(folder, 'data');
  const passwordFile = join(data, 'superuser-password');
  prepare(key, data, () => {
    giveTo(unprivileged(), data);
    const password = `Su${randomBytes(12).toString('hex')}`;
    const given = join(folder, 'password');
    writeFileSync(given, password);
    execFileSync(join(release.bin, 'initdb'), [
      '-D', data, '-U', SUPERUSER, `--pwfile=${given}`, '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions',
    ], { env: release.env, cwd: folder, stdio: 'pipe', timeout: START_TIMEOUT_MS, killSignal: 'SIGKILL', ...unprivileged() });
    rmSync(given);
    writeFileSync(passwordFile, password, { mode: 0o600 });
  });
  return { host: 'localhost', port: 0, database: 'postgres', username: SUPERUSER, password: readFileSync(passwordFile, 'utf8') };
}

function tlsSettings(data: string, certificate: ServerCertificate | undefined): Record<string, string> {
  if (!certificate) return { ssl: 'off' };
  writeFileSync(join(data, 'server.crt'), certificate.certificate);
  writeFileSync(join(data, 'server.key'), certificate.key, { mode: 0o600 });
  return { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' };
}

function configuration(settings: Record<string, string>): string {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    log_statement: 'all',
    log_error_verbosity: 'verbose',
    fsync: 'off',
    max_connections: '60',
    shared_buffers: '16MB',
    password_encryption: 'scram-sha-256',
    ...settings,
  };
  return Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll('\'', '\'\'')}'\n`).join('');
}
