"""The far crowd: whom a viewer is not told of one by one, or not yet, it is told of as heads."""

import numpy as np
from numpy.typing import NDArray

from aukio.interest._crowd import count_beyond
from aukio.sim.entities import RING, Entities
from aukio_protocol import messages as m

EVERY_S = 1.0  # a viewer is told at most this often, and only of a change
CELLS = 1024  # of one message
SHARE = 0.25  # of a viewer's budget; whoever has less is told more seldom


class FarCrowd:
    """What each viewer was told of the crowd beside those it knows.

    Args:
        known: (S, W) uint64 bit sets, by viewer (see `viewers.Viewers`).
    """

    def __init__(self, entities: Entities, known: NDArray[np.uint64], tick_hz: int) -> None:
        self._entities = entities
        self._known = known
        self._turns = max(1, round(EVERY_S * tick_hz))
        self._counts = np.zeros(CELLS, np.uint8)
        self._told: dict[int, m.FarCrowd] = {}
        self._paid = np.zeros(entities.capacity, np.int64)  # the tick from which it may go on

    def forget(self, viewer: int) -> None:
        """A viewer's client begins or is gone: it knows of nobody."""
        self._told.pop(viewer, None)
        self._paid[viewer] = 0

    def due(self, viewers: NDArray[np.int32], tick: int) -> NDArray[np.int32]:
        """Those viewers whose turn it is, and whose last news are paid for."""
        turns = (viewers + tick) % self._turns == 0
        due: NDArray[np.int32] = viewers[turns & (self._paid[viewers] <= tick)]
        return due

    def charge(self, viewer: int, size_bytes: int, tick: int, per_tick: float) -> None:
        """Notes what news cost a viewer that has `per_tick` bytes a tick for everything."""
        self._paid[viewer] = tick + int(size_bytes / (SHARE * per_tick))

    def news(self, viewer: int, tick: int) -> m.FarCrowd | None:
        """What a viewer should be told now, or None when it knows already."""
        live, states = self._entities.live, self._entities.states
        side, west, north, columns, rows, people = count_beyond(
            viewer, live, states, tick % RING, self._known, self._counts
        )
        if not people:
            told = self._told.pop(viewer, None)
            return m.FarCrowd(0, 0, 0, 0, b"") if told is not None else None
        crowd = m.FarCrowd(side, west, north, columns, self._counts[: columns * rows].tobytes())
        if crowd == self._told.get(viewer):
            return None
        self._told[viewer] = crowd
        return crowd
