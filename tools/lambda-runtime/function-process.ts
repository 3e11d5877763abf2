import { ChildProcess, spawn } from 'child_process';
import { randomUUID } from 'crypto';
import { Failure, LAMBDA_RUNTIME, RuntimeMessage, Usage } from './runtime';

/** Lambda gives a function as long to load. */
const LOADING_MS = 10_000;
/** The part of the memory that is left to JavaScript, as Lambda's own runtime has it. */
const HEAP_SHARE = 0.9;

export interface FunctionOptions {
  /** The code, alone in its folder. */
  readonly folder: string;
  /** All variables that the function sees; `_HANDLER` names the handler. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  readonly timeoutMs: number;
  /** What the function is told of itself. @default - the time that is left and an id of the request, alone */
  readonly context?: Readonly<Record<string, string>>;
  /** @default - the Node.js that runs this */
  readonly node?: string;
}

/** How an invocation ended. */
export interface Invocation {
  readonly milliseconds: number;
  /** What it wrote. */
  readonly written: string;
  readonly memoryMiB?: number;
  /** Absent when the process has ended. */
  readonly usage?: Usage;
  /** In words. */
  readonly failure?: string;
  /** What the handler threw. */
  readonly error?: Failure;
}

/** A function in a process of its own, which serves one invocation after the other, with the time and memory that it has. */
export class FunctionProcess {
  /** All that the function has written. */
  public written = '';
  private child?: ChildProcess;

  constructor(private readonly options: FunctionOptions) {}

  public async invoke(event: Readonly<Record<string, unknown>>): Promise<Invocation> {
    const started = Date.now();
    const before = this.written.length;
    const answer = await this.loaded() ?? await this.answerTo(event);
    return {
      milliseconds: Date.now() - started,
      written: this.written.slice(before),
      memoryMiB: answer.memoryMiB,
      usage: answer.usage,
      failure: answer.failure ? this.textOf(answer.failure) : this.tooMuchMemory(answer),
      error: answer.failure,
    };
  }

  /** Ends the process; the next invocation would start another. */
  public end(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  /** With the folder called as in Lambda. */
  private textOf({ name, message }: Failure): string {
    return `${name}: ${message}`.replaceAll(this.options.folder, '/var/task');
  }

  /** Starts the process, unless it runs; a failure to load the handler. */
  private async loaded(): Promise<RuntimeMessage | undefined> {
    if (this.child) return undefined;
    const { node = process.execPath, folder, environment, memoryMiB } = this.options;
    this.child = spawn(node, [`--max-old-space-size=${Math.floor(memoryMiB * HEAP_SHARE)}`, '-e', LAMBDA_RUNTIME], {
      cwd: folder, env: environment, stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', ({ written = '' }: RuntimeMessage) => { this.written += written; });
    const answer = await this.next('loaded', LOADING_MS);
    if (!answer.failure) return undefined;
    this.end();
    return { failure: { name: 'the function could not be loaded', message: this.textOf(answer.failure) } };
  }

  private async answerTo(event: object): Promise<RuntimeMessage> {
    const { timeoutMs, memoryMiB } = this.options;
    const context = { awsRequestId: randomUUID(), memoryLimitInMB: String(memoryMiB), ...this.options.context };
    const answer = this.next('done', timeoutMs);
    // When the process is gone, its exit is the answer.
    this.child!.send({ event, context, deadline: Date.now() + timeoutMs }, () => undefined);
    return answer;
  }

  /** What the process answers, if it does in time; else it is ended, as Lambda does. */
  private async next(kind: 'loaded' | 'done', timeoutMs: number): Promise<RuntimeMessage> {
    const child = this.child!;
    return new Promise(resolve => {
      const timer = setTimeout(() => fail('Timeout', `it took longer than the ${timeoutMs / 1000} s that it has`), timeoutMs);
      const onExit = (code: number | null, signal: string | null) =>
        fail('Exit', `its process ended by itself (${signal ? `${signal}, as when memory runs out` : `exit code ${code}`})`);
      const onMessage = (message: RuntimeMessage) => { if (message[kind]) settle(message); };
      const settle = (message: RuntimeMessage) => {
        clearTimeout(timer);
        child.off('exit', onExit).off('message', onMessage);
        resolve(message);
      };
      const fail = (name: string, message: string) => {
        this.end();
        settle({ failure: { name, message } });
      };
      child.on('exit', onExit).on('message', onMessage);
    });
  }

  private tooMuchMemory({ memoryMiB = 0 }: RuntimeMessage): string | undefined {
    const limit = this.options.memoryMiB;
    if (memoryMiB <= limit) return undefined;
    this.end();
    return `Memory: it used ${Math.ceil(memoryMiB)} MiB of the ${limit} that it has; raise \`memorySize\``;
  }
}
