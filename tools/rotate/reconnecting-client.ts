import { setTimeout as sleep } from 'timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { REFUSED, RehearsalServer } from './rehearsal-server';

const INTERVAL_MS = 100;
const RETRY_MS = 20;

/** Where an application has its credentials from. */
export interface CredentialSource {
  /** The value that it takes to be current; `isAgain` after a refusal, where it may ask for a newer one. */
  read(isAgain: boolean): Promise<string>;
}

/** AWSCURRENT, asked for each time. */
export function directRead(secretsManager: SecretsManagerClient, secretArn: string): CredentialSource {
  return { read: async () => (await secretsManager.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString! };
}

export interface ClientOptions {
  readonly source: CredentialSource;
  readonly server: RehearsalServer;
  /** How long a refused login may be tried again, each time with the credentials read afresh. With 0, none is. */
  readonly patienceMs: number;
}

export interface ClientFigures {
  readonly connections: number;
  /** Logins that were refused at first, and that a fresh read brought in. */
  readonly retried: number;
  /** Of those that were refused at first, let in or not. */
  readonly longestWaitMs: number;
  readonly users: string[];
  /** Codes of what went wrong, or texts of ours; never those of the driver. */
  readonly failures: string[];
}

/** An application that reads its credentials and opens a new connection ten times a second. */
export class ReconnectingClient {
  private readonly users = new Set<string>();
  private readonly failures: string[] = [];
  private readonly running: Promise<void>;
  private connections = 0;
  private retried = 0;
  private longestWaitMs = 0;
  private stopped = false;

  constructor(private readonly options: ClientOptions) {
    this.running = this.run();
  }

  public async stop(): Promise<ClientFigures> {
    this.stopped = true;
    await this.running;
    const { connections, retried, longestWaitMs, failures } = this;
    return { connections, retried, longestWaitMs, users: [...this.users], failures };
  }

  private async run(): Promise<void> {
    const started = Date.now();
    for (let turn = 1; !this.stopped; turn++) {
      await this.logIn();
      await sleep(Math.max(0, started + turn * INTERVAL_MS - Date.now()));
    }
  }

  private async logIn(): Promise<void> {
    const started = Date.now();
    for (let attempt = 1; ; attempt++) {
      const failure = await this.attempt(attempt > 1);
      const waitedMs = Date.now() - started;
      if (attempt > 1) this.longestWaitMs = Math.max(this.longestWaitMs, waitedMs);
      if (failure === undefined) {
        this.connections += 1;
        if (attempt > 1) this.retried += 1;
        return;
      }
      if (!REFUSED.includes(failure) || waitedMs >= this.options.patienceMs) {
        this.failures.push(failure);
        return;
      }
      await sleep(RETRY_MS);
    }
  }

  /** What it failed with, or nothing. */
  private async attempt(isAgain: boolean): Promise<string | undefined> {
    try {
      const { username, password } = JSON.parse(await this.options.source.read(isAgain)) as { username: string; password: string };
      await this.options.server.useTable({ ...this.options.server.superuser, username, password });
      this.users.add(username);
      return undefined;
    } catch (error) {
      const { code, name } = error as { code?: string; name?: string };
      return code ?? name ?? 'unknown';
    }
  }
}
