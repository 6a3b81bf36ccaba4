import numpy as np
from numpy.typing import NDArray

def send_frames(
    descriptors: NDArray[np.int32],
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    sent: NDArray[np.int32],
) -> None: ...
def fan_out(descriptors: NDArray[np.int32], frame: bytes, sent: NDArray[np.int32]) -> None: ...
