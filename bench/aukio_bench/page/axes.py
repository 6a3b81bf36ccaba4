"""Axes: round numbers that span what is to be drawn."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, with a mark at every `step`."""

    low: float
    high: float
    step: float

    @property
    def marks(self) -> list[float]:
        """Where the marks are."""
        count = round((self.high - self.low) / self.step)
        return [self.low + n * self.step for n in range(count + 1)]

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high one."""
        return (value - self.low) / (self.high - self.low)

    def label(self, value: float) -> str:
        """A mark's text: as many digits as the step needs."""
        digits = next(n for n in range(16) if abs(round(self.step, n) / self.step - 1) < 1e-9)
        return f"{value:,.{digits}f}"


ROUND, WHOLE = (1, 2, 2.5, 5, 10), (1, 2, 5, 10)  # steps of figures, and of seconds


def axis(highest: float, marks: int = 4, steps: tuple[float, ...] = ROUND) -> Axis:
    """From 0 to a round number not below `highest`, with at most about so many steps."""
    if not highest > 0 or math.isinf(highest):
        return Axis(0.0, 1.0, 0.5)
    rough = highest / marks
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * times for times in steps if size * times >= rough * 0.999)
    return Axis(0.0, step * math.ceil(highest / step - 1e-9), step)
