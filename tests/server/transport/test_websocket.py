"""One websocket's life: messages, deadlines, slow readers, endings."""

import gc
import logging
import socket
import sys
import weakref
from typing import Any, cast

import pytest

from aukio.session._inbox import Inbox
from aukio.session.outbox import frame
from aukio.sim.commands import MOVE
from aukio.transport.connection import Connection
from aukio.transport.settings import EdgeSettings
from server.transport.fakes import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    Bench,
    client_frame,
    upgrade_request,
)


def admitted(settings: EdgeSettings | None = None, **options: Any) -> Bench:
    bench = Bench(settings, **options)
    bench.websocket.admitted(lambda: None)
    return bench


def test_a_message_reaches_the_handler_inside_data_received() -> None:
    bench = Bench()
    bench.websocket.data_received(client_frame(b"hello"))
    assert bench.handler.messages == [b"hello"], "no turn of the loop may lie between"


def test_an_answer_leaves_before_the_next_message_is_handled() -> None:
    bench = Bench()
    bench.handler.on_message = lambda data: bench.websocket.send(b"re " + data)
    bench.receive(client_frame(b"1") + client_frame(b"p", PING) + client_frame(b"2"))
    assert bench.frames == [(BINARY, b"re 1"), (PONG, b"p"), (BINARY, b"re 2")]


def test_an_answer_still_leaves_when_a_goodbye_came_with_the_message() -> None:
    bench = Bench()
    bench.handler.on_message = lambda data: bench.websocket.send(b"re " + data)
    bench.receive(client_frame(b"1") + client_frame(b"\x03\xe8", CLOSE))
    assert bench.frames == [(BINARY, b"re 1"), (CLOSE, b"\x03\xe8")]


def test_whole_frames_are_written_as_they_are() -> None:
    bench = Bench()
    frames = frame(b"a") + frame(b"b")
    bench.websocket.write_frames(frames)
    assert bench.transport.written == frames


# Endings.


def test_the_handler_is_told_once_when_the_peer_leaves() -> None:
    bench = admitted()
    bench.receive(client_frame((4001).to_bytes(2, "big"), CLOSE))
    bench.websocket.eof_received()
    bench.websocket.connection_lost(None)
    bench.loop.advance(60)
    assert bench.handler.codes == [4001]
    assert bench.counted[-1] == ("websocket_closed", "peer")


def test_a_goodbye_without_a_code_is_told_as_1005() -> None:
    bench = admitted()
    bench.receive(client_frame(b"", CLOSE))
    assert bench.handler.codes == [1005]


def test_a_lost_connection_is_told_as_1006() -> None:
    bench = admitted()
    bench.websocket.connection_lost(ConnectionResetError())
    bench.loop.advance()
    assert bench.handler.codes == [1006]
    assert bench.connections == set()


def test_an_end_of_stream_without_a_goodbye_is_told_as_1006() -> None:
    bench = admitted()
    bench.websocket.eof_received()
    bench.loop.advance()
    assert bench.handler.codes == [1006]
    assert bench.counted[-1] == ("websocket_closed", "lost")


def test_closing_is_not_told_from_inside_close() -> None:
    bench = admitted()
    bench.websocket.close(4000, "taken over")
    assert bench.handler.codes == [], "a session in the middle of its work must not be re-entered"
    bench.loop.advance()
    assert bench.handler.codes == [4000]


def test_nothing_is_delivered_or_sent_after_close() -> None:
    bench = admitted()
    bench.handler.on_message = lambda data: bench.websocket.close(4000)
    bench.receive(client_frame(b"1") + client_frame(b"2"))
    sent = bench.transport.written
    bench.websocket.send(b"late")
    bench.websocket.write_frames(frame(b"late"))
    bench.websocket.close(4002)
    bench.receive(client_frame(b"3"))
    assert bench.handler.messages == [b"1"]
    assert bench.transport.written == sent
    assert bench.close_sent == 4000


def test_the_peers_answer_to_our_close_ends_the_connection() -> None:
    bench = admitted()
    bench.websocket.close(4000)
    assert not bench.transport.has_eof, "the peer's answer may still come"
    bench.receive(client_frame((4000).to_bytes(2, "big"), CLOSE))
    assert bench.transport.has_eof


def test_what_was_under_way_does_not_spoil_our_close() -> None:
    bench = admitted()
    bench.websocket.close(4000)
    bench.receive(client_frame(b"text", TEXT) + client_frame(b"late"))
    assert not bench.transport.has_eof, "the peer could not know; its goodbye is waited for"
    bench.receive(client_frame((4000).to_bytes(2, "big"), CLOSE))
    assert bench.handler.codes == [4000]
    assert bench.transport.has_eof


def test_a_peer_that_never_answers_our_close_is_cut_off() -> None:
    bench = admitted(EdgeSettings(closing_s=3))
    bench.websocket.close(4000)
    bench.loop.advance(2.9)
    assert not bench.transport.is_aborted
    bench.loop.advance(0.2)
    assert bench.transport.is_aborted
    assert bench.connections == set()


def test_a_long_reason_is_cut_at_a_letter() -> None:
    bench = admitted()
    bench.websocket.close(4000, "ä" * 100)
    [(_, payload)] = bench.frames
    assert payload[2:].decode() == "ä" * 61


def test_a_code_that_may_not_be_sent_is_our_bug() -> None:
    bench = admitted()
    with pytest.raises(ValueError, match="1005"):
        bench.websocket.close(1005)
    assert bench.close_sent is None


def test_a_stopping_server_says_so() -> None:
    bench = admitted()
    bench.websocket.shutdown()
    assert bench.close_sent == 1012


def test_a_connection_that_is_gone_is_freed_without_the_collector() -> None:
    bench = admitted()
    bench.receive(client_frame(b"1") + client_frame(b"half", fin=False))
    gone = weakref.ref(bench.websocket)
    bench.websocket.connection_lost(None)
    bench.loop.advance(60)
    gc.disable()
    try:
        bench.handlers.clear()
        bench.transport.protocol = None
        del bench.websocket
        assert gone() is None, "churn would pile up until a collection stops a tick"
    finally:
        gc.enable()


# Bugs of ours.


def test_a_failing_handler_loses_its_connection_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = admitted()

    def fail(data: bytes) -> None:
        raise RuntimeError("bug")

    bench.handler.on_message = fail
    bench.receive(client_frame(b"1") + client_frame(b"2"))
    assert bench.close_sent == 1011
    assert bench.handler.codes == [1011]
    assert len(caplog.records) == 1, "logged once, however many messages were waiting"


def test_a_handler_that_fails_to_close_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    bench = admitted()
    bench.handler.codes = None  # type: ignore[assignment]  # what a broken handler does
    bench.websocket.connection_lost(None)
    bench.loop.advance()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_connection_nobody_can_handle_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    def fail(connection: Connection) -> Any:
        raise RuntimeError("bug")

    bench = Bench(accept=fail)
    bench.receive(client_frame(b"1"))
    assert bench.close_sent == 1011
    assert len(caplog.records) == 1


def test_a_connection_refused_by_its_handler_at_once_is_told_so() -> None:
    bench = Bench(accept=_refusing)
    bench.loop.advance()
    assert bench.close_sent == 1013


def _refusing(connection: Connection) -> Any:
    connection.close(1013, "the world is full")
    return _Deaf()


class _Deaf:
    def message(self, data: bytes) -> None:
        raise AssertionError("closed already")

    def closed(self, code: int) -> None:
        assert code == 1013


# Deadlines.


def test_a_connection_without_a_hello_is_closed_on_time() -> None:
    bench = Bench(EdgeSettings(hello_s=10))
    bench.loop.advance(9.9)
    assert bench.close_sent is None
    bench.loop.advance(0.2)
    assert bench.close_sent == 1008
    assert bench.counted[-1] == ("websocket_closed", "no_hello")


def test_messages_that_are_no_hello_do_not_buy_time() -> None:
    bench = Bench(EdgeSettings(hello_s=10))
    for _ in range(20):
        bench.receive(client_frame(b"noise") + client_frame(b"", PING))
        bench.loop.advance(0.51)
    assert bench.close_sent == 1008


def test_an_admitted_connection_outlives_the_hellos_deadline() -> None:
    bench = admitted(EdgeSettings(hello_s=10, ping_s=100, silent_s=200))
    bench.loop.advance(99)
    assert bench.transport.written == b""


def test_a_quiet_client_is_asked_and_a_silent_one_closed() -> None:
    bench = admitted(EdgeSettings(ping_s=10, silent_s=25))
    bench.loop.advance(9.9)
    assert bench.frames == []
    bench.loop.advance(0.2)
    assert bench.frames == [(PING, b"")]
    bench.loop.advance(10)
    assert bench.frames == [(PING, b"")] * 2
    bench.loop.advance(4.8)
    assert bench.close_sent is None
    bench.loop.advance(0.2)
    assert bench.close_sent == 1011
    assert bench.handler.codes == [1011]
    assert bench.counted[-1] == ("websocket_closed", "silent")


def test_a_client_that_answers_pings_stays() -> None:
    bench = admitted(EdgeSettings(ping_s=10, silent_s=25))
    for _ in range(100):
        bench.loop.advance(10.1)
        bench.receive(client_frame(b"", PONG))
    assert bench.close_sent is None
    assert len(bench.frames) == 100


def test_a_client_that_speaks_is_never_pinged() -> None:
    bench = admitted(EdgeSettings(ping_s=10, silent_s=25))
    for _ in range(100):
        bench.loop.advance(0.5)
        bench.receive(client_frame(b"input"))
    assert bench.frames == []


def test_a_client_whose_inputs_go_elsewhere_is_not_silent() -> None:
    bench = admitted(EdgeSettings(ping_s=10, silent_s=25), receiver=Elsewhere())
    receiver = cast(Elsewhere, bench.edge.receiver)
    bench.websocket.lead_inputs(Inbox(8, 30, 60, MOVE), 3)
    assert receiver.led == [3]
    for _ in range(60):
        bench.loop.advance(0.5)
        receiver.heard = bench.loop.time()
    assert bench.frames == []
    bench.loop.advance(25.1)
    assert bench.close_sent == 1011


class Elsewhere:
    """A receiver to which inputs come that the socket never sees."""

    def __init__(self) -> None:
        self.heard = 0.0
        self.led: list[int] = []

    def take_over(self, descriptor: int, taker: object) -> None: ...

    def give_back(self, descriptor: int, taker: object) -> None: ...

    def lead(self, descriptor: int, inbox: Inbox, slot: int) -> None:
        self.led.append(slot)

    def heard_at(self, descriptor: int) -> float:
        return self.heard


# Slow readers and the descriptor.


def test_a_client_too_slow_to_read_is_closed_resumable() -> None:
    bench = admitted(EdgeSettings(unsent_bytes=65_536, slow_code=4_003))
    bench.transport.is_stuck = True
    for _ in range(100):
        bench.websocket.send(bytes(1_000))
    bench.loop.advance()
    assert bench.handler.codes == [4_003]
    assert bench.counted[-1] == ("websocket_closed", "slow")
    assert bench.websocket.unsent_bytes < 70_000, "what is sent after the limit must not pile up"
    bench.loop.advance(10)
    assert bench.transport.is_aborted


def test_the_descriptor_is_told_only_while_writing_to_it_is_safe() -> None:
    bench = Bench()
    assert bench.websocket.descriptor() == 77
    bench.transport.unsent = 1
    assert bench.websocket.descriptor() == -1, "bytes of ours would overtake those waiting"
    bench.transport.unsent = 0
    assert bench.websocket.descriptor() == 77
    bench.websocket.close(4000)
    assert bench.websocket.descriptor() == -1


def test_there_is_no_descriptor_under_tls() -> None:
    assert Bench(tls=True).websocket.descriptor() == -1


def test_there_is_no_descriptor_for_a_refused_client() -> None:
    bench = Bench(request=upgrade_request("/elsewhere"))
    assert bench.websocket.descriptor() == -1


@pytest.mark.parametrize(
    "ending",
    [
        client_frame(b"\x03\xe8", CLOSE),
        client_frame(b"x", rsv=1),
        client_frame(b"x", 0x1),
    ],
)
def test_there_is_no_descriptor_once_a_close_has_begun(ending: bytes) -> None:
    bench = Bench()
    bench.websocket.data_received(ending)
    assert bench.websocket.descriptor() == -1


def test_socket_options_keep_stale_data_out_of_the_kernel() -> None:
    options = Bench().transport.socket.options
    assert options[socket.SOL_SOCKET, socket.SO_SNDBUF] == 65_536
    assert options[socket.IPPROTO_TCP, socket.TCP_NODELAY] == 1
    if sys.platform == "linux":
        assert options[socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT] == 25_000


# Failures by address.


@pytest.mark.parametrize(
    ("close", "failures"),
    [(4_001, True), (1_013, False), (1_001, False)],
)
def test_only_a_hello_that_failed_by_its_own_fault_counts(close: int, failures: bool) -> None:
    bench = Bench(EdgeSettings(failures_per_minute=1))
    bench.websocket.close(close)
    assert bench.edge.addresses.is_barred("192.0.2.1") is failures


def test_a_close_after_admission_is_no_failed_hello() -> None:
    bench = admitted(EdgeSettings(failures_per_minute=1))
    bench.websocket.close(4_001)
    assert not bench.edge.addresses.is_barred("192.0.2.1")


def test_an_address_that_failed_too_often_must_wait() -> None:
    first = Bench(EdgeSettings(failures_per_minute=2))
    for _ in range(2):
        Bench(edge=first.edge, loop=first.loop, request=upgrade_request("/elsewhere"))
    barred = Bench(edge=first.edge, loop=first.loop)
    assert barred.status == 429
    first.loop.advance(61)
    assert Bench(edge=first.edge, loop=first.loop).status == 101


def test_being_barred_is_not_one_more_failure() -> None:
    first = admitted(EdgeSettings(failures_per_minute=2))
    for _ in range(2):
        Bench(edge=first.edge, loop=first.loop, request=upgrade_request("/elsewhere"))
    for _ in range(29):
        assert Bench(edge=first.edge, loop=first.loop).status == 429
        first.loop.advance(1)
    first.loop.advance(2)
    assert Bench(edge=first.edge, loop=first.loop).status == 101
