import { AddressInfo, connect, createServer, Server } from 'net';
import { CertificateAuthority } from '../../../../../tools/servers/certificates';
import { LocalMysql, quoted } from '../../../../../tools/servers/local-mysql';
import { newPassword } from '../../../../../tools/servers/new-password';
import { rejection } from '../../../../support/rejection';

/** Where the low half of a server's capabilities is in its first packet, counted from the end of its version. */
const CAPABILITIES = 1 + 4 + 8 + 1;
const HEADER = 4;
/** The server offers it, so the bit is set. */
const CLIENT_SSL_HIGH_BYTE = 0x08;

/** Which logins fail, and how the failure is told. */
export function refusesLogins(server: () => Promise<LocalMysql>): void {
  test.each([
    ['a locked user', 'ACCOUNT LOCK', 'locked', ['3118', '4151']],
    ['a user who must have a client certificate', 'REQUIRE X509', undefined, []],
  ])('%s', async (_, clause, kind, codes) => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`ALTER USER ${quoted(login.username)} ${clause}`);
    if (kind === undefined) return expect(await local.logsIn(login)).toBe(false);
    const failure = await rejection(local.connect(login));
    expect(failure.kind).toBe(kind);
    expect(codes).toContain(failure.code);
  });

  test('a user who may not use the database, and a database that does not exist', async () => {
    const local = await server();
    const login = await local.user();
    for (const database of ['mysql', 'nowhere']) {
      expect((await rejection(local.connect({ ...login, database }))).kind).toBe('configuration');
    }
  });

  test('a user with too many connections is worth another attempt', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`ALTER USER ${quoted(login.username)} WITH MAX_USER_CONNECTIONS 1`);
    await local.as(login, async () => {
      const failure = await rejection(local.connect(login));
      expect([failure.kind, failure.code]).toEqual(['transient', '1226']);
    });
  });

  test('a user whom the server no longer listens to is locked, whatever the password', async () => {
    const local = await server();
    const login = await local.user();
    if (local.isMariadb) await local.server.query('SET GLOBAL max_password_errors = 2');
    else await local.server.query(`ALTER USER ${quoted(login.username)} FAILED_LOGIN_ATTEMPTS 2 PASSWORD_LOCK_TIME 1`);
    for (let attempt = 0; attempt < 3; attempt++) await local.connect({ ...login, password: newPassword() }).catch(() => undefined);
    const failure = await rejection(local.connect(login));
    if (local.isMariadb) await local.server.query('SET GLOBAL max_password_errors = 4294967295');
    expect([failure.kind, failure.code]).toEqual(['locked', local.isMariadb ? '4150' : '3955']);
  });

  test('a user who logs in by other means than a password', async () => {
    const local = await server();
    await local.server.query(local.isMariadb ? 'INSTALL SONAME \'auth_ed25519\'' : 'INSTALL PLUGIN auth_socket SONAME \'auth_socket.so\'');
    const password = newPassword();
    const how = local.isMariadb ? `VIA ed25519 USING PASSWORD('${password}')` : 'WITH auth_socket';
    await local.server.query(`CREATE USER 'other' IDENTIFIED ${how}`);
    const login = local.connect({ ...local.superuser, username: 'other', password });
    // MySQL says of an account with a socket no more than that of a wrong password.
    if (local.isMariadb) expect((await rejection(login)).kind).toBe('configuration');
    else expect(await login).toBeUndefined();
  });
}

/** Servers keep names of users in a character set of three bytes. */
export function tellsOfNamesNotKept(server: () => Promise<LocalMysql>): void {
  test('a name with a character of four bytes is refused, and what to do is said', async () => {
    const local = await server();
    const failure = await rejection(local.as(local.superuser, async (session) => session.cloneUser('app🔑', 'app🔑_clone', newPassword())));
    expect(failure).toMatchObject({ kind: 'configuration', message: expect.stringMatching(/four bytes.*another name/) });
  });
}

/** MariaDB answers a wrong password otherwise where an account may log in by its socket as well. */
export function refusesWhereSocketIsAllowed(server: () => Promise<LocalMysql>): void {
  test('a user who may also log in by its socket changes its own password, and a wrong one is refused', async () => {
    const local = await server();
    const login = await local.user();
    await local.server.query(`ALTER USER ${quoted(login.username)} IDENTIFIED VIA mysql_native_password USING PASSWORD('${login.password}') OR unix_socket`);
    expect(await local.logsIn(login)).toBe(true);
    expect(await local.logsIn({ ...login, password: newPassword() })).toBe(false);
  });
}

/** What the rotation leaves in the server's log. */
export function leavesInOrder(server: () => Promise<LocalMysql>): void {
  test('a session that is closed is over, and no lost connection is logged', async () => {
    const local = await server();
    const login = await local.user();
    await local.as(login, async (session) => session.setOwnPassword(newPassword()));
    expect(await local.server.query(`SELECT 1 FROM information_schema.processlist WHERE user = '${login.username}'`)).toEqual([]);
    expect(local.server.log()).not.toMatch(new RegExp(`Aborted connection.*'${login.username}'`));
  });
}

/** Nothing but a server whose certificate verifies is believed, and nothing is told to any other. */
export function verifiesTls(server: () => Promise<LocalMysql>): void {
  test('a server that is reached by an address must have it in its certificate', async () => {
    const local = await server();
    const login = { ...await local.user(), host: '127.0.0.1' };
    expect(await local.logsIn(login)).toBe(true);
    const named = await (await CertificateAuthority.create()).issue({ names: ['localhost'] });
    await local.reload(named);
    try {
      const failure = await rejection(local.connect(login, { ca: [named.ca] }));
      expect([failure.kind, failure.code]).toEqual(['tls', 'ERR_TLS_CERT_ALTNAME_INVALID']);
      await (await local.connect({ ...login, host: 'localhost' }, { ca: [named.ca] }))!.close();
      await (await local.connect(login, { ca: [named.ca], serverName: 'localhost' }))!.close();
    } finally {
      await local.reload();
    }
  });

  test('an authority that nobody knows, and a server of another name', async () => {
    const local = await server();
    const failures = [
      await rejection(local.connect(local.superuser, { ca: [] })),
      await rejection(local.connect(local.superuser, { serverName: 'db.example.com' })),
    ];
    expect(failures.map(({ kind }) => kind)).toEqual(['tls', 'tls']);
    expect(failures[1].code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('TLS that is stripped on the way is missed, and not a byte is said in plaintext', async () => {
    const local = await server();
    const strip = new TlsStripper(local.superuser.port);
    try {
      const failure = await rejection(local.connect({ ...local.superuser, port: await strip.listen() }));
      expect([failure.kind, failure.code, strip.said]).toEqual(['tls', 'HANDSHAKE_NO_SSL_SUPPORT', '']);
    } finally {
      strip.stop();
    }
  });
}

/** MySQL does not even take such a certificate. */
export function refusesExpiredCertificate(server: () => Promise<LocalMysql>): void {
  test('a certificate that has expired', async () => {
    const local = await server();
    const expired = await (await CertificateAuthority.create()).issueExpired();
    await local.reload(expired);
    const failure = await rejection(local.connect(local.superuser, { ca: [expired.ca] })).finally(async () => local.reload());
    expect([failure.kind, failure.code]).toEqual(['tls', 'CERT_HAS_EXPIRED']);
  });
}

/** Hands everything on, but the server's offer of TLS. */
class TlsStripper {
  public said = '';
  private readonly server: Server;

  public constructor(port: number) {
    this.server = createServer((client) => {
      const target = connect(port, '127.0.0.1');
      target.once('data', (greeting) => {
        const capabilities = greeting.indexOf(0, HEADER + 1) + CAPABILITIES;
        greeting[capabilities + 1] -= CLIENT_SSL_HIGH_BYTE;
        client.write(greeting);
        target.pipe(client);
      });
      client.on('data', (chunk) => {
        this.said += chunk.toString('latin1');
        target.write(chunk);
      });
      for (const [one, other] of [[client, target], [target, client]]) one.on('error', () => undefined).on('close', () => other.destroy());
    });
  }

  public async listen(): Promise<number> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', () => resolve((this.server.address() as AddressInfo).port)));
  }

  public stop(): void {
    this.server.close();
  }
}
