import type { Branch } from "../model/branch";
import type { Connector } from "../model/connector";
import type { Operation, Progress, Stage } from "../model/operations";
import type { Store } from "../model/store";
import { removeArtifacts } from "../source/artifacts";
import { copyDatabase, copyUrl, dropCopy } from "../source/copy";
import { explain } from "../source/session";
import { SourceError } from "../source/source";
import { inTurn } from "./stream";

const pause = { stage: "pause_streaming", label: "Pausing replication", progress: 5 };
const copy = { stage: "copy_database", label: "Copying the database", progress: 10 };
const clean = { stage: "clean_copy", label: "Removing what Ardent made from the copy", progress: 90 };

/** Starts the creation of a branch. */
export function startBranchCreation(store: Store, connector: Connector, branch: Branch): Operation {
  const work = async (progress: Progress) => {
    const turn = connector.copying.then(() => createBranch(connector, branch, progress));
    connector.copying = turn.catch(() => {});
    return turn;
  };
  branch.operation = store.begin("branch_create", branch.id, work);
  return branch.operation;
}

async function createBranch(
  connector: Connector,
  branch: Branch,
  progress: Progress,
): Promise<Record<string, unknown>> {
  const { source } = connector;
  let stage: Stage = pause;
  const enter = async (next: Stage) => {
    stage = next;
    await progress.enter(next);
  };
  try {
    await enter(pause);
    await withoutStream(connector, async () => {
      await enter(copy);
      const comment = `Branch "${branch.name}" of ${connector.id}, made by the emulator of pulumi-ardent`;
      return copyDatabase(source, branch.database, comment, progress.signal);
    });
    await enter(clean);
    const copied = { ...source, database: branch.database };
    const [left] = await removeArtifacts(copied, new Set(["event-triggers", "schema"]));
    if (left !== undefined) throw new SourceError(`${left.object}: ${left.reason}`);
    const url = copyUrl(source, branch.database);
    branch.open(url);
    return { branch_id: branch.id, branch_url: url };
  } catch (error) {
    connector.branches.delete(branch.id);
    const remains = await dropCopy(source, branch.database).then(
      () => "",
      (reason) => ` Still on the server: database ${branch.database} (${explain(reason)}).`,
    );
    throw new SourceError(`${stage.label} failed: ${explain(error)}.${remains}`, { cause: error });
  }
}

/** Postgres copies a database only while no session is connected to it, not even that of our own stream. */
function withoutStream(connector: Connector, work: () => Promise<void>): Promise<void> {
  return inTurn(connector, async () => {
    await connector.stream?.stop();
    try {
      await work();
    } finally {
      if (!connector.isPaused) await connector.stream?.resume(connector.source);
    }
  });
}
