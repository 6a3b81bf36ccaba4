"""Settings of the edge: what one server believes, allows and waits for at its sockets."""

from dataclasses import dataclass, field, fields
from typing import Any

UNSENDABLE_CODES = frozenset({1004, 1005, 1006})
"""Reserved for what an end of a connection looks like, never sent (RFC 6455 7.4.1)."""


def _bounded(default: float, low: float, high: float) -> Any:
    # dataclasses.field is typed by its default alone, so the bounds travel as metadata.
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True, slots=True)
class EdgeSettings:
    """Limits and deadlines at the edge, each with meaning, unit, bounds and default on its line.

    Raises:
        ValueError: a number lies outside its bounds, or a close code may not be sent.
    """

    # The websocket.
    subprotocol: str = "aukio.1"  # the only subprotocol spoken; "" asks for none
    websocket_path: str = "/ws"  # it and every path below it upgrade; "" lets every path upgrade
    origins: tuple[str, ...] = ()  # origins allowed beside the server's own, "https://host[:port]"
    message_bytes: int = _bounded(65_536, 125, 1 << 26)  # largest inbound message
    unsent_bytes: int = _bounded(65_536, 4_096, 1 << 26)  # user-space buffer that ends a connection
    slow_code: int = _bounded(1013, 1000, 4999)  # close code for too slow a reader: resumable
    silent_code: int = _bounded(1011, 1000, 4999)  # close code for a silent socket: resumable
    hello_code: int = _bounded(1008, 1000, 4999)  # close code when no hello came in time
    internal_code: int = _bounded(1011, 1000, 4999)  # close code when a handler raised: resumable
    shutdown_code: int = _bounded(1012, 1000, 4999)  # close code when the server stops: resumable

    # Deadlines, in seconds.
    hello_s: float = _bounded(10.0, 0.1, 120.0)  # TCP accept to admitted, HTTP request included
    ping_s: float = _bounded(10.0, 0.1, 600.0)  # nothing received for so long: send a ping
    silent_s: float = _bounded(25.0, 0.2, 3_600.0)  # nothing received for so long: close
    closing_s: float = _bounded(3.0, 0.1, 60.0)  # close begun to TCP connection gone
    keep_alive_s: int = _bounded(5, 1, 120)  # an idle HTTP connection is closed after it
    stalled_s: float = _bounded(25.0, 0.2, 600.0)  # a download that does not move is cut after it

    # Limits.
    header_bytes: int = _bounded(16_384, 1_024, 1 << 20)  # largest HTTP request head
    open_connections: int = _bounded(10_000, 1, 1 << 20)  # sockets open at once; more get 503
    open_per_address: int = _bounded(2_000, 1, 1 << 20)  # one school is one address behind NAT
    failures_per_minute: int = _bounded(60, 1, 100_000)  # failed handshakes and hellos per address
    proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-* headers are believed
    # Closed before admission with one of these is not the client's fault and costs it nothing:
    blameless_codes: frozenset[int] = frozenset({1000, 1001, 1012, 1013})

    # Socket options of a websocket.
    kernel_send_bytes: int = _bounded(65_536, 4_096, 1 << 24)  # SO_SNDBUF
    kernel_unsent_bytes: int = _bounded(16_384, 1_024, 1 << 24)  # TCP_NOTSENT_LOWAT

    # Conformance tests only: text messages reach a handler's `text` method instead of closing 1003.
    allow_text: bool = False

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            bounds = each.metadata
            if bounds and not bounds["low"] <= value <= bounds["high"]:
                raise ValueError(
                    f"{each.name}: expected {bounds['low']} to {bounds['high']}, got {value}"
                )
        for code in (self.slow_code, self.silent_code, self.shutdown_code):
            if code in UNSENDABLE_CODES or 1015 <= code < 3000:
                raise ValueError(f"{code} may not be sent in a close frame; 4000 to 4999 are free")
        if self.silent_s <= self.ping_s:
            raise ValueError(
                f"silent_s: expected more than ping_s ({self.ping_s}), got {self.silent_s};"
                " a socket must be asked before it is called silent"
            )
        if self.open_per_address > self.open_connections:
            # More than the whole server can never come from one address; not worth an error.
            object.__setattr__(self, "open_per_address", self.open_connections)
