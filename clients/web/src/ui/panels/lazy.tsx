/** A part of the page that comes when it is wanted, so that the first script stays small. */

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { useWords } from "../words";

/** Wraps a component behind an import; while it comes, and when it does not, the person is told. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props: P): JSX.Element {
    const [, setArrived] = useState(loaded !== null);
    const [hasFailed, setFailed] = useState(false);
    const begin = (): (() => void) => {
      let isWanted = true;
      setFailed(false);
      void load().then(
        (component) => {
          loaded = component;
          if (isWanted) setArrived(true);
        },
        () => isWanted && setFailed(true),
      );
      return () => (isWanted = false);
    };
    useEffect(() => (loaded === null ? begin() : undefined), []);
    if (loaded !== null) {
      const Loaded = loaded;
      return <Loaded {...props} />;
    }
    return <NotYet hasFailed={hasFailed} again={begin} />;
  };
}

function NotYet({ hasFailed, again }: { hasFailed: boolean; again: () => void }): JSX.Element {
  const { t } = useWords();
  return (
    <div class="body" role="status">
      <p>{hasFailed ? t("panel.failed") : t("panel.loading")}</p>
      {hasFailed && <button onClick={again}>{t("panel.again")}</button>}
    </div>
  );
}
