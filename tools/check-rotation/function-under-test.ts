import { ChildProcessWithoutNullStreams, spawn } from 'child_process';

/** How an invocation ended. */
export interface Ending {
  readonly succeeded: boolean;
  /** What it wrote, or answered. */
  readonly written: string;
}

/** A rotation function in whatever language, invoked as Lambda does it. */
export interface FunctionUnderTest {
  invoke(event: object): Promise<Ending>;
  /** The process dies here, where there is one; a function behind a URL goes on, and finds that nothing answers. */
  die(): void;
}

const LONGEST_MS = 60_000;

/** A command that reads the event from its standard input, and succeeds with exit code 0. */
export class CommandFunction implements FunctionUnderTest {
  private child?: ChildProcessWithoutNullStreams;

  constructor(private readonly command: readonly string[], private readonly environment: NodeJS.ProcessEnv) {}

  public async invoke(event: object): Promise<Ending> {
    const child = this.started();
    this.child = child;
    let written = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { written += chunk.toString(); });
    child.stdin.on('error', () => undefined).end(JSON.stringify(event));
    return new Promise((resolve, reject) => {
      child.on('error', error => reject(this.failure(error)));
      child.on('close', code => resolve({ succeeded: code === 0, written }));
    });
  }

  public die(): void {
    this.child?.kill('SIGKILL');
  }

  private started(): ChildProcessWithoutNullStreams {
    const [program, ...words] = this.command;
    try {
      return spawn(program, words, { env: this.environment, timeout: LONGEST_MS, killSignal: 'SIGKILL' });
    } catch (error) {
      throw this.failure(error as Error);
    }
  }

  private failure({ message }: Error): Error {
    return new Error(`${this.command[0]} cannot be started: ${message}`);
  }
}

/** A function behind a URL, as the emulator in AWS's base images of Lambda has it. */
export class UrlFunction implements FunctionUnderTest {
  constructor(private readonly url: string) {}

  public async invoke(event: object): Promise<Ending> {
    const response = await fetch(this.url, { method: 'POST', body: JSON.stringify(event), signal: AbortSignal.timeout(LONGEST_MS) })
      .catch((error: Error) => { throw new Error(`${this.url} does not answer: ${String((error.cause as Error | undefined)?.message ?? error.message)}`); });
    const written = await response.text();
    return { succeeded: response.ok && !/"errorMessage"|"errorType"/.test(written), written };
  }

  public die(): void {
    // Its calls fail from here on; see FaultySecretsManager.
  }
}
