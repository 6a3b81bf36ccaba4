"""The opening handshake: which request becomes a websocket, and from whom it came."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from websockets.datastructures import Headers, MultipleValuesError
from websockets.exceptions import InvalidHandshake, InvalidOrigin, NegotiationError
from websockets.frames import CLOSE, Frame
from websockets.http11 import Request, Response
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.typing import Origin, Subprotocol

from aukio.transport.edge import Edge
from aukio.transport.settings import EdgeSettings

REFUSAL_HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}


class _QuietLogger(logging.LoggerAdapter[logging.Logger]):
    """Passes warnings and errors on, and nothing below.

    The library logs every connection at info and every payload at debug: chat must not be logged at
    any level, so debugging cannot even be switched on.
    """

    def isEnabledFor(self, level: int) -> bool:
        return level >= logging.WARNING and super().isEnabledFor(level)


class _ServerProtocol(ServerProtocol):
    """The library's connection, letting a peer leave in the middle of a fragmented message.

    The library calls that a violation; RFC 6455 5.4 lets any control frame stand between fragments,
    and the conformance suite asks for a clean close (its case 7.1.5).
    """

    def recv_frame(self, frame: Frame) -> None:
        if frame.opcode is CLOSE:
            self.current_size = None
        super().recv_frame(frame)


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, as far as the socket and listed proxies tell."""

    address: str
    secure: bool
    path: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a handshake request; `refused` is the reason, "" when it was accepted."""

    response: Response
    refused: str = ""


def build_handshake(settings: EdgeSettings) -> ServerProtocol:
    """Builds what answers the request: compression is never offered, our subprotocol required."""
    return ServerProtocol(
        extensions=None,
        subprotocols=[Subprotocol(settings.subprotocol)] if settings.subprotocol else None,
        logger=_quiet_logger(),
    )


def build_protocol(settings: EdgeSettings) -> ServerProtocol:
    """Builds what speaks after the handshake.

    A new object rather than the one that shook hands: the library keeps the whole request, some
    kilobytes from a browser, for as long as its object lives.
    """
    return _ServerProtocol(state=OPEN, max_size=settings.message_bytes, logger=_quiet_logger())


def identify(request: Request, edge: Edge, *, peer: str, encrypted: bool) -> Client:
    """Finds the client behind a request; headers of proxies not listed are ignored."""
    path = unquote(request.path.partition("?")[0])
    if not edge.proxies.is_listed(peer):
        return Client(peer, encrypted, path)
    forwarded_for = ",".join(request.headers.get_all("X-Forwarded-For"))
    scheme = _single(request.headers, "X-Forwarded-Proto")
    secure = encrypted if scheme is None else scheme in ("https", "wss")
    return Client(edge.proxies.client(peer, forwarded_for), secure, path)


def judge(
    protocol: ServerProtocol, request: Request, client: Client, edge: Edge, *, peer: str
) -> Verdict:
    """Answers a handshake request."""
    settings = edge.settings
    if edge.addresses.is_barred(client.address):
        return _refuse(protocol, 429, "barred", "Too many failed attempts. Wait a minute.\n")
    if not _is_ours(client.path, settings.websocket_path):
        text = f"No websocket here. Connect to {settings.websocket_path}.\n"
        return _refuse(protocol, 404, "path", text)
    protocol.origins = _allowed_origins(request.headers, edge, peer)
    response = protocol.accept(request)
    if response.status_code == 101:
        return Verdict(response)
    response.headers.update(REFUSAL_HEADERS)
    return Verdict(response, _reason(protocol.handshake_exc))


def refuse_address(protocol: ServerProtocol) -> Verdict:
    """Answers a request from an address that holds its limit of sockets."""
    return _refuse(protocol, 429, "address_full", "Too many connections from this address.\n")


def _allowed_origins(headers: Headers, edge: Edge, peer: str) -> list[Any]:
    """None (not a browser), the listed ones, and the host the client itself addressed.

    A browser always sends its page's origin, so a foreign page cannot connect with its visitor's
    rights; a program that is not a browser can send anything and is not kept out by this check.
    """
    hosts = [_single(headers, "Host")]
    if edge.proxies.is_listed(peer):
        hosts.append(_single(headers, "X-Forwarded-Host"))
    own = [Origin(f"{scheme}://{host}") for host in hosts if host for scheme in ("https", "http")]
    return [None, *edge.settings.origins, *own]


def _is_ours(path: str, root: str) -> bool:
    return not root or path == root or path.startswith(root + "/")


def _quiet_logger() -> _QuietLogger:
    return _QuietLogger(logging.getLogger("aukio.transport.websocket"), {})


def _refuse(protocol: ServerProtocol, status: int, reason: str, text: str) -> Verdict:
    response = protocol.reject(status, text)
    response.headers.update(REFUSAL_HEADERS)
    return Verdict(response, reason)


def _reason(error: Exception | None) -> str:
    if isinstance(error, InvalidOrigin):
        return "origin"
    if isinstance(error, NegotiationError):
        return "subprotocol"
    assert isinstance(error, InvalidHandshake), "the library names why it refused"
    return "malformed"


def _single(headers: Headers, name: str) -> str | None:
    try:
        value = headers.get(name)
    except MultipleValuesError:
        return None  # two answers are none
    return None if value is None else str(value)
