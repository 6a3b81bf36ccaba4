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
        field: Any,
        sine: NDArray[np.int32],
        tick_hz: int,
    ) -> None: ...
    def step(self, slots: NDArray[np.int32], since: NDArray[np.int32], tick: int) -> None: ...
