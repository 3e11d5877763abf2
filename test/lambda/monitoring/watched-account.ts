import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { ENVIRONMENT } from './environment';
import { ROTATION_ENVIRONMENT } from '../../../src/rotation/contract/environment';
import { bundle } from '../../../tools/bundles/bundle';
import { FunctionProcess, Invocation } from '../../../tools/lambda-runtime/function-process';
import { FakeSecretsManager } from '../../../tools/secrets-manager/fake-secrets-manager';
import { HttpSecretsManager, serveSecretsManager } from '../../../tools/secrets-manager/http-server';
import type { SecretRecord } from '../../../tools/secrets-manager/secret-record';

const ROOT = path.resolve(__dirname, '../../..');
export const DAY = 86_400_000;

/** The age of the account: its secrets were made so long ago. */
const AGE = 400 * DAY;

/** What a run of the watcher wrote, line by line. */
export interface Look extends Invocation {
  readonly lines: Record<string, any>[];
  /** Of the one line that CloudWatch makes metrics of. */
  readonly metrics: Record<string, number>;
}

/** Secrets Manager over HTTP with secrets of an old account, and the bundle of the watcher as Lambda runs it. */
export class WatchedAccount {
  public static async create(): Promise<WatchedAccount> {
    const folder = mkdtempSync(path.join(tmpdir(), 'watcher-'));
    const { contents } = await bundle(ROOT, 'watcher', 'monitoring');
    writeFileSync(path.join(folder, 'index.js'), contents);
    const fake = new FakeSecretsManager(() => Date.now() - AGE);
    return new WatchedAccount(folder, fake, await serveSecretsManager(fake));
  }

  private readonly processes: FunctionProcess[] = [];

  private constructor(private readonly folder: string, public readonly fake: FakeSecretsManager, private readonly server: HttpSecretsManager) {}

  /** Made when the account was new, and read yesterday, unless it is changed otherwise. */
  public secret(name: string, change: (secret: SecretRecord) => void = () => undefined): string {
    const arn = String(this.fake.perform('CreateSecret', { Name: name, SecretString: 'a value that nobody asks for' }).ARN);
    this.fake.edit(arn, (secret) => {
      secret.accessed = this.now - DAY;
      change(secret);
    });
    return arn;
  }

  /** The time of the process that looks. */
  public get now(): number {
    return Date.now();
  }

  /** From now on the fake lives in the present. */
  public grownOld(): this {
    this.fake.advance(AGE - (this.fake.now() - (Date.now() - AGE)));
    this.fake.calls.length = 0;
    return this;
  }

  public function(environment: Readonly<Record<string, string>> = {}, timeoutMs = 60_000, memoryMiB = 512): FunctionProcess {
    const lambda = { _HANDLER: 'index.handler', AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    // On an old Node.js, the SDK would warn.
    const quiet = { NODE_NO_WARNINGS: '1' };
    const endpoint = { [ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT]: this.server.endpoint };
    const variables = { ...lambda, ...quiet, ...endpoint, ...ENVIRONMENT, ...environment };
    const running = new FunctionProcess({ folder: this.folder, environment: variables, memoryMiB, timeoutMs });
    this.processes.push(running);
    return running;
  }

  public async close(): Promise<void> {
    this.processes.forEach(running => running.end());
    await this.server.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** Invokes the watcher as EventBridge does. Whatever it writes must be one JSON document a line. */
export async function look(running: FunctionProcess): Promise<Look> {
  const invocation = await running.invoke({ 'source': 'aws.events', 'detail-type': 'Scheduled Event' });
  const lines = invocation.written.split('\n').slice(0, -1).map(line => JSON.parse(line) as Record<string, any>);
  const documents = lines.filter(line => '_aws' in line);
  const metrics = Object.fromEntries(documents.flatMap((document) => {
    const names: { Name: string }[] = document._aws.CloudWatchMetrics.flatMap(({ Metrics }: Record<string, any>) => Metrics);
    return names.map(({ Name }) => [Name, document[Name]]);
  }));
  return { ...invocation, lines, metrics };
}
