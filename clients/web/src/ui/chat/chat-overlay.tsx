/** The last lines over the picture while the chat is closed; they fade when they are old. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";

import type { ChatLine } from "../../state/chat-log";
import type { Sentence } from "../texts/shape";
import { useWords } from "../words";
import { Line } from "./chat-line";

const MOST_LINES = 4;

/** The log for screen readers as long as the chat is closed; links can be followed in the chat itself. */
export function ChatOverlay({ lines }: { lines: readonly ChatLine<Sentence>[] }): JSX.Element {
  const { t } = useWords();
  // The page is drawn anew whenever anything changes; what was heard changes far less often.
  const list = useMemo(
    () => (
      <ul>
        {lines.slice(-MOST_LINES).map((line) => (
          <Line key={line.id} line={line} hasLinks={false} />
        ))}
      </ul>
    ),
    [lines, t],
  );
  return (
    <div class="overheard" role="log" aria-label={t("chat.log")}>
      {list}
    </div>
  );
}
