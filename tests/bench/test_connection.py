"""A bot's way to a websocket: addresses, the answer to the handshake, masking."""

import base64
import hashlib

import pytest

from aukio_bench.connection import Address, Refused, check_answer, masked_frame

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


def test_urls_are_read() -> None:
    assert Address.parse("ws://example.org/ws/yard") == Address(
        "example.org", 80, "/ws/yard", False
    )
    assert Address.parse("wss://example.org:8443") == Address("example.org", 8443, "/ws", True)
    with pytest.raises(ValueError, match="expected ws://"):
        Address.parse("http://example.org")
