/** Who is here: the nearest fifty by name and way, and what one can do about each. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { Right } from "../../protocol/messages.gen";
import { Icon } from "../icons";
import type { PageActions, PageModel } from "../model";
import { Panel } from "../panels/panel";
import { useWords } from "../words";
import { directionOf, found, type Nearby, ordered, selectedFirst } from "./nearby";

interface Props {
  readonly model: PageModel;
  readonly actions: PageActions;
}

export function PeoplePanel({ model, actions }: Props): JSX.Element {
  const { t } = useWords();
  const [text, setText] = useState("");
  const people = useSteady(model.nearby);
  const listed = selectedFirst(found(people.rows, text), model.selected);
  const others = Math.max(0, model.people - 1);
  const unlisted = text === "" ? Math.max(0, others - listed.length) : 0;
  return (
    <Panel name="people" title={t("people.title")} close={() => actions.open(null)}>
      <div class="tools">
        <p class="count" role="status">
          {t("people.count", { count: model.people })}
        </p>
        {model.role !== "guest" && <p class="quiet">{t("people.role", { role: model.role })}</p>}
        {others > 0 && (
          <label class="search">
            <Icon name="search" />
            <input
              type="search"
              data-first={!model.isTouch || undefined}
              value={text}
              aria-label={t("people.search")}
              placeholder={t("people.search")}
              autocomplete="off"
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
        )}
      </div>
      <div class="body" onPointerEnter={people.hold} onPointerLeave={people.release} onFocusIn={people.hold} onFocusOut={people.release}>
        {listed.length > 0 && (
          <ul class="rows" aria-label={t("people.near")}>
            {listed.map((person) => (
              <Row key={person.slot} person={person} isSelected={person.slot === model.selected} rights={model.rights} actions={actions} />
            ))}
          </ul>
        )}
        {listed.length === 0 && <Nobody others={others} text={text} actions={actions} />}
        {unlisted > 0 && listed.length > 0 && <p class="hint">{t("people.more", { count: unlisted })}</p>}
        {listed.length > 0 && <p class="hint">{t("people.hideHint")}</p>}
      </div>
    </Panel>
  );
}

function Nobody({ others, text, actions }: { others: number; text: string; actions: PageActions }): JSX.Element {
  const { t } = useWords();
  if (others === 0) {
    return (
      <div class="empty">
        <p>{t("people.alone")}</p>
        <button onClick={() => actions.open("share")}>
          <Icon name="share" />
          <span class="label">{t("more.share")}</span>
        </button>
      </div>
    );
  }
  return <p class="empty">{text === "" ? t("people.nobodyNear") : t("people.noneFound", { text })}</p>;
}

interface RowProps {
  readonly person: Nearby;
  readonly isSelected: boolean;
  readonly rights: number;
  readonly actions: PageActions;
}

function Row({ person, isSelected, rights, actions }: RowProps): JSX.Element {
  const { t } = useWords();
  const { slot, bearing, isHidden } = person;
  const name = person.name === "" ? t("people.unnamed") : person.name;
  const metres = Math.round(person.metres);
  return (
    <li class={["row", isHidden && "is-hidden", isSelected && "is-selected"].filter(Boolean).join(" ")}>
      <button class="who" onClick={() => actions.find(slot)}>
        <Icon name="arrow" turn={bearing} />
        <span class="about">
          <b>
            <bdi>{name}</bdi>
          </b>
          <span class="quiet">
            {t("people.away", { metres })} {t(directionOf(bearing))}
          </span>
        </span>
        <Signs person={person} />
        <span class="aloud">{t("people.find")}</span>
      </button>
      {actions.walkTo && (
        <button class="round" title={t("people.walk")} aria-label={t("people.walkName", { name })} onClick={() => actions.walkTo?.(slot)}>
          <Icon name="walk" />
        </button>
      )}
      <button
        class="round"
        title={isHidden ? t("people.show") : t("people.hide")}
        aria-label={isHidden ? t("people.showName", { name }) : t("people.hideName", { name })}
        onClick={() => actions.hide(slot, !isHidden)}
      >
        <Icon name={isHidden ? "hide" : "eye"} />
      </button>
      {(rights & Right.SILENCE) !== 0 && (
        <button
          class="round"
          title={person.isSilenced ? t("people.letSpeak") : t("people.silence")}
          aria-label={person.isSilenced ? t("people.letSpeakName", { name }) : t("people.silenceName", { name })}
          onClick={() => actions.silence(slot, !person.isSilenced)}
        >
          <Icon name={person.isSilenced ? "silenced" : "chat"} />
        </button>
      )}
      {(rights & Right.KICK) !== 0 && <KickButton name={name} kick={() => actions.kick(slot)} />}
    </li>
  );
}

const SURE_MS = 4_000;

/** Puts somebody out at the second press: the first asks. */
function KickButton({ name, kick }: { readonly name: string; readonly kick: () => void }): JSX.Element {
  const { t } = useWords();
  const [isSure, setSure] = useState(false);
  useEffect(() => {
    if (!isSure) return;
    const timer = setTimeout(() => setSure(false), SURE_MS);
    return () => clearTimeout(timer);
  }, [isSure]);
  const label = isSure ? t("people.kickSure", { name }) : t("people.kickName", { name });
  return (
    <button class={isSure ? "round alarm" : "round"} title={isSure ? label : t("people.kick")} aria-label={label} onClick={() => (isSure ? kick() : setSure(true))}>
      <Icon name="leave" />
    </button>
  );
}

/** Hand, seat and voice by shape, with the words for those who do not see it. */
function Signs({ person }: { person: Nearby }): JSX.Element {
  const { t } = useWords();
  return (
    <span class="signs">
      {person.isHandUp && <Sign icon="hand" text={t("people.handUp")} />}
      {person.isSitting && <Sign icon="sit" text={t("people.sitting")} />}
      {person.isSpeaking && <Sign icon="speaking" text={t("people.speaking")} />}
      {person.isSilenced && <Sign icon="silenced" text={t("people.silenced")} />}
      {person.isHidden && <Sign icon="hide" text={t("people.hidden")} />}
    </span>
  );
}

function Sign({ icon, text }: { icon: "hand" | "sit" | "speaking" | "silenced" | "hide"; text: string }): JSX.Element {
  return (
    <span class="sign" title={text}>
      <Icon name={icon} />
      <span class="aloud">{text}</span>
    </span>
  );
}

/** Holds the order while a pointer or the keys are in the list. */
function useSteady(nearby: readonly Nearby[]) {
  const held = useRef(false);
  const order = useRef<readonly number[] | null>(null);
  const rows = ordered(nearby, held.current ? order.current : null);
  order.current = rows.map(({ slot }) => slot);
  return { rows, hold: () => void (held.current = true), release: () => void (held.current = false) };
}
