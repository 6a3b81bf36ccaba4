import numpy as np
from numpy.typing import NDArray

def gather(
    due: NDArray[np.uint64],
    slots: NDArray[np.int32],
    frames: list[bytes],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> bytes: ...
