/** Every sentence of the page in one place, so that other languages find them all. */

import { Reason } from "../protocol/messages.gen";

export const TEXTS = {
  title: "Aukio",
  joinLead: "A place to walk and talk together.",
  nameLabel: "Your name",
  nameHint: "You may leave it empty.",
  joinButton: "Walk in",
  chatLabel: "Say something to the people near",
  chatPlaceholder: "Say something…",
  chatButton: "Chat",
  sendButton: "Send",
  closeButton: "Close",
  jumpButton: "Jump",
  helpButton: "Help",
  leaveButton: "Leave",
  joinAgainButton: "Come back in",
  retryButton: "Try now",
  chatLog: "Chat",
  chatEmpty: "Nobody has said anything yet. Press Enter to say hello.",
  chatEmptyTouch: "Nobody has said anything yet. Say hello!",
  chatNotSent: "Not sent: there is no connection at the moment.",
  chatLeft: (left: number): string => `${left} characters left`,
  help: "Walk: W A S D or arrows · run: Shift · jump: Space · look round: drag · first person: V · chat: Enter · wave: 1",
  helpTouch: "Walk: drag on the left half · look round: drag on the right half",
  people: (count: number): string => (count === 1 ? "1 person here" : `${count} people here`),
  you: (name: string): string => `You are ${name}.`,
  connecting: "Connecting…",
  returning: "The connection was lost. Bringing you back…",
  loading: "Loading the world…",
  loadFailed: (seconds: number): string =>
    `The world did not load. The next try is ${inSeconds(seconds)}; you can stay on this page.`,
  lost: (seconds: number): string =>
    `The connection is lost. Your place is kept; the next try is ${inSeconds(seconds)}.`,
  lostBecause: (why: string, seconds: number): string => `${why} The next try is ${inSeconds(seconds)}.`,
  outdated: "There is a newer version of this page. It is being loaded…",
  left: "You have left.",
  noPicture:
    "This browser cannot draw the world in 3D, so you see no picture. You are there all the same: people see you, and the chat works.",
  pictureLost: "The picture is gone for a moment: the graphics card was busy. It comes back by itself.",
  broke: "Something broke on this page. Load it again to go on.",
  gestures: ["waves 👋", "claps 👏", "points 👉", "gives a thumbs-up 👍", "laughs 😄", "sends a heart ❤️", "dances 💃", "nods 🙂"],
  notices: {
    slowDown: "That was too fast: a message was dropped. Wait a moment and send it again.",
    timeDropped: "The server is very busy at the moment; walking may jerk.",
    rescued: "You fell out of the world and were put back.",
    readOnly: "Nothing can be saved at the moment.",
  },
} as const;

/** Why the server ended or refused a conversation, in words: what happened and what happens next. */
export const REASONS: Readonly<Record<Reason, string>> = {
  [Reason.LEFT]: "You have left.",
  [Reason.MALFORMED]: "The server did not understand this page. Load the page again.",
  [Reason.UNKNOWN_MESSAGE]: "The server did not understand this page. Load the page again.",
  [Reason.WRONG_STATE]: "The server did not understand this page. Load the page again.",
  [Reason.OVERSIZED]: "A message was too long for the server. Come back in and say it in parts.",
  [Reason.TOO_MANY]: "Too many messages came from here for too long. Wait a little before you come back.",
  [Reason.VERSION]:
    "This page is of another version than the server, and loading it again did not help. Ask the people who run this server to update the page.",
  [Reason.NAME]: "This name cannot be used here. Choose another one.",
  [Reason.FULL]: "The world is full.",
  [Reason.BUSY]: "The server is busy.",
  [Reason.TICKET]: "This link is not valid, or no longer. Ask for a new one.",
  [Reason.TAKEN_OVER]: "You opened this place in another window, and it goes on there.",
  [Reason.HELLO_LATE]: "The connection was too slow to come in.",
  [Reason.SLOW]: "The connection was too slow to keep up.",
  [Reason.RESTART]: "The server restarts and will be back; your place is kept.",
  [Reason.SILENT]: "The server had not heard from you for a while.",
  [Reason.INTERNAL]: "Something broke on the server; it is not your fault.",
  [Reason.ADDRESS]: "Too many connections came from your network. Wait a few minutes, then try again.",
  [Reason.WORLD]: "There is no such world here. Check the link you were given.",
};

/** The sentence for a reason code, also for one that this page does not know yet. */
export function reasonText(reason: number, detail = ""): string {
  return (REASONS as Readonly<Record<number, string | undefined>>)[reason] ?? (detail || "The server said no.");
}

function inSeconds(seconds: number): string {
  if (seconds <= 0) return "now";
  return seconds === 1 ? "in 1 second" : `in ${seconds} seconds`;
}
