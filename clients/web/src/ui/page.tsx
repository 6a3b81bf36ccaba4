/** The page over the picture: join page or bar and panels, and how things stand. */

import type { JSX } from "preact";

import { Banner } from "./banner";
import { Bar } from "./bar";
import { ChatOverlay } from "./chat/chat-overlay";
import { ChatPanel } from "./chat/chat-panel";
import { Icon } from "./icons";
import { JoinPage } from "./join/join-page";
import { WorldsPage } from "./join/worlds-page";
import { textIn } from "../state/localized";
import type { PageActions, PageModel } from "./model";
import { EmotesPanel } from "./panels/emotes-panel";
import { lazy } from "./panels/lazy";
import { MorePanel } from "./panels/more-panel";
import { PassagePanel } from "./panels/passage-panel";
import { Performance } from "./panels/performance";
import { PlacesPanel } from "./panels/places-panel";
import { PeoplePanel } from "./people/people-panel";
import { RecordingSign } from "./recording-sign";
import { Remark } from "./remark";
import { UseButton } from "./use-button";
import { useWords, type Words, WordsContext } from "./words";

const HelpPanel = lazy(async () => (await import("./panels/help-panel")).HelpPanel);
const LookPanel = lazy(async () => (await import("./panels/look-panel")).LookPanel);
const SettingsPanel = lazy(async () => (await import("./panels/settings-panel")).SettingsPanel);
const SharePanel = lazy(async () => (await import("./panels/share-panel")).SharePanel);

export interface PageProps {
  readonly model: PageModel;
  readonly actions: PageActions;
}

export function Page({ words, ...props }: PageProps & { readonly words: Words }): JSX.Element {
  return (
    <WordsContext.Provider value={words}>
      <Banner {...props} />
      {props.model.isOutside ? <Door {...props} /> : <Inside {...props} />}
      <Remark model={props.model} />
    </WordsContext.Provider>
  );
}

/** Before one is in: the worlds to choose from, or the one that one is at; nothing until that is known. */
function Door(props: PageProps): JSX.Element {
  const { isChoosing } = props.model;
  if (isChoosing === null) return <main class="join" aria-busy />;
  return isChoosing ? <WorldsPage {...props} /> : <JoinPage {...props} />;
}

function Inside(props: PageProps): JSX.Element {
  const { t, language } = useWords();
  const { model, actions } = props;
  return (
    <>
      <header class="place">
        {model.worldName !== null && <h1>{textIn(model.worldName, language)}</h1>}
        {model.people > 0 && <p>{t("people.count", { count: model.people })}</p>}
        <RecordingSign model={model} actions={actions} />
      </header>
      {model.readings !== null && <Performance readings={model.readings} actions={actions} />}
      {model.panel !== "chat" && <ChatOverlay lines={model.lines} />}
      <main class="inside">
        <OpenPanel {...props} />
        {model.usable !== null && <UseButton usable={model.usable} {...props} />}
        {/* At the touch, not at the click: a browser swallows a click soon after a swipe. Keys still click. */}
        {model.isTouch && (
          <button class="thumb" onPointerDown={actions.jump} onClick={(event) => event.detail === 0 && actions.jump()}>
            <Icon name="jump" />
            <span class="label">{t("bar.jump")}</span>
          </button>
        )}
      </main>
      <Bar {...props} />
    </>
  );
}

function OpenPanel(props: PageProps): JSX.Element | null {
  switch (props.model.panel) {
    case "chat":
      return <ChatPanel {...props} />;
    case "people":
      return <PeoplePanel {...props} />;
    case "emotes":
      return <EmotesPanel {...props} />;
    case "places":
      return <PlacesPanel {...props} />;
    case "more":
      return <MorePanel {...props} />;
    case "share":
      return <SharePanel {...props} />;
    case "settings":
      return <SettingsPanel {...props} />;
    case "help":
      return <HelpPanel {...props} />;
    case "look":
      return <LookPanel {...props} />;
    case "passage":
      return <PassagePanel {...props} />;
    case null:
      return null;
  }
}
