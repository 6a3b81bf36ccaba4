/** The place of the live picture of a look; the drawing itself comes from the scene. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { EmoteKind } from "../../protocol/messages.gen";
import type { PageActions, PageModel, PortraitView } from "../model";
import { useWords } from "../words";

type Progress = "coming" | "shown" | "impossible";

export function Portrait({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element | null {
  const { t } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<PortraitView | null>(null);
  const [progress, setProgress] = useState<Progress>("coming");
  const { buildPortrait } = actions;

  useEffect(() => {
    if (buildPortrait === null || canvas.current === null) return;
    let isWanted = true;
    buildPortrait(canvas.current).then(
      (built) => {
        if (!isWanted) {
          built.dispose();
          return;
        }
        view.current = built;
        setProgress("shown");
      },
      () => isWanted && setProgress("impossible"),
    );
    const resized = (): void => view.current?.resize();
    window.addEventListener("resize", resized);
    return () => {
      isWanted = false;
      window.removeEventListener("resize", resized);
      view.current?.dispose();
      view.current = null;
    };
  }, [buildPortrait]);

  useEffect(() => {
    view.current?.show(model.look);
    // A greeting, so that one sees oneself move; not for those who want things still.
    if (!model.isStill) view.current?.play(EmoteKind.WAVE);
  }, [model.look, progress]);
  useEffect(() => view.current?.setStill(model.isStill), [model.isStill, progress]);

  if (buildPortrait === null) return null;
  return (
    <div class="portrait">
      <canvas ref={canvas} role="img" aria-label={t("look.preview")} />
      {progress !== "shown" && <p class="hint">{progress === "coming" ? t("look.previewPending") : t("look.previewNone")}</p>}
    </div>
  );
}
