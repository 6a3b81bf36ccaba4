"""Who matters to whom: near, middle and far sets, refreshed in turns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aukio.interest._scan import refresh
from aukio.sim.entities import RING, Entities

REFRESH_S = 0.25  # each viewer's sets are this old at most
MIDDLE_M = 40.0
STEPS_PER_M = 256


@dataclass(frozen=True, slots=True)
class InterestSets:
    """The bit sets that interest writes, (S, W) uint64 each (see `replication.viewers`)."""

    interest: NDArray[np.uint64]
    near: NDArray[np.uint64]
    middle: NDArray[np.uint64]
    pending: NDArray[np.uint64]


class Relevance:
    """Keeps the interest of all viewers of one world fresh.

    A scan of all entities for a viewer costs about a nanosecond each: cheaper than keeping a
    grid up to some thousands of entities (decision 0007).
    """

    def __init__(self, entities: Entities, sets: InterestSets, view_m: float, tick_hz: int) -> None:
        self._entities = entities
        self._sets = sets
        self._view = round(view_m * STEPS_PER_M) ** 2
        self._middle = round(MIDDLE_M * STEPS_PER_M) ** 2
        self._turns = max(1, round(REFRESH_S * tick_hz))

    def refresh(self, viewer: int, tick: int) -> None:
        """Renews one viewer's sets now."""
        sets = self._sets
        refresh(
            viewer,
            viewer,
            self._entities.live,
            self._entities.states,
            tick % RING,
            sets.interest,
            sets.near,
            sets.middle,
            sets.pending,
            self._view,
            self._middle,
        )

    def is_due(self, viewer: int, tick: int) -> bool:
        """Whether it is this viewer's turn."""
        return (viewer + tick) % self._turns == 0
