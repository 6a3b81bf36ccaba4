// The room: everybody on one plaza, walked 20 times a second, told either of everybody (variant
// "broadcast": one patch for all) or of the 50 nearest (variant "views": a StateView each).

import { Room } from "@colyseus/core";
import { StateView } from "@colyseus/schema";

import { Interest } from "./nearest.mjs";
import { Broadcast, PLACE_STEP, Player, Views } from "./state.mjs";
import { TICK_HZ, Walker } from "./walking.mjs";
import { CORRECTION, WISH, packCorrection, readWish, ticksBetween } from "./wish.mjs";

const PATCH_MS = 1000 / TICK_HZ;
const REFRESH_TICKS = 4; // a view is renewed five times a second, a quarter of them at each tick

/** A room class for so many people; `meter` is told how each tick went. */
export function plaza(variant, capacity, meter) {
  const hasViews = variant === "views";

  return class Plaza extends Room {
    state = hasViews ? new Views() : new Broadcast();
    patchRate = null; // a patch goes out at the end of each step: nothing waits for another timer
    maxClients = capacity;

    onCreate() {
      this.people = new Array(capacity).fill(null); // by row
      this.free = Array.from({ length: capacity }, (_, row) => capacity - 1 - row);
      this.xs = new Float64Array(capacity).fill(NaN);
      this.zs = new Float64Array(capacity).fill(NaN);
      this.interest = new Interest(capacity);
      this.state.tick = 0;
      this.onMessageBytes(WISH, (client, bytes) => this.wish(client, bytes));
      this.setTimestep(() => this.step(), PATCH_MS);
    }

    onJoin(client, options) {
      const row = this.free.pop();
      const walker = new Walker(options.x | 0, options.z | 0);
      const player = new Player();
      const person = { row, client, walker, player, shown: new Uint8Array(capacity), late: false };
      this.people[row] = person;
      client.userData = person;
      show(person);
      // Keys are short, for they are sent whenever somebody enters a view.
      this.state.players.set(String(options.row), player);
      this.xs[row] = walker.x;
      this.zs[row] = walker.z;
      if (hasViews) {
        client.view = new StateView();
        this.renew(person);
      }
    }

    onLeave(client) {
      const { row } = client.userData;
      for (const person of this.people) {
        if (person !== null) person.shown[row] = 0; // removed from the state, so from every view
      }
      for (const [key, player] of this.state.players) {
        if (player === client.userData.player) this.state.players.delete(key);
      }
      client.view?.dispose();
      this.people[row] = null;
      this.xs[row] = this.zs[row] = NaN;
      this.free.push(row);
    }

    /** A wish holds from the next step on. One that came too late for its tick is corrected. */
    wish(client, bytes) {
      const person = client.userData;
      const tick = readWish(bytes, person.walker);
      meter.inputs++;
      if (tick < 0) return client.leave();
      if (ticksBetween(tick, this.state.tick) <= 0) {
        meter.late++;
        person.late = true;
      }
    }

    step() {
      const began = performance.now();
      const tick = (this.state.tick + 1) & 0xffff;
      this.state.tick = tick;
      for (const person of this.people) {
        if (person === null) continue;
        person.walker.step();
        show(person);
        this.xs[person.row] = person.walker.x;
        this.zs[person.row] = person.walker.z;
      }
      if (hasViews) {
        for (let row = tick % REFRESH_TICKS; row < capacity; row += REFRESH_TICKS) {
          if (this.people[row] !== null) this.renew(this.people[row]);
        }
      }
      this.broadcastPatch();
      for (const person of this.people) {
        if (person?.late) {
          person.late = false;
          person.client.sendBytes(CORRECTION, packCorrection(tick, person.walker));
        }
      }
      meter.note(began, performance.now());
    }

    renew({ row, client, shown }) {
      this.interest.renew(
        row, shown, this.xs, this.zs, capacity,
        (other) => client.view.add(this.people[other].player),
        (other) => client.view.remove(this.people[other].player),
      );
    }
  };
}

/** Puts a walker's place on its player; a value that is the same is no change. */
function show({ player, walker }) {
  player.x = Math.round(walker.x / PLACE_STEP);
  player.z = Math.round(walker.z / PLACE_STEP);
  player.yaw = walker.yaw;
  player.gait = walker.gait;
}
