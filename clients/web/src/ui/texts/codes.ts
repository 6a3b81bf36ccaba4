/** Codes of the wire and the texts that say them; a new code does not compile until it has words. */

import { EmoteKind, NoticeCode, Reason } from "../../protocol/messages.gen";
import { sentence, type Sentence, type TextKey, type Translate } from "./shape";

export const REASON_TEXTS: Readonly<Record<Reason, TextKey>> = {
  [Reason.LEFT]: "reasons.left",
  [Reason.MALFORMED]: "reasons.malformed",
  [Reason.UNKNOWN_MESSAGE]: "reasons.malformed",
  [Reason.WRONG_STATE]: "reasons.malformed",
  [Reason.OVERSIZED]: "reasons.oversized",
  [Reason.TOO_MANY]: "reasons.tooMany",
  [Reason.VERSION]: "reasons.version",
  [Reason.NAME]: "reasons.name",
  [Reason.FULL]: "reasons.full",
  [Reason.BUSY]: "reasons.busy",
  [Reason.TICKET]: "reasons.ticket",
  [Reason.TAKEN_OVER]: "reasons.takenOver",
  [Reason.HELLO_LATE]: "reasons.helloLate",
  [Reason.SLOW]: "reasons.slow",
  [Reason.RESTART]: "reasons.restart",
  [Reason.SILENT]: "reasons.silent",
  [Reason.INTERNAL]: "reasons.internal",
  [Reason.ADDRESS]: "reasons.address",
  [Reason.WORLD]: "reasons.world",
  [Reason.PUT_OUT]: "reasons.putOut",
};

/** The words for a reason; a newer server may have reasons that this page does not know. */
export function reasonText(reason: number): TextKey {
  return (REASON_TEXTS as Readonly<Record<number, TextKey | undefined>>)[reason] ?? "reasons.unknown";
}

/** INFORMATION brings its own words: whatever the server says. */
export const NOTICE_TEXTS: Readonly<Record<Exclude<NoticeCode, typeof NoticeCode.INFORMATION>, TextKey>> = {
  [NoticeCode.SLOW_DOWN]: "notices.slowDown",
  [NoticeCode.TIME_DROPPED]: "notices.timeDropped",
  [NoticeCode.RESCUED]: "notices.rescued",
  [NoticeCode.READ_ONLY]: "notices.readOnly",
  [NoticeCode.NO_SPOT]: "notices.noSpot",
  [NoticeCode.NOT_ALLOWED]: "notices.notAllowed",
  [NoticeCode.TOO_FAR]: "notices.tooFar",
};

const STATES = ["open", "closed", "on", "off", "there", "taken", "up", "down"] as const;
type StateName = (typeof STATES)[number];

function isKnown(state: string): state is StateName {
  return (STATES as readonly string[]).includes(state);
}

/** The word for a state; what a world calls otherwise stays as its builder wrote it. */
export function stateText(state: string, t: Translate): string {
  return isKnown(state) ? t(`things.states.${state}`) : state.replaceAll("_", " ");
}

/** Says that a thing has come to a state. */
export function became(thing: string, state: string): Sentence {
  return isKnown(state) ? sentence(`things.became.${state}`, { thing }) : sentence("things.became.other", { thing, state: state.replaceAll("_", " ") });
}

type EmoteName = "wave" | "clap" | "point" | "thumbUp" | "laugh" | "heart" | "dance" | "nod";

/** Emotes in the order of the keys 1-8. */
export const EMOTES: Readonly<Record<EmoteKind, EmoteName>> = {
  [EmoteKind.WAVE]: "wave",
  [EmoteKind.CLAP]: "clap",
  [EmoteKind.POINT]: "point",
  [EmoteKind.THUMB_UP]: "thumbUp",
  [EmoteKind.LAUGH]: "laugh",
  [EmoteKind.HEART]: "heart",
  [EmoteKind.DANCE]: "dance",
  [EmoteKind.NOD]: "nod",
};
