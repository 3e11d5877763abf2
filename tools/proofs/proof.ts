/** Who rotates a credential, in the order of the table. */
export const ROTATORS = ['this package', 'hosted by AWS', 'managed by AWS', 'managed by a partner'] as const;
export type Rotator = typeof ROTATORS[number];

/** What a suite has shown, as it says it itself; the tests that it stands on are counted by the test runner. */
export interface Proof {
  /** A database engine by its title, or a kind of credential. */
  readonly credential: string;
  /** @default - all strategies of the credential that other proofs name */
  readonly strategies?: readonly string[];
  /** The name and version that the server itself answers; or what stands in for one, such as `fake from its documents`. */
  readonly server: string;
  /** @default 'this package' */
  readonly rotator?: Rotator;
  /** Places at which the function was ended, of each of which AWSCURRENT was tried and the rotation went on. @default - none */
  readonly faultPoints?: number;
}

/** A proof, and what became of its tests. */
export interface CountedProof extends Proof {
  readonly file: string;
  readonly passed: number;
  /** Full names. */
  readonly failed: readonly string[];
}
