from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

class Publisher:
    def __init__(
        self,
        states: NDArray[np.int32],
        turns: NDArray[np.uint16],
        wishes: NDArray[np.uint16],
        records: NDArray[np.int32],
        published: NDArray[np.uint64],
        jumped: NDArray[np.uint64],
        shifted: NDArray[np.uint64],
        fresh: NDArray[np.uint8],
        gaits: NDArray[np.uint8],
        sine: NDArray[np.int32],
        tick_hz: int,
        tolerances: Sequence[tuple[int, int, int]],
    ) -> None: ...
    def publish(self, slots: NDArray[np.int32], tick: int) -> int: ...
