import numpy as np
from numpy.typing import NDArray

def refresh(
    viewer: int,
    own: int,
    slots: NDArray[np.int32],
    states: NDArray[np.int32],
    at: int,
    interest: NDArray[np.uint64],
    near: NDArray[np.uint64],
    middle: NDArray[np.uint64],
    pending: NDArray[np.uint64],
    view_squared: int,
    middle_squared: int,
) -> None: ...
