"""Who comes first among what viewers are told: those who talk near them, for a while."""

from collections import deque

import numpy as np
from numpy.typing import NDArray


class Attention:
    """Keeps the focus sets of all viewers.

    Args:
        focus: (S, W) uint64 bit sets, by viewer (see `viewers.Viewers`).
    """

    def __init__(self, focus: NDArray[np.uint64]) -> None:
        self._focus = focus
        self._turns: deque[tuple[int, int]] = deque()  # (tick until which it holds, whom to)
        self._viewers: dict[int, deque[NDArray[np.int32]]] = {}  # whom to → whose, in that order

    def turn(self, viewers: NDArray[np.int32], other: int, until: int) -> None:
        """Puts somebody first for viewers up to a tick; `until` never goes back."""
        self._focus[viewers, other >> 6] |= np.uint64(1 << (other & 63))
        self._focus[other, other >> 6] &= ~np.uint64(1 << (other & 63))
        self._turns.append((until, other))
        self._viewers.setdefault(other, deque()).append(viewers)

    def expire(self, tick: int) -> None:
        """Ends what held until before this tick, except for those who were turned again since."""
        while self._turns and self._turns[0][0] < tick:
            _, other = self._turns.popleft()
            turns = self._viewers[other]
            over = turns.popleft()
            if turns:
                over = np.setdiff1d(over, np.concatenate(turns))
            else:
                del self._viewers[other]
            self._focus[over, other >> 6] &= ~np.uint64(1 << (other & 63))
