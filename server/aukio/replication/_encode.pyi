from typing import Any

import numpy as np
from numpy.typing import NDArray

class Encoder:
    entered: int
    def __init__(
        self,
        viewers: Any,
        records: NDArray[np.int32],
        published: NDArray[np.uint64],
        jumped: NDArray[np.uint64],
        shifted: NDArray[np.uint64],
        poses: NDArray[np.uint8],
        pose_published: NDArray[np.uint64],
        generations: NDArray[np.uint8],
        kinds: NDArray[np.uint8],
        introduction_bytes: NDArray[np.int32],
        entering: NDArray[np.int32],
        tick_hz: int,
    ) -> None: ...
    def note(self, viewer: int) -> None: ...
    def wait(self, viewer: int) -> None: ...
    def encode(
        self,
        viewer: int,
        own: int,
        tick: int,
        sequence: int,
        margin: int,
        budget: int,
        correction: bytes | None,
        far_too: bool,
        always: bool,
    ) -> bytes | None: ...
