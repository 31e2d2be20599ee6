/** Holds something up until somebody has seen it, so that who polls cannot miss it. */
export class ObservedOnce {
  private begin: () => void = () => {};
  /** Told that somebody looked. */
  seen: () => void = () => {};
  /** Resolved while something is shown. */
  begun = this.nextShow();

  /** Waits until `seen` is called, but no longer than this. */
  async until(lifted: Promise<void>): Promise<void> {
    const looked = new Promise<void>((resolve) => {
      this.seen = resolve;
    });
    this.begin();
    await Promise.race([looked, lifted]);
    this.seen = () => {};
    this.begun = this.nextShow();
  }

  private nextShow(): Promise<void> {
    return new Promise((resolve) => {
      this.begin = resolve;
    });
  }
}
