"""Frames to many sockets in one call, one system call each."""

import numpy as np
from numpy.typing import NDArray

from aukio.transport._send import send_pieces

#: Something for each of N: `data[begins[n]:ends[n]]`. Shapes: data bytes; begins, ends (N,).
Pieces = tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]


class Sender:
    """Sends over descriptors that connections lent (see `Connection.descriptor`).

    Nothing is retried: what a socket does not take is the caller's to hand to its connection.
    """

    def send(
        self, descriptors: NDArray[np.int32], frames: Pieces, before: Pieces | None = None
    ) -> NDArray[np.int32]:
        """Sends each its piece of `before`, if any, and right behind it that of `frames`.

        A negative descriptor is left out. Returns (N,) how many bytes went out: -1 where the
        socket is broken.
        """
        sent = np.zeros(descriptors.size, np.int32)
        if before is None:
            nothing = np.zeros(descriptors.size, np.int64)
            before = (frames[0][:0], nothing, nothing)
        send_pieces(descriptors, *before, *frames, sent)
        return sent
