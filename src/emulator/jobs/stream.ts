import type { Connector } from "../model/connector";
import { slotNameOf } from "../source/artifacts";
import { Stream } from "../source/streaming";

/** A stream of a connector's slot, not started yet. */
export function newStream(connector: Connector): Stream {
  return new Stream(
    slotNameOf(connector.source.database),
    (changes) => connector.receive(changes),
    (error) => {
      connector.streamError = error;
    },
  );
}

/** Does something with a connector's stream after earlier actions have ended. */
export function inTurn(connector: Connector, work: () => Promise<void> | undefined): Promise<void> {
  const done = connector.streamTurn.then(work);
  connector.streamTurn = done.catch(() => {});
  return done;
}

/** Stops or resumes the stream, depending on the connector's failure and quarantines. */
export function settleStream(connector: Connector): Promise<void> {
  return inTurn(connector, () =>
    connector.isPaused ? connector.stream?.stop() : connector.stream?.resume(connector.source),
  );
}
