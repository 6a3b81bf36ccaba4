"""HTTP requests at the edge: uvicorn's protocol with deadlines and limits around it."""

import asyncio
from functools import partial
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from aukio.transport.edge import Edge
from aukio.transport.websocket import WebSocket

REFUSAL = (
    "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n"
    "content-length: {length}\r\nx-content-type-options: nosniff\r\n\r\n{text}"
)


class RequestProtocol(HttpToolsProtocol):
    """Answers HTTP requests, and hands a websocket request on with what is left of its deadline.

    uvicorn starts its idle timer only after a response, so by itself it lets a client that sends
    half a header sit on a socket for ever. Here one timer runs from the accept to the end of the
    first response and again for each later request; between requests uvicorn's own timer runs.

    Args:
        config, server_state, app_state: uvicorn's.
        edge: what all sockets of this server share.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        *,
        edge: Edge,
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._edge = edge
        self._counted = ""  # the address under which this socket is counted open
        self._head_bytes = 0  # of the request whose head is being read
        self._accepted_at = 0.0
        self._deadline: asyncio.TimerHandle | None = None
        self._undelivered_bytes = 0  # when the idle timer last fired
        self._stalled_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._accepted_at = self._edge.time()
        self._start_deadline()
        self._admit()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_deadline()
        self._release_address()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return  # what a refused client still had on its way
        self._unset_keepalive_if_required()
        if self._deadline is None:
            self._start_deadline()
        if self._is_reading_head():
            self._head_bytes += len(data)
            if self._head_bytes > self._edge.settings.header_bytes:
                self._refuse("431 Request Header Fields Too Large", "head_too_large")
                return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._upgrade()
        except httptools.HttpParserError:
            self._refuse("400 Bad Request", "malformed")

    def on_headers_complete(self) -> None:
        self._head_bytes = 0
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        self._stop_deadline()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Ends an idle connection, but not one whose last response is still being downloaded."""
        waiting_bytes = self.transport.get_write_buffer_size()
        now = self._edge.time()
        if not waiting_bytes:
            super().timeout_keep_alive_handler()
            return
        if waiting_bytes != self._undelivered_bytes:
            self._undelivered_bytes = waiting_bytes
            self._stalled_since = now
        elif now - self._stalled_since >= self._edge.settings.stalled_s:
            self._edge.count("http_closed", "stalled")
            self.transport.abort()
            return
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def abort(self) -> None:
        """Cuts the TCP connection; the server's last resort when it stops."""
        self.transport.abort()

    def _admit(self) -> None:
        """Counts the socket in, or refuses it; a listed proxy brings many clients' sockets."""
        if len(self.connections) > self._edge.settings.open_connections:
            self._refuse("503 Service Unavailable", "full")
            return
        peer = self.client[0] if self.client else ""
        if self._edge.proxies.is_listed(peer):
            return
        if not self._edge.addresses.opened(peer):
            self._refuse("429 Too Many Requests", "address_full")
            return
        self._counted = peer

    def _is_reading_head(self) -> bool:
        # A body arrives only while its request has no response yet; our app never asks for one.
        return self.cycle is None or self.cycle.response_complete

    def _upgrade(self) -> None:
        if not self._should_upgrade():
            # RFC 9110 7.8 lets a server ignore the wish: the page is answered, then the end, since
            # the parser takes what would follow for another protocol.
            self.shutdown()
            return
        if not self._is_reading_head():
            # Pipelined behind a request whose answer would be written into the websocket's stream.
            self._refuse("400 Bad Request", "malformed")
            return
        self._stop_deadline()
        counted, self._counted = self._counted, ""
        self.ws_protocol_class = cast(
            Any,  # uvicorn expects a class and only calls it
            partial(
                WebSocket,
                edge=self._edge,
                accepted_at=self._accepted_at,
                counted=counted,
                loop=self.loop,
            ),
        )
        self.handle_websocket_upgrade()
        # Parser and protocol refer to each other; uncut, this object and the whole request would
        # wait for the collector while the websocket lives.
        del self.parser

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self._edge.settings.hello_s, self._miss_deadline)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _miss_deadline(self) -> None:
        self._deadline = None
        self._refuse("408 Request Timeout", "slow_request")

    def _refuse(self, status: str, why: str) -> None:
        self._edge.count("http_refused", why)
        self._stop_deadline()
        if self.cycle is None or self.cycle.response_complete:
            text = status + "\n"
            refusal = REFUSAL.format(status=status, length=len(text), text=text)
            self.transport.write(refusal.encode())
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self.transport.abort()  # it does not even read the refusal

    def _release_address(self) -> None:
        if self._counted:
            self._edge.addresses.closed(self._counted)
            self._counted = ""
