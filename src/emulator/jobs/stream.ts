import type { Connector } from "../connector";
import { slotName } from "../source/artefacts";
import { Stream } from "../source/streaming";

/** A stream of a connector's slot, not started yet. */
export function newStream(connector: Connector): Stream {
  return new Stream(
    slotName(connector.source.database),
    (changes) => connector.receive(changes),
    (error) => {
      connector.streamError = error;
    },
  );
}

/** Lets the stream stand still or go on, as the connector's failure and quarantines have it. */
export async function settleStream(connector: Connector): Promise<void> {
  if (connector.isPaused) await connector.stream?.stop();
  else await connector.stream?.resume(connector.source);
}
