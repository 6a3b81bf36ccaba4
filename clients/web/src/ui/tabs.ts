/**
 * Two tabs of one session: the newer one has taken the place, the older one may ask for it back.
 *
 * The server gives a new secret with every welcome, so the older tab's is void; it asks the newer one for
 * the present secret over a channel that only pages of this origin and this browser hear. Both know that
 * they are of one session by a mark that is copied when a tab is duplicated.
 */

import { read, session, write } from "./browser-platform";

const CHANNEL = "aukio.tabs";
const MARK_KEY = "aukio.mark";
const ANSWER_WITHIN_MS = 400;

type Word = { readonly kind: "ask"; readonly mark: string } | { readonly kind: "give"; readonly mark: string; readonly secret: string };

export class Tabs {
  private readonly channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
  private readonly mark: string;
  private waits: ((secret: string | null) => void) | null = null;

  /** `give` tells the secret of this tab's session while it is in, else null. */
  constructor(give: () => string | null) {
    const kept = read(session, MARK_KEY);
    this.mark = kept ?? drawMark();
    if (kept === null) write(session, MARK_KEY, this.mark);
    this.channel?.addEventListener("message", ({ data }: MessageEvent<unknown>) => this.hear(data, give));
  }

  /** Asks the other tabs of this session for its secret; null when none answers. */
  ask(): Promise<string | null> {
    if (this.channel === null) return Promise.resolve(null);
    this.waits?.(null);
    this.channel.postMessage({ kind: "ask", mark: this.mark } satisfies Word);
    return new Promise((resolve) => {
      const answered = (secret: string | null): void => {
        clearTimeout(timer);
        this.waits = null;
        resolve(secret);
      };
      const timer = setTimeout(() => answered(null), ANSWER_WITHIN_MS);
      this.waits = answered;
    });
  }

  dispose(): void {
    this.channel?.close();
  }

  private hear(data: unknown, give: () => string | null): void {
    if (!isWord(data) || data.mark !== this.mark) return;
    if (data.kind === "give") {
      this.waits?.(data.secret);
      return;
    }
    const secret = give();
    if (secret !== null) this.channel?.postMessage({ kind: "give", mark: this.mark, secret } satisfies Word);
  }
}

/** Other versions of this page may speak on the same channel. */
function isWord(data: unknown): data is Word {
  if (typeof data !== "object" || data === null) return false;
  const { kind, mark, secret } = data as { readonly [field: string]: unknown };
  return typeof mark === "string" && (kind === "ask" || (kind === "give" && typeof secret === "string"));
}

function drawMark(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
