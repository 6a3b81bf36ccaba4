/** What a person can ask the page to do; see PageActions. */

import type { Controls } from "./controls/controls";
import { type ActionName } from "./controls/keymap";
import type { Connection } from "./net/connection";
import type { HeadsetEntry } from "./headset-entry";
import type { Presence } from "./presence";
import { cutCharacters } from "./protocol/codec";
import { Posture } from "./protocol/messages.gen";
import { randomLook, toText } from "./state/look";
import type { Travel } from "./travel";
import { local, write } from "./ui/browser-platform";
import { codesIn, type KeyAction } from "./ui/keys";
import { textIn } from "./state/localized";
import type { Door, PageActions, PageModel, PanelName, PortraitView } from "./ui/model";
import type { Settings } from "./ui/settings";
import { copyText, download, linkTo, sendLink } from "./ui/sharing";
import type { Store } from "./ui/store";
import { type Sentence, sentence } from "./ui/texts/shape";
import type { WorldEntry } from "./world-entry";

export const NAME_KEY = "aukio.name";
export const LOOK_KEY = "aukio.look";
export const KEYS_KEY = "aukio.keys";
const MOST_NAME_BYTES = 96;
const MOST_CHARACTERS = 500;
/** More marks on a letter than any script needs: the server would take no name of such a heap. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;
const REMARK_MS = 5_000;

export interface Handed {
  readonly connection: Connection;
  readonly controls: Controls;
  readonly presence: Presence;
  readonly entry: WorldEntry;
  readonly travel: Travel;
  readonly headset: HeadsetEntry;
  readonly page: Store<PageModel>;
  readonly view: HTMLElement;
  /** Draws the page at once, so that the keys can move to what has appeared. */
  readonly drawPage: () => void;
  readonly toggleFirstPerson: () => void;
  /** Marks somebody for a while, so that the eye finds them. */
  readonly mark: (slot: number) => void;
  readonly changeSettings: (changes: Partial<Settings>) => void;
  readonly continueHere: () => void;
  readonly use: (thing: string) => void;
  readonly takePicture: () => Promise<Blob>;
  /** Null where the address does not ask for recording. */
  readonly record: PageActions["record"];
  readonly buildPortrait: ((canvas: HTMLCanvasElement) => Promise<PortraitView>) | null;
}

export class Actions implements PageActions {
  /** When the remark goes away. */
  remarkUntilMs = 0;
  readonly buildPortrait: PageActions["buildPortrait"];
  readonly record: PageActions["record"];
  readonly sendLink: PageActions["sendLink"] = "share" in navigator ? (spot) => void sendLink(linkTo(spot), document.title) : null;
  private readonly handed: Handed;

  constructor(handed: Handed) {
    this.handed = handed;
    this.buildPortrait = handed.buildPortrait;
    this.record = handed.record;
  }

  readonly join = (typed: string): void => {
    const { connection, page, view } = this.handed;
    const name = cutCharacters(clean(typed).replace(PILED_MARKS, "$1"), MOST_NAME_BYTES);
    write(local, NAME_KEY, name);
    const { look, language, spot } = page.value;
    page.change({ wishedName: name });
    connection.join({ name, look, language, spot });
    view.focus();
  };

  readonly remedy: PageActions["remedy"] = (does) => {
    const { connection, entry, continueHere } = this.handed;
    switch (does) {
      case "retry":
        connection.retryNow();
        entry.retryNow();
        return;
      case "continueHere":
        continueHere();
        return;
      case "reload":
        location.reload();
        return;
      case "stopWaiting":
        connection.stopWaiting();
        return;
    }
  };

  readonly leave = (): void => this.handed.connection.leave();

  readonly say = (typed: string): boolean =>
    this.handed.connection.send({ type: "Say", text: cutCharacters(clean(typed), MOST_CHARACTERS) });

  readonly jump = (): void => this.handed.controls.jump();

  readonly open = (panel: PanelName | null): void => {
    const { page, controls, drawPage } = this.handed;
    if (page.value.panel === panel) return;
    controls.release();
    page.change(panel === "chat" ? { panel, unread: 0, selected: null } : { panel, selected: null });
    drawPage();
  };

  readonly emote = (kind: number): void => void this.handed.connection.send({ type: "Gesture", kind });

  readonly raiseHand = (isHandUp: boolean): void => this.hold({ isHandUp });

  readonly sit = (isSitting: boolean): void => this.hold({ isSitting });

  readonly find = (slot: number): void => {
    const direction = this.handed.presence.directionTo(slot);
    if (direction === null) return;
    this.handed.controls.viewYaw = direction;
    this.handed.mark(slot);
  };

  readonly walkTo = (slot: number): void => {
    const { travel, view } = this.handed;
    this.find(slot);
    if (!travel.toPerson(slot)) this.remark(sentence("people.noWay"));
    view.focus();
  };

  readonly bind = (action: KeyAction, code: string): void => {
    this.handed.controls.keys.bind(action, code);
    this.keepKeys();
  };

  readonly resetKeys = (): void => {
    this.handed.controls.keys.reset();
    this.keepKeys();
  };

  readonly hide = (slot: number, isHidden: boolean): void => {
    const { presence, page, controls } = this.handed;
    presence.hide(slot, isHidden);
    page.change({ nearby: presence.nearby(controls.viewYaw) });
  };

  readonly silence = (slot: number, isSilenced: boolean): void => {
    const generation = this.handed.presence.generationOf(slot);
    if (generation !== null) this.handed.connection.send({ type: "Silence", entity: slot, generation, silenced: isSilenced });
  };

  readonly kick = (slot: number): void => {
    const generation = this.handed.presence.generationOf(slot);
    if (generation !== null) this.handed.connection.send({ type: "Kick", entity: slot, generation });
  };

  readonly go = (spot: string): void => {
    const { connection, page } = this.handed;
    if (!connection.send({ type: "Go", spot })) return;
    history.replaceState(history.state, "", `#${encodeURIComponent(spot)}`);
    page.change({ spot });
    const name = page.value.spots.find(({ id }) => id === spot)?.name;
    if (name !== undefined) this.remark(sentence("places.arrived", { place: textIn(name, page.value.language) }));
  };

  readonly walkThrough = ({ at: [x, y, z] }: Door): void => {
    const { travel, view } = this.handed;
    this.open(null);
    if (!travel.toPoint(x, y, z)) this.remark(sentence("places.noWay"));
    view.focus();
  };

  readonly use = (thing: string): void => {
    this.open(null);
    this.handed.use(thing);
    this.handed.view.focus();
  };

  readonly linkTo = linkTo;

  readonly copyLink = (field: HTMLInputElement | null, spot: string): void => {
    void copyText(linkTo(spot), field).then((isCopied) => {
      field?.select();
      this.remark(sentence(isCopied ? "share.copied" : "share.copyByHand"));
    });
  };

  readonly enterHeadset = (): void => this.handed.headset.enter();

  readonly takePicture = (): void => {
    const file = `aukio-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.png`;
    this.handed.takePicture().then(
      (picture) => {
        download(picture, file);
        this.remark(sentence("screenshot.saved", { file }));
      },
      () => this.remark(sentence("screenshot.failed")),
    );
  };

  readonly showPerformance = (isShown: boolean): void => {
    this.handed.page.change({ readings: isShown ? NO_READINGS : null });
  };

  readonly set = (changes: Partial<Settings>): void => this.handed.changeSettings(changes);

  readonly chooseLook = (look: Uint8Array): void => {
    const { connection, page } = this.handed;
    write(local, LOOK_KEY, toText(look));
    page.change({ look });
    connection.dress(look);
  };

  readonly drawLook = (): void => this.chooseLook(randomLook(Math.random));

  /** What a key stands for; keys of walking and turning are the controls' own. */
  perform(action: ActionName): void {
    const { page, toggleFirstPerson } = this.handed;
    const { isOutside, panel, isHandUp, isSitting, readings } = page.value;
    if (isOutside) return;
    const emote = /^emote([1-8])$/.exec(action);
    if (emote !== null) {
      this.emote(Number(emote[1]) - 1);
      return;
    }
    switch (action) {
      case "chat":
      case "people":
      case "emotes":
      case "settings":
      case "help":
        this.open(panel === action ? null : action);
        return;
      case "hand":
        this.raiseHand(!isHandUp);
        return;
      case "sit":
        this.sit(!isSitting);
        return;
      case "use":
        if (page.value.usable !== null) this.handed.use(page.value.usable.id);
        return;
      case "firstPerson":
        toggleFirstPerson();
        return;
      case "performance":
        this.showPerformance(readings === null);
        return;
      case "screenshot":
        this.takePicture();
        return;
      default:
        return; // walking and turning are the controls' own
    }
  }

  private keepKeys(): void {
    const { controls, page } = this.handed;
    write(local, KEYS_KEY, controls.keys.toText());
    page.change({ keys: codesIn(controls.keys) });
  }

  remark(remark: Sentence): void {
    this.remarkUntilMs = performance.now() + REMARK_MS;
    this.handed.page.change({ remark });
  }

  /** Tells the server how one holds oneself; also after a welcome, which knows it only from before. */
  hold(changes: Partial<Pick<PageModel, "isHandUp" | "isSitting">>): void {
    const { connection, page, headset } = this.handed;
    page.change(changes);
    const { isHandUp, isSitting } = page.value;
    const posture = (isHandUp ? Posture.HAND_UP : 0) | (isSitting ? Posture.SITTING : 0) | headset.posture;
    connection.send({ type: "Hold", posture });
  }
}

const NO_READINGS = { framesPerSecond: 0, frameMs: 0, draws: 0, triangles: 0, roundTripMs: 0, corrections: 0, inputWaitMs: 0, lateShare: 0, people: 0, beyond: 0, level: "" };

/** A typed text as the wire takes it: composed, without NULs and halves of characters. */
function clean(typed: string): string {
  return typed.replace(/\0|\p{Surrogate}/gu, "").normalize("NFC").trim();
}
