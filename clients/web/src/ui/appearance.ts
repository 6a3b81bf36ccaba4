/** Puts settings onto the page's root, where the style sheets look: theme, motion, text size, language. */

import type { Language } from "./language";
import type { Settings } from "./settings";

export interface Appearance {
  readonly isDark: boolean;
  readonly isStill: boolean;
}

export class Dressing {
  private readonly prefersLight = matchMedia("(prefers-color-scheme: light)");
  private readonly prefersStill = matchMedia("(prefers-reduced-motion: reduce)");

  /** What the settings come to on this device. */
  appearanceOf({ theme, motion }: Settings): Appearance {
    return {
      isDark: theme === "auto" ? !this.prefersLight.matches : theme === "dark",
      isStill: motion === "reduced" || this.prefersStill.matches,
    };
  }

  /** Dresses the page; returns what it came to. */
  apply(settings: Settings, language: Language): Appearance {
    const appearance = this.appearanceOf(settings);
    const root = document.documentElement;
    root.lang = language;
    root.dataset.theme = appearance.isDark ? "dark" : "light";
    root.dataset.motion = appearance.isStill ? "still" : "moving";
    root.dataset.text = settings.textSize;
    return appearance;
  }

  /** Calls back when the device changes its mind; returns what ends that. */
  watch(changed: () => void): () => void {
    const ended = new AbortController();
    for (const query of [this.prefersLight, this.prefersStill]) query.addEventListener("change", changed, { signal: ended.signal });
    return () => ended.abort();
  }
}
