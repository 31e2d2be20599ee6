import type { Change } from "../source/changes";

const capacity = 10_000;

/** A change with its number in the order of arrival. */
export type NumberedChange = Change & { readonly seq: number };

/** The changes that arrived for a connector; the oldest are forgotten beyond 10000. */
export class ChangeLog {
  private changes: NumberedChange[] = [];
  private notify: () => void = () => {};
  /** Resolves when the next change arrives. */
  next = this.nextArrival();

  /** @param last - the number before the first one */
  constructor(private last = 0) {}

  append(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    this.changes = [...this.changes, ...changes.map((change) => ({ seq: ++this.last, ...change }))];
    this.changes = this.changes.slice(-capacity);
    const notify = this.notify;
    this.next = this.nextArrival();
    notify();
  }

  /** Changes with a greater number than this one. */
  since(seq: number): NumberedChange[] {
    return this.changes.filter((change) => change.seq > seq);
  }

  private nextArrival(): Promise<void> {
    return new Promise((resolve) => {
      this.notify = resolve;
    });
  }
}
