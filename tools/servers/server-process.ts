import { ChildProcess, spawn, StdioOptions } from 'child_process';
import { Account, unprivileged } from './unprivileged';

export interface ServerCommand {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A file descriptor for what the server writes. @default - nobody reads it */
  readonly output?: number;
  /** What asks the server to end. */
  readonly signal: 'INT' | 'TERM' | 'KILL';
  /** Whom to run it as. @default - nobody, where we are root */
  readonly account?: Account;
}

const STOP_TIMEOUT_MS = 10_000;

/** Starts a server, and stops what there is of it when that fails. */
export async function started<Server extends { stop(): Promise<void> }>(server: Server, start: (server: Server) => Promise<void>): Promise<Server> {
  try {
    await start(server);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Runs the command after the signal until the input of the shell ends. The other end of that input is in our process, so it ends when
 * our process does, in whatever way: a server never outlives the tests.
 */
const UNTIL_INPUT_ENDS = 'exec 3<&0; "$@" </dev/null 3<&- & server=$!; { cat <&3 >/dev/null; kill -"$0" $server; } & exec 3<&-; wait $server';

/** A server in a process of its own, which ends with ours at the latest and never keeps ours from ending. */
export class ServerProcess {
  private readonly child: ChildProcess;

  constructor({ command, cwd, env = process.env, output, signal, account = unprivileged() }: ServerCommand) {
    const written = output ?? 'ignore';
    const stdio: StdioOptions = ['pipe', written, written];
    // Detached, so that all of it can be killed at once.
    this.child = spawn('sh', ['-c', UNTIL_INPUT_ENDS, signal, ...command], { cwd, env, stdio, detached: true, ...account });
    this.child.unref();
    (this.child.stdin as unknown as { unref(): void }).unref();
  }

  public get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Ends the server, and waits until it has. */
  public async end(): Promise<void> {
    if (this.ended) return;
    const exited = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.ref();
    this.child.stdin!.end();
    const killer = setTimeout(() => process.kill(-this.child.pid!, 'SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(killer);
  }
}
