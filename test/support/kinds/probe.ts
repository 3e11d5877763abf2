/** A client that uses AWSCURRENT all the time, over and over, and counts when it is refused. */
export class Probe {
  public tries = 0;
  public refused = 0;
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly isTaken: () => Promise<boolean>) {
    this.running = this.run();
  }

  public async stop(): Promise<this> {
    this.stopped = true;
    await this.running;
    return this;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.tries += 1;
      if (!await this.isTaken()) this.refused += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
