"""Sending, slow and obvious: one `socket.sendmsg` for each."""

import socket


def send_pieces(
    sockets: list[socket.socket], before: list[bytes], frames: list[bytes]
) -> list[int]:
    """How many bytes each socket took: 0 where its buffer is full, -1 where it is broken."""
    sent = []
    for one, *pieces in zip(sockets, before, frames, strict=True):
        try:
            flags = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL
            sent.append(one.sendmsg(pieces, (), flags) if any(pieces) else 0)
        except BlockingIOError:
            sent.append(0)
        except OSError:
            sent.append(-1)
    return sent
