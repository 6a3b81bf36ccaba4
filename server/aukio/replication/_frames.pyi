from typing import Any

import numpy as np
from numpy.typing import NDArray

from aukio.replication._encode import Encoder
from aukio.replication._identity import Identities
from aukio.replication._pace import Pace

class Frames:
    data: NDArray[np.uint8]
    slots: NDArray[np.int32]
    starts: NDArray[np.int64]
    count: int
    skipped: int
    thinned: int
    gone: list[int]
    def __init__(
        self,
        encoder: Encoder,
        identities: Identities,
        pace: Pace,
        viewers: Any,
        introduction_bytes: NDArray[np.int32],
        tick_hz: int,
    ) -> None: ...
    def introduce(self, slot: int, frame: bytes) -> None: ...
    def forget(self, slot: int) -> None: ...
    def is_introduced(self, slot: int) -> bool: ...
    def ride(self, viewer: int, frame: bytes) -> None: ...
    def alight(self, viewer: int) -> None: ...
    def fill(
        self, viewers: NDArray[np.int32], tick: int, per_tick: float, far_every: int
    ) -> int: ...
