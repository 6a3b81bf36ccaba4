/** What a peer did wrong; the connection ends with the reason. */

import { Reason } from "./messages.gen";

/** Bytes that break a rule of the wire. */
export class ProtocolError extends Error {
  readonly reason: Reason;

  constructor(message: string, reason: Reason = Reason.MALFORMED) {
    super(message);
    this.name = "ProtocolError";
    this.reason = reason;
  }
}
