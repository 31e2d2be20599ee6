import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { interruptible } from "../../src/cli/interruptible";

describe("interruptible", () => {
  const listeners = () => ["SIGINT", "SIGTERM"].map((signal) => process.listenerCount(signal));

  it.each(["SIGINT", "SIGTERM"] as const)(
    "aborts on %s, and lets the next one end the process",
    async (signal) => {
      const before = listeners();
      const aborted = interruptible((abort) => once(abort, "abort"));
      expect(listeners()).toEqual(before.map((count) => count + 1));
      process.emit(signal);
      expect(listeners()).toEqual(before);
      await aborted;
      expect(listeners()).toEqual(before);
    },
  );
});
