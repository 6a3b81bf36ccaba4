from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

def flood(
    heights: NDArray[np.int16],
    distances: NDArray[np.int8],
    table: NDArray[np.int32],
    parts: int,
    step: int,
    room: int,
    starts: Iterable[tuple[int, int, int]],
    reached: NDArray[np.uint8],
) -> int: ...
