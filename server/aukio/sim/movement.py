"""Walkers: places wishes on the tick they hold from, and steps everybody over the walk field."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aukio.clock import WRAP, tick_distance
from aukio.sim._movement import Mover
from aukio.sim.commands import Move
from aukio.sim.entities import RING, Entities
from aukio.sim.units import INPUT_LEAD, INPUT_WINDOW, PLACE_STEP, sine_table
from aukio.world import WalkField

CLAIM_TOLERANCE = 2  # 1/256 m; a claim further off than this (8 mm) is answered by a correction
CORRECTION_PATIENCE_S = 1.0  # how long a client may take to show that it applied a correction


@dataclass(frozen=True, slots=True)
class Claim:
    """Where a client says its avatar is at the start of a tick."""

    slot: int
    tick: int
    seen: int
    x_low: int
    z_low: int


class Movement:
    """The walkers' part of the simulation.

    A wish for a tick that already ran, at most INPUT_WINDOW ticks ago, re-simulates that walker
    from there. Each tick of a walker is one step of the rule however often it is re-simulated,
    so back-dating gains no distance: wishes of one client never go back behind its last one.
    """

    def __init__(self, entities: Entities, field: WalkField, tick_hz: int) -> None:
        capacity = entities.capacity
        self._entities = entities
        self._mover = Mover(
            entities.states,
            entities.turns,
            entities.wishes,
            entities.marks,
            field,
            sine_table(),
            tick_hz,
        )
        self._tick_hz = tick_hz
        self._since = np.zeros(capacity, np.int32)
        self._first = np.zeros(capacity, np.int64)  # no wish holds from before this tick
        self._corrected = np.full(capacity, -(10**9), np.int64)
        self._claims: list[Claim] = []

    def reset(self, slot: int, tick: int) -> None:
        """Forgets the past of a walker that was put somewhere during `tick`."""
        self._since[slot] = 0
        self._first[slot] = tick + 1

    def is_walking(self, slot: int) -> bool:
        """Whether the last wish of a walker, which may not hold yet, is to walk or run."""
        flags = int(self._entities.wishes[slot, self._first[slot] % RING, 1])
        return flags >> 10 & 3 != 0

    def place(self, move: Move, next_tick: int) -> bool:
        """Notes a wish; returns whether it could hold from the tick it names.

        A wish more than INPUT_WINDOW ticks late holds from now, one more than INPUT_LEAD early
        from INPUT_LEAD ahead; both need a correction.
        """
        slot = move.slot
        ahead = tick_distance(move.tick, next_tick % WRAP)
        fits = -INPUT_WINDOW <= ahead <= INPUT_LEAD
        if not fits:
            ahead = 0 if ahead < 0 else INPUT_LEAD
        tick = max(next_tick + ahead, int(self._first[slot]))
        self._first[slot] = tick
        at = tick % RING
        flags = move.heading | move.gait << 10 | move.jump << 12
        self._entities.wishes[slot, at] = (move.yaw, flags)
        self._entities.marks[slot, at] = 1
        self._since[slot] = max(self._since[slot], next_tick - tick)
        if move.claim is not None and fits and tick == next_tick + ahead:
            self._claims.append(Claim(slot, tick, move.seen, *move.claim))
        return fits

    def step(self, tick: int) -> list[int]:
        """Brings all walkers to `tick`; returns the slots whose clients predicted wrongly."""
        self._mover.step(self._entities.live, self._since, tick)
        later, wrong = [], []
        for claim in self._claims:
            if claim.tick - 1 > tick:
                later.append(claim)
            elif self._is_wrong(claim, tick):
                wrong.append(claim.slot)
                self._corrected[claim.slot] = tick
        self._claims = later
        return wrong

    def forget(self, slot: int) -> None:
        """Drops what is pending for an entity that ends."""
        self._claims = [claim for claim in self._claims if claim.slot != slot]
        self._corrected[slot] = -(10**9)

    def _is_wrong(self, claim: Claim, tick: int) -> bool:
        corrected = int(self._corrected[claim.slot])
        if (
            tick - corrected < CORRECTION_PATIENCE_S * self._tick_hz
            and tick_distance(claim.seen, corrected % WRAP) < 0
        ):
            return False  # was sent before our last correction could arrive
        x, _, z, _ = self._entities.states[claim.slot, (claim.tick - 1) % RING]
        off_x = tick_distance(int(x) // PLACE_STEP % WRAP, claim.x_low)
        off_z = tick_distance(int(z) // PLACE_STEP % WRAP, claim.z_low)
        return max(abs(off_x), abs(off_z)) > CLAIM_TOLERANCE


def distances_m(places: NDArray[np.int32], x: int, z: int) -> NDArray[np.float64]:
    """Horizontal distance in metres of places (N, 4) int32 to a point."""
    offsets = places[:, (0, 2)].astype(np.float64) - (x, z)
    found: NDArray[np.float64] = np.hypot(offsets[:, 0], offsets[:, 1]) / 65536
    return found
