"""What waits to be sent to one client: whole websocket frames of control messages."""

from aukio_protocol.codec import encode
from aukio_protocol.messages import Message

MOST_BYTES = 65536  # held for one client, here and in its line; beyond, it is too slow to keep


def frame(payload: bytes) -> bytes:
    """A payload as one unmasked binary websocket frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x82, size)) + payload
    if size < 65536:
        return b"\x82\x7e" + size.to_bytes(2, "big") + payload
    return b"\x82\x7f" + size.to_bytes(8, "big") + payload


def frame_message(message: Message) -> bytes:
    """A control message as a frame, to be shared by all who are sent it."""
    return frame(encode(message))


class Outbox:
    """A queue of frames; its session ends the connection beyond MOST_BYTES."""

    __slots__ = ("_frames", "size_bytes")

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self.size_bytes = 0

    def put(self, frame: bytes) -> None:
        """Appends a frame."""
        self._frames.append(frame)
        self.size_bytes += len(frame)

    def drain(self) -> bytes:
        """Takes everything, in order."""
        data = b"".join(self._frames)
        self._frames.clear()
        self.size_bytes = 0
        return data
