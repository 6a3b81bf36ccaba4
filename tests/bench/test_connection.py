"""The bots' end of a websocket, fed by hand."""

import base64
import hashlib
from typing import Any

import pytest

from aukio_bench.connection import Address, Connection

ADDRESS = Address("127.0.0.1", 8080, "/ws", is_secure=False)


class FakeGuest:
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def opened(self) -> None:
        self.heard.append("opened")

    def message(self, payload: bytes, now: float) -> None:
        self.heard.append(payload)

    def ended(self, how: str) -> None:
        self.heard.append(("ended", how))


class FakeTransport:
    def __init__(self) -> None:
        self.written = b""
        self.aborted = False

    def write(self, data: bytes) -> None:
        self.written += data

    def abort(self) -> None:
        self.aborted = True


def opened(subprotocol: str = "aukio.1") -> tuple[Connection, FakeGuest, Any]:
    guest, transport = FakeGuest(), FakeTransport()
    connection = Connection(ADDRESS, guest, lambda: 0.0, bytes(range(16)))
    connection.connection_made(transport)  # type: ignore[arg-type]  # has what is called of it
    key = base64.b64encode(bytes(range(16))).decode()
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    answer = (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n"
        f"Sec-WebSocket-Protocol: {subprotocol}\r\n\r\n"
    )
    transport.written = b""
    connection.data_received(answer.encode())
    return connection, guest, transport


def test_frames_are_cut_out_of_the_stream_wherever_it_is_split() -> None:
    frames = b"\x82\x03abc" + b"\x82\x7e\x00\x80" + bytes(128) + b"\x82\x00" + b"\x82\x01z"
    for split in range(len(frames)):
        connection, guest, _ = opened()
        connection.data_received(frames[:split])
        connection.data_received(frames[split:])
        assert guest.heard == ["opened", b"abc", bytes(128), b"", b"z"]
        assert connection.received_bytes == len(frames), "headers included"


def test_a_ping_is_answered_with_its_payload_masked() -> None:
    connection, _, transport = opened()
    connection.data_received(b"\x89\x02hi")
    kind, size, mask, body = (
        transport.written[0],
        transport.written[1],
        transport.written[2:6],
        transport.written[6:],
    )
    assert (kind, size) == (0x8A, 0x82)
    assert bytes(a ^ b for a, b in zip(body, mask, strict=False)) == b"hi"


def test_a_close_is_told_by_its_code_once() -> None:
    connection, guest, _ = opened()
    connection.data_received(b"\x88\x02" + (4013).to_bytes(2, "big"))
    connection.connection_lost(None)
    connection.connection_lost(None)
    assert guest.heard[1:] == [("ended", "close_4013")]


def test_a_guest_that_has_left_hears_nothing_more_and_the_close_is_answered() -> None:
    connection, guest, transport = opened()
    connection.retire()
    connection.data_received(b"\x82\x01a" + b"\x88\x02" + (1000).to_bytes(2, "big"))
    connection.connection_lost(None)
    assert guest.heard == ["opened"]
    assert transport.written[0] == 0x88


def test_a_wrong_subprotocol_ends_the_connection() -> None:
    _, guest, transport = opened(subprotocol="chat")
    assert guest.heard == [("ended", "wrong_subprotocol")]
    assert transport.aborted


def test_a_text_frame_is_an_error() -> None:
    connection, guest, _ = opened()
    connection.data_received(b"\x81\x01a")
    assert guest.heard[1:] == [("ended", "frame_0x81")]


def test_urls_are_read() -> None:
    assert Address.parse("ws://example.org/ws/yard") == Address(
        "example.org", 80, "/ws/yard", False
    )
    assert Address.parse("wss://example.org:8443") == Address("example.org", 8443, "/ws", True)
    with pytest.raises(ValueError, match="expected ws://"):
        Address.parse("http://example.org")
