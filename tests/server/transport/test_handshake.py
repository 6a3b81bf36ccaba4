"""Who may connect: origins, paths, proxies."""

import pytest

from aukio.transport.settings import EdgeSettings
from server.transport.fakes import Bench, upgrade_request

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 101),
        ("https://world.example", 101),
        ("http://world.example", 101),
        ("https://school.example", 101),
        ("https://school.example.evil.example", 403),
        ("https://world.example:8443", 403),
        ("https://world.example.evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_our_own_pages_and_listed_origins_connect(origin: str | None, status: int) -> None:
    settings = EdgeSettings(origins=("https://school.example",))
    bench = Bench(settings, request=upgrade_request(Origin=origin))
    assert bench.status == status


def test_a_port_in_the_host_belongs_to_the_origin() -> None:
    request = upgrade_request(Host="localhost:8080", Origin="http://localhost:8080")
    assert Bench(request=request).status == 101


def test_a_foreign_origin_is_counted() -> None:
    bench = Bench(request=upgrade_request(Origin="https://evil.example"))
    assert bench.counted == [("handshake_refused", "origin")]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/ws", 101), ("/ws/plaza", 101), ("/wsx", 404), ("/", 404), ("/socket/ws", 404)],
)
def test_only_one_path_and_those_below_it_upgrade(path: str, status: int) -> None:
    assert Bench(request=upgrade_request(path)).status == status


def test_a_query_does_not_belong_to_the_path() -> None:
    bench = Bench(request=upgrade_request("/ws?x=1"))
    assert bench.websocket.path == "/ws"


def test_a_listed_proxy_tells_address_and_encryption() -> None:
    headers = {"X_Forwarded_For": "203.0.113.5", "X_Forwarded_Proto": "https"}
    settings = EdgeSettings(proxies=(PROXY,))
    bench = Bench(settings, peer=PROXY, request=upgrade_request(**headers))
    assert (bench.websocket.address, bench.websocket.secure) == ("203.0.113.5", True)


def test_an_unlisted_proxy_tells_nothing() -> None:
    headers = {"X_Forwarded_For": "203.0.113.5", "X_Forwarded_Proto": "https"}
    bench = Bench(peer=PROXY, request=upgrade_request(**headers))
    assert (bench.websocket.address, bench.websocket.secure) == (PROXY, False)


def test_the_host_a_listed_proxy_was_asked_for_is_our_own() -> None:
    headers = {
        "Host": "127.0.0.1:8080",
        "X_Forwarded_Host": "world.example",
        "Origin": "https://world.example",
    }
    request = upgrade_request(**headers)
    assert Bench(EdgeSettings(proxies=(PROXY,)), peer=PROXY, request=request).status == 101
    assert Bench(peer=PROXY, request=request).status == 403


def test_clients_behind_one_proxy_are_counted_each_for_itself() -> None:
    settings = EdgeSettings(proxies=(PROXY,), open_per_address=1)
    first = Bench(settings, peer=PROXY, request=upgrade_request(X_Forwarded_For="203.0.113.5"))
    again = upgrade_request(X_Forwarded_For="203.0.113.5")
    other = upgrade_request(X_Forwarded_For="203.0.113.6")
    assert Bench(edge=first.edge, loop=first.loop, peer=PROXY, request=other).status == 101
    assert Bench(edge=first.edge, loop=first.loop, peer=PROXY, request=again).status == 429
    first.websocket.connection_lost(None)
    assert Bench(edge=first.edge, loop=first.loop, peer=PROXY, request=again).status == 101


@pytest.mark.parametrize(
    "request_bytes",
    [b"NONSENSE\r\n\r\n", b"GET /ws HTTP/1.1\r\nno colon\r\n\r\n", b"\xff\xfe\r\n\r\n"],
)
def test_a_request_that_cannot_be_read_ends_the_connection(request_bytes: bytes) -> None:
    bench = Bench(request=request_bytes)
    bench.loop.advance(10)
    assert bench.transport.is_aborted
    assert bench.counted == [("handshake_refused", "malformed")]
