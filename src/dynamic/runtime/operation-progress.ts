import type { Operation } from "../../ardent/schemas";
import { describeOperation } from "../../ardent/wait-for-operation";

/**
 * Writes the progress lines of an operation: one for each change, with the time since the waiting started, and with the
 * time of a stage that has ended.
 *
 * @param step - what is waited for, such as `setup`
 * @param now - the clock, in milliseconds
 * @returns takes each state of the operation and gives its line
 */
export function operationProgress(step: string, now: () => number = Date.now): (state: Operation) => string {
  const begun = now();
  let stage: { readonly name: string; readonly since: number } | undefined;
  return (operation) => {
    const time = now();
    const name = operation.stage_label ?? operation.stage ?? operation.status;
    const ended = stage !== undefined && stage.name !== name ? stage : undefined;
    if (stage?.name !== name) stage = { name, since: time };
    const total = duration(time - begun);
    const took = ended && duration(time - ended.since);
    return [
      `Ardent: ${step}: ${describeOperation(operation)}`,
      ...(total === undefined ? [] : [`${total} in all`]),
      ...(ended === undefined || took === undefined ? [] : [`"${ended.name}" took ${took}`]),
    ].join(", ");
  };
}

/** Such as "2 min 5 s"; undefined below a second. */
function duration(milliseconds: number): string | undefined {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) return undefined;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
