"""Who is in which zone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from aukio.sim.units import UNIT
from aukio.world import Zone
from aukio.world.zones import inside


class Zones:
    """By slot and zone, whether somebody is inside; told are those who come and go."""

    def __init__(self, zones: Mapping[str, Zone], capacity: int) -> None:
        self.names = tuple(zones)
        self._zones = tuple(zones.values())
        self._inside = np.zeros((len(zones), capacity), bool)

    def count(self, name: str) -> int:
        """How many are in a zone."""
        return int(self._inside[self.names.index(name)].sum())

    def forget(self, slot: int) -> None:
        """Somebody is gone."""
        self._inside[:, slot] = False

    def at(self, place: tuple[int, int, int, int]) -> list[Zone]:
        """The zones that a place in units is in."""
        x, y, z = (np.array([metres / UNIT]) for metres in place[:3])
        return [zone for zone in self._zones if inside(zone, x, y, z)[0]]

    def keep_out(self, name: str, slot: int) -> None:
        """Somebody who came in does not count as inside: they are put out."""
        self._inside[self.names.index(name), slot] = False

    def followed_by(self, zones: Mapping[str, Zone]) -> Zones:
        """Others take their place; who is in one that stays has not entered it anew."""
        new = Zones(zones, self._inside.shape[1])
        for n, name in enumerate(new.names):
            if name in self.names:
                new._inside[n] = self._inside[self.names.index(name)]
        return new

    def look(
        self, slots: NDArray[np.int32], places: NDArray[np.int32]
    ) -> list[tuple[int, Zone, bool]]:
        """Who has entered (true) or left which zone since the last call.

        Shapes: slots (N,); places (N, 4) in units.
        """
        if not self._zones or not slots.size:
            return []
        x, y, z = (places[:, axis] / UNIT for axis in range(3))
        found = []
        for zone, known in zip(self._zones, self._inside, strict=True):
            now = inside(zone, x, y, z)
            changed = np.flatnonzero(now != known[slots])
            known[slots] = now
            found += [(int(slots[n]), zone, bool(now[n])) for n in changed.tolist()]
        return found
