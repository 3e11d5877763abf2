import { RotationError } from './errors';

/** Kept back, so that an explanation is logged before Lambda ends the process. */
const RESERVE_MS = 500;

/** Whatever the timeout of the function, an attempt that takes longer will not succeed. */
const MAX_ATTEMPT_MS = 10_000;

/** Less than this and an attempt would fail for lack of time alone. */
const MIN_ATTEMPT_MS = 100;

/** The time of one invocation. Nothing with a side effect begins without asking it. */
export class TimeBudget {
  private activity = 'starting';
  private over = false;

  constructor(private readonly remainingMs: () => number) {}

  /** Begins something that takes time and answers how much of it there is, half of what is left at most: there may be another attempt. */
  public attempt(activity: string): number {
    this.enter(activity);
    return Math.min(MAX_ATTEMPT_MS, Math.floor(this.left() / 2));
  }

  /** Begins something. An invocation that is over does nothing any more, also when Lambda thaws it for the next event. */
  public enter(activity: string): void {
    if (this.over || this.left() < 2 * MIN_ATTEMPT_MS) throw outOfTime(`before ${activity}`);
    this.activity = activity;
  }

  /** What is left, without the reserve. */
  public left(): number {
    return this.remainingMs() - RESERVE_MS;
  }

  /** Runs the whole invocation; ends it with an explanation before Lambda would end it without one. */
  public async spend<T>(work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.over = true;
        reject(outOfTime(`while ${this.activity}`));
      }, Math.max(0, this.left()));
    });
    try {
      return await Promise.race([work(), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function outOfTime(when: string): RotationError {
  return new RotationError('transient', `the time of the function is over ${when}; check that it reaches what it waits for, then raise `
    + 'its timeout');
}
