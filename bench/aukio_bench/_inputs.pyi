import numpy as np
from numpy.typing import NDArray

STRIDE: int

def pack_inputs(
    tick: int,
    sequences: NDArray[np.int64],
    seen: NDArray[np.int64],
    wishes: NDArray[np.int64],
    claims: NDArray[np.int64],
    poses: NDArray[np.uint8],
    posed: NDArray[np.uint8],
    masks: NDArray[np.uint32],
    frames: NDArray[np.uint8],
    sizes: NDArray[np.int32],
) -> None: ...
