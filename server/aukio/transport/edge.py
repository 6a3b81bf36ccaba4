"""What every socket of one server shares."""

from collections.abc import Callable
from dataclasses import dataclass

from aukio.transport.addresses import AddressLedger, Proxies
from aukio.transport.connection import Accept, Count
from aukio.transport.receiving import Receiver
from aukio.transport.settings import EdgeSettings


@dataclass(frozen=True, slots=True)
class Edge:
    """Settings, ledgers and sinks at the edge; built once by the server.

    `count` is called with these names, each with a reason:

        http_refused       full, address_full, slow_request, head_too_large, malformed
        http_closed        stalled
        handshake_refused  path, origin, subprotocol, malformed, barred, address_full
        websocket_opened   accepted
        websocket_closed   peer, lost, server, violation, no_hello, silent, slow, handler_error
    """

    settings: EdgeSettings
    addresses: AddressLedger
    proxies: Proxies
    accept: Accept
    count: Count
    time: Callable[[], float]  # the event loop's monotonic seconds
    receiver: Receiver | None = None  # reads for admitted clients; None leaves it to transports


def build_edge(
    settings: EdgeSettings,
    *,
    accept: Accept,
    count: Count,
    time: Callable[[], float],
    receiver: Receiver | None = None,
) -> Edge:
    """Builds what the sockets share.

    Raises:
        ValueError: a listed proxy is neither an address nor a network.
    """
    return Edge(
        settings=settings,
        addresses=AddressLedger(
            open_limit=settings.open_per_address,
            failures_per_minute=settings.failures_per_minute,
            time=time,
        ),
        proxies=Proxies(settings.proxies),
        accept=accept,
        count=count,
        time=time,
        receiver=receiver,
    )
