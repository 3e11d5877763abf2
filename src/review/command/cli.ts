import { parseArgs } from 'util';
import { Command, EXIT_CODES, Given, parserOptions, Surroundings } from './command';
import { COMMANDS } from './commands';
import { PACKAGE_VERSION } from '../package-version';
import { ReviewError } from '../review-error';

const PROGRAM = 'cdk-managed-secrets';

/** Does what the arguments say, and returns the exit code. */
export async function cli(args: string[], surroundings: Surroundings): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version') return said(surroundings, `${PACKAGE_VERSION}\n`);
  if (name === undefined || name === '--help' || name === 'help') return said(surroundings, help(), name === undefined ? EXIT_CODES.usage : EXIT_CODES.fine);
  if (!Object.hasOwn(COMMANDS, name)) return refused(surroundings, PROGRAM, `there is no command ${JSON.stringify(name)}; there are: ${Object.keys(COMMANDS).join(', ')}`);
  const command = COMMANDS[name];
  if ('runWith' in command) return command.runWith(rest);
  if (rest.includes('--help')) return said(surroundings, helpOf(name, command));
  try {
    return await command.run(parsed(name, command, rest), surroundings);
  } catch (error) {
    if (error instanceof ReviewError) return refused(surroundings, `${PROGRAM} ${name}`, error.message);
    throw error;
  }
}

function parsed(name: string, command: Command, args: string[]): Given {
  try {
    const { values, positionals } = parseArgs({ args, options: parserOptions(command), allowPositionals: true });
    return new Given(values as Record<string, string>, positionals);
  } catch (error) {
    throw new ReviewError(`${(error as Error).message.split('\n')[0]}; see ${PROGRAM} ${name} --help`);
  }
}

function said({ print }: Surroundings, text: string, code: number = EXIT_CODES.fine): number {
  print(text);
  return code;
}

function refused({ warn }: Surroundings, program: string, message: string): number {
  warn(`${program}: ${message}`);
  return EXIT_CODES.usage;
}

function help(): string {
  const commands = Object.entries(COMMANDS).map(([name, { operands, summary }]) => `  ${`${name} ${operands}`.padEnd(28)} ${summary}`);
  return `Usage: npx ${PROGRAM} <command>\n\n${commands.join('\n')}\n\nOptions of a command: npx ${PROGRAM} <command> --help. The version: --version.\n`;
}

function helpOf(name: string, { summary, operands, options }: Command): string {
  const lines = Object.entries(options).map(([option, { value, help: text }]) => `  ${`--${option}${value === undefined ? '' : ` <${value}>`}`.padEnd(40)} ${text}`);
  return [
    `Usage: npx ${PROGRAM} ${name} ${operands} [options]`, '', `It ${summary}.`, '', ...lines, '',
    'Exit codes: 0 fine; 1 there is what --fail-on names; 2 wrong usage, or nothing to do; 3 a part could not be reviewed.', '',
  ].join('\n');
}
