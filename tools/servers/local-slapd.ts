import { execFileSync, spawnSync } from 'child_process';
import { createHash, randomBytes } from 'crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { CertificateAuthority, ServerCertificate } from './certificates';
import { freePort } from './free-port';
import { changeOf, DirectoryAddress, DirectoryLogin, ldapWhoAmI, loggedInAs, LoginProbe } from './ldap-client';
import { newPassword } from './new-password';
import { ServerProcess, started } from './server-process';
import { giveTo, unprivileged } from './unprivileged';
import type { LdapChange } from '../../lambda/rotation/kinds/directory/ldap';

/** The variable that names the folder with `sbin/slapd` and `bin/ldapwhoami`: the `usr` of unpacked packages. */
export const SLAPD_FOLDER = 'ROTATION_TEST_SLAPD';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
const USERS = 1_000;

/** Where a user has as many passwords as it likes, and where the password policy lets it have one. */
export type Suffix = 'dc=example,dc=com' | 'dc=policed,dc=example';
const SUFFIXES: readonly Suffix[] = ['dc=example,dc=com', 'dc=policed,dc=example'];

/** OpenLDAP with LDAPS alone, whose users may change their own passwords. */
export class LocalSlapd {
  public static async start(prefix: string): Promise<LocalSlapd> {
    const certificate = await (await CertificateAuthority.create()).issue();
    return started(new LocalSlapd(prefix, mkdtempSync(join(tmpdir(), 'rotation-slapd-')), certificate, await freePort()), async (server) => server.run());
  }

  public readonly host = 'localhost';
  public readonly administrator: DirectoryLogin = { username: 'cn=administrator,dc=example,dc=com', password: newPassword() };
  private readonly users = new Map(SUFFIXES.map(suffix => [suffix, usersOf(suffix)]));
  private readonly probe = new LoginProbe(this);
  private process?: ServerProcess;

  private constructor(
    private readonly prefix: string,
    private readonly folder: string,
    private readonly certificate: ServerCertificate,
    public readonly port: number,
  ) {}

  public get ca(): string {
    return this.certificate.ca;
  }

  /** Name and version, as the program itself says. */
  public product(): string {
    const { stderr } = spawnSync(this.program, ['-VV'], { env: this.env });
    return /OpenLDAP: slapd (\S+)/.exec(stderr.toString())![0].replace(': slapd', '');
  }

  /** One that nobody has had yet, with one password. */
  public user(suffix: Suffix = SUFFIXES[0]): DirectoryLogin {
    const user = this.users.get(suffix)!.pop();
    if (!user) throw new Error(`all ${USERS} users of ${suffix} are in use; let LocalSlapd have more`);
    return user;
  }

  /** What a client does. */
  public async isTaken(login: DirectoryLogin): Promise<boolean> {
    return await this.probe.identityOf(login, async ldap => (await ldap.whoAmI()).identity) === `dn:${login.username}`;
  }

  /** By the client of OpenLDAP itself. */
  public async isTakenByCli(login: DirectoryLogin): Promise<boolean> {
    return await ldapWhoAmI(this.prefix, this.byFile(), login) === `dn:${login.username}`;
  }

  /** Whether the directory answers success to a login without a password, by its own client, and takes it for that of nobody. */
  public async isNobody(username: string): Promise<boolean> {
    return await ldapWhoAmI(this.prefix, this.byFile(), { username, password: '' }) === 'anonymous';
  }

  /** Changes an entry as the administrator. */
  public async change(dn: string, ...changes: LdapChange[]): Promise<void> {
    await changeOf(this, this.administrator, dn, changes);
  }

  /** What the entry has as passwords, as it is stored. */
  public async passwordsOf(dn: string): Promise<string[]> {
    return loggedInAs(this, this.administrator, async (ldap) => {
      const { entries } = await ldap.search({ base: dn, scope: 'base', attributes: ['userPassword'] });
      return (entries[0]?.attributes.get('userpassword') ?? []).map(String);
    });
  }

  /** Everything that the server shows of what was sent: its log, and each change as it was asked for. */
  public async log(): Promise<string> {
    const audits = SUFFIXES.map((_, index) => readFileSync(join(this.folder, `audit-${index}`), 'utf8'));
    // An LDIF has in base64 what is no plain text.
    const inPlain = audits.flatMap(text => text.match(/^userPassword:: .*/gm) ?? []).map(line => Buffer.from(line.split(' ')[1], 'base64').toString());
    return [readFileSync(join(this.folder, 'log'), 'utf8'), ...audits, ...inPlain].join('\n');
  }

  public async stop(): Promise<void> {
    this.probe.end();
    await this.process?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(): Promise<void> {
    for (const [name, content] of Object.entries(this.certificate)) this.write(`${name}.pem`, String(content));
    this.write('slapd.conf', this.configuration());
    SUFFIXES.forEach((_, index) => {
      mkdirSync(join(this.folder, `data-${index}`));
      this.write(`audit-${index}`, '');
    });
    SUFFIXES.forEach((suffix) => {
      this.write('entries.ldif', entriesOf(suffix, this.users.get(suffix)!));
      execFileSync(this.program, ['-T', 'add', '-q', '-f', join(this.folder, 'slapd.conf'), '-b', suffix, '-l', join(this.folder, 'entries.ldif')], { env: this.env });
    });
    rmSync(join(this.folder, 'entries.ldif'));
    giveTo(unprivileged(), this.folder);
    await this.launch();
  }

  private async launch(): Promise<void> {
    this.process = new ServerProcess({
      command: [this.program, '-f', join(this.folder, 'slapd.conf'), '-h', `ldaps://127.0.0.1:${this.port}/`, '-d', 'stats'],
      cwd: this.folder,
      env: this.env,
      output: openSync(join(this.folder, 'log'), 'a'),
      signal: 'KILL',
    });
    const until = Date.now() + START_TIMEOUT_MS;
    while (!await this.isTaken(this.administrator).catch(() => false)) {
      if (this.process.ended || Date.now() > until) throw new Error(`slapd did not start:\n${readFileSync(join(this.folder, 'log'), 'utf8')}`);
      await sleep(POLL_MS);
    }
  }

  /** For a program, which reads the authority from a file. */
  private byFile(): DirectoryAddress {
    return { host: this.host, port: this.port, ca: join(this.folder, 'ca.pem') };
  }

  private get program(): string {
    return join(this.prefix, 'sbin/slapd');
  }

  private get env(): NodeJS.ProcessEnv {
    return { ...process.env, LD_LIBRARY_PATH: join(this.prefix, 'lib/x86_64-linux-gnu') };
  }

  private configuration(): string {
    const file = (name: string) => join(this.folder, name);
    const schemas = ['core', 'cosine', 'inetorgperson'].map(name => `include ${join(this.prefix, '../etc/ldap/schema', `${name}.schema`)}`);
    const modules = ['back_mdb', 'ppolicy', 'auditlog'].map(name => `moduleload ${name}`);
    const database = (suffix: Suffix, index: number) => [
      'database mdb', `suffix "${suffix}"`, `directory ${file(`data-${index}`)}`, 'maxsize 104857600', 'dbnosync',
      `rootdn "${this.administrator.username}"`, ...index === 0 ? [`rootpw ${hashOf(this.administrator.password)}`] : ['overlay ppolicy'],
      'overlay auditlog', `auditlog ${file(`audit-${index}`)}`,
      'access to attrs=userPassword by self write by anonymous auth by * none', 'access to * by * read',
    ];
    return [
      ...schemas, `modulepath ${join(this.prefix, 'lib/ldap')}`, ...modules, `pidfile ${file('pid')}`, `argsfile ${file('args')}`,
      `TLSCertificateFile ${file('certificate.pem')}`, `TLSCertificateKeyFile ${file('key.pem')}`, `TLSCACertificateFile ${file('ca.pem')}`,
      // A login without a password then succeeds as that of nobody, as many directories have it.
      'allow bind_anon_dn', ...SUFFIXES.flatMap(database), '',
    ].join('\n');
  }

  private write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text, { mode: 0o600 });
  }
}

function usersOf(suffix: Suffix): DirectoryLogin[] {
  return Array.from({ length: USERS }, (_, index) => ({ username: `uid=app${index},ou=services,${suffix}`, password: newPassword() }));
}

function entriesOf(suffix: Suffix, users: readonly DirectoryLogin[]): string {
  const units = [[`dn: ${suffix}`, 'objectClass: domain'], [`dn: ou=services,${suffix}`, 'objectClass: organizationalUnit']];
  const people = users.map(({ username, password }) => [
    `dn: ${username}`, 'objectClass: inetOrgPerson', 'cn: app', 'sn: app', `userPassword: ${hashOf(password)}`,
  ]);
  return [...units, ...people].map(lines => `${lines.join('\n')}\n`).join('\n');
}

function hashOf(password: string): string {
  const salt = randomBytes(8);
  return `{SSHA}${Buffer.concat([createHash('sha1').update(password).update(salt).digest(), salt]).toString('base64')}`;
}
