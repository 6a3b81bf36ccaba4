"""Frames to many sockets in one call, one system call each."""

import numpy as np
from numpy.typing import NDArray

from aukio.transport._send import fan_out, send_frames


class Sender:
    """Sends over descriptors that connections lent (see `Connection.descriptor`).

    Nothing is retried: what a socket does not take is the caller's to hand to its connection.
    """

    def send(
        self,
        descriptors: NDArray[np.int32],
        data: NDArray[np.uint8],
        starts: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Sends `data[starts[n]:starts[n + 1]]` on descriptor n; a negative one is left out.

        Returns (N,) how many bytes went out: -1 where the socket is broken.
        """
        sent = np.zeros(descriptors.size, np.int32)
        send_frames(descriptors, data, starts, sent)
        return sent

    def fan_out(self, descriptors: NDArray[np.int32], frame: bytes) -> NDArray[np.int32]:
        """Sends one frame on every descriptor; otherwise like `send`."""
        sent = np.zeros(descriptors.size, np.int32)
        fan_out(descriptors, frame, sent)
        return sent
