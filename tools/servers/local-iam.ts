import { execFileSync } from 'child_process';
import { readFileSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import {
  CreateAccessKeyCommand, CreateUserCommand, DeleteAccessKeyCommand, IAMClient, ListAccessKeysCommand, PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { CertificateAuthority, ServerCertificate } from './certificates';
import { freePort } from './free-port';
import { ServerProcess, started } from './server-process';

/** The variable that names a virtual environment of Python with moto and aiosmtpd. */
export const MOTO_FOLDER = 'ROTATION_TEST_MOTO';

export const REGION = 'eu-west-1';
/** That of the secrets of the tests. */
const ACCOUNT = '111122223333';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
const PROGRAM = join(__dirname, 'moto_with_smtp.py');

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** IAM and STS of moto, which check signatures, and an SMTP server that takes what SES would take. */
export class LocalIam {
  public static async start(folder: string): Promise<LocalIam> {
    const certificate = await (await CertificateAuthority.create()).issue();
    const version = execFileSync(join(folder, 'bin/python'), ['-c', 'import moto; print(moto.__version__)']).toString().trim();
    const ports = [await freePort(), await freePort()] as const;
    return started(new LocalIam(version, mkdtempSync(join(tmpdir(), 'rotation-iam-')), certificate, ...ports), async (iam) => iam.run(folder));
  }

  /** Who may do anything. */
  public administrator: KeyPair = { accessKeyId: 'nobody', secretAccessKey: 'nobody' };
  private process?: ServerProcess;
  private users = 0;

  private constructor(
    private readonly version: string,
    private readonly folder: string,
    private readonly certificate: ServerCertificate,
    private readonly port: number,
    public readonly smtpPort: number,
  ) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  public get ca(): string {
    return this.certificate.ca;
  }

  public client(credentials = this.administrator): IAMClient {
    return new IAMClient({ endpoint: this.endpoint, region: REGION, credentials, maxAttempts: 1 });
  }

  public sts(credentials: KeyPair): STSClient {
    return new STSClient({ endpoint: this.endpoint, region: REGION, credentials, maxAttempts: 1 });
  }

  /** A new user without keys. */
  public async user(name = `app${++this.users}`): Promise<string> {
    await this.client().send(new CreateUserCommand({ UserName: name }));
    return name;
  }

  public async allow(UserName: string, ...Statement: object[]): Promise<void> {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await this.client().send(new PutUserPolicyCommand({ UserName, PolicyName: 'policy', PolicyDocument }));
  }

  public async createKey(UserName: string): Promise<KeyPair> {
    const { AccessKey } = await this.client().send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
  }

  public async deleteKey(UserName: string, AccessKeyId: string): Promise<void> {
    await this.client().send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  }

  public async keysOf(UserName: string): Promise<string[]> {
    const { AccessKeyMetadata = [] } = await this.client().send(new ListAccessKeysCommand({ UserName }));
    return AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId!);
  }

  /** What a client does with its key. */
  public async isTaken(key: KeyPair): Promise<boolean> {
    return this.sts(key).send(new GetCallerIdentityCommand({})).then(() => true, () => false);
  }

  /** Somebody works with a key, whatever he is allowed. */
  public async use(key: KeyPair): Promise<void> {
    await this.client(key).send(new ListAccessKeysCommand({})).catch(() => undefined);
  }

  /** Name and version, as it says itself. */
  public product(): string {
    return `moto ${this.version}`;
  }

  /** What both servers wrote. */
  public log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  public async stop(): Promise<void> {
    await this.process?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(folder: string): Promise<void> {
    for (const name of ['certificate', 'key'] as const) writeFileSync(join(this.folder, `${name}.pem`), this.certificate[name], { mode: 0o600 });
    const output = openSync(join(this.folder, 'log'), 'a');
    const files = ['certificate.pem', 'key.pem'].map((name) => join(this.folder, name));
    this.process = new ServerProcess({
      command: [join(folder, 'bin/python'), PROGRAM, String(this.port), String(this.smtpPort), ...files, REGION],
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, INITIAL_NO_AUTH_ACTION_COUNT: '3', MOTO_ACCOUNT_ID: ACCOUNT },
      output,
      signal: 'KILL',
      // Python and this checkout may be in the home of root.
      account: {},
    });
    const until = Date.now() + START_TIMEOUT_MS;
    while (!await this.answers()) {
      if (this.process.ended || Date.now() > until) throw new Error(`moto did not start:\n${this.log()}`);
      await sleep(POLL_MS);
    }
    await this.user('administrator');
    await this.allow('administrator', { Effect: 'Allow', Action: '*', Resource: '*' });
    this.administrator = await this.createKey('administrator');
  }

  /** An address of moto's own, which is no call of AWS. */
  private async answers(): Promise<boolean> {
    return fetch(`${this.endpoint}/moto-api/data.json`).then(({ ok }) => ok, () => false);
  }
}
