// What a client of the plaza sees: the synchronised state, after Colyseus' page "Optimizing State".

import { schema, t } from "@colyseus/schema";

// Places are in 1/128 m round the middle of the plaza (int16 reaches 256 m), yaw in 1/65536 turn.
// Whoever stands still sets nothing, and so costs nothing.
const Player = schema(
  { x: t.int16(), z: t.int16(), yaw: t.uint16(), gait: t.uint8() },
  "Player",
);

// `tick` counts the steps of the room, so that a client knows which step a patch shows. (Colyseus'
// own clock prefix would cost 8 bytes a patch and a copy a client; this costs 4 or 5 bytes.)
const Broadcast = schema({ tick: t.uint16(), players: t.map(Player) }, "Plaza");
const Views = schema({ tick: t.uint16(), players: t.map(Player).view() }, "Plaza");

/** Units of a walker's place (1/65536 m) in one unit of the state's. */
export const PLACE_STEP = 512;

export { Broadcast, Player, Views };
