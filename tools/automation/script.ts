import { ChildProcessWithoutNullStreams, spawn } from 'child_process';
import * as path from 'path';
import * as readline from 'readline';

const PYTHON = path.join(__dirname, 'python');

/** What a handler of a script is called with. */
export interface ScriptCall {
  readonly script: string;
  readonly handler: string;
  readonly payload: Record<string, unknown>;
}

/** Runs handlers one after another, each with Python in a process of its own. One for all, for to start Python takes longer than a script. */
class Interpreter {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private readonly complaints: Buffer[] = [];
  private last: Promise<unknown> = Promise.resolve();

  constructor() {
    this.child = spawn('python3', [path.join(PYTHON, 'run_script.py')], {
      env: { PATH: process.env.PATH, PYTHONPATH: PYTHON, PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.child.on('error', ({ message }) => this.complaints.push(Buffer.from(message)));
    this.child.stdin.on('error', () => undefined); // that it has ended is said below
    this.child.stderr.on('data', chunk => this.complaints.push(chunk));
    this.answers = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  public async run(call: ScriptCall, endpoint: string): Promise<Record<string, unknown>> {
    const answered = this.last.then(async () => this.ask(JSON.stringify({ ...call, endpoint })));
    this.last = answered.catch(() => undefined);
    const { output, error } = JSON.parse(await answered);
    if (error !== undefined) throw new Error(error);
    return output;
  }

  /** Lets the process end with its input. */
  public end(): void {
    this.child.stdin.end();
  }

  private async ask(line: string): Promise<string> {
    this.child.stdin.write(`${line}\n`);
    const { done, value } = await this.answers.next();
    if (done) throw new Error(`python3 ended: ${Buffer.concat(this.complaints).toString('utf8')}`);
    return value;
  }
}

let interpreter: Interpreter | undefined;

/** Runs a handler with Python; fails with what the handler raises. */
export async function runScript(call: ScriptCall, endpoint: string): Promise<Record<string, unknown>> {
  interpreter ??= new Interpreter();
  return interpreter.run(call, endpoint);
}

/** Ends the interpreter, without which a process that has run a script stays alive. */
export function endScripts(): void {
  interpreter?.end();
  interpreter = undefined;
}
