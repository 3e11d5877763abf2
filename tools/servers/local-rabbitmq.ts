import { createHash, randomBytes } from 'crypto';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { ChannelModel, connect } from 'amqplib';
import { CertificateAuthority, ServerCertificate } from './certificates';
import { freePort } from './free-port';
import { httpsCall } from './https-call';
import { newPassword } from './new-password';
import { ServerProcess, started } from './server-process';
import { giveTo, unprivileged } from './unprivileged';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';

/** The variable that names the `usr` of an unpacked Debian with RabbitMQ and Erlang. */
export const RABBITMQ_FOLDER = 'ROTATION_TEST_RABBITMQ';

const START_TIMEOUT_MS = 150_000;
const POLL_MS = 200;
const ALL = { configure: '.*', write: '.*', read: '.*' };

export interface RabbitMqLogin {
  readonly username: string;
  readonly password: string;
}

export interface RabbitMqReply {
  readonly status: number;
  readonly body: any;
}

/** RabbitMQ over TLS with its management API, which logs every login. */
export class LocalRabbitMq {
  public static async start(prefix: string): Promise<LocalRabbitMq> {
    const certificate = await (await CertificateAuthority.create()).issue();
    const ports = { port: await freePort(), management: await freePort(), epmd: await freePort(), distribution: await freePort() };
    return started(new LocalRabbitMq(prefix, mkdtempSync(join(tmpdir(), 'rotation-rabbitmq-')), certificate, ports), async (server) => server.run());
  }

  public readonly host = 'localhost';
  public readonly administrator: RabbitMqLogin = { username: 'administrator', password: newPassword() };
  /** All that were ever set here. */
  public readonly passwords: string[] = [this.administrator.password];
  private processes: ServerProcess[] = [];
  private users = 0;

  private constructor(
    private readonly prefix: string, private readonly folder: string, private readonly certificate: ServerCertificate,
    private readonly ports: Readonly<Record<'port' | 'management' | 'epmd' | 'distribution', number>>,
  ) {}

  public get ca(): string {
    return this.certificate.ca;
  }

  public get port(): number {
    return this.ports.port;
  }

  public get managementPort(): number {
    return this.ports.management;
  }

  /** What a rotation function knows of the server. */
  public get environment(): Record<string, string> {
    return {
      [ROTATION_ENVIRONMENT.RABBITMQ_HOST]: this.host,
      [ROTATION_ENVIRONMENT.RABBITMQ_PORT]: String(this.port),
      [ROTATION_ENVIRONMENT.RABBITMQ_MANAGEMENT_PORT]: String(this.managementPort),
      [ROTATION_ENVIRONMENT.TLS_CA_BUNDLE]: this.ca,
    };
  }

  /** A user with all permissions of the virtual host `/`. */
  public async user({ username = `app${++this.users}`, password = newPassword(), tags = '' } = {}): Promise<RabbitMqLogin> {
    this.passwords.push(password);
    await this.manage('PUT', ['users', username], { password, tags });
    await this.manage('PUT', ['permissions', '/', username], ALL);
    return { username, password };
  }

  /** As the administrator, below `/api`; an answer that is an error is thrown. */
  public async manage(method: string, path: readonly string[], json?: object): Promise<any> {
    const { status, body } = await this.ask(this.administrator, method, path, json);
    if (status >= 300) throw new Error(`${method} ${path.join(' ')}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  public async ask({ username, password }: RabbitMqLogin, method: string, path: readonly string[], json?: object): Promise<RabbitMqReply> {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const url = `https://${this.host}:${this.managementPort}/api/${path.map(encodeURIComponent).join('/')}`;
    return httpsCall(url, { method, ca: this.ca, json, headers: { authorization } });
  }

  /** Name and version, as the server itself says. */
  public async product(): Promise<string> {
    return `RabbitMQ ${(await this.manage('GET', ['overview'])).product_version}`;
  }

  /** What a client does. */
  public async isTaken(login: RabbitMqLogin, virtualHost?: string): Promise<boolean> {
    try {
      const connection = await this.connect(login, virtualHost);
      await connection.close();
      return true;
    } catch (error) {
      if (String(error).includes('ACCESS-REFUSED')) return false;
      throw error;
    }
  }

  public async connect({ username, password }: RabbitMqLogin, vhost = '/'): Promise<ChannelModel> {
    const connection = await connect({ protocol: 'amqps', hostname: this.host, port: this.port, username, password, vhost, heartbeat: 0 }, { ca: this.ca, noDelay: true });
    connection.on('error', () => undefined);
    return connection;
  }

  /** Everything that the server shows of what was sent: its log, and all that it keeps of its users. */
  public async log(): Promise<string> {
    return `${readFileSync(join(this.folder, 'log'), 'utf8')}\n${JSON.stringify(await this.manage('GET', ['definitions']))}`;
  }

  public async stop(): Promise<void> {
    for (const process of this.processes.reverse()) await process.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(): Promise<void> {
    this.configure();
    giveTo(unprivileged(), this.folder);
    const output = openSync(join(this.folder, 'log'), 'a');
    const { server, erlang, programs } = this.programs();
    const env = this.variables(server, erlang, programs);
    // Nodes of Erlang find each other by it. One that a node starts by itself would outlive the tests.
    this.processes.push(new ServerProcess({ command: [join(programs, 'epmd')], cwd: this.folder, env, signal: 'KILL' }));
    this.processes.push(new ServerProcess({
      command: [
        join(programs, 'erlexec'), '-noinput', '-boot', 'start_sasl', '-s', 'rabbit', 'boot', '-start_epmd', 'false', '+W', 'w', '+S', '2:2', '+sbwt', 'none',
        '-kernel', 'inet_dist_use_interface', '{127,0,0,1}', '-syslog', 'logger', '[]', '-syslog', 'syslog_error_logger', 'false',
      ],
      cwd: this.folder,
      env,
      output,
      signal: 'KILL',
    }));
    const until = Date.now() + START_TIMEOUT_MS;
    while (!await this.answers()) {
      if (this.processes.some(({ ended }) => ended) || Date.now() > until) {
        throw new Error(`RabbitMQ did not start:\n${readFileSync(join(this.folder, 'log'), 'utf8').slice(-3_000)}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** AMQP is there after the management API. */
  private async answers(): Promise<boolean> {
    return this.manage('GET', ['whoami']).then(async () => this.isTaken(this.administrator)).catch(() => false);
  }

  /** The folders of this release. */
  private programs(): Record<'server' | 'erlang' | 'programs', string> {
    const only = (folder: string, beginning: string) => join(folder, readdirSync(folder).find((name) => name.startsWith(beginning))!);
    const erlang = join(this.prefix, 'lib/erlang');
    return { server: only(join(this.prefix, 'lib/rabbitmq/lib'), 'rabbitmq_server-'), erlang, programs: join(only(erlang, 'erts-'), 'bin') };
  }

  /** What the scripts of the packages would set, whose paths are those of an installed package. */
  private variables(server: string, erlang: string, programs: string): NodeJS.ProcessEnv {
    const file = (name: string) => join(this.folder, name);
    return {
      PATH: process.env.PATH,
      HOME: this.folder,
      LANG: 'C.UTF-8',
      ROOTDIR: erlang,
      BINDIR: programs,
      EMU: 'beam',
      PROGNAME: 'erl',
      ERL_LIBS: join(server, 'plugins'),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(this.ports.epmd),
      RABBITMQ_HOME: server,
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_CONFIG_FILE: file('rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins'),
      RABBITMQ_PLUGINS_DIR: join(server, 'plugins'),
      RABBITMQ_MNESIA_BASE: file('data'),
      RABBITMQ_LOG_BASE: file('logs'),
      RABBITMQ_GENERATED_CONFIG_DIR: file('generated'),
      RABBITMQ_PID_FILE: file('pid'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_NODENAME: 'test@localhost',
      RABBITMQ_DIST_PORT: String(this.ports.distribution),
    };
  }

  private configure(): void {
    const write = (name: string, content: string) => writeFileSync(join(this.folder, name), content, { mode: 0o600 });
    for (const name of ['data', 'logs', 'generated']) mkdirSync(join(this.folder, name));
    for (const [name, content] of Object.entries(this.certificate)) write(`${name}.pem`, String(content));
    const tls = Object.entries({ cacertfile: 'ca', certfile: 'certificate', keyfile: 'key' }).map(([key, name]) => `${key} = ${join(this.folder, `${name}.pem`)}`);
    write('enabled_plugins', '[rabbitmq_management].\n');
    write('rabbitmq.conf', [
      'listeners.tcp = none',
      `listeners.ssl.1 = 127.0.0.1:${this.port}`,
      ...tls.map((line) => `ssl_options.${line}`),
      'ssl_options.verify = verify_none',
      'ssl_options.fail_if_no_peer_cert = false',
      'management.ssl.ip = 127.0.0.1',
      `management.ssl.port = ${this.managementPort}`,
      ...tls.map((line) => `management.ssl.${line}`),
      'management_agent.disable_metrics_collector = true',
      `load_definitions = ${join(this.folder, 'definitions.json')}`,
      'log.console = true',
      'log.console.level = debug',
      'log.file = false',
      '',
    ].join('\n'));
    const { username: name, password } = this.administrator;
    const salt = randomBytes(4);
    const hash = Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString('base64');
    const user = { name, password_hash: hash, hashing_algorithm: 'rabbit_password_hashing_sha256', tags: ['administrator'] };
    write('definitions.json', JSON.stringify({ users: [user], vhosts: [{ name: '/' }], permissions: [{ user: name, vhost: '/', ...ALL }] }));
  }
}
