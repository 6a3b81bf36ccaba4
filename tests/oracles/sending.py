"""Sending, slow and obvious: one `socket.send` a frame."""

import socket


def send_frames(sockets: list[socket.socket], frames: list[bytes]) -> list[int]:
    """How many bytes each socket took: 0 where its buffer is full, -1 where it is broken."""
    sent = []
    for one, frame in zip(sockets, frames, strict=True):
        try:
            sent.append(one.send(frame, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL))
        except BlockingIOError:
            sent.append(0)
        except OSError:
            sent.append(-1)
    return sent
