/** The frame of every panel: slides in from the right, or up on a phone; the keys go in and come back. */

import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { Icon } from "../icons";
import type { PanelName } from "../model";
import { useWords } from "../words";

interface Props {
  readonly name: PanelName;
  readonly title: string;
  readonly close: () => void;
  readonly children: ComponentChildren;
}

export function Panel({ name, title, close, children }: Props): JSX.Element {
  const { t } = useWords();
  const panel = useFocusInside(name);
  return (
    <section class={`panel ${name}`} ref={panel} role="dialog" aria-labelledby="panel-title" tabIndex={-1}>
      <header>
        <h2 id="panel-title">{title}</h2>
        <button class="round" aria-label={t("panel.closing", { title })} onClick={close}>
          <Icon name="close" />
          <span class="label">{t("panel.close")}</span>
        </button>
      </header>
      {children}
    </section>
  );
}

/** Moves the keys into the panel when it opens, and back to what opened it when it closes. */
function useFocusInside(name: PanelName) {
  const panel = useRef<HTMLElement>(null);
  // At once, not after the next paint: what is typed next belongs inside.
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const first = panel.current?.querySelector<HTMLElement>("[data-first]") ?? panel.current;
    // Without scrolling to it: what stands above it is to be read first.
    first?.focus({ preventScroll: true });
    const node = panel.current;
    return () => {
      const { activeElement } = document;
      const wasInside = activeElement === document.body || node?.contains(activeElement) === true;
      if (!wasInside) return; // the person has gone on to something else
      const back = isStillThere(opener) ? opener : document.querySelector<HTMLElement>(`[data-opens="${name}"], [data-opens="more"]`);
      (back ?? document.querySelector<HTMLElement>("#view"))?.focus();
    };
  }, [name]);
  return panel;
}

function isStillThere(element: Element | null): element is HTMLElement {
  return element instanceof HTMLElement && element.isConnected && element !== document.body && element.closest(".panel") === null;
}
