/** A heading and what stands below it; numbers stand to the right, texts to the left. */
export type Column<Row> = readonly [heading: string, cell: (row: Row) => string, kind?: 'text'];

/** Something that must hold, and what was measured. */
export interface Requirement {
  readonly text: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** What a benchmark found. */
export interface Report {
  /** In Markdown. */
  readonly tables: readonly string[];
  /** Those that `--write` puts into a guide. @default - none */
  readonly guide?: readonly string[];
  readonly notes: readonly string[];
  readonly requirements: readonly Requirement[];
}

/**
 * Measures each subject once a round, one after the other: at once, they would measure each other. Every other round goes backwards, so
 * that a drift of the machine hits all alike.
 */
export async function inRounds<S, M>(rounds: number, subjects: readonly S[], measure: (subject: S) => Promise<M>): Promise<M[][]> {
  const all = subjects.map((subject): [S, M[]] => [subject, []]);
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    for (const [subject, measurements] of round % 2 === 1 ? all : [...all].reverse()) measurements.push(await measure(subject));
  }
  return all.map(([, measurements]) => measurements);
}

/** Of an odd number of values, so that it is one of them. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** A table in Markdown. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(([heading]) => heading)),
    line(columns.map(([, , kind]) => kind === 'text' ? '---' : '---:')),
    ...rows.map(row => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n');
}

/** That a value is at most so large, in the unit of `format`. */
export function atMost(max: number, text: string, value: number, format = whole): Requirement {
  return { text: text.replace('{max}', format(max)), measured: format(value), holds: value <= max };
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
