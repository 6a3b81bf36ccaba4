/**
 * Back, forward and reload: coming in is a step in the tab's history, so that Back leads to the join page
 * and from there to the page before, and forward comes in again.
 */

const INSIDE = "inside";

export interface Steps {
  /** Back was pressed inside. */
  left(): void;
  /** Forward was pressed at the join page. */
  returned(): void;
  /** The address names another spot. */
  spotChanged(): void;
}

export class PageHistory {
  private readonly ended = new AbortController();

  constructor(steps: Steps) {
    const { signal } = this.ended;
    window.addEventListener("popstate", () => (this.isInside ? steps.returned() : steps.left()), { signal });
    window.addEventListener("hashchange", () => steps.spotChanged(), { signal });
  }

  /** Whether this step of the history is one inside; survives a reload. */
  get isInside(): boolean {
    return (history.state as { readonly at?: unknown } | null)?.at === INSIDE;
  }

  /** Coming in is a step of its own, once. */
  enter(): void {
    if (!this.isInside) history.pushState({ at: INSIDE }, "");
  }

  /** Leaving by a button is the same as leaving by Back. */
  leave(): void {
    if (this.isInside) history.back();
  }

  dispose(): void {
    this.ended.abort();
  }
}
