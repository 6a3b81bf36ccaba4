"""A bot's way to a websocket: addresses, the answer to the handshake, masking."""

import base64
import hashlib

import pytest

from aukio_bench.connection import Address, Refused, SecureLine, check_answer, masked_frame

KEY = base64.b64encode(bytes(range(16))).decode()


def answer(status: str = "101", subprotocol: str = "aukio.1", key: str = KEY) -> bytes:
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return (
        f"HTTP/1.1 {status} Some Words\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n"
        f"Sec-WebSocket-Protocol: {subprotocol}"
    ).encode()


def test_a_websocket_of_ours_is_accepted() -> None:
    check_answer(answer(), KEY)


@pytest.mark.parametrize(
    ("head", "how"),
    [
        (answer(status="403"), "http_403"),
        (answer(subprotocol="chat"), "wrong_subprotocol"),
        (answer(key="another"), "handshake_not_accepted"),
        (b"", "http_"),
    ],
)
def test_any_other_answer_is_refused_by_name(head: bytes, how: str) -> None:
    with pytest.raises(Refused, match=how):
        check_answer(head, KEY)


@pytest.mark.parametrize("size", [0, 5, 125, 126, 400])
def test_a_masked_frame_is_its_payload_again_when_unmasked(size: int) -> None:
    payload = bytes(n % 251 for n in range(size))
    frame = masked_frame(payload, b"\x01\x02\x03\x04")
    head = 2 if size < 126 else 4
    assert frame[0] == 0x82
    assert frame[1] == 0x80 | (size if size < 126 else 126)
    mask, body = frame[head : head + 4], frame[head + 4 :]
    assert bytes(byte ^ mask[n % 4] for n, byte in enumerate(body)) == payload


class Seat:
    def __init__(self) -> None:
        self.told: list[object] = []

    def opened(self, line: SecureLine) -> None:
        self.told.append("opened")

    def received(self, data: bytes, now: float) -> None:
        self.told.append(data)

    def ended(self, how: str, now: float) -> None:
        self.told.append(("ended", how))


class Transport:
    def __init__(self) -> None:
        self.written, self.aborted = b"", False

    def write(self, data: bytes) -> None:
        self.written += data

    def abort(self) -> None:
        self.aborted = True


def secure() -> tuple[SecureLine, Seat, Transport]:
    seat, transport = Seat(), Transport()
    line = SecureLine(Address("localhost", 443, "/ws", True), seat, lambda: 0.0, bytes(range(16)))
    line.connection_made(transport)  # type: ignore[arg-type]  # has what is called of it
    return line, seat, transport


def test_a_line_over_tls_passes_on_what_stands_behind_the_answer() -> None:
    whole = answer() + b"\r\n\r\n" + b"frames"
    for split in range(len(whole)):
        line, seat, transport = secure()
        line.data_received(whole[:split])
        line.data_received(whole[split:])
        line.data_received(b"more")
        assert transport.written.startswith(b"GET /ws HTTP/1.1")
        assert seat.told[0] == "opened"
        assert b"".join(data for data in seat.told if isinstance(data, bytes)) == b"framesmore"


def test_a_refused_line_over_tls_ends_once() -> None:
    line, seat, transport = secure()
    line.data_received(answer(status="503") + b"\r\n\r\n")
    line.connection_lost(None)
    assert seat.told == [("ended", "http_503")]
    assert transport.aborted


def test_urls_are_read() -> None:
    assert Address.parse("ws://example.org/ws/yard") == Address(
        "example.org", 80, "/ws/yard", False
    )
    assert Address.parse("wss://example.org:8443") == Address("example.org", 8443, "/ws", True)
    with pytest.raises(ValueError, match="expected ws://"):
        Address.parse("http://example.org")
