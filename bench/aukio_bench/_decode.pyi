from typing import Any

import numpy as np
from numpy.typing import NDArray

FAULTS: tuple[str, ...]
BELIEF: np.dtype[Any]

class View:
    own: int
    tick: int
    input: int
    margin: int
    answered: bool
    records: int
    entered: int
    left: int
    snapshots: int
    known: int
    rows: NDArray[Any]
    record_bytes: int
    pose_bytes: int
    is_corrected: bool
    @property
    def correction(self) -> bytes | None: ...
    @property
    def touched(self) -> NDArray[np.int32]: ...
    @property
    def before(self) -> NDArray[np.int32]: ...
    def __init__(
        self,
        capacity: int,
        own: int,
        tick: int,
        tick_hz: int,
        rows: NDArray[Any] | None = None,
    ) -> None: ...
    def introduce(self, payload: bytes) -> int: ...
    def apply(self, payload: bytes) -> int: ...
    def expect(self, slots: NDArray[np.int32], tick: int, places: NDArray[np.int32]) -> None: ...
    def motion(
        self, slot: int, tick: int
    ) -> tuple[int, int, int, int, int, int, int, int, int, bool, int]: ...
