/** Runs one statement; `Row` is what the caller selects. */
export type RunStatement = <Row>(sql: string, values?: string[]) => Promise<Row[]>;

/** A role, its copy, and the password of the copy. */
export interface Clone {
  readonly original: string;
  readonly clone: string;
  readonly verifier: string;
}
