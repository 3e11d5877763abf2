import { outputOf, type Statement } from './check';

/** What an account said of a statement. */
export interface Outcome {
  readonly id: string;
  readonly holds: boolean;
  readonly found: string;
}

/** The outputs of the deployed stack, by statement. One without an output was not looked at, so that it does not hold. */
export function outcomesOf(outputs: Readonly<Record<string, string>>, statements: readonly Statement[]): Outcome[] {
  return statements.map(({ id }) => {
    const found = outputs[outputOf(id)] ?? 'was not looked at';
    return { id, holds: found === 'holds', found };
  });
}

export function lines(outcomes: readonly Outcome[]): string {
  const each = outcomes.map(({ id, holds, found }) => `${holds ? 'holds ' : 'FAILS '} ${id}${holds ? '' : `\n        ${found}`}\n`);
  const failed = outcomes.filter(({ holds }) => !holds).length;
  return `${each.join('')}${outcomes.length - failed} of ${outcomes.length} statements hold\n`;
}
