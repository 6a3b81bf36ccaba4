/**
 * Back, forward and reload: coming in is a step in the tab's history, so that Back leads to the join page
 * and from there to the page before, and forward comes in again.
 *
 * Each step knows how deep inside it is: 0 is the join page, 1 the first step inside, and every # that is
 * typed or followed inside lies one deeper, so that leaving skips them all.
 */

export interface Steps {
  /** Back was pressed inside. */
  left(): void;
  /** Forward was pressed at the join page. */
  returned(): void;
  /** The address names another spot. */
  spotChanged(): void;
}

export class PageHistory {
  private depth: number;
  private readonly ended = new AbortController();

  constructor(steps: Steps) {
    this.depth = depthOf(history.state) ?? 0;
    const { signal } = this.ended;
    window.addEventListener("popstate", () => this.popped(steps), { signal });
    window.addEventListener("hashchange", () => steps.spotChanged(), { signal });
    this.keep();
  }

  /** Whether this step of the history is one inside; survives a reload. */
  get isInside(): boolean {
    return this.depth > 0;
  }

  /** Coming in is a step of its own, once. */
  enter(): void {
    if (this.isInside) return;
    this.depth = 1;
    history.pushState({ depth: 1 }, "");
  }

  /** One is somewhere else, by the same step: Back leads to the door one came in by. */
  moveTo(address: string): void {
    history.replaceState({ depth: this.depth }, "", address);
  }

  /** Leaving by a button is the same as leaving by Back. */
  leave(): void {
    if (this.isInside) history.go(-this.depth);
  }

  dispose(): void {
    this.ended.abort();
  }

  private popped(steps: Steps): void {
    const known = depthOf(history.state);
    // A # that was typed or followed makes a step that we have not marked: one stays in, or out.
    this.depth = known ?? (this.isInside ? this.depth + 1 : 0);
    if (known === null) this.keep();
    if (this.isInside) steps.returned();
    else steps.left();
  }

  private keep(): void {
    history.replaceState({ depth: this.depth }, "");
  }
}

function depthOf(state: unknown): number | null {
  const depth = (state as { readonly depth?: unknown } | null)?.depth;
  return typeof depth === "number" && Number.isInteger(depth) && depth >= 0 ? depth : null;
}
