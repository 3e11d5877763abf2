import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { CertificateAuthority, ServerCertificate } from './certificates';
import { freePort } from './free-port';
import { httpsCall } from './https-call';
import { newPassword } from './new-password';
import { ServerProcess, started } from './server-process';

/** The variable that names the folder of an unpacked Keycloak. */
export const KEYCLOAK_FOLDER = 'ROTATION_TEST_KEYCLOAK';

const START_TIMEOUT_MS = 400_000;
const POLL_MS = 500;
/** Optimizing what runs for half a minute takes a third of the processor time. */
const FOR_A_SHORT_LIFE = '-XX:TieredStopAtLevel=1';
const REALM = 'shop';

/** A client of Keycloak, by both of its ids. */
export interface KeycloakClient {
  readonly id: string;
  readonly clientId: string;
}

/** Keycloak over TLS with a realm of its own, whose clients keep the older of two secrets. */
export class LocalKeycloak {
  public static async start(folder: string): Promise<LocalKeycloak> {
    const certificate = await (await CertificateAuthority.create()).issue();
    return started(new LocalKeycloak(folder, mkdtempSync(join(tmpdir(), 'rotation-keycloak-')), certificate, await freePort()), async (server) => server.run());
  }

  public readonly realm = REALM;
  /** A client that may change other clients of the realm, and nothing else. */
  public readonly administrator = { clientId: 'rotator', clientSecret: newPassword() };
  private readonly password = newPassword();
  private process?: ServerProcess;
  private clients = 0;

  private constructor(
    private readonly home: string, private readonly folder: string, private readonly certificate: ServerCertificate, private readonly port: number,
  ) {}

  public get url(): string {
    return `https://localhost:${this.port}`;
  }

  public get ca(): string {
    return this.certificate.ca;
  }

  public async client(clientId = `worker-${++this.clients}`, secret = newPassword()): Promise<KeycloakClient> {
    const client = { clientId, secret, publicClient: false, serviceAccountsEnabled: true, standardFlowEnabled: false };
    await this.admin('POST', `/admin/realms/${REALM}/clients`, client);
    return { clientId, id: await this.idOf(clientId) };
  }

  /** What a client does. */
  public async isTaken(clientId: string, secret: string): Promise<boolean> {
    return (await this.token(REALM, { grant_type: 'client_credentials', client_id: clientId, client_secret: secret })).status === 200;
  }

  /** Name and version, as the server itself says. */
  public async product(): Promise<string> {
    const { systemInfo } = await this.admin('GET', '/admin/serverinfo');
    return `Keycloak ${systemInfo.version}`;
  }

  public log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  public async stop(): Promise<void> {
    await this.process?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(): Promise<void> {
    const file = (name: string) => join(this.folder, name);
    for (const [name, content] of Object.entries(this.certificate)) writeFileSync(file(`${name}.pem`), String(content), { mode: 0o600 });
    this.process = new ServerProcess({
      command: [
        join(this.home, 'bin/kc.sh'), 'start-dev', '--db=dev-mem', '--features=client-secret-rotation', '--hostname-strict=false',
        `--https-port=${this.port}`, `--http-port=${await freePort()}`, '--http-host=127.0.0.1',
        `--https-certificate-file=${file('certificate.pem')}`, `--https-certificate-key-file=${file('key.pem')}`,
      ],
      cwd: this.folder,
      env: { ...process.env, KC_BOOTSTRAP_ADMIN_USERNAME: 'admin', KC_BOOTSTRAP_ADMIN_PASSWORD: this.password, JAVA_OPTS_APPEND: FOR_A_SHORT_LIFE },
      output: openSync(file('log'), 'a'),
      signal: 'TERM', // its script passes that on to Java, and would leave it behind when killed
      account: {}, // it writes to its own folder
    });
    const until = Date.now() + START_TIMEOUT_MS;
    while (!await httpsCall(`${this.url}/realms/master`, { method: 'GET', ca: this.ca }).then(({ status }) => status === 200, () => false)) {
      if (this.process.ended || Date.now() > until) throw new Error(`Keycloak did not start:\n${this.log().slice(-3_000)}`);
      await sleep(POLL_MS);
    }
    await this.prepare();
  }

  private async prepare(): Promise<void> {
    await this.admin('POST', '/admin/realms', { realm: REALM, enabled: true });
    const policies = `/admin/realms/${REALM}/client-policies`;
    const configuration = { 'expiration-period': 31_536_000, 'rotated-expiration-period': 15_552_000, 'remaining-rotation-period': 864_000 };
    const executors = [{ executor: 'secret-rotation', configuration }];
    await this.admin('PUT', `${policies}/profiles`, { profiles: [{ name: 'two-secrets', executors }] });
    const conditions = [{ condition: 'client-access-type', configuration: { type: ['confidential'] } }];
    await this.admin('PUT', `${policies}/policies`, { policies: [{ name: 'two-secrets', enabled: true, conditions, profiles: ['two-secrets'] }] });
    const { id } = await this.client(this.administrator.clientId, this.administrator.clientSecret);
    const clients = `/admin/realms/${REALM}/clients`;
    const { id: user } = await this.admin('GET', `${clients}/${id}/service-account-user`);
    const management = await this.idOf('realm-management');
    const role = await this.admin('GET', `${clients}/${management}/roles/manage-clients`);
    await this.admin('POST', `/admin/realms/${REALM}/users/${user}/role-mappings/clients/${management}`, [role]);
  }

  private async idOf(clientId: string): Promise<string> {
    const [{ id }] = await this.admin('GET', `/admin/realms/${REALM}/clients?clientId=${clientId}`);
    return id;
  }

  private async token(realm: string, form: Record<string, string>): Promise<{ status: number; body: any }> {
    return httpsCall(`${this.url}/realms/${realm}/protocol/openid-connect/token`, { ca: this.ca, form });
  }

  private async admin(method: string, path: string, json?: unknown): Promise<any> {
    const { body: { access_token: token } } = await this.token('master', {
      grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: this.password,
    });
    const { status, body } = await httpsCall(`${this.url}${path}`, { method, ca: this.ca, json, headers: { authorization: `Bearer ${token}` } });
    if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
    return body;
  }
}
