/*
 * Preflight and Replication both read the health of a connector. A run shows it once: in the checklist of preflight, if
 * there is one.
 */

/** By connector id; the process lives for one run of the engine. */
const shown = new Set<string>();

/** Says that a checklist shows the health of a connector. */
export function healthIsShown(connectorId: string): void {
  shown.add(connectorId);
}

/** Whether a checklist of this run shows the health of a connector. */
export function isHealthShown(connectorId: string): boolean {
  return shown.has(connectorId);
}
