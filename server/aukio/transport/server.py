"""The web server: one port for HTTP and websockets, uvicorn beneath."""

import asyncio
import contextlib
import dataclasses
import errno
import logging
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from aukio.transport.connection import Accept, Count
from aukio.transport.descriptors import socket_allowance
from aukio.transport.edge import build_edge
from aukio.transport.receiving import Receiver
from aukio.transport.requests import RequestProtocol
from aukio.transport.settings import EdgeSettings
from aukio.transport.websocket import WebSocket

logger = logging.getLogger("aukio.transport.server")

BACKLOG = 2_048
"""Connections the kernel completes while the loop is in a tick; a whole school comes at once."""


class PortTaken(OSError):
    """The address cannot be listened on; the message says which and what to do, in one line."""


class WebServer:
    """Serves one HTTP app and websockets on one port.

    The caller brings the event loop (uvloop) and its own signal handling; uvicorn's is off.

    Args:
        host, port: where to listen; port 0 takes any free one, told by `port` after `start`.
        http_app: answers HTTP requests.
        accept: makes the handler of each new connection.
        settings: limits and deadlines.
        count: takes counted events, see `Edge`.
        certificate, key: files in PEM for TLS; None serves plain HTTP.
        listener: a socket already bound, instead of host and port; the server closes it.
        receiver: reads for admitted clients on plain connections; None leaves it to transports.
        stop_s: how long `stop` waits for clients to finish before it cuts them off.
    """

    def __init__(
        self,
        host: str,
        port: int,
        http_app: ASGIApp,
        accept: Accept,
        settings: EdgeSettings,
        *,
        count: Count,
        certificate: Path | None = None,
        key: Path | None = None,
        listener: socket.socket | None = None,
        receiver: Receiver | None = None,
        stop_s: int = 5,
    ) -> None:
        self._host = host
        self._port = port
        self._http_app = http_app
        self._accept = accept
        self._settings = settings
        self._count = count
        self._certificate = certificate
        self._key = key
        self._listener = listener
        self._receiver = receiver
        self._stop_s = stop_s
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The real port, once started."""
        return self._port

    async def start(self) -> None:
        """Binds and serves; returns when connections are accepted.

        Raises:
            PortTaken: host and port cannot be listened on.
            ssl.SSLError, FileNotFoundError: certificate or key cannot be read.
        """
        assert self._server is None, "a server starts once"
        server = _Server(self._config(), handshake_s=self._settings.hello_s)
        listener = self._listener or _bind(self._host, self._port)
        try:
            server.config.load()
        except BaseException:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self._server = server
        self._serving = asyncio.create_task(server.serve(sockets=[listener]), name="web server")
        ready = asyncio.create_task(server.ready.wait())
        await asyncio.wait({self._serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._serving.done():
            self._serving.result()  # raises what kept it from serving

    async def stop(self) -> None:
        """Stops accepting, closes every connection, and returns when they are gone; idempotent."""
        server, serving = self._server, self._serving
        if server is None or serving is None:
            return
        server.should_exit = True
        await asyncio.wait({serving})
        for connection in cast("set[Any]", server.server_state.connections).copy():
            connection.abort()
        serving.result()

    def _config(self) -> uvicorn.Config:
        allowance = socket_allowance(self._settings.open_connections)
        if allowance < self._settings.open_connections:
            logger.warning("open connections limited to %d by the descriptor limit", allowance)
        settings = dataclasses.replace(self._settings, open_connections=allowance)
        loop = asyncio.get_running_loop()
        edge = build_edge(
            settings,
            accept=self._accept,
            count=self._count,
            time=loop.time,
            receiver=self._receiver,
        )
        return uvicorn.Config(
            self._http_app,
            # uvicorn expects classes here and only calls them.
            http=cast(Any, partial(RequestProtocol, edge=edge)),
            ws=cast(Any, partial(WebSocket, edge=edge)),
            loop="none",
            lifespan="off",
            log_config=None,
            log_level="warning",  # its notices tell of Ctrl-C and processes that are not its own
            access_log=False,
            server_header=False,
            proxy_headers=False,  # our own reading, which serves websockets too
            backlog=BACKLOG,
            timeout_keep_alive=settings.keep_alive_s,
            timeout_graceful_shutdown=self._stop_s,
            ssl_certfile=self._certificate,
            ssl_keyfile=self._key,
        )


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handlers, telling when it is ready."""

    def __init__(self, config: uvicorn.Config, *, handshake_s: float) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._handshake_s = handshake_s

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens as uvicorn does, but with a deadline for TLS: asyncio's own is a minute."""
        config = self.config
        build_protocol = partial(
            cast(Any, config.http_protocol_class),
            config=config,
            server_state=self.server_state,
            app_state={},
        )
        loop = asyncio.get_running_loop()
        self.servers = [
            await loop.create_server(
                build_protocol,
                sock=each,
                ssl=config.ssl,
                backlog=config.backlog,
                ssl_handshake_timeout=self._handshake_s if config.ssl else None,
            )
            for each in sockets or []
        ]
        self.started = True
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bind(host: str, port: int) -> socket.socket:
    """Binds a listening socket.

    Raises:
        PortTaken: it cannot be bound.
    """
    try:
        [(family, kind, proto, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror as error:
        raise PortTaken(
            f"Cannot listen on {host}: no such host here ({error.strerror})."
        ) from error
    listener = socket.socket(family, kind, proto)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Listening now, not when uvicorn does: two servers may bind, but only one may listen.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortTaken(_explain(host, port, error)) from error
    listener.setblocking(False)
    return listener


def _explain(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program;"
            " stop that one or choose another port."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights; choose one from 1024 upwards."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine; 127.0.0.1 or 0.0.0.0 always are."
    return f"Cannot listen on {host} port {port}: {error.strerror}."
