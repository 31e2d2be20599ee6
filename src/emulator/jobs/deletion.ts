import type { Connector } from "../model/connector";
import type { Operation } from "../model/operations";
import type { Store } from "../model/store";
import { type LeftOver, removeArtifacts } from "../source/artifacts";
import { describeSource, SourceError } from "../source/source";
import { type LeftBranch, removeBranches } from "./branch-removal";
import { inTurn } from "./stream";

const stop = { stage: "stop_streaming", label: "Stopping replication", progress: 10 };
const clean = { stage: "clean_source", label: "Removing what Ardent made on the source", progress: 50 };

/**
 * Starts the deletion of a connector and of everything it made on the source.
 *
 * @param force - deletes the connector even if something stays on the source; `result.left` then lists it
 */
export function startDeletion(store: Store, connector: Connector, force: boolean): Operation {
  const interrupted = connector.running;
  interrupted?.abort("the connector is being deleted");
  return store.start(connector, "connector_delete", async (progress) => {
    await progress.enter(stop);
    await interrupted?.settled;
    await progress.enter(clean);
    const left = await withdraw(connector);
    if (left.length > 0 && !force) {
      throw new SourceError(
        `Some of what Ardent made is still on ${describeSource(connector.source)}; the connector stays until it ` +
          `can be removed, or is deleted with force=true: ${left.map(describeLeftOver).join("; ")}`,
      );
    }
    store.connectors.delete(connector.id);
    return { left };
  });
}

/** Ends the stream of a connector and removes what it made on the source, branches included; says what is left. */
export async function withdraw(connector: Connector): Promise<(LeftOver | LeftBranch)[]> {
  const branches = await removeBranches(connector);
  await inTurn(connector, async () => {
    await connector.stream?.stop();
    connector.stream = undefined;
  });
  const left = await removeArtifacts(connector.source, connector.made);
  connector.made.clear();
  for (const one of left) connector.made.add(one.kind);
  return [...branches, ...left];
}

/** What is left of a deletion and how to remove it, in one line: it becomes a part of an operation's error. */
export function describeLeftOver({ object, reason, sql }: LeftOver | LeftBranch): string {
  return `${object} (${reason}), remove it with: ${sql}`;
}
