/** What the connection is doing, in words. */

import type { JSX } from "preact";

import { reasonText, TEXTS } from "./texts";
import type { PageActions, PageModel } from "./model";

interface Say {
  readonly text: string;
  readonly isAlarm?: boolean;
  readonly button?: string;
}

/** Always in the document, so that screen readers notice when its text changes. */
export function Banner({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const say = sayOf(model);
  return (
    <div role="status" aria-live="polite" class="banner-place">
      {say && (
        <p class={say.isAlarm ? "banner alarm" : "banner"}>
          {say.isAlarm && <span aria-hidden="true">⚠ </span>}
          <span>{say.text}</span>
          {say.button && <button onClick={actions.retry}>{say.button}</button>}
        </p>
      )}
    </div>
  );
}

function sayOf(model: PageModel): Say | null {
  const { connection } = model;
  switch (connection.kind) {
    case "idle":
      return null;
    case "left":
      return { text: TEXTS.left };
    case "connecting":
      return { text: connection.isReturning ? TEXTS.returning : TEXTS.connecting };
    case "outdated":
      return { text: TEXTS.outdated };
    case "lost": {
      const seconds = secondsTo(connection.retryAtMs, model);
      const text = connection.reason === null ? TEXTS.lost(seconds) : TEXTS.lostBecause(reasonText(connection.reason), seconds);
      return { text, isAlarm: true, button: TEXTS.retryButton };
    }
    case "refused": {
      const why = reasonText(connection.reason, connection.detail);
      if (connection.retryAtMs === null) return { text: why, isAlarm: true };
      return { text: TEXTS.lostBecause(why, secondsTo(connection.retryAtMs, model)), isAlarm: true, button: TEXTS.retryButton };
    }
    case "joined":
      return sayOfWorld(model);
  }
}

function sayOfWorld({ loading, picture, nowMs }: PageModel): Say | null {
  if (loading.kind === "loading") return { text: TEXTS.loading };
  if (loading.kind === "failed") {
    return { text: TEXTS.loadFailed(secondsTo(loading.retryAtMs, { nowMs })), isAlarm: true, button: TEXTS.retryButton };
  }
  if (picture === "impossible") return { text: TEXTS.noPicture };
  if (picture === "lost") return { text: TEXTS.pictureLost };
  if (picture === "broken") return { text: TEXTS.broke, isAlarm: true };
  return null;
}

function secondsTo(atMs: number, { nowMs }: { nowMs: number }): number {
  return Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}
