from typing import Any

import numpy as np
from numpy.typing import NDArray

from aukio_bench._decode import View

KINDS: tuple[tuple[str, float], ...]
TALLIES: tuple[str, ...]
BINS: int

class Judge:
    is_on: bool
    counts: NDArray[np.int64]
    tallies: NDArray[np.int64]
    margins: NDArray[np.int64]
    def __init__(self, walkers: Any, truth: Any, tick_hz: int) -> None: ...
    def settle(self, tick: int, present: int, most: int = ...) -> None: ...

class Lookout:
    def __init__(self, judge: Judge, row: int, view: View, random: np.random.Generator) -> None: ...
    def look(self, tick: int) -> None: ...
    def reflect(self, now: float) -> None: ...
