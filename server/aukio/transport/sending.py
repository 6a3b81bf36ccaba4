"""Step 6 of a tick: every viewer's frames to its socket, one system call each."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aukio.transport._send import fan_out, send_frames

CHUNK = 256  # frames in one call of the kernel; the loop runs between chunks


class Sendable(Protocol):
    """What sending needs of a connection (see `connection.Connection`)."""

    def write_frames(self, frames: bytes) -> None: ...

    def descriptor(self) -> int: ...


class Sender:
    """Sends over descriptors where that is safe, through the transport everywhere else.

    Safe is what `Connection.descriptor` says at this moment: plain TCP, open, nothing waiting. All
    descriptors of a chunk are asked for right before its one kernel call, with no turn of the loop
    in between, so that a number which a closed connection gave back cannot stand for another's
    socket. What a socket does not take goes through its transport, in order.
    """

    def __init__(self) -> None:
        self._descriptors = np.zeros(CHUNK, np.int32)
        self._sent = np.zeros(CHUNK, np.int32)

    def send(
        self,
        connections: Sequence[Sendable | None],
        data: NDArray[np.uint8],
        starts: NDArray[np.int64],
    ) -> list[int]:
        """Sends one chunk, at most CHUNK frames: `data[starts[n]:starts[n + 1]]` to connection n.

        Nothing goes where there is None. Returns those n whose frame did not go out at once.
        """
        count = len(connections)
        descriptors, sent = self._descriptors[:count], self._sent[:count]
        descriptors[:] = [-1 if each is None else each.descriptor() for each in connections]
        send_frames(descriptors, data, starts, sent)
        left = np.flatnonzero(sent != np.diff(starts[: count + 1])).tolist()
        for n in left:
            connection = connections[n]
            if connection is not None:
                # A broken socket gets the whole frame: the transport finds out and closes.
                begin = starts[n] + max(0, sent[n])
                connection.write_frames(data[begin : starts[n + 1]].tobytes())
        return left

    def fan_out(self, connections: Sequence[Sendable], frame: bytes) -> list[int]:
        """Sends one frame to all; returns those n whose frame did not go out at once."""
        late = []
        for start in range(0, len(connections), CHUNK):
            chunk = connections[start : start + CHUNK]
            descriptors, sent = self._descriptors[: len(chunk)], self._sent[: len(chunk)]
            descriptors[:] = [each.descriptor() for each in chunk]
            fan_out(descriptors, frame, sent)
            for n in np.flatnonzero(sent != len(frame)).tolist():
                chunk[n].write_frames(frame[max(0, sent[n]) :])
                late.append(start + n)
        return late
