import { execFileSync } from 'child_process';
import { randomBytes } from 'crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { createConnection } from 'mysql2/promise';
import type { ServerCertificate } from './certificates';
import { freePort } from './free-port';
import { prepare } from './prepared-folder';
import { ServerProcess, started } from './server-process';
import { giveTo, unprivileged } from './unprivileged';
import type { Login } from '../../lambda/rotation/engine/database-adapter';

/** How one kind of server is made and run. */
export interface MysqlProgram {
  readonly title: string;
  /** The program and what comes before its own arguments. */
  readonly command: readonly string[];
  /** Fills an empty data directory. */
  readonly initialize: (folder: string) => readonly string[];
  /** What the other kind does not know. */
  readonly arguments: readonly string[];
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 25;

/** A server of either kind on this machine, which logs every statement. */
export class MysqlServer {
  /** On a free port of the loopback interface, with TLS when there is a certificate. */
  public static async start(program: MysqlProgram, certificate: ServerCertificate, extra: readonly string[] = []): Promise<MysqlServer> {
    const folder = mkdtempSync(join(tmpdir(), 'rotation-mysql-'));
    const superuser = { host: 'localhost', port: await freePort(), username: 'superuser', password: `Su${randomBytes(12).toString('hex')}` };
    return started(new MysqlServer(folder, superuser, certificate), async (server) => {
      writeFiles(folder, certificate, superuser);
      initialize(program, folder);
      await server.run(program, [...serverArguments(folder, superuser.port), ...program.arguments, ...extra]);
    });
  }

  private process?: ServerProcess;
  private shown: ServerCertificate;

  private constructor(private readonly folder: string, public readonly superuser: Login, private readonly certificate: ServerCertificate) {
    this.shown = certificate;
  }

  public get ca(): string {
    return this.certificate.ca;
  }

  /** Shows another certificate from now on; the first one when none is given. */
  public async show(certificate = this.certificate, reload: string): Promise<void> {
    // The old one is still what the statement's own connection is verified by.
    writeCertificate(this.folder, certificate);
    await this.query(reload);
    this.shown = certificate;
  }

  /** Statements as the superuser, one after the other; the rows of the last. */
  public async query(...statements: string[]): Promise<Record<string, unknown>[]> {
    return this.queryAs(this.superuser, ...statements);
  }

  /** Statements as anybody; errors are the driver's own. */
  public async queryAs(login: Login, ...statements: string[]): Promise<Record<string, unknown>[]> {
    const connection = await this.connect(login);
    try {
      let rows: unknown = [];
      for (const statement of statements) [rows] = await connection.query(statement);
      return rows as Record<string, unknown>[];
    } finally {
      connection.destroy();
    }
  }

  /** Does `work` while another session of the superuser holds what this statement locks. */
  public async whileHeld<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
    const holder = await this.connect(this.superuser);
    try {
      await holder.query(lock);
      return await work();
    } finally {
      holder.destroy();
    }
  }

  /** What the server wrote into its general log and into its error log. */
  public log(): string {
    return `${this.read('general.log')}\n${this.read('error.log')}`;
  }

  public async stop(): Promise<void> {
    await this.process?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(program: MysqlProgram, settings: string[]): Promise<void> {
    // Its data is thrown away: nothing is worth writing down.
    this.process = new ServerProcess({ command: [...program.command, ...settings], cwd: this.folder, signal: 'KILL' });
    const until = Date.now() + START_TIMEOUT_MS;
    while (!await this.answers()) {
      if (this.process.ended || Date.now() > until) throw new Error(`${program.title} did not start:\n${this.read('error.log')}`);
      await sleep(POLL_MS);
    }
  }

  private async connect({ host, port, database, username: user, password }: Login) {
    const ssl = { ca: this.shown.ca, rejectUnauthorized: this.shown === this.certificate };
    return createConnection({ host, port, database, user, password, ssl });
  }

  private async answers(): Promise<boolean> {
    return this.query('SELECT 1').then(() => true, () => false);
  }

  private read(name: string): string {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}

function initialize(program: MysqlProgram, folder: string): void {
  const data = join(folder, 'data');
  prepare(program.command.join(' '), data, () => {
    giveTo(unprivileged(), data);
    const [command, ...how] = program.initialize(folder);
    execFileSync(command, how, { cwd: folder, stdio: 'pipe', timeout: START_TIMEOUT_MS, killSignal: 'SIGKILL', ...unprivileged() });
  });
  giveTo(unprivileged(), data);
}

/** `GRANT PROXY` is for those who may be any user themselves, and nobody is yet who could grant that. */
function firstStatements({ username, password }: Login): string {
  return `CREATE USER '${username}'@'%' IDENTIFIED BY '${password}';
GRANT ALL PRIVILEGES ON *.* TO '${username}'@'%' WITH GRANT OPTION;
INSERT INTO mysql.proxies_priv (Host, User, Proxied_host, Proxied_user, With_grant, Grantor) VALUES ('%', '${username}', '', '', 1, '');
FLUSH PRIVILEGES;
`;
}

function writeCertificate(folder: string, { certificate, key, ca }: ServerCertificate): void {
  for (const [name, content] of Object.entries({ certificate, key, ca })) writeFileSync(join(folder, `${name}.pem`), content, { mode: 0o600 });
}

function writeFiles(folder: string, certificate: ServerCertificate, superuser: Login): void {
  writeCertificate(folder, certificate);
  writeFileSync(join(folder, 'first.sql'), firstStatements(superuser), { mode: 0o600 });
  chmodSync(folder, 0o700);
  giveTo(unprivileged(), folder);
}

function serverArguments(folder: string, port: number): string[] {
  const settings = {
    'datadir': join(folder, 'data'),
    'socket': join(folder, 's.sock'),
    'pid-file': join(folder, 'pid'),
    'bind-address': '127.0.0.1',
    'port': port,
    'ssl-ca': join(folder, 'ca.pem'),
    'ssl-cert': join(folder, 'certificate.pem'),
    'ssl-key': join(folder, 'key.pem'),
    'general-log': 'ON',
    'general-log-file': join(folder, 'general.log'),
    'log-error': join(folder, 'error.log'),
    'init-file': join(folder, 'first.sql'),
    'innodb-buffer-pool-size': '32M',
    'innodb-flush-log-at-trx-commit': 0,
    // No test needs the data to outlive the machine.
    'innodb-flush-method': 'nosync',
    'max-connect-errors': 100000,
  };
  return ['--skip-name-resolve', '--skip-log-bin', ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)];
}
