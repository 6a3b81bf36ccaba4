/** The worlds that are open here: one of them is where one goes. */

import type { JSX } from "preact";

import { textIn } from "../../state/localized";
import type { OfferedWorld, PageModel } from "../model";
import { useWords } from "../words";

export function WorldsPage({ model }: { model: PageModel }): JSX.Element {
  const { t } = useWords();
  return (
    <main class="join worlds-page">
      <div class="worlds-sheet">
        <header class="welcome">
          <p class="brand">{t("app.title")}</p>
          <h1>{t("worlds.title")}</h1>
        </header>
        <ul class="worlds">
          {model.offers.map((world) => (
            <World key={world.id} world={world} />
          ))}
        </ul>
      </div>
    </main>
  );
}

function World({ world }: { world: OfferedWorld }): JSX.Element {
  const { t, language } = useWords();
  const isFull = world.people >= world.capacity;
  return (
    <li>
      {/* A link, so that it can be opened beside, kept and passed on. */}
      <a class="world" href={`/w/${encodeURIComponent(world.id)}${location.search}`}>
        {world.picture === null ? <span class="map" /> : <img class="map" src={world.picture} alt="" loading="lazy" />}
        <b>{textIn(world.name, language)}</b>
        <span class="quiet">{isFull ? t("worlds.full") : world.people === 0 ? t("worlds.nobody") : t("join.here", { count: world.people })}</span>
      </a>
    </li>
  );
}
