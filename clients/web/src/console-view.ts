/** What `window.aukio` says of the parts; see ui/console.ts. */

import type { Controls } from "./controls/controls";
import type { Connection } from "./net/connection";
import type { FrameCosts } from "./frame-costs";
import type { Presence } from "./presence";
import type { Stage } from "./scene/stage";
import type { ChatLog } from "./state/chat-log";
import type { HeadsetPose } from "./state/figure";
import type { Stance } from "./state/prediction";
import type { ConsoleView, PersonView, SpokenView } from "./ui/console";
import type { PageModel } from "./ui/model";
import type { Sentence, Translate } from "./ui/texts/shape";
import { put } from "./ui/words";

const NOTHING_HELD = { geometries: 0, textures: 0, programs: 0, largest: [] };

export interface Viewed {
  readonly connection: Connection;
  readonly presence: Presence;
  readonly controls: Controls;
  readonly log: ChatLog<Sentence>;
  readonly page: PageModel;
  readonly t: Translate;
  readonly stage: Stage | null;
  readonly frames: number;
  readonly joins: number;
  readonly costs: FrameCosts;
}

export function viewOf({ connection, presence, controls, log, page, t, stage, frames, joins, costs }: Viewed): ConsoleView {
  const { state } = connection;
  const { visit } = presence;
  const prediction = visit?.prediction ?? null;
  const others = [...(visit?.entities ?? [])].map(({ slot, stance }) =>
    personView(slot, presence.nameOf(slot), stance, presence.headsetOf(slot)),
  );
  const work = stage?.work;
  return {
    state: state.kind,
    reason: state.kind === "lost" || state.kind === "refused" ? state.reason : null,
    world: visit?.welcome.world ?? null,
    place: presence.world?.key ?? null,
    isInside: state.kind === "joined" && prediction !== null,
    self: visit === null || prediction === null ? null : personView(visit.welcome.entity, page.ownName, visit.self, null),
    view: {
      yaw: bearingDegrees(controls.viewYaw),
      pitch: (controls.viewPitch * 180) / Math.PI,
      isFirstPerson: stage?.eye.isFirstPerson ?? false,
    },
    others,
    beyond: { heads: presence.farCrowd.heads, drawn: presence.drawnBeyond },
    people: page.people,
    nearby: [...page.nearby],
    chat: log.lines.map((line): SpokenView =>
      line.kind === "said"
        ? { id: line.id, name: line.name, text: line.text, isOwn: line.isOwn }
        : { id: line.id, name: "", text: put(t, line.what), isOwn: false },
    ),
    objects: presence.objects.all(),
    things: presence.states(),
    usable: page.usable?.id ?? null,
    role: presence.role,
    network: {
      roundTripMs: visit?.clock.roundTripMs ?? 0,
      corrections: prediction?.corrections ?? 0,
      lastCorrection: prediction?.lastCorrection ?? 0,
      inputMarginMs: visit?.clock.inputs.marginMs ?? 0,
      lateShare: visit?.clock.inputs.lateShare ?? 0,
      clientTick: visit?.clock.clientTime ?? 0,
      serverTick: visit?.clock.serverTime ?? 0,
      snapshotTick: visit?.snapshotTick ?? 0,
      joins,
      wasResumed: visit?.welcome.resumed ?? false,
    },
    drawing: { frames, draws: work?.draws ?? 0, triangles: work?.triangles ?? 0, level: work?.level ?? "" },
    get measures() {
      return { ...costs.recent(), ...(stage?.holdings ?? NOTHING_HELD) };
    },
  };
}

function personView(slot: number, name: string, { x, y, z, yaw }: Stance, headset: HeadsetPose | null): PersonView {
  return { slot, name, x, y, z, yaw: bearingDegrees(yaw), headset };
}

function bearingDegrees(yaw: number): number {
  return (((yaw * 180) / Math.PI) % 360 + 360) % 360;
}
