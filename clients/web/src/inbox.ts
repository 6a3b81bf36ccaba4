/** What the server's messages do: to what is known of others, to the chat, and to the page. */

import { type Gestured, type Notice, NoticeCode, type ObjectState, type Rebuilt, Right, type Rights, type Said, type ServerMessage } from "./protocol/messages.gen";
import type { Presence } from "./presence";
import type { ChatLog } from "./state/chat-log";
import type { PageModel } from "./ui/model";
import type { Store } from "./ui/store";
import { textIn } from "./state/localized";
import { became, EMOTES, NOTICE_TEXTS } from "./ui/texts/codes";
import { type Sentence, sentence } from "./ui/texts/shape";

const TOLD_M = 8;

/** What concerns the place itself. */
export interface PlaceChanges {
  rebuilt(message: Rebuilt): void;
  /** A thing is in another state, or a counter has another value. */
  turned(message: ObjectState): void;
  /** One has stepped into a portal that leads out of the world. */
  leadsTo(to: string): void;
}

/** Who draws what people do. */
export interface Acted {
  said(slot: number, text: string): void;
  gestured(slot: number, kind: number): void;
}

export class Inbox {
  private readonly presence: Presence;
  private readonly log: ChatLog<Sentence>;
  private readonly page: Store<PageModel>;
  private readonly wallMs: () => number;
  private readonly acted: Acted;
  private readonly place: PlaceChanges;

  /** `wallMs` tells milliseconds since 1970, for the times of the chat. */
  constructor(
    presence: Presence,
    log: ChatLog<Sentence>,
    page: Store<PageModel>,
    wallMs: () => number,
    acted: Acted,
    place: PlaceChanges,
  ) {
    this.presence = presence;
    this.log = log;
    this.page = page;
    this.wallMs = wallMs;
    this.acted = acted;
    this.place = place;
  }

  take(message: ServerMessage): void {
    switch (message.type) {
      case "Introduce":
        this.presence.identities.introduce(message);
        return;
      case "Said":
        this.hear(message);
        return;
      case "Gestured":
        this.see(message);
        return;
      case "People":
        this.page.change({ people: message.count });
        return;
      case "ObjectState":
        this.turned(message);
        return;
      case "FarCrowd":
        this.presence.farCrowd.take(message);
        return;
      case "Rebuilt":
        this.place.rebuilt(message);
        return;
      case "Rights":
        this.rights(message);
        return;
      case "Silenced":
        this.presence.silence(message.entity, message.generation, message.silenced);
        return;
      case "Portal":
        this.place.leadsTo(message.to);
        return;
      case "Notice":
        this.notice(message);
        return;
      case "Saved":
      case "Welcome":
      case "Refuse":
      case "Goodbye":
      case "ClockPong":
        return;
    }
  }

  /** Writes into the chat what nobody said. */
  tell(what: Sentence): void {
    this.log.tell(this.wallMs(), what);
    this.page.change({ lines: this.log.lines });
  }

  private rights({ role, rights }: Rights): void {
    const isNews = this.presence.role === role; // who has just come in is told nothing
    const [may, might] = [rights, this.page.value.rights].map((bits) => (bits & Right.SPEAK) !== 0);
    this.presence.role = role;
    this.page.change({ role, rights });
    if (isNews && may !== might) this.tell(sentence(may ? "notices.maySpeak" : "notices.silenced"));
  }

  /** What changes near one is told in words, too. */
  private turned(message: ObjectState): void {
    const { object, state } = message;
    const before = this.presence.states()[object];
    this.place.turned(message);
    const entity = this.presence.world?.scene.entities?.[object];
    const names = entity?.name ?? entity?.alt;
    const isNews = before !== undefined && this.presence.states()[object] !== before;
    const self = this.presence.visit?.self;
    // What has no name of its own and is not used, as the hand of a clock, goes on in silence.
    const isTold = entity?.name !== undefined || entity?.use === true || entity?.collect !== undefined;
    if (!isNews || !isTold || names === undefined || self === undefined) return;
    if (Math.hypot(entity.at[0] - self.x, entity.at[2] - self.z) > TOLD_M) return;
    this.tell(became(textIn(names, this.page.value.language), state));
  }

  private hear({ entity, name, text }: Said): void {
    if (this.presence.isHidden(entity)) return;
    const isOwn = this.presence.isOwn(entity);
    this.acted.said(entity, text);
    this.log.say(this.wallMs(), entity, name, text, isOwn);
    const { panel, unread } = this.page.value;
    this.page.change({ lines: this.log.lines, unread: panel === "chat" || isOwn ? unread : unread + 1 });
  }

  private see({ entity, kind }: Gestured): void {
    if (!this.presence.isHidden(entity)) this.acted.gestured(entity, kind);
    const emote = (EMOTES as Readonly<Record<number, (typeof EMOTES)[keyof typeof EMOTES] | undefined>>)[kind];
    const name = this.presence.isOwn(entity) ? this.page.value.ownName : this.presence.nameOf(entity);
    // Told of those one talks with; of a crowd the picture tells.
    const isNear = this.presence.isOwn(entity) || this.presence.metresTo(entity) <= TOLD_M;
    if (emote !== undefined && name !== "" && isNear && !this.presence.isHidden(entity)) this.tell(sentence(`did.${emote}`, { name }));
  }

  private notice({ code, text }: Notice): void {
    if (code === NoticeCode.INFORMATION) {
      this.tell(sentence("notices.information", { text }));
      return;
    }
    const known = (NOTICE_TEXTS as Readonly<Record<number, Sentence["key"] | undefined>>)[code];
    this.tell(known === undefined ? sentence("notices.information", { text }) : { key: known });
  }
}
