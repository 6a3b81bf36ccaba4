"""HTTP requests: deadlines, limits, and handing a websocket on."""

import gc
import weakref
from collections.abc import Coroutine
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from aukio.transport.edge import build_edge
from aukio.transport.requests import RequestProtocol
from aukio.transport.settings import EdgeSettings
from server.transport.fakes import (
    FakeLoop,
    FakeTransport,
    Recorder,
    client_frame,
    server_frames,
    upgrade_request,
)

PAGE = b"GET / HTTP/1.1\r\nHost: world.example\r\n\r\n"
BODY = b"a page"


class TaskLoop(FakeLoop):
    """Runs a task to its end at once, since nothing in these tests waits; when idle, never."""

    is_idle = False

    def create_task(self, work: Coroutine[Any, Any, None], **_: Any) -> Any:
        if self.is_idle:
            work.close()
        else:
            with pytest.raises(StopIteration):
                work.send(None)
        return _Done()


class _Done:
    def add_done_callback(self, action: Any) -> None:
        pass


class Server:
    """The shared state of one server, and sockets on it."""

    def __init__(self, settings: EdgeSettings | None = None) -> None:
        self.loop = TaskLoop()
        self.counted: list[tuple[str, str]] = []
        self.handlers: list[Recorder] = []
        self.state = ServerState()
        self.edge = build_edge(
            settings or EdgeSettings(),
            accept=self._accept,
            count=lambda name, reason: self.counted.append((name, reason)),
            time=self.loop.time,
        )
        self.config = uvicorn.Config(_page, lifespan="off", log_config=None, proxy_headers=False)
        self.config.load()

    def connect(self, peer: str = "192.0.2.1") -> "Client":
        return Client(self, peer)

    def _accept(self, connection: Any) -> Recorder:
        self.handlers.append(Recorder(connection))
        return self.handlers[-1]


class Client:
    def __init__(self, server: Server, peer: str) -> None:
        self.transport = FakeTransport(server.loop, peer=peer)
        self.transport.protocol = RequestProtocol(
            server.config,
            server.state,
            {},
            edge=server.edge,
            _loop=server.loop,  # type: ignore[arg-type]
        )
        self.transport.protocol.connection_made(self.transport)

    def send(self, data: bytes) -> None:
        self.transport.protocol.data_received(data)

    @property
    def answer(self) -> bytes:
        return self.transport.written

    @property
    def is_closed(self) -> bool:
        return self.transport.is_closing()


async def _page(scope: Any, receive: Any, send: Any) -> None:
    headers = [(b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def test_a_page_is_answered() -> None:
    client = Server().connect()
    client.send(PAGE)
    assert client.answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert client.answer.endswith(BODY)


@pytest.mark.parametrize("sent", [b"", b"G", PAGE[:-2], b"POST / HTTP/1.1\r\nContent-"])
def test_a_slow_header_is_cut_off_on_time(sent: bytes) -> None:
    server = Server(EdgeSettings(hello_s=10))
    client = server.connect()
    if sent:
        client.send(sent)
    server.loop.advance(9.9)
    assert not client.is_closed
    server.loop.advance(0.2)
    assert client.is_closed
    assert client.answer.startswith(b"HTTP/1.1 408 ")
    assert server.counted == [("http_refused", "slow_request")]


def test_a_header_that_trickles_buys_no_time() -> None:
    server = Server(EdgeSettings(hello_s=10))
    client = server.connect()
    for byte in PAGE[:20]:
        client.send(bytes([byte]))
        server.loop.advance(0.501)
    assert client.is_closed


def test_a_later_request_on_the_same_connection_has_its_own_deadline() -> None:
    server = Server(EdgeSettings(hello_s=10))
    client = server.connect()
    client.send(PAGE)
    server.loop.advance(4)
    client.send(b"GET / H")
    server.loop.advance(9.9)
    assert not client.is_closed
    server.loop.advance(0.2)
    assert client.is_closed


def test_an_idle_connection_is_closed_after_five_seconds() -> None:
    server = Server()
    client = server.connect()
    client.send(PAGE)
    server.loop.advance(4.9)
    assert not client.is_closed
    server.loop.advance(0.2)
    assert client.is_closed


def test_a_slow_download_is_not_cut_but_a_stalled_one_is() -> None:
    server = Server(EdgeSettings(stalled_s=25))
    client = server.connect()
    client.transport.unsent = 1_000_000
    client.send(PAGE)
    for _ in range(20):
        server.loop.advance(5)
        client.transport.unsent -= 10_000
    assert not client.is_closed, "it moves, however slowly"
    server.loop.advance(40)
    assert client.is_closed
    assert server.counted == [("http_closed", "stalled")]


def test_a_head_too_large_is_refused_whether_or_not_it_ends() -> None:
    server = Server(EdgeSettings(header_bytes=16_384))
    client = server.connect()
    client.send(b"GET / HTTP/1.1\r\n")
    for _ in range(40):
        client.send(b"X-Filler: " + bytes(1_000).replace(b"\0", b"x") + b"\r\n")
    assert client.answer.startswith(b"HTTP/1.1 431 ")
    assert server.counted == [("http_refused", "head_too_large")]


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00", b"HELLO\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"]
)
def test_junk_is_refused_without_a_word_in_the_log(
    junk: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server()
    client = server.connect()
    client.send(junk)
    assert client.answer.startswith(b"HTTP/1.1 400 ")
    assert server.counted == [("http_refused", "malformed")]
    assert caplog.records == [], "a log that strangers can fill is no log"


def test_a_full_server_refuses_at_once_and_serves_again_later() -> None:
    server = Server(EdgeSettings(open_connections=2))
    first, _second, third = server.connect(), server.connect(), server.connect()
    assert third.answer.startswith(b"HTTP/1.1 503 ")
    first.transport.abort()
    server.loop.advance()
    fourth = server.connect()
    fourth.send(PAGE)
    assert fourth.answer.startswith(b"HTTP/1.1 200 ")


def test_one_address_cannot_hold_every_socket() -> None:
    server = Server(EdgeSettings(open_per_address=2))
    clients = [server.connect() for _ in range(3)]
    assert clients[2].answer.startswith(b"HTTP/1.1 429 ")
    other = server.connect("198.51.100.1")
    other.send(PAGE)
    assert other.answer.startswith(b"HTTP/1.1 200 ")


def test_every_socket_is_counted_out_again() -> None:
    server = Server()
    for request in (b"", PAGE, b"junk\r\n\r\n", upgrade_request(), upgrade_request("/no")):
        client = server.connect()
        if request:
            client.send(request)
        client.transport.abort()
        server.loop.advance()
    assert server.edge.addresses.open_sockets("192.0.2.1") == 0
    assert server.state.connections == set()


def test_a_websocket_keeps_the_socket_and_what_is_left_of_its_deadline() -> None:
    server = Server(EdgeSettings(hello_s=10))
    client = server.connect()
    request = upgrade_request()
    client.send(request[:30])
    server.loop.advance(6)
    client.send(request[30:])
    assert client.answer.startswith(b"HTTP/1.1 101 ")
    assert server.edge.addresses.open_sockets("192.0.2.1") == 1
    server.loop.advance(3.9)
    client.send(client_frame(b"not a hello"))
    assert not client.transport.has_eof
    server.loop.advance(0.2)
    assert server.counted[-1] == ("websocket_closed", "no_hello")
    [(_, close)] = server_frames(client.answer.partition(b"\r\n\r\n")[2])
    assert int.from_bytes(close[:2], "big") == 1008


def test_what_read_the_request_is_freed_once_it_is_a_websocket() -> None:
    server = Server()
    client = server.connect()
    reader = weakref.ref(client.transport.protocol)
    gc.disable()
    try:
        client.send(upgrade_request())
        server.loop.advance(20)  # its timers are forgotten
        assert reader() is None
    finally:
        gc.enable()


def test_an_upgrade_to_something_else_is_ignored() -> None:
    client = Server().connect()
    client.send(upgrade_request(Upgrade="h2c"))
    assert client.answer.endswith(BODY)
    assert client.is_closed


def test_a_websocket_pipelined_behind_an_unanswered_request_is_refused() -> None:
    server = Server()
    server.loop.is_idle = True
    client = server.connect()
    client.send(PAGE + upgrade_request())
    assert client.is_closed
    assert client.answer == b"", "an answer now would stand where the page's answer belongs"
    assert server.handlers == []
