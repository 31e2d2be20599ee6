import type { Branch } from "../model/branch";
import type { Connector } from "../model/connector";
import { dropCopy, dropStatement } from "../source/copy";
import { explain } from "../source/session";

/** A branch whose copy could not be removed. */
export interface LeftBranch {
  readonly kind: "branch";
  readonly object: string;
  readonly reason: string;
  /** Removes it by hand. */
  readonly sql: string;
}

/** Stops the creation of branches, and waits until none is at work any more. */
export async function stopBranching(connector: Connector): Promise<void> {
  for (const { operation } of connector.branches.values()) operation?.abort("the emulator is being stopped");
  await connector.copying;
}

/** Removes one branch and its copy. */
export async function removeBranch(connector: Connector, branch: Branch): Promise<void> {
  branch.operation?.abort("the branch is being removed");
  await branch.operation?.settled;
  // A creation that did not succeed has cleaned up after itself.
  if (!connector.branches.has(branch.id)) return;
  await dropCopy(connector.source, branch.database);
  connector.branches.delete(branch.id);
}

/** Removes all branches of a connector, and says what could not be removed. */
export async function removeBranches(connector: Connector): Promise<LeftBranch[]> {
  const left: LeftBranch[] = [];
  for (const branch of [...connector.branches.values()]) {
    try {
      await removeBranch(connector, branch);
    } catch (error) {
      const object = `database ${branch.database} of branch ${branch.name}`;
      left.push({
        kind: "branch",
        object,
        reason: explain(error),
        sql: `${dropStatement(branch.database)};`,
      });
    }
  }
  return left;
}
