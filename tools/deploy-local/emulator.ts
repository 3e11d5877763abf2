import { ChildProcess, spawn } from 'child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { freePort } from '../servers/free-port';

const LAUNCHER = path.join(__dirname, 'localstack_with_updates.py');
const START_MS = 60_000;
const LAST_LINES = 15;

/** Only what the story deploys; a resource of any other kind fails, instead of being taken for deployed. */
const SERVICES = ['cloudformation', 'cloudwatch', 'events', 'iam', 'kms', 'lambda', 'logs', 's3', 'secretsmanager', 'sns', 'sqs', 'ssm', 'sts'];

/** A LocalStack of its own: a process group on a free port of the loopback interface, with nothing kept and nobody called. */
export class Emulator {
  public static async start(python: string): Promise<Emulator> {
    const folder = mkdtempSync(path.join(tmpdir(), 'deploy-local-'));
    const port = await freePort();
    const emulator = new Emulator(spawnLocalStack(python, folder, port), folder, `http://127.0.0.1:${port}`);
    process.once('exit', () => emulator.stop());
    try {
      await emulator.ready();
      return emulator;
    } catch (error) {
      emulator.stop();
      throw error;
    }
  }

  private constructor(private readonly process: ChildProcess, private readonly folder: string, public readonly endpoint: string) {}

  /** Ends the process group; may be called twice. It is called when the program ends in any way but SIGKILL. */
  public stop(): void {
    try {
      process.kill(-this.process.pid!, 'SIGKILL');
    } catch {
      // It has ended already.
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private async ready(): Promise<void> {
    for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(250)) {
      if (this.process.exitCode !== null) throw new Error(`LocalStack ended with exit code ${this.process.exitCode}:\n${this.lastLines()}`);
      if (await answers(`${this.endpoint}/_localstack/health`)) return;
    }
    throw new Error(`LocalStack did not answer within ${START_MS / 1000} s:\n${this.lastLines()}`);
  }

  private lastLines(): string {
    return readFileSync(logIn(this.folder), 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  }
}

function spawnLocalStack(python: string, folder: string, port: number): ChildProcess {
  const child = spawn(python, ['-B', LAUNCHER], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      FILESYSTEM_ROOT: folder,
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      SERVICES: SERVICES.join(','),
      STRICT_SERVICE_LOADING: '1',
      DNS_ADDRESS: '0',
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
    },
  });
  const log = createWriteStream(logIn(folder));
  child.stdout!.pipe(log);
  child.stderr!.pipe(log);
  return child;
}

function logIn(folder: string): string {
  return path.join(folder, 'localstack.log');
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
