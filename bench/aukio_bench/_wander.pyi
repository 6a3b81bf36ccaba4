import numpy as np
from numpy.typing import NDArray

def wander(
    start: int,
    tick: int,
    limit_m: float,
    x_m: NDArray[np.float64],
    z_m: NDArray[np.float64],
    turns_until: NDArray[np.int64],
    turn: NDArray[np.float64],
    gait: NDArray[np.uint8],
    yaw: NDArray[np.float64],
    found: NDArray[np.int64],
) -> int: ...
def note_wishes(
    start: int,
    latest: int,
    yaw: NDArray[np.float64],
    ways: NDArray[np.uint16],
    gait: NDArray[np.uint8],
    jump: NDArray[np.uint8],
    last: NDArray[np.int64],
    sent: NDArray[np.int64],
    wish: NDArray[np.int64],
    due: NDArray[np.uint8],
) -> None: ...
