"""The overload ladder: what gives way, and in which order, when ticks run long."""

from dataclasses import dataclass

CLIMB_SHARE = 0.8  # of the tick period: work above this is too long
REST_SHARE = 0.6  # work below this leaves room
AVERAGE_TICKS = 10  # over which work is averaged
CLIMB_TICKS = 5  # with a long average before the next step is taken
REST_S = 5.0  # easy time before a step is taken back


@dataclass(frozen=True, slots=True)
class Relief:
    """What holds on one step of the ladder: ticks between two frames of a viewer, and who may come.

    Byte budgets are not on it: what is not told in time costs four times as much later
    (decision 0021).
    """

    frame_every: int
    refuse_joins: bool


LADDER = (
    Relief(1, refuse_joins=False),
    Relief(2, refuse_joins=False),
    Relief(2, refuse_joins=True),
)


class Overload:
    """Climbs the ladder while ticks are long on average, comes down while they are short.

    An average, because one short tick among long ones, or the other way round, changes nothing
    for those who look.
    """

    def __init__(self, tick_hz: int) -> None:
        self._period = 1 / tick_hz
        self._rest_ticks = round(REST_S * tick_hz)
        self._average = 0.0
        self._long = 0
        self._easy = 0
        self.level = 0

    def ran(self, work_s: float) -> Relief:
        """Notes the work of a tick; returns what holds now."""
        self._average += (work_s - self._average) / AVERAGE_TICKS
        if self._average > CLIMB_SHARE * self._period:
            self._long, self._easy = self._long + 1, 0
            if self._long >= CLIMB_TICKS and self.level < len(LADDER) - 1:
                self.level, self._long = self.level + 1, 0
        elif self._average < REST_SHARE * self._period:
            self._easy, self._long = self._easy + 1, 0
            if self._easy >= self._rest_ticks and self.level:
                self.level, self._easy = self.level - 1, 0
        else:
            self._long = self._easy = 0
        return LADDER[self.level]


class SharedLoad:
    """The work of all the worlds of a process: they tick one after the other, on one core."""

    def __init__(self) -> None:
        self._shares: dict[object, float] = {}

    def note(self, world: object, work_s: float, tick_hz: int) -> float:
        """Notes the work of a world's tick; returns what all of them do in a period of its own."""
        self._shares[world] = work_s * tick_hz
        return sum(self._shares.values()) / tick_hz
