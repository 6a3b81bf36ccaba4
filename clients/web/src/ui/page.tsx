/** The page over the picture: one slim bar, the chat, a banner; the world stays visible. */

import type { JSX } from "preact";

import { Banner } from "./banner";
import { Chat } from "./chat";
import { JoinCard } from "./join-card";
import type { PageActions, PageModel } from "./model";
import { TEXTS } from "./texts";

interface Props {
  readonly model: PageModel;
  readonly actions: PageActions;
}

export function Page(props: Props): JSX.Element {
  return (
    <>
      <Banner {...props} />
      {isOutside(props.model) ? <JoinCard {...props} /> : <Inside {...props} />}
    </>
  );
}

function Inside({ model, actions }: Props): JSX.Element {
  return (
    <>
      <header class="place">
        {model.worldName !== "" && <h1>{model.worldName}</h1>}
        {model.people > 0 && <p>{TEXTS.people(model.people)}</p>}
      </header>
      <div class="bottom">
        <Chat model={model} actions={actions} />
        {model.isHelpOpen && (
          <p class="help" id="help">
            {model.ownName !== "" && <b>{TEXTS.you(model.ownName)} </b>}
            {model.isTouch ? TEXTS.helpTouch : TEXTS.help}
          </p>
        )}
        <nav class="bar">
          <button aria-expanded={model.isChatOpen} onClick={() => actions.openChat(!model.isChatOpen)}>
            {TEXTS.chatButton}
          </button>
          {model.isTouch && <button onClick={actions.jump}>{TEXTS.jumpButton}</button>}
          <button aria-expanded={model.isHelpOpen} aria-controls="help" onClick={() => actions.openHelp(!model.isHelpOpen)}>
            {TEXTS.helpButton}
          </button>
          <button onClick={actions.leave}>{TEXTS.leaveButton}</button>
        </nav>
      </div>
    </>
  );
}

/** Outside: not asked in yet, gone, or refused for good. */
function isOutside({ connection }: PageModel): boolean {
  switch (connection.kind) {
    case "idle":
    case "left":
      return true;
    case "refused":
      return connection.retryAtMs === null;
    case "connecting":
    case "joined":
    case "lost":
    case "outdated":
      return false;
  }
}
