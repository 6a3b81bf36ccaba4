"""Messages for many: what is still due to whom, in the order it was said."""

import numpy as np
from numpy.typing import NDArray

from aukio.session._fan_out import gather

#: Something for each of N: `data[begins[n]:ends[n]]`. Shapes: data bytes; begins, ends (N,).
Pieces = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]
MOST = 64  # messages under way: a bit of each slot's word stands for each


class FanOut:
    """By slot, which of the messages under way are still due to it.

    A message for a thousand takes longer to send than others should wait. So it is sent in parts,
    and a part may be what goes out anyway: whoever is about to be sent something is given first
    what is due to it. Whatever the order of the parts, each gets its messages in order.
    """

    def __init__(self, capacity: int) -> None:
        self._due = np.zeros(capacity, np.uint64)
        self._frames: list[bytes] = []  # bit n stands for the n-th
        self._at = 0  # the slot from which `next` goes on

    def __bool__(self) -> bool:
        """Whether anything is due to anybody."""
        return bool(self._frames)

    @property
    def is_full(self) -> bool:
        """Whether no message can be put before all is taken."""
        return len(self._frames) == MOST

    def put(self, slots: NDArray[np.int32], frame: bytes) -> None:
        """A frame is due to these, behind what is due to them already.

        Raises:
            OverflowError: too many are under way (see `is_full`).
        """
        if self.is_full:
            raise OverflowError(f"at most {MOST} messages under way")
        if not slots.size:
            return
        self._due[slots] |= np.uint64(1 << len(self._frames))
        self._frames.append(frame)

    def forget(self, slot: int) -> None:
        """Nothing is due to a slot any more: it is somebody else's, or nobody's."""
        self._due[slot] = 0
        self._clear()

    def next(self, count: int) -> NDArray[np.int32]:
        """Up to so many slots to which something is due; each has its turn in a round."""
        due = np.flatnonzero(self._due).astype(np.int32)
        begin = int(np.searchsorted(due, self._at))
        chosen = np.concatenate(
            (due[begin : begin + count], due[: max(0, begin + count - due.size)])
        )
        chosen = chosen[: min(count, due.size)]
        self._at = int(chosen[-1]) + 1 if chosen.size else 0
        return chosen

    def take(self, slots: NDArray[np.int32]) -> Pieces:
        """What is due to these, which it is no longer then; nothing where nothing is."""
        begins, ends = np.empty((2, slots.size), np.int64)
        joined = gather(self._due, slots, self._frames, begins, ends)
        self._clear()
        return np.frombuffer(joined, np.uint8), begins, ends

    def _clear(self) -> None:
        if self._frames and not self._due.any():
            self._frames.clear()
