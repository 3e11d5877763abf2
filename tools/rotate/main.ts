import { existsSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import type { Close } from './local-stand';
import { rotate, RotateOptions } from './rotate';
import { synthesizeExamples } from '../examples/synthesize';
import { styleFor } from '../review/layout';

const CLOUD_ASSEMBLIES = path.resolve(__dirname, '../../cdk.out');
const INTERRUPTS = { SIGINT: 130, SIGTERM: 143 };

const USAGE = `npx projen rotate <app>... [--steps] [--rotations <number>] [--pause <milliseconds>] [--logs]

Rotates the database credential of each app on a local PostgreSQL server, while a client logs in anew ten times a second.

  <app>        an example, such as golden-path, or the directory of a cloud assembly
  --steps      show each step with the labels that it leaves behind, in place of a summary
  --rotations  how many (one, or two for alternating users)
  --pause      after each step, to see more of them; a single user's client waits for that long (0)
  --logs       show what the function logs`;

/** What was begun, to be ended in reverse order, in whatever way the program ends. */
class Closing {
  public closed = false;
  private readonly closes: Close[] = [];

  public readonly add = (close: Close): void => {
    if (this.closed) void close();
    else this.closes.unshift(close);
  };

  public async all(): Promise<void> {
    this.closed = true;
    for (const close of this.closes) await close();
  }
}

/** The directory of a cloud assembly, which is synthesized first when an example is named. */
function assemblyOf(app: string): string {
  if (existsSync(path.join(app, 'manifest.json'))) return path.resolve(app);
  if (!synthesizeExamples([app])) throw new Error(`examples/${app} was not synthesized: see above`);
  return path.join(CLOUD_ASSEMBLIES, app);
}

interface Arguments extends RotateOptions {
  readonly apps: readonly string[];
}

/** Throws an error with the usage. */
function argumentsIn(args: string[]): Arguments {
  try {
    const { values: { rotations, pause, ...values }, positionals: apps } = parseArgs({
      args,
      options: { steps: { type: 'boolean' }, rotations: { type: 'string' }, pause: { type: 'string' }, logs: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (apps.length === 0) throw new Error('name an app');
    if (!/^([1-9]\d*)?$/.test(rotations ?? '') || !/^\d*$/.test(pause ?? '')) throw new Error('--rotations and --pause take a number');
    return { apps, ...values, pauseMs: Number(pause ?? 0), ...rotations && { rotations: Number(rotations) } };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function main({ apps, ...options }: Arguments): Promise<number> {
  // It is about the SDK and a Node.js to come.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const closing = new Closing();
  // A terminal and whoever started this may both send one: the second must not end the closing.
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of Object.keys(INTERRUPTS)) process.on(signal, () => reject(new Error(signal)));
  });
  try {
    // What is interrupted goes on until the process ends, and has nothing more to say.
    const say = (lines: readonly string[]) => { if (!closing.closed) console.log(lines.join('\n')); };
    const style = styleFor(process.stdout, process.env);
    for (const app of apps) console.log(`\n${await Promise.race([rotate(assemblyOf(app), options, { say, style, closing: closing.add }), interrupted])}`);
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const code = INTERRUPTS[message as keyof typeof INTERRUPTS];
    console.error(code === undefined ? `\nThe rotation did not succeed. ${message}` : `\nInterrupted by ${message}.`);
    return code ?? 1;
  } finally {
    await closing.all();
  }
}

// What an interrupt leaves in the middle must not keep the process.
async function start(): Promise<number> {
  try {
    return await main(argumentsIn(process.argv.slice(2)));
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

void start().then(code => process.exit(code));
