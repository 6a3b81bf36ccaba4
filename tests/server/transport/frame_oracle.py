"""The slow twin of `FrameStream`: the library alone, fed one byte at a time."""

import itertools

from websockets.frames import BINARY, CONT, TEXT, Frame
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from aukio.transport.handshake import build_protocol
from aukio.transport.settings import EdgeSettings
from aukio.transport.stream import FrameStream

Outcome = tuple[list[bytes], int, bytes]
"""The messages, the close code, and every byte the server answers."""


def opened(limit: int) -> ServerProtocol:
    return build_protocol(EdgeSettings(message_bytes=limit))


def oracle_outcome(stream: bytes, limit: int) -> Outcome:
    """What must come of a stream, followed by the end of the connection."""
    protocol = opened(limit)
    messages: list[bytes] = []
    fragments = b""
    for byte in stream:
        protocol.receive_data(bytes([byte]))
        for event in protocol.events_received():
            assert isinstance(event, Frame)
            if event.opcode is TEXT:
                protocol.fail(1003, "binary messages only")
            elif event.opcode in (BINARY, CONT) and protocol.state is OPEN:
                fragments += bytes(event.data)
                if event.fin:
                    messages.append(fragments)
                    fragments = b""
    protocol.receive_eof()
    close = protocol.close_sent
    return messages, 1006 if close is None else int(close.code), b"".join(protocol.data_to_send())


def stream_outcome(parts: list[bytes], limit: int, *, lane: bool) -> Outcome:
    """What comes of the same bytes through our class, cut into parts."""
    protocol = opened(limit)
    sent: list[bytes] = []
    stream = FrameStream(
        protocol, limit=limit, flush=lambda: sent.extend(protocol.data_to_send()), lane=lane
    )
    messages = []
    for part in parts:  # as the websocket asks
        plain = stream.receive_plain(part)
        messages += list(stream.receive(part)) if plain is None else plain
    stream.receive_eof()
    return messages, stream.close_code, b"".join(sent)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    """Cuts a stream at the given places, in any order, those outside it ignored."""
    edges = [0, *sorted({place for place in places if 0 < place < len(stream)}), len(stream)]
    return [stream[start:end] for start, end in itertools.pairwise(edges)]
