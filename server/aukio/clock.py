"""Tick numbers and the fixed-step schedule."""

WRAP = 65536


class Schedule:
    """Says when ticks are due on an absolute time line, and drops time after an overrun.

    At most `catch_up` ticks run back to back; beyond that the schedule moves and `dropped`
    counts the ticks that will never run. Source: cannon-es and Gaffer on Games, "Fix your
    timestep", on bounding the spiral of death.

    Units: seconds of any monotonic clock.
    """

    def __init__(self, start: float, tick_hz: int, catch_up: int = 2) -> None:
        self._origin = start
        self._period = 1 / tick_hz
        self._ran = 0
        self._catch_up = catch_up
        self.dropped = 0

    @property
    def due(self) -> float:
        """When the next tick should start."""
        return self._origin + self._ran * self._period

    @property
    def period(self) -> float:
        """Seconds from tick to tick."""
        return self._period

    def ran(self, now: float) -> int:
        """Notes that a tick ran; returns how many ticks were dropped to stay near `now`."""
        self._ran += 1
        behind = int((now - self.due) / self._period)
        if behind <= self._catch_up:
            return 0
        lost = behind - self._catch_up
        self._origin += lost * self._period
        self.dropped += lost
        return lost
