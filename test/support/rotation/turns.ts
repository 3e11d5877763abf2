/** Lets two runners go in turns that are chosen beforehand: one runs from gate to gate while the other waits at its own. */
export class Turns {
  private readonly parked = new Map<number, (() => void)[]>();
  private readonly done = new Set<number>();
  private notify: () => void = () => undefined;

  /** `choices` says who goes next; when they are used up, the one that went less goes. */
  public async run(runners: readonly (() => Promise<void>)[], choices: readonly boolean[]): Promise<void> {
    const went = runners.map(() => 0);
    const all = runners.map(async (runner, index) => {
      await this.gate(index);
      await runner().finally(() => {
        this.done.add(index);
        this.notify();
      });
    });
    for (let turn = 0; this.done.size < runners.length; turn++) {
      await this.until(() => new Set([...this.parked.keys(), ...this.done]).size === runners.length);
      const waiting = [...this.parked.keys()];
      if (waiting.length === 0) break;
      const chosen = waiting.length === 1 ? waiting[0] : turn < choices.length ? Number(choices[turn]) : went.indexOf(Math.min(...went));
      went[chosen] += 1;
      const [release, ...others] = this.parked.get(chosen)!;
      if (others.length > 0) this.parked.set(chosen, others);
      else this.parked.delete(chosen);
      release();
    }
    await Promise.all(all);
  }

  /** Waits for the turn of a runner, which may wait for more than one thing at once. */
  public async gate(runner: number): Promise<void> {
    return new Promise((resolve) => {
      this.parked.set(runner, [...this.parked.get(runner) ?? [], resolve]);
      this.notify();
    });
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.notify = resolve;
      });
    }
  }
}
