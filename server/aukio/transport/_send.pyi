import numpy as np
from numpy.typing import NDArray

def send_pieces(
    descriptors: NDArray[np.int32],
    first: NDArray[np.uint8],
    first_begins: NDArray[np.int64],
    first_ends: NDArray[np.int64],
    second: NDArray[np.uint8],
    second_begins: NDArray[np.int64],
    second_ends: NDArray[np.int64],
    sent: NDArray[np.int32],
) -> None: ...
