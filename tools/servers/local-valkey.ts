import { execFile } from 'child_process';
import { createHash } from 'crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { connect, TLSSocket } from 'tls';
import { CertificateAuthority, ServerCertificate } from './certificates';
import { freePort } from './free-port';
import { newPassword } from './new-password';
import { ServerProcess, started } from './server-process';
import { loader } from './unpacked-debian';
import { giveTo, unprivileged } from './unprivileged';
import { Resp, RespAnswer, RespError } from '../../lambda/rotation/kinds/cache/resp';

/** The variable that names the folder with `bin/valkey-server`: the `usr` of an unpacked Debian. */
export const VALKEY_FOLDER = 'ROTATION_TEST_VALKEY';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;

export interface ValkeyLogin {
  readonly username: string;
  readonly password: string;
}

/** Valkey over TLS, which logs every command and every refused login. */
export class LocalValkey {
  public static async start(prefix: string): Promise<LocalValkey> {
    const certificate = await (await CertificateAuthority.create()).issue();
    return started(new LocalValkey(prefix, mkdtempSync(join(tmpdir(), 'rotation-valkey-')), certificate, await freePort()), async (server) => server.run());
  }

  public readonly host = 'localhost';
  public readonly administrator: ValkeyLogin = { username: 'administrator', password: newPassword() };
  /** All that were ever set here. */
  public readonly passwords: string[] = [this.administrator.password];
  private readonly sockets: TLSSocket[] = [];
  private process?: ServerProcess;
  private monitored = '';
  private users = 0;

  private constructor(
    private readonly prefix: string,
    private readonly folder: string,
    private readonly certificate: ServerCertificate,
    public readonly port: number,
  ) {}

  public get ca(): string {
    return this.certificate.ca;
  }

  /** A user with one password and the right to two commands on the keys of the tests. */
  public async user(username = `app${++this.users}`, password = newPassword()): Promise<ValkeyLogin> {
    this.passwords.push(password);
    await this.command('ACL', 'SETUSER', username, 'on', 'resetpass', `#${hashOf(password)}`, '~app:*', '+get', '+set');
    return { username, password };
  }

  /** Those and no others, in one command, and by their hashes. */
  public async setPasswords(username: string, passwords: readonly string[]): Promise<void> {
    await this.command('ACL', 'SETUSER', username, 'resetpass', ...passwords.map((password) => `#${hashOf(password)}`));
  }

  /** As the administrator; an answer that is an error is thrown. */
  public async command(...words: string[]): Promise<RespAnswer> {
    const answer = await this.as(this.administrator, async (resp) => resp.send(...words));
    if (answer instanceof RespError) throw new Error(`${words.slice(0, 2).join(' ')}: ${answer.code}`);
    return answer;
  }

  /** What a client does. */
  public async isTaken(login: ValkeyLogin): Promise<boolean> {
    return this.as(login, async (resp) => await resp.send('SET', 'app:note', '1') === 'OK').catch(() => false);
  }

  /** By the client of Valkey itself. */
  public async isTakenByCli({ username, password }: ValkeyLogin): Promise<boolean> {
    const [program, ...before] = [...loader(this.prefix), join(this.prefix, 'bin/valkey-cli')];
    const how = ['-h', this.host, '-p', String(this.port), '--tls', '--cacert', join(this.folder, 'ca.pem'), '--user', username, 'GET', 'app:note'];
    const env = { ...process.env, REDISCLI_AUTH: password, VALKEYCLI_AUTH: password };
    return new Promise((resolve) => execFile(program, [...before, ...how], { env }, (error, stdout, stderr) => {
      resolve(error === null && !/WRONGPASS|NOAUTH|AUTH failed/.test(stdout + stderr));
    }));
  }

  /** How many passwords the user has. */
  public async passwordsOf(username: string): Promise<string[]> {
    const facts = await this.command('ACL', 'GETUSER', username) as RespAnswer[];
    return facts[facts.indexOf('passwords') + 1] as string[];
  }

  /** Name and version, as the server itself says. */
  public async product(): Promise<string> {
    return `Valkey ${/valkey_version:(\S+)/.exec(String(await this.command('INFO', 'server')))![1]}`;
  }

  /** Everything that the server shows of what was sent: log, slow log, log of refused logins, monitor, file of users. */
  public async log(): Promise<string> {
    const shown = await Promise.all([this.command('ACL', 'LOG'), this.command('SLOWLOG', 'GET', '-1')]);
    return [JSON.stringify(shown), this.monitored, readFileSync(join(this.folder, 'log'), 'utf8'), readFileSync(join(this.folder, 'users.acl'), 'utf8')].join('\n');
  }

  public async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.process?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Starts again, with what was written to disk. */
  public async restart(): Promise<void> {
    await this.process?.end();
    await this.launch();
  }

  private async run(): Promise<void> {
    for (const [name, content] of Object.entries(this.certificate)) writeFileSync(join(this.folder, `${name}.pem`), String(content), { mode: 0o600 });
    const { username, password } = this.administrator;
    writeFileSync(join(this.folder, 'users.acl'), `user default off\nuser ${username} on #${hashOf(password)} ~* &* +@all\n`, { mode: 0o600 });
    giveTo(unprivileged(), this.folder);
    await this.launch();
  }

  private async launch(): Promise<void> {
    const file = (name: string) => join(this.folder, name);
    this.process = new ServerProcess({
      command: [
        ...loader(this.prefix), join(this.prefix, 'bin/valkey-server'), '--bind', '127.0.0.1', '--port', '0', '--tls-port', String(this.port),
        '--tls-cert-file', file('certificate.pem'), '--tls-key-file', file('key.pem'), '--tls-ca-cert-file', file('ca.pem'), '--tls-auth-clients', 'no',
        '--aclfile', file('users.acl'), '--dir', this.folder, '--save', '', '--loglevel', 'debug', '--slowlog-log-slower-than', '0', '--slowlog-max-len', '1000',
      ],
      cwd: this.folder,
      output: openSync(file('log'), 'a'),
      signal: 'KILL',
    });
    const until = Date.now() + START_TIMEOUT_MS;
    while (!await this.command('PING').then(() => true, () => false)) {
      if (this.process.ended || Date.now() > until) throw new Error(`Valkey did not start:\n${readFileSync(file('log'), 'utf8')}`);
      await sleep(POLL_MS);
    }
    await this.monitor();
  }

  private async monitor(): Promise<void> {
    const socket = await this.socket();
    const resp = new Resp(socket, { title: 'Valkey' });
    const { username, password } = this.administrator;
    await resp.send('AUTH', username, password);
    await resp.send('MONITOR');
    socket.on('data', (chunk) => {
      this.monitored += chunk.toString('utf8');
    });
  }

  private async as<T>({ username, password }: ValkeyLogin, work: (resp: Resp) => Promise<T>): Promise<T> {
    const socket = await this.socket();
    try {
      const resp = new Resp(socket, { title: 'Valkey' });
      if (await resp.send('AUTH', username, password) !== 'OK') throw new Error(`${username} was refused`);
      return await work(resp);
    } finally {
      socket.destroy();
    }
  }

  private async socket(): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.host, port: this.port, ca: this.ca }, () => resolve(socket));
      socket.on('error', reject);
      this.sockets.push(socket);
    });
  }
}

function hashOf(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
