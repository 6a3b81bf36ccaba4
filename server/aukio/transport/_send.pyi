import numpy as np
from numpy.typing import NDArray

def send_frames(
    descriptors: NDArray[np.int32], frames: list[bytes], sent: NDArray[np.int32]
) -> None: ...
