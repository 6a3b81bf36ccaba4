from typing import Any

import numpy as np
from numpy.typing import NDArray

class Mover:
    def __init__(
        self,
        states: NDArray[np.int32],
        turns: NDArray[np.uint16],
        wishes: NDArray[np.uint16],
        marks: NDArray[np.uint8],
        first: NDArray[np.int64],
        corrected: NDArray[np.int64],
        field: Any,
        sine: NDArray[np.int32],
        tick_hz: int,
    ) -> None: ...
    def walk_on(self, field: Any) -> None: ...
    def misplaced(self, slots: NDArray[np.int32], tick: int) -> list[int]: ...
    def place(self, rows: NDArray[np.void], next_tick: int) -> list[int]: ...
    def forget(self, slot: int) -> None: ...
    def step(self, slots: NDArray[np.int32], tick: int) -> None: ...
    def check(self, tick: int, patience: int) -> list[int]: ...
