from typing import Any

import numpy as np
from numpy.typing import NDArray

class Encoder:
    def __init__(
        self,
        viewers: Any,
        motion: Any,
        entities: Any,
        sequences: NDArray[np.uint16],
        introduction_bytes: NDArray[np.int32],
        tick_hz: int,
    ) -> None: ...
    def note(self, viewers: NDArray[np.int32]) -> None: ...
