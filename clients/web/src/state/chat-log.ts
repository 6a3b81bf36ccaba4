/** What was said within earshot, and what the server and the page had to say. */

const KEPT = 200;

export interface ChatLine {
  readonly id: number;
  /** Empty for a line that nobody said. */
  readonly name: string;
  readonly text: string;
  readonly isOwn: boolean;
}

export class ChatLog {
  /** Oldest first; a new array after each change, so that a view can compare by identity. */
  lines: readonly ChatLine[] = [];
  private count = 0;

  add(name: string, text: string, isOwn = false): void {
    this.count += 1;
    this.lines = [...this.lines, { id: this.count, name, text, isOwn }].slice(-KEPT);
  }
}
