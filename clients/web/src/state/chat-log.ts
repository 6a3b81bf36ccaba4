/** What was said within earshot, and what the server and the page had to tell. */

const KEPT = 200;

/** Somebody said it. */
export interface Spoken {
  readonly kind: "said";
  readonly id: number;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly atMs: number;
  readonly slot: number;
  readonly name: string;
  readonly text: string;
  readonly isOwn: boolean;
}

/** Nobody said it: what happened, to be put into words by the page. */
export interface Told<T> {
  readonly kind: "told";
  readonly id: number;
  readonly atMs: number;
  readonly what: T;
}

export type ChatLine<T> = Spoken | Told<T>;

export class ChatLog<T> {
  /** Oldest first; a new array after each change, so that a view can compare by identity. */
  lines: readonly ChatLine<T>[] = [];
  private count = 0;

  say(atMs: number, slot: number, name: string, text: string, isOwn = false): void {
    this.add({ kind: "said", id: this.nextId(), atMs, slot, name, text, isOwn });
  }

  tell(atMs: number, what: T): void {
    this.add({ kind: "told", id: this.nextId(), atMs, what });
  }

  private nextId(): number {
    this.count += 1;
    return this.count;
  }

  private add(line: ChatLine<T>): void {
    this.lines = [...this.lines, line].slice(-KEPT);
  }
}
