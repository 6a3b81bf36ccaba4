/** The link to this place: to copy, to send, to point a phone at. */

import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { encode } from "uqr";

import { Icon } from "../icons";
import { textIn } from "../../state/localized";
import type { PageActions, PageModel } from "../model";
import { useWords } from "../words";
import { Panel } from "./panel";

export function SharePanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t, language } = useWords();
  const [spot, setSpot] = useState(model.spot);
  const field = useRef<HTMLInputElement>(null);
  const link = actions.linkTo(spot);
  return (
    <Panel name="share" title={t("share.title")} close={() => actions.open(null)}>
      <div class="body stack">
        <p>{t("share.lead")}</p>
        {isLocal(link) && <p class="warning">{t("share.localOnly")}</p>}
        {model.spots.length > 0 && (
          <label class="field">
            <span>{t("share.where")}</span>
            <select value={spot} onChange={(event) => setSpot(event.currentTarget.value)}>
              <option value="">{t("share.whole")}</option>
              {model.spots.map(({ id, name }) => (
                <option key={id} value={id}>
                  {textIn(name, language)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label class="field">
          <span>{t("share.link")}</span>
          <input ref={field} value={link} readOnly onFocus={(event) => event.currentTarget.select()} />
        </label>
        <div class="buttons">
          <button class="main" data-first onClick={() => actions.copyLink(field.current, spot)}>
            <Icon name="link" />
            <span class="label">{t("share.copy")}</span>
          </button>
          {actions.sendLink && (
            <button onClick={() => actions.sendLink?.(spot)}>
              <Icon name="share" />
              <span class="label">{t("share.send")}</span>
            </button>
          )}
        </div>
        <Code text={link} label={t("share.code")} />
        <p class="hint">{t("share.codeHint")}</p>
      </div>
    </Panel>
  );
}

/** A QR code as one path: dark on light in every theme, because cameras expect that. */
function Code({ text, label }: { text: string; label: string }): JSX.Element {
  const { size, path } = useMemo(() => drawCode(text), [text]);
  return (
    <svg class="code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}

function drawCode(text: string): { readonly size: number; readonly path: string } {
  const { size, data } = encode(text, { ecc: "M", border: 3 });
  const squares = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")));
  return { size, path: squares.join("") };
}

function isLocal(link: string): boolean {
  const { hostname } = new URL(link);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
