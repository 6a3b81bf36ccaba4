"""RFC 6455 as a table: what a client sends, and how the server must answer."""

from dataclasses import dataclass

import pytest

from server.transport.fakes import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Bench,
    client_frame,
    upgrade_request,
)


def closing(code: int, reason: bytes = b"") -> bytes:
    return client_frame(code.to_bytes(2, "big") + reason, CLOSE)


@dataclass(frozen=True)
class Case:
    section: str
    rule: str
    sent: bytes
    close: int | None = None  # the code our close frame carries; 0: a close frame without one
    messages: tuple[bytes, ...] = ()
    pongs: tuple[bytes, ...] = ()


CASES = [
    Case("5.1", "an unmasked frame fails the connection", client_frame(b"x", mask=None), 1002),
    Case("5.1", "so does an unmasked ping", client_frame(b"", PING, mask=None), 1002),
    Case("5.1", "and an unmasked close", client_frame(b"", CLOSE, mask=None), 1002),
    *(
        Case("5.2", f"reserved bit {bit} must be clear", client_frame(b"x", rsv=bit), 1002)
        for bit in (1, 2, 4, 7)
    ),
    Case("5.2", "a reserved bit on a ping too", client_frame(b"", PING, rsv=1), 1002),
    *(
        Case("5.2", f"opcode {opcode:x} is unknown", client_frame(b"", opcode), 1002)
        for opcode in (3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF)
    ),
    Case("5.2", "an empty message is a message", client_frame(b""), messages=(b"",)),
    Case("5.2", "a 7-bit length", client_frame(bytes(125)), messages=(bytes(125),)),
    Case("5.2", "a 16-bit length", client_frame(bytes(126)), messages=(bytes(126),)),
    Case("5.2", "a 64-bit length", client_frame(bytes(65_536)), messages=(bytes(65_536),)),
    Case("5.2", "a length over the limit is too big", client_frame(bytes(65_537)), 1009),
    Case("5.2", "its header alone decides that", client_frame(bytes(65_537))[:10], 1009),
    Case("5.3", "a mask of zeros", client_frame(b"abc", mask=bytes(4)), messages=(b"abc",)),
    Case("5.3", "a mask of ones", client_frame(b"abcde", mask=b"\xff" * 4), messages=(b"abcde",)),
    Case(
        "5.4",
        "fragments are one message",
        client_frame(b"a", fin=False)
        + client_frame(b"b", CONT, fin=False)
        + client_frame(b"c", CONT),
        messages=(b"abc",),
    ),
    Case(
        "5.4",
        "a ping between fragments is answered",
        client_frame(b"a", fin=False) + client_frame(b"p", PING) + client_frame(b"b", CONT),
        messages=(b"ab",),
        pongs=(b"p",),
    ),
    Case("5.4", "a continuation without a beginning", client_frame(b"x", CONT), 1002),
    Case(
        "5.4",
        "a new message inside another",
        client_frame(b"a", fin=False) + client_frame(b"b"),
        1002,
    ),
    Case(
        "5.4",
        "a continuation after the last one",
        client_frame(b"a", fin=False) + client_frame(b"b", CONT) + client_frame(b"c", CONT),
        1002,
        messages=(b"ab",),
    ),
    Case(
        "5.4",
        "fragments together over the limit",
        client_frame(bytes(40_000), fin=False) + client_frame(bytes(40_000), CONT),
        1009,
    ),
    Case(
        "5.4",
        "a close between fragments is clean",
        client_frame(b"a", fin=False) + closing(1000),
        1000,
    ),
    Case(
        "5.5", "a control frame of 125 bytes", client_frame(bytes(125), PING), pongs=(bytes(125),)
    ),
    Case("5.5", "a control frame of 126 bytes", client_frame(bytes(126), PING), 1002),
    Case("5.5", "a fragmented control frame", client_frame(b"", PING, fin=False), 1002),
    Case("5.5.1", "a close is answered with its code", closing(1000), 1000),
    Case("5.5.1", "a close without a code", client_frame(b"", CLOSE), 0),
    Case("5.5.1", "a close of one byte", client_frame(b"\x03", CLOSE), 1002),
    Case("5.5.1", "a close with a reason", closing(1001, "näin".encode()), 1001),
    Case("5.5.1", "a reason that is not UTF-8", closing(1000, b"\xff\xfe"), 1007),
    Case("5.5.1", "a reason cut inside a letter", closing(1000, b"\xc3"), 1007),
    Case("5.5.1", "a close too long", closing(1000, bytes(124)), 1002),
    Case(
        "5.5.1",
        "nothing counts after a close",
        closing(1000) + client_frame(b"late") + client_frame(b"", PING),
        1000,
    ),
    Case("5.5.2", "a ping is answered", client_frame(b"hello", PING), pongs=(b"hello",)),
    Case(
        "5.5.2",
        "every ping is answered, in order",
        client_frame(b"1", PING) + client_frame(b"m") + client_frame(b"2", PING),
        messages=(b"m",),
        pongs=(b"1", b"2"),
    ),
    Case("5.5.3", "an unasked pong is ignored", client_frame(b"hello", PONG)),
    Case("5.6", "a text message is not spoken here", client_frame(b"x", TEXT), 1003),
    Case("5.6", "nor its first fragment", client_frame(b"x", TEXT, fin=False), 1003),
    *(
        Case("7.4.1", f"code {code} may be sent", closing(code), code)
        for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
    ),
    *(
        Case("7.4.1", f"code {code} may not be sent", closing(code), 1002)
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
    ),
    *(
        Case("7.4.2", f"code {code} is free", closing(code), code)
        for code in (3000, 3999, 4000, 4999)
    ),
]


@pytest.mark.parametrize("cutting", ["whole", "bytes"])
@pytest.mark.parametrize("lane", [True, False], ids=["lane", "library"])
@pytest.mark.parametrize("case", CASES, ids=[f"{case.section} {case.rule}" for case in CASES])
def test_frame_rule(case: Case, lane: bool, cutting: str) -> None:
    bench = Bench(lane=lane)
    if cutting == "bytes" and len(case.sent) < 1_000:
        for byte in case.sent:
            bench.receive(bytes([byte]))
    else:
        bench.receive(case.sent)
    assert tuple(bench.handler.messages) == case.messages
    assert bench.close_sent == case.close
    assert tuple(data for opcode, data in bench.frames if opcode == PONG) == case.pongs


@pytest.mark.parametrize("case", [case for case in CASES if case.close is not None])
def test_7_1_1_the_server_ends_the_tcp_connection_first(case: Case) -> None:
    bench = Bench()
    bench.receive(case.sent)
    assert bench.transport.has_eof
    assert len(bench.handler.codes) == 1


def test_1_3_the_handshake_of_the_specification_is_answered_as_printed_there() -> None:
    bench = Bench()
    assert bench.response.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in bench.response
    assert b"Sec-WebSocket-Protocol: aukio.1\r\n" in bench.response


@pytest.mark.parametrize(
    ("section", "changes", "status"),
    [
        ("4.2.1", {"Upgrade": "h2c"}, 426),
        ("4.2.1", {"Connection": "keep-alive"}, 426),
        ("4.2.1", {"Sec_WebSocket_Key": None}, 400),
        ("4.2.1", {"Sec_WebSocket_Key": "c2hvcnQ="}, 400),
        ("4.2.1", {"Sec_WebSocket_Key": "not base64!"}, 400),
        ("4.2.1", {"Sec_WebSocket_Version": None}, 400),
        ("4.4", {"Sec_WebSocket_Version": "8"}, 400),
        ("4.2.2", {"Sec_WebSocket_Protocol": None}, 400),
        ("4.2.2", {"Sec_WebSocket_Protocol": "chat"}, 400),
        ("10.2", {"Origin": "https://elsewhere.example"}, 403),
        ("10.2", {"Origin": "null"}, 403),
    ],
)
def test_a_handshake_against_the_rules_is_refused(
    section: str, changes: dict[str, str | None], status: int
) -> None:
    bench = Bench(request=upgrade_request(**changes))
    assert bench.status == status, section
    assert bench.handlers == []


def test_9_1_compression_is_never_agreed_on() -> None:
    offer = "permessage-deflate; client_max_window_bits"
    bench = Bench(request=upgrade_request(Sec_WebSocket_Extensions=offer))
    assert bench.status == 101
    assert b"extensions" not in bench.response.lower()


def test_5_2_what_the_server_sends_is_unmasked_and_in_the_shortest_form() -> None:
    bench = Bench()
    for length in (0, 125, 126, 65_535, 65_536):
        bench.websocket.send(bytes(length))
    assert bench.frames == [(BINARY, bytes(length)) for length in (0, 125, 126, 65_535, 65_536)]
    assert len(bench.transport.written) == 2 + 127 + 130 + 65_539 + 65_546
