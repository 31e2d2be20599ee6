/** Delays something until a client has seen it, so that a polling client cannot miss it. */
export class ObservedOnce {
  private begin: () => void = () => {};
  /** Call it when a client has seen it. */
  seen: () => void = () => {};
  /** Resolves while something is shown. */
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
