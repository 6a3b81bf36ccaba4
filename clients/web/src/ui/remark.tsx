/** A short word about what was just done, above the bar; the app takes it away again. */

import type { JSX } from "preact";

import type { PageModel } from "./model";
import { put, useWords } from "./words";

export function Remark({ model }: { model: PageModel }): JSX.Element {
  const { t } = useWords();
  return (
    <div role="status" class="remark-place">
      {model.remark && <p class="remark">{put(t, model.remark)}</p>}
    </div>
  );
}
