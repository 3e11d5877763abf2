import { execFile } from 'child_process';
import { join } from 'path';
import { connect, TLSSocket } from 'tls';
import { Ldap, LdapChange } from '../../lambda/rotation/kinds/directory/ldap';

export interface DirectoryLogin {
  readonly username: string;
  readonly password: string;
}

export interface DirectoryAddress {
  readonly host: string;
  readonly port: number;
  /** PEM; for a program the path of a file with it. */
  readonly ca: string;
}

/** What a client does with a login; fails when that is refused. */
export async function loggedInAs<T>(address: DirectoryAddress, { username, password }: DirectoryLogin, work: (ldap: Ldap) => Promise<T>): Promise<T> {
  const socket = await secured(address);
  try {
    const ldap = new Ldap(socket, { title: 'directory' });
    const { code, diagnostic } = await ldap.bind(username, password);
    if (code !== 0) throw new Error(`${username} is refused: ${code} ${diagnostic}`);
    return await work(ldap);
  } finally {
    socket.destroy();
  }
}

/** Logs in over one connection, again and again: a handshake each time would take most of the time of a test. */
export class LoginProbe {
  private socket?: TLSSocket;
  private ldap?: Ldap;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly address: DirectoryAddress) {}

  /** Whom the directory takes the login for, as `identify` finds out; nothing when it is refused. */
  public async identityOf(login: DirectoryLogin, identify: (ldap: Ldap) => Promise<string>): Promise<string | undefined> {
    const mine = this.turn.then(async () => this.loggedIn(login, identify));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  public end(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private async loggedIn({ username, password }: DirectoryLogin, identify: (ldap: Ldap) => Promise<string>): Promise<string | undefined> {
    if (this.socket === undefined || this.socket.destroyed) {
      this.socket = await secured(this.address);
      this.ldap = new Ldap(this.socket, { title: 'directory' });
    }
    return (await this.ldap!.bind(username, password)).code === 0 ? identify(this.ldap!) : undefined;
  }
}

export async function changeOf(address: DirectoryAddress, login: DirectoryLogin, dn: string, changes: readonly LdapChange[]): Promise<void> {
  await loggedInAs(address, login, async (ldap) => {
    const { code, diagnostic } = await ldap.modify(dn, changes);
    if (code !== 0) throw new Error(`the change of ${dn} fails: ${code} ${diagnostic}`);
  });
}

/** Whom the directory takes a login for, by the client of OpenLDAP; nothing when it is refused. */
export async function ldapWhoAmI(prefix: string, address: DirectoryAddress, login: DirectoryLogin): Promise<string | undefined> {
  return runOpenLdap('ldapwhoami', prefix, address, login);
}

/** Whether the client of OpenLDAP can log in, and read what the directory says of itself. */
export async function ldapRootEntry(prefix: string, address: DirectoryAddress, login: DirectoryLogin): Promise<boolean> {
  return await runOpenLdap('ldapsearch', prefix, address, login, '-LLL', '-b', '', '-s', 'base', 'defaultNamingContext') !== undefined;
}

async function runOpenLdap(
  program: string, prefix: string, { port, ca }: DirectoryAddress, { username, password }: DirectoryLogin, ...more: string[]
): Promise<string | undefined> {
  const env = { ...process.env, LD_LIBRARY_PATH: join(prefix, 'lib/x86_64-linux-gnu'), LDAPTLS_CACERT: ca, LDAPTLS_REQCERT: 'demand' };
  // It takes `localhost` for another name of this machine, which the certificate does not carry.
  const how = ['-x', '-H', `ldaps://127.0.0.1:${port}`, '-D', username, '-w', password, ...more];
  return new Promise((resolve) => {
    execFile(join(prefix, 'bin', program), how, { env, timeout: 30_000 }, (error, stdout) => resolve(error ? undefined : stdout.trim()));
  });
}

async function secured({ host, port, ca }: DirectoryAddress): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host, port, ca }, () => resolve(socket));
    socket.on('error', reject);
  });
}
