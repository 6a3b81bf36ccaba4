/** How things stand, in words: what is the matter, what happens next, and what one can do about it. */

import type { ConnectionState } from "../net/connection";
import { Reason } from "../protocol/messages.gen";
import type { Loading, Picture } from "./model";
import { reasonText } from "./texts/codes";
import { type Sentence, sentence, type TextKey } from "./texts/shape";

/** What the banner's button does; see PageActions. */
export type Remedy = "retry" | "continueHere" | "reload" | "stopWaiting";

export interface Condition {
  readonly what: Sentence;
  readonly next: Sentence | null;
  /** When the page tries again by itself; the countdown is shown beside `next`. */
  readonly retryAtMs: number | null;
  readonly remedies: readonly { readonly does: Remedy; readonly text: TextKey }[];
  /** Whether it needs attention: shown in the alarm's colour with its sign. */
  readonly isAlarm: boolean;
}

export interface Circumstances {
  readonly connection: ConnectionState;
  readonly loading: Loading;
  readonly picture: Picture;
  readonly isSlow: boolean;
  /** Whether the person is still (or again) at the join page. */
  readonly isOutside: boolean;
  readonly isInHeadset: boolean;
}

const TRY_NOW = { does: "retry", text: "buttons.tryNow" } as const;
const STOP_WAITING = { does: "stopWaiting", text: "buttons.stopWaiting" } as const;
const HERE = { does: "continueHere", text: "buttons.here" } as const;
const RELOAD = { does: "reload", text: "buttons.reload" } as const;

/** Null when there is nothing to say. */
export function conditionOf(now: Circumstances): Condition | null {
  const { connection } = now;
  switch (connection.kind) {
    case "idle":
      return null;
    case "left":
      return calm("states.left", "next.return");
    case "connecting":
      return connection.isReturning ? calm("states.returning", "next.placeKept") : calm("states.connecting", "next.moment");
    case "outdated":
      return calm("states.outdated", "next.reloads");
    case "lost":
      return {
        what: { key: connection.reason === null ? "states.lost" : reasonText(connection.reason) },
        next: sentence("next.placeKept"),
        retryAtMs: connection.retryAtMs,
        remedies: [TRY_NOW],
        isAlarm: true,
      };
    case "refused":
      return connection.retryAtMs === null ? refused(connection.reason) : waiting(connection.reason, connection.retryAtMs, now.isOutside);
    case "joined":
      return ofWorld(now);
  }
}

/** Refused for good: somebody has to do something. */
function refused(reason: Reason): Condition {
  switch (reason) {
    case Reason.TAKEN_OVER:
      return { what: sentence("states.elsewhere"), next: null, retryAtMs: null, remedies: [HERE], isAlarm: false };
    case Reason.MALFORMED:
    case Reason.UNKNOWN_MESSAGE:
    case Reason.WRONG_STATE:
      return { ...alarm(reasonText(reason)), remedies: [RELOAD] };
    default:
      return alarm(reasonText(reason));
  }
}

/** Refused for the moment: asked again by itself. */
function waiting(reason: Reason, retryAtMs: number, isOutside: boolean): Condition {
  const remedies = isOutside ? [TRY_NOW, STOP_WAITING] : [TRY_NOW];
  return { what: { key: reasonText(reason) }, next: sentence("next.waits"), retryAtMs, remedies, isAlarm: false };
}

function ofWorld({ loading, picture, isSlow, isInHeadset }: Circumstances): Condition | null {
  switch (loading.kind) {
    case "loading":
      return calm("states.loading", "next.moment");
    case "failed":
      return { ...alarm("states.worldFailed"), next: sentence("next.stay"), retryAtMs: loading.retryAtMs, remedies: [TRY_NOW] };
    case "none":
    case "loaded":
      return isInHeadset ? { ...calm("headset.inside", "next.moment"), next: null } : ofPicture(picture, isSlow);
  }
}

function ofPicture(picture: Picture, isSlow: boolean): Condition | null {
  switch (picture) {
    case "impossible":
      return calm("states.noPicture", "next.noPicture");
    case "lost":
      return calm("states.pictureLost", "next.pictureReturns");
    case "broken":
      return { ...alarm("states.broken"), next: sentence("next.reload"), remedies: [RELOAD] };
    case "none":
    case "drawing":
      return isSlow ? calm("states.slow", "next.slow") : null;
  }
}

function calm(what: TextKey, next: TextKey): Condition {
  return { what: { key: what }, next: { key: next }, retryAtMs: null, remedies: [], isAlarm: false };
}

function alarm(what: TextKey): Condition {
  return { what: { key: what }, next: null, retryAtMs: null, remedies: [], isAlarm: true };
}
