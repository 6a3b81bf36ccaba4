/** One value that parts change and the page is drawn from. */

export class Store<T extends object> {
  private current: T;
  private isStale = true;

  constructor(first: T) {
    this.current = first;
  }

  get value(): T {
    return this.current;
  }

  /** Replaces fields; a new object each time, so that a view can compare by identity. */
  change(changes: Partial<T>): void {
    this.current = { ...this.current, ...changes };
    this.isStale = true;
  }

  /** Tells once whether anything was changed since it was last asked. */
  takeStale(): boolean {
    const wasStale = this.isStale;
    this.isStale = false;
    return wasStale;
  }
}
