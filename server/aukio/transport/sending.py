"""Step 6 of a tick: every viewer's frames to its socket, one system call each."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from aukio.transport._send import send_frames

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

    def send(self, batch: Sequence[tuple[Sendable, bytes]]) -> None:
        """Sends one chunk, at most CHUNK frames."""
        direct: list[Sendable] = []
        frames: list[bytes] = []
        for connection, data in batch:
            descriptor = connection.descriptor()
            if descriptor < 0:
                connection.write_frames(data)
                continue
            self._descriptors[len(direct)] = descriptor
            direct.append(connection)
            frames.append(data)
        if not direct:
            return
        send_frames(self._descriptors, frames, self._sent)
        for connection, data, sent in zip(direct, frames, self._sent.tolist(), strict=False):
            if sent != len(data):
                # A broken socket gets the whole frame again: the transport finds out and closes.
                connection.write_frames(data[max(0, sent) :])
