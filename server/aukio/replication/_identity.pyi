from typing import Any

import numpy as np
from numpy.typing import NDArray

class Identities:
    count: int
    bytes: int
    def __init__(
        self,
        viewers: Any,
        introduction_bytes: NDArray[np.int32],
        chosen: NDArray[np.int32],
    ) -> None: ...
    def choose(self, viewer: int, near_only: bool, allowance: int) -> int: ...
