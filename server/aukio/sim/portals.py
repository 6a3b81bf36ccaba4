"""Who steps into which portal."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aukio.sim.units import UNIT
from aukio.world import Portal
from aukio.world.portals import inside

NOWHERE = -1


class Portals:
    """By slot, which portal somebody stands in. Stepping in counts, standing there does not."""

    def __init__(self, portals: Sequence[Portal], capacity: int) -> None:
        self._portals = portals
        self._stands_in = np.full(capacity, NOWHERE, np.int16)

    def followed_by(self, portals: Sequence[Portal]) -> "Portals":
        """Others take their place; who stands in one that stays has not stepped in anew."""
        new = Portals(portals, self._stands_in.size)
        at = {(portal.entity, portal.to): n for n, portal in enumerate(portals)}
        for n, portal in enumerate(self._portals):
            same = at.get((portal.entity, portal.to))
            if same is not None:
                new._stands_in[self._stands_in == n] = same
        return new

    def put(self, slot: int) -> None:
        """Somebody was put somewhere: who lands in a portal has stepped in."""
        self._stands_in[slot] = NOWHERE

    def entered(
        self, slots: NDArray[np.int32], places: NDArray[np.int32]
    ) -> list[tuple[int, Portal]]:
        """Who has stepped in since the last call. Shapes: slots (N,); places (N, 4) in units."""
        if not self._portals or not slots.size:
            return []
        x, y, z = (places[:, axis] / UNIT for axis in range(3))
        now = np.full(slots.size, NOWHERE, np.int16)
        for n, portal in enumerate(self._portals):
            now[inside(portal, x, y, z)] = n
        news = np.flatnonzero((now != self._stands_in[slots]) & (now != NOWHERE))
        self._stands_in[slots] = now
        return [(int(slots[n]), self._portals[now[n]]) for n in news.tolist()]
