from typing import Any

import numpy as np
from numpy.typing import NDArray

class Scanner:
    def __init__(
        self,
        states: NDArray[np.int32],
        sets: Any,
        posed: NDArray[np.uint64],
        view_squared: float,
        middle_squared: float,
        individuals: int,
    ) -> None: ...
    def refresh(self, viewers: NDArray[np.int32], slots: NDArray[np.int32], at: int) -> None: ...
