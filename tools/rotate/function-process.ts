import { ChildProcess, spawn } from 'child_process';
import { randomUUID } from 'crypto';
import { cpSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { FunctionEnvironment, memoryMiBOf, timeoutMsOf, variablesOf } from './function-environment';
import { LAMBDA_RUNTIME, RuntimeMessage } from './lambda-runtime';
import type { LambdaFunction } from '../access';

/** Lambda gives a function as long to load. */
const LOADING_MS = 10_000;
/** The part of the memory that is left to JavaScript, as Lambda's own runtime has it. */
const HEAP_SHARE = 0.9;

export interface FunctionOptions {
  readonly rotator: LambdaFunction;
  /** The unpacked asset, alone in its folder. */
  readonly folder: string;
  readonly environment: FunctionEnvironment;
}

/** How an invocation ended. */
export interface Invocation {
  readonly milliseconds: number;
  /** What it wrote. */
  readonly written: string;
  readonly memoryMiB?: number;
  readonly failure?: string;
}

/** Unpacks an asset to where nothing else is. */
export function unpack(assetFolder: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'rotate-function-'));
  cpSync(assetFolder, folder, { recursive: true });
  return folder;
}

/** A function in a process of its own, which serves one invocation after the other and has the time and memory of the template. */
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
      failure: answer.failure ? this.textOf(answer.failure) : this.tooMuchMemory(answer),
    };
  }

  /** Ends the process and removes its folder. */
  public close(): void {
    this.end();
    rmSync(this.options.folder, { recursive: true, force: true });
  }

  /** With the folder called as in Lambda. */
  private textOf({ name, message }: { readonly name: string; readonly message: string }): string {
    return `${name}: ${message}`.replaceAll(this.options.folder, '/var/task');
  }

  private end(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  /** Starts the process, unless it runs; a failure to load the handler. */
  private async loaded(): Promise<RuntimeMessage | undefined> {
    if (this.child) return undefined;
    const { rotator, folder, environment } = this.options;
    const heapMiB = Math.floor(memoryMiBOf(rotator.resource.Properties!) * HEAP_SHARE);
    this.child = spawn(process.execPath, [`--max-old-space-size=${heapMiB}`, '-e', LAMBDA_RUNTIME], {
      cwd: folder, env: variablesOf(environment), stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', ({ written = '' }: RuntimeMessage) => { this.written += written; });
    const answer = await this.next('loaded', LOADING_MS);
    if (!answer.failure) return undefined;
    this.end();
    return { failure: { name: 'the function could not be loaded', message: this.textOf(answer.failure) } };
  }

  private async answerTo(event: object): Promise<RuntimeMessage> {
    const { rotator: { arn, logGroup, resource: { Properties = {} } } } = this.options;
    const timeoutMs = timeoutMsOf(Properties);
    const context = {
      awsRequestId: randomUUID(),
      functionName: arn.split(':')[6],
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      logGroupName: logGroup,
      memoryLimitInMB: String(memoryMiBOf(Properties)),
    };
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
    const limit = memoryMiBOf(this.options.rotator.resource.Properties!);
    if (memoryMiB <= limit) return undefined;
    this.end();
    return `Memory: it used ${Math.ceil(memoryMiB)} MiB of the ${limit} that it has; raise \`memorySize\``;
  }
}
