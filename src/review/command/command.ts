import type { ParseArgsConfig } from 'util';

/** What an exit code means; `--help` prints it. */
export const EXIT_CODES = {
  fine: 0,
  findings: 1,
  usage: 2,
  notReviewed: 3,
} as const;

/** Where a command writes and reads. */
export interface Surroundings {
  readonly directory: string;
  readonly isTTY: boolean;
  readonly noColor: boolean;
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** The word for its value in the help. */
  readonly value?: string;
  readonly help: string;
}

/** One word after `npx cdk-managed-secrets`. */
export interface Command {
  readonly summary: string;
  /** What stands after the word, such as `[assembly…]`. */
  readonly operands: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly run: (given: Given, surroundings: Surroundings) => Promise<number>;
}

/** A command that reads its arguments, and prints its help, by itself. */
export interface Program extends Pick<Command, 'summary' | 'operands'> {
  readonly runWith: (args: string[]) => Promise<number>;
}

/** What was given on the command line. */
export class Given {
  constructor(
    private readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>,
    public readonly operands: readonly string[],
  ) {}

  public text(option: string): string | undefined {
    return this.values[option] as string | undefined;
  }

  public texts(option: string): string[] | undefined {
    return this.values[option] as string[] | undefined;
  }
}

export function parserOptions({ options }: Command): NonNullable<ParseArgsConfig['options']> {
  return Object.fromEntries(Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]));
}
