import numpy as np
from numpy.typing import NDArray

def count_beyond(
    viewer: int,
    slots: NDArray[np.int32],
    states: NDArray[np.int32],
    at: int,
    known: NDArray[np.uint64],
    counts: NDArray[np.uint8],
) -> tuple[int, int, int, int, int, int]: ...
