from typing import Any

import numpy as np
from numpy.typing import NDArray

FINE: int
OVER_RATE: int
OVERSIZED: int
MALFORMED: int

class Inbox:
    def __init__(self, capacity: int, per_second: float, burst: float, move: Any) -> None: ...
    def start(self, slot: int, now: float) -> None: ...
    def put(self, slot: int, data: bytes, now: float) -> int: ...
    def drain(
        self, next_tick: int, now: float, tick_hz: int
    ) -> tuple[NDArray[np.void], NDArray[np.uint8], NDArray[np.float64]]: ...
