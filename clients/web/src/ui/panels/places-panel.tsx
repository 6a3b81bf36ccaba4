/** The named places of the world: go there, or give somebody the link. */

import type { JSX } from "preact";

import { Icon } from "../icons";
import { textIn } from "../../state/localized";
import type { PageActions, PageModel } from "../model";
import { stateText } from "../texts/codes";
import { useWords } from "../words";
import { Panel } from "./panel";

export function PlacesPanel({ model, actions }: { model: PageModel; actions: PageActions }): JSX.Element {
  const { t, language } = useWords();
  return (
    <Panel name="places" title={t("places.title")} close={() => actions.open(null)}>
      <div class="body">
        {model.spots.length === 0 ? (
          <p class="empty">{t("places.empty")}</p>
        ) : (
          <ul class="rows">
            {model.spots.map(({ id, name }) => {
              const place = textIn(name, language);
              return (
                <li class="row" key={id}>
                  {actions.go && (
                    <button class="who" onClick={() => actions.go?.(id)} aria-label={t("places.goTo", { place })}>
                      <Icon name="places" />
                      <span class="about">
                        <b>{place}</b>
                        <span class="quiet">{t("places.go")}</span>
                      </span>
                    </button>
                  )}
                  {!actions.go && <b class="who">{place}</b>}
                  <button class="round" title={t("places.copy")} aria-label={t("places.copyTo", { place })} onClick={() => actions.copyLink(null, id)}>
                    <Icon name="link" />
                  </button>
                </li>
              );
            })}
          </ul>
        )}
        {model.doors.length > 0 && <h3>{t("places.doors")}</h3>}
        {model.doors.length > 0 && (
          <ul class="rows doors">
            {model.doors.map((door) => (
              <li class="row" key={door.id}>
                <button class="who" disabled={actions.walkThrough === null} onClick={() => actions.walkThrough?.(door)}>
                  <Icon name="leave" />
                  <span class="about">
                    <b>{textIn(door.name, language)}</b>
                    <span class="quiet">{t("places.through")}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {model.things.length > 0 && <h3>{t("things.title")}</h3>}
        {model.things.length > 0 && (
          <ul class="rows things">
            {model.things.map((thing) => {
              const name = textIn(thing.name, language);
              const where = thing.isNear ? t("things.near") : t("things.away", { metres: Math.round(thing.metres) });
              return (
                <li class="row" key={thing.id}>
                  <button
                    class="who"
                    onClick={() => actions.use(thing.id)}
                    aria-label={`${t(thing.isNear ? "things.use" : "things.useFar", { thing: name })}, ${where}`}
                  >
                    <Icon name="use" />
                    <span class="about">
                      <b>{name}</b>
                      <span class="quiet">{thing.state === null ? where : `${stateText(thing.state, t)}, ${where}`}</span>
                    </span>
                  </button>
                </li>
              );
            })}
          </ul>
        )}
        <button class="item" onClick={() => actions.open("share")}>
          <Icon name="share" />
          <span class="label">{t("more.share")}</span>
        </button>
      </div>
    </Panel>
  );
}
