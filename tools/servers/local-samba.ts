import { execFileSync, spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { connect, createServer, Server, Socket } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { CertificateAuthority, ServerCertificate } from './certificates';
import { changeOf, DirectoryLogin, ldapRootEntry, loggedInAs, LoginProbe } from './ldap-client';
import { newPassword } from './new-password';
import { ServerProcess, started } from './server-process';
import type { LdapChange, LdapEntry } from '../../lambda/rotation/kinds/directory/ldap';

/** The variable that names the folder with the unpacked packages and the domain. */
export const SAMBA_FOLDER = 'ROTATION_TEST_SAMBA';

const NAMESPACES = ['--net', '--mount', '--uts', '--pid', '--fork', '--kill-child'];
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** As samba_domain.py makes them. */
const USERS = 500;
const DOMAIN = 'DC=corp,DC=example,DC=com';
/** An account of a user that is enabled. */
const ENABLED = '512';

export interface SambaOptions {
  /** For so long the older password of a user still logs in. @default 0 */
  readonly graceMinutes?: number;
}

/** Why there can be no domain controller here; nothing when there can be one. */
export function missingForSamba(): string | undefined {
  if (process.getuid?.() !== 0) return 'Samba: its ports are fixed, so it needs a network of its own, which root alone can make';
  const { status } = spawnSync('unshare', [...NAMESPACES, 'true']);
  return status === 0 ? undefined : 'Samba: this machine makes no network and mounts of its own for a process (`unshare --net --mount`); give the container CAP_SYS_ADMIN';
}

/** A domain controller of Active Directory by Samba, in a network of its own, which is reached at a port of this machine. */
export class LocalSamba {
  public static async start(prefix: string, options: SambaOptions = {}): Promise<LocalSamba> {
    const certificate = await (await CertificateAuthority.create()).issue();
    return started(new LocalSamba(prefix, mkdtempSync(join(tmpdir(), 'rotation-samba-')), certificate), async (server) => server.run(options));
  }

  public readonly host = 'localhost';
  public readonly administrator: DirectoryLogin = { username: `CN=Administrator,CN=Users,${DOMAIN}`, password: newPassword() };
  private readonly probe = new LoginProbe(this);
  private readonly entrance: Server;
  private readonly sockets = new Set<Socket>();
  private process?: ServerProcess;
  private users = 0;

  private constructor(private readonly prefix: string, private readonly folder: string, private readonly certificate: ServerCertificate) {
    this.entrance = createServer((client) => this.handOn(client));
  }

  public get ca(): string {
    return this.certificate.ca;
  }

  public get port(): number {
    return (this.entrance.address() as { port: number }).port;
  }

  /** Name and version, as the program itself says. */
  public product(): string {
    const text = spawnSync('unshare', [...NAMESPACES, 'sh', '-c', `mount -t overlay overlay -o lowerdir=${this.prefix}/usr:/usr /usr && samba --version`]).stdout.toString();
    return `Samba ${/Version (\d[\d.]+)/.exec(text)![1]}`;
  }

  /** One that nobody has had yet, with a password that may be changed at once. */
  public async user(): Promise<DirectoryLogin> {
    if (this.users === USERS) throw new Error(`all ${USERS} users are in use; let samba_domain.py make more`);
    const name = `app${this.users++}`;
    const user = { username: `${name}@corp.example.com`, password: newPassword() };
    await this.setPassword(user);
    await this.change(nameOf(user), { operation: 'replace', attribute: 'userAccountControl', values: [ENABLED] });
    return user;
  }

  /** As an administrator who may do everything. */
  public async setPassword(user: DirectoryLogin): Promise<void> {
    await this.change(nameOf(user), { operation: 'replace', attribute: 'unicodePwd', values: [Buffer.from(`"${user.password}"`, 'utf16le')] });
  }

  /** Changes an entry, or the domain itself, as the administrator. */
  public async change(dn: string, ...changes: LdapChange[]): Promise<void> {
    await changeOf(this, this.administrator, dn, changes);
  }

  /** A rule for passwords of all users. */
  public async setRule(attribute: 'minPwdAge' | 'lockoutThreshold', value: string): Promise<void> {
    await this.change(DOMAIN, { operation: 'replace', attribute, values: [value] });
  }

  public async entryOf(user: DirectoryLogin, ...attributes: string[]): Promise<LdapEntry> {
    return loggedInAs(this, this.administrator, async (ldap) => (await ldap.search({ base: nameOf(user), scope: 'base', attributes })).entries[0]);
  }

  /** What a client does. */
  public async isTaken(login: DirectoryLogin): Promise<boolean> {
    return await this.probe.identityOf(login, async () => login.username) === login.username;
  }

  /** By the client of OpenLDAP. */
  public async isTakenByCli(login: DirectoryLogin): Promise<boolean> {
    return ldapRootEntry(join(this.prefix, 'usr'), { host: this.host, port: this.port, ca: join(this.folder, 'domain/tls/ca.pem') }, login);
  }

  /** Everything that the server has written of what it does. */
  public async log(): Promise<string> {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  public async stop(): Promise<void> {
    this.probe.end();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.entrance.close(resolve));
    await this.process?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run({ graceMinutes = 0 }: SambaOptions): Promise<void> {
    execFileSync('cp', ['-a', join(this.prefix, 'domain'), this.folder]);
    mkdirSync(join(this.folder, 'domain/tls'));
    for (const [name, content] of Object.entries(this.certificate)) writeFileSync(join(this.folder, 'domain/tls', `${name}.pem`), String(content), { mode: 0o600 });
    await new Promise<void>((resolve, reject) => this.entrance.once('error', reject).listen(0, '127.0.0.1', resolve));
    const inside = (name: string) => `/usr/lib/rotation-domain/${name}`;
    const options = {
      'server services': 'ldap',
      'interfaces': 'lo',
      'bind interfaces only': 'yes',
      'pid directory': inside(''),
      'ncalrpc dir': inside('ncalrpc'),
      'tls certfile': inside('tls/certificate.pem'),
      'tls keyfile': inside('tls/key.pem'),
      'tls cafile': inside('tls/ca.pem'),
      'old password allowed period': String(graceMinutes),
      // What is lost with the machine is lost with the test.
      'ldb:nosync': 'true',
    };
    this.process = new ServerProcess({
      command: [
        'unshare', ...NAMESPACES, join(__dirname, 'samba-namespace'), this.prefix, join(this.folder, 'domain'), 'serve', this.entrancePath,
        ...Object.entries(options).map(([name, value]) => `--option=${name}=${value}`), '-d', '3', '--debug-stdout',
      ],
      cwd: this.folder,
      env: { ...process.env, ADMINISTRATOR_PASSWORD: this.administrator.password },
      output: openSync(join(this.folder, 'log'), 'a'),
      signal: 'KILL',
      account: {},
    });
    await this.started();
    // So that a password can be changed as soon as it is set.
    await this.setRule('minPwdAge', '0');
  }

  private async started(): Promise<void> {
    const until = Date.now() + START_TIMEOUT_MS;
    while (!await this.isTaken(this.administrator).catch(() => false)) {
      if (this.process!.ended || Date.now() > until) throw new Error(`Samba did not start:\n${await this.log()}`);
      await sleep(POLL_MS);
    }
  }

  /** A socket of the file system reaches into every network. */
  private get entrancePath(): string {
    return join(this.folder, 'ldaps');
  }

  private handOn(client: Socket): void {
    const server = connect(this.entrancePath);
    for (const [from, to] of [[client, server], [server, client]]) {
      this.sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => this.sockets.delete(from));
      from.pipe(to);
    }
  }
}

function nameOf({ username }: DirectoryLogin): string {
  return `CN=${username.split('@')[0]},CN=Users,${DOMAIN}`;
}
