"""Who matters to whom: near, middle and far sets, refreshed in turns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aukio.interest._scan import Scanner
from aukio.sim.entities import RING, Entities

REFRESH_S = 0.25  # each viewer's sets are this old at most
MIDDLE_M = 40.0
STEPS_PER_M = 256


class Relevance:
    """Keeps the interest of all viewers of one world fresh.

    A scan of all entities for a viewer costs about a nanosecond each: cheaper than keeping a
    grid up to some thousands of entities (decision 0007).

    Args:
        sets: the bit sets that interest writes (see `replication.viewers`).
        posed: (W,) uint64, who has head and hands to be followed.
        individuals: how many, the nearest, a viewer knows one by one; the rest are heads.
    """

    def __init__(
        self,
        entities: Entities,
        sets: Any,
        posed: NDArray[np.uint64],
        view_m: float,
        individuals: int,
        tick_hz: int,
    ) -> None:
        self._entities = entities
        view = round(view_m * STEPS_PER_M) ** 2
        middle = round(MIDDLE_M * STEPS_PER_M) ** 2
        self._scanner = Scanner(entities.states, sets, posed, view, middle, individuals)
        self._turns = max(1, round(REFRESH_S * tick_hz))

    def refresh(self, viewers: NDArray[np.int32], tick: int) -> None:
        """Renews these viewers' sets now."""
        self._scanner.refresh(viewers, self._entities.live, tick % RING)

    def due(self, viewers: NDArray[np.int32], tick: int) -> NDArray[np.int32]:
        """Those viewers whose turn it is."""
        due: NDArray[np.int32] = viewers[(viewers + tick) % self._turns == 0]
        return due
