"""Walkers: places wishes on the tick they hold from, and steps everybody over the walk field."""

import numpy as np
from numpy.typing import NDArray

from aukio.sim._movement import Mover
from aukio.sim.entities import RING, Entities
from aukio.sim.units import sine_table
from aukio.world import WalkField

CORRECTION_PATIENCE_S = 1.0  # how long a client may take to show that it applied a correction


class Movement:
    """The walkers' part of the simulation.

    A wish for a tick that already ran, at most INPUT_WINDOW ticks ago, re-simulates that walker
    from there. Each tick of a walker is one step of the rule however often it is re-simulated,
    so back-dating gains no distance: wishes of one client never go back behind its last one.
    """

    def __init__(self, entities: Entities, field: WalkField, tick_hz: int) -> None:
        capacity = entities.capacity
        self._entities = entities
        self._patience = round(CORRECTION_PATIENCE_S * tick_hz)
        self._first = np.zeros(capacity, np.int64)  # no wish holds from before this tick
        self._corrected = np.full(capacity, -(10**9), np.int64)
        self._mover = Mover(
            entities.states,
            entities.turns,
            entities.wishes,
            entities.marks,
            self._first,
            self._corrected,
            field,
            sine_table(),
            tick_hz,
        )

    def reset(self, slot: int, tick: int) -> None:
        """Forgets the past of a walker that was put somewhere during `tick`."""
        self._mover.forget(slot)
        self._first[slot] = tick + 1

    def walk_on(self, field: WalkField) -> None:
        """Everybody walks on this field from the next step on."""
        self._mover.walk_on(field)

    def misplaced(self, slots: NDArray[np.int32], tick: int) -> list[int]:
        """Of these the slots who are inside a wall after `tick`, or have no floor beneath."""
        return self._mover.misplaced(slots, tick)

    def is_walking(self, slot: int) -> bool:
        """Whether the last wish of a walker, which may not hold yet, is to walk or run."""
        flags = int(self._entities.wishes[slot, self._first[slot] % RING, 1])
        return flags >> 10 & 3 != 0

    def place(self, rows: NDArray[np.void], next_tick: int) -> list[int]:
        """Notes wishes, rows (N,) of MOVE; returns the slots whose wish could not hold from the
        tick it names."""
        return self._mover.place(rows, next_tick)

    def step(self, tick: int) -> list[int]:
        """Brings all walkers to `tick`; returns the slots whose clients predicted wrongly."""
        self._mover.step(self._entities.live, tick)
        return self._mover.check(tick, self._patience)

    def forget(self, slot: int) -> None:
        """Drops what is pending for an entity that ends."""
        self._mover.forget(slot)
        self._corrected[slot] = -(10**9)
