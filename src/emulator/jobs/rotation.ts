import type { Connector } from "../model/connector";
import { slotNameOf } from "../source/artifacts";
import { explain, withSession } from "../source/session";
import { describeSource, type Source, SourceError } from "../source/source";
import { inTurn } from "./stream";

/**
 * Changes the credentials or the address of a connector's source in place: they are tested first, then the stream
 * continues with them.
 *
 * @throws {SourceError} when they do not work, or lead to a database that is not the connector's source
 */
export async function rotate(connector: Connector, source: Source): Promise<void> {
  if (connector.running !== undefined) {
    throw new SourceError(
      `Operation ${connector.running.id} is still working with the old connection details`,
    );
  }
  const isItsSource = await withSession(source, async (session) => {
    const slots = await session.query(
      "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE slot_name = $1 AND database = current_database()",
      [slotNameOf(source.database)],
    );
    return slots.length > 0 || !connector.made.has("slot");
  }).catch((error) => {
    throw new SourceError(`The new connection details do not work: ${explain(error)}`, { cause: error });
  });
  if (!isItsSource) {
    throw new SourceError(`${describeSource(source)} is not the database that this connector replicates`);
  }
  connector.source = source;
  await inTurn(connector, () => (connector.isPaused ? undefined : connector.stream?.restart(source)));
}
