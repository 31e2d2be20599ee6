const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs something that SIGINT and SIGTERM interrupt: its signal is aborted, and it can clean up. The second signal ends
 * the process at once, without the cleanup.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const listening = (listen: "on" | "off") => {
    for (const signal of SIGNALS) process[listen](signal, interrupt);
  };
  const interrupt = () => {
    listening("off");
    controller.abort();
  };
  listening("on");
  try {
    return await work(controller.signal);
  } finally {
    listening("off");
  }
}
