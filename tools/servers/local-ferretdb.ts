import { execFileSync } from 'child_process';
import { chmodSync, closeSync, copyFileSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Client } from 'pg';
import { CertificateAuthority, ServerCertificate } from './certificates';
import type { DatabaseUnderTest } from './database-under-test';
import { freePort } from './free-port';
import { LocalDatabase } from './local-database';
import { asApplication, useCollection } from './mongo-client';
import { newPassword } from './new-password';
import { ServerProcess, started } from './server-process';
import { loader } from './unpacked-debian';
import { giveTo, unprivileged } from './unprivileged';
import { adapters } from '../../lambda/rotation/adapters/mongo/adapter';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

/** The variable that names the folder with `bin/ferretdb` and PostgreSQL with its extension `documentdb`: the `usr` of an unpacked Debian. */
export const FERRETDB_FOLDER = 'ROTATION_TEST_FERRETDB';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;
const IDLE_TRIES = 200;
const POSTGRES = 'lib/postgresql/18';

const SETTINGS = {
  'listen_addresses': '127.0.0.1',
  'unix_socket_directories': '',
  'shared_preload_libraries': 'pg_cron,pg_documentdb_core,pg_documentdb',
  'cron.database_name': 'postgres',
  // The most that it takes; the model makes two for each of its fault points.
  'documentdb.maxUserLimit': '500',
  'fsync': 'off',
  'max_connections': '200',
  'shared_buffers': '32MB',
};

/**
 * FerretDB: the protocol of MongoDB and its users, over PostgreSQL with the extension that Microsoft has made for it. It keeps and checks passwords
 * as MongoDB does. What it does not: a user has all roles, whatever is granted, in the database `admin` alone, and no role can be changed.
 */
export class LocalFerretDb extends LocalDatabase {
  public static async start(prefix: string): Promise<LocalFerretDb> {
    const certificate = await (await CertificateAuthority.create()).issue();
    const superuser = { host: 'localhost', port: await freePort(), database: 'admin', username: 'superuser', password: newPassword() };
    return started(new LocalFerretDb(prefix, mkdtempSync(join(tmpdir(), 'rotation-ferretdb-')), certificate, superuser), async (server) => server.run());
  }

  private readonly processes: ServerProcess[] = [];
  private postgresPort = 0;

  private constructor(
    private readonly prefix: string,
    private readonly folder: string,
    private readonly certificate: ServerCertificate,
    public readonly superuser: Login,
  ) {
    super(adapters[0], { timeoutMs: 5_000, ca: [certificate.ca] });
  }

  public async createUser(username: string, password: string): Promise<void> {
    await this.administer({ createUser: username, pwd: password, roles: [{ role: 'readWriteAnyDatabase', db: 'admin' }, { role: 'clusterAdmin', db: 'admin' }] });
  }

  /** As the superuser, by the driver of MongoDB. */
  public async administer(command: Record<string, unknown>): Promise<Record<string, unknown>> {
    return asApplication(this.superuser, this.options.ca, async (client) => client.db('admin').command(command));
  }

  public async useTable(login: Login): Promise<void> {
    await useCollection(login, this.options.ca);
  }

  /** Name and version, as the server itself says. */
  public async product(): Promise<string> {
    const { ferretdb } = await this.administer({ buildInfo: 1 }) as { ferretdb: { version: string } };
    return `FerretDB ${ferretdb.version.replace(/^v/, '')}`;
  }

  /** What both servers have written, in the way that they are set up to. */
  public log(): string {
    return ['ferretdb', 'postgres'].map((name) => readFileSync(this.file(`${name}.log`), 'utf8')).join('\n');
  }

  /** Waits until PostgreSQL is at no statement of FerretDB's. */
  public async idle(): Promise<void> {
    const busy = 'SELECT 1 FROM pg_stat_activity WHERE state <> \'idle\' AND backend_type = \'client backend\' AND pid <> pg_backend_pid()';
    for (let tries = 0; tries < IDLE_TRIES && (await this.query(busy)).length > 0; tries++) await sleep(POLL_MS);
  }

  public async forgetClone({ username }: Login): Promise<void> {
    await this.administer({ dropUser: `${username}_clone` }).catch(() => undefined);
  }

  public underTest(): DatabaseUnderTest {
    return {
      adapter: this.adapter,
      superuser: this.superuser,
      options: this.options,
      createUser: async (username, password) => this.createUser(username, password),
      useTable: async (login) => this.useTable(login),
      // SASLprep is of Unicode 3.2, which has no emoji; MongoDB's own clients refuse them, too.
      refusesPassword: (shape) => /\p{Emoji_Presentation}/u.test(shape),
      lets: 'everybody administer',
      product: async () => this.product(),
      serverLog: async () => this.log(),
      stop: async () => undefined,
    };
  }

  public async stop(): Promise<void> {
    for (const process of this.processes.reverse()) await process.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(): Promise<void> {
    chmodSync(this.folder, 0o755);
    for (const [name, content] of Object.entries(this.certificate)) writeFileSync(this.file(`${name}.pem`), String(content), { mode: 0o600 });
    mkdirSync(this.file('bin'));
    mkdirSync(this.file('state'));
    this.preparePrograms();
    giveTo(unprivileged(), this.folder);
    this.postgresPort = await freePort();
    this.initialize();
    this.launch('postgres', [this.file('bin/postgres'), '-D', this.file('data')], 'INT');
    await this.until('PostgreSQL', 'postgres', async () => this.createExtension());
    this.launch('ferretdb', [
      join(this.prefix, 'bin/ferretdb'), `--postgresql-url=postgres://${this.superuser.username}@127.0.0.1:${this.postgresPort}/postgres?pool_max_conns=60`,
      '--listen-addr=', `--listen-tls=127.0.0.1:${this.superuser.port}`, `--listen-tls-cert-file=${this.file('certificate.pem')}`,
      `--listen-tls-key-file=${this.file('key.pem')}`, '--debug-addr=', '--telemetry=disable', `--state-dir=${this.file('state')}`,
    ], 'TERM');
    await this.until('FerretDB', 'ferretdb', async () => this.administer({ ping: 1 }));
  }

  /** `initdb` starts the server by its name and from its own folder: there it finds one that brings its libraries. */
  private preparePrograms(): void {
    const folder = join(this.prefix, POSTGRES, 'bin');
    const command = [...this.loader(), join(folder, 'postgres')].map((word) => `'${word}'`).join(' ');
    writeFileSync(this.file('bin/postgres'), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
    copyFileSync(join(folder, 'initdb'), this.file('bin/initdb'));
    chmodSync(this.file('bin/initdb'), 0o755);
  }

  private initialize(): void {
    const { username, password } = this.superuser;
    const passwordFile = this.file('password');
    writeFileSync(passwordFile, password);
    giveTo(unprivileged(), passwordFile);
    const [program, ...before] = [...this.loader(), this.file('bin/initdb')];
    execFileSync(program, [
      ...before, '-D', this.file('data'), '-L', join(this.prefix, 'share/postgresql/18'), '-U', username, `--pwfile=${passwordFile}`,
      '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions',
    ], { cwd: this.folder, stdio: 'pipe', timeout: START_TIMEOUT_MS, killSignal: 'SIGKILL', ...unprivileged() });
    rmSync(passwordFile);
    const settings = Object.entries({ ...SETTINGS, port: String(this.postgresPort) }).map(([name, value]) => `${name} = '${value}'\n`);
    writeFileSync(this.file('data/postgresql.auto.conf'), settings.join(''));
  }

  private async createExtension(): Promise<void> {
    await this.query('CREATE EXTENSION IF NOT EXISTS documentdb CASCADE');
  }

  private async query(statement: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ host: '127.0.0.1', port: this.postgresPort, user: this.superuser.username, database: 'postgres' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(statement)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  private launch(name: string, command: string[], signal: 'INT' | 'TERM'): void {
    const output = openSync(this.file(`${name}.log`), 'a');
    this.processes.push(new ServerProcess({ command, cwd: this.file('state'), env: { ...process.env, DO_NOT_TRACK: '1' }, output, signal }));
    closeSync(output);
  }

  private async until(title: string, name: string, attempt: () => Promise<unknown>): Promise<void> {
    const until = Date.now() + START_TIMEOUT_MS;
    const process = this.processes.at(-1)!;
    while (!await attempt().then(() => true, () => false)) {
      if (process.ended || Date.now() > until) throw new Error(`${title} did not start:\n${readFileSync(this.file(`${name}.log`), 'utf8')}`);
      await sleep(POLL_MS);
    }
  }

  /** The extensions are libraries of each other. */
  private loader(): string[] {
    const [program, option, libraries] = loader(this.prefix);
    return program === undefined ? [] : [program, option, [libraries, join(this.prefix, POSTGRES, 'lib')].join(':')];
  }

  private file(name: string): string {
    return join(this.folder, name);
  }
}
