"""One websocket on one socket: an asyncio protocol around the library's sans-I/O connection."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.utils import get_remote_addr, is_ssl
from uvicorn.server import ServerState
from websockets.exceptions import ProtocolError
from websockets.frames import CloseCode
from websockets.http11 import Request
from websockets.protocol import OPEN, SEND_EOF

from aukio.session._inbox import Inbox
from aukio.session.outbox import frame
from aukio.transport.connection import Handler
from aukio.transport.edge import Edge
from aukio.transport.handshake import (
    Client,
    build_handshake,
    build_protocol,
    identify,
    judge,
    refuse_address,
)
from aukio.transport.socket_options import set_socket_options
from aukio.transport.stream import FrameStream

logger = logging.getLogger("aukio.transport.websocket")

REASON_BYTES = 123
"""What a control frame of 125 bytes leaves beside the code (RFC 6455 5.5)."""

TIMER_SLACK_S = 0.002
"""uvloop's timers count whole milliseconds and may fire early; a ping would then be sent twice."""


class WebSocket(asyncio.Protocol):
    """A client's websocket, from the request that asks for it to the end of its TCP connection.

    It is the `Connection` a handler holds, and the protocol uvicorn hands an upgrade request to.
    Messages reach the handler inside `data_received`: no task, future or queue lies between. One
    timer serves three duties in turn: the deadline of the hello, the watch for silence, and the end
    of a close that the peer does not finish.

    Args:
        config, server_state, app_state: uvicorn's; only the set of connections is used.
        edge: what all sockets of this server share.
        accepted_at: when the TCP connection was accepted; the hello's deadline counts from there.
        counted: the address under which the socket was counted open already, "" if it was not.
        lane: False sends every frame through the library.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        *,
        edge: Edge,
        accepted_at: float | None = None,
        counted: str = "",
        loop: asyncio.AbstractEventLoop | None = None,
        lane: bool = True,
    ) -> None:
        # uvicorn's set is typed by its own protocol classes; it asks of a member only `shutdown`.
        self._connections = cast("set[Any]", server_state.connections)
        self._edge = edge
        self._settings = edge.settings
        self._time = edge.time
        self._loop = loop or asyncio.get_running_loop()
        self._accepted_at = self._time() if accepted_at is None else accepted_at
        self._counted = counted
        self._lane = lane
        self._protocol = build_handshake(edge.settings)
        self._stream: FrameStream | None = None  # once the handshake is done
        self._transport: asyncio.Transport
        self._handler: Handler | None = None
        self._client = Client("", False, "")
        self._peer = ""
        self._open = False  # messages may pass both ways
        self._is_admitted = False
        self._is_lost = False
        self._is_taken_over = False  # the receiver reads, not the transport
        self._fd = -1
        self._withdraw: Callable[[], None] = _nothing  # whoever was lent the descriptor
        self._code = 0  # how it ended; 0 while it has not
        self._heard_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    # What the session calls (see `Connection`).

    @property
    def address(self) -> str:
        return self._client.address

    @property
    def secure(self) -> bool:
        return self._client.secure

    @property
    def path(self) -> str:
        return self._client.path

    @property
    def unsent_bytes(self) -> int:
        return 0 if self._is_lost else self._transport.get_write_buffer_size()

    def send(self, payload: bytes) -> None:
        self.write_frames(frame(payload))

    def write_frames(self, frames: bytes) -> None:
        if self._open:
            self._write(frames)

    def close(self, code: int, reason: str = "") -> None:
        if not self._open:
            return
        try:
            self._protocol.send_close(code, _fitting(reason))
        except ProtocolError as error:
            raise ValueError(f"{code} may not be sent in a close frame") from error
        self._end(code, "server")
        self._flush()

    def descriptor(self) -> int:
        if self._fd < 0 or self._transport.get_write_buffer_size():
            return -1
        return self._fd

    def admitted(self, withdraw: Callable[[], None]) -> None:
        if not self._open or self._is_admitted:
            return
        self._is_admitted = True
        self._withdraw = withdraw
        self._watch_silence()
        if self._edge.receiver is not None and self._fd >= 0:
            self._transport.pause_reading()
            self._edge.receiver.take_over(self._fd, self)
            self._is_taken_over = True

    def lead_inputs(self, inbox: Inbox, slot: int) -> None:
        if self._is_taken_over:
            assert self._edge.receiver is not None, "it took over"
            self._edge.receiver.lead(self._fd, inbox, slot)

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        remote = get_remote_addr(self._transport)
        self._peer = remote[0] if remote else ""
        self._call_at(self._accepted_at + self._settings.hello_s, self._miss_hello)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._time()
        if self._stream is None:
            self._receive_request(data)
            return
        plain = self._stream.receive_plain(data)
        for message in self._stream.receive(data) if plain is None else plain:
            if self._open:
                self._deliver(message)
        if self._open and self._protocol.state is not OPEN:
            self._end_by_peer(self._stream)

    def received(self, data: bytes) -> None:
        """What the receiver took; at the end of the stream the transport finds out by itself."""
        if self._is_lost:
            return
        if not data:
            self._read_again()
            return
        self.data_received(data)
        if self._is_taken_over and self._stream is not None and self._stream.is_between_frames:
            assert self._edge.receiver is not None, "it took over"
            self._edge.receiver.go_on(self._fd)

    def eof_received(self) -> None:
        if self._stream is not None:
            self._stream.receive_eof()
            self._end(self._stream.close_code, "lost")

    def pause_writing(self) -> None:
        """Unsent bytes have passed the limit: whoever reads this slowly would see a stale world."""
        if not self._open:
            return
        # Inside a transport's write; the close frame must not be written from in here.
        self._loop.call_soon(self._flush)
        self._fail(self._settings.slow_code, "reading too slowly", "slow", flush=False)

    def resume_writing(self) -> None:
        pass

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        self._end(CloseCode.ABNORMAL_CLOSURE, "lost")
        self._cancel_timer()
        if self._stream is not None:
            self._stream.release()
        self._protocol.parser.close()  # it refers to its object, see FrameStream.release
        self._connections.discard(self)
        if self._counted:
            self._edge.addresses.closed(self._counted)
            self._counted = ""

    def shutdown(self) -> None:
        """Closes because the server stops; uvicorn calls it."""
        if self._open:
            self.close(self._settings.shutdown_code, "server is stopping")
        elif self._stream is None:
            self._transport.abort()

    def abort(self) -> None:
        """Cuts the TCP connection; the server's last resort when it stops."""
        self._transport.abort()

    # The handshake.

    def _receive_request(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            assert isinstance(event, Request), "frames come after the handshake"
            self._answer(event)
            return
        self._flush()
        if self._protocol.handshake_exc is not None:
            self._refused("malformed")

    def _answer(self, request: Request) -> None:
        encrypted = is_ssl(self._transport)
        self._client = identify(request, self._edge, peer=self._peer, encrypted=encrypted)
        verdict = judge(self._protocol, request, self._client, self._edge, peer=self._peer)
        if not verdict.refused and not self._count_open():
            verdict = refuse_address(self._protocol)
        self._protocol.send_response(verdict.response)
        self._flush()
        if verdict.refused:
            self._refused(verdict.refused)
        else:
            self._begin(encrypted)

    def _count_open(self) -> bool:
        """Counts the socket under the client's address, where a proxy hid it until now."""
        if self._counted:
            return True
        if not self._edge.addresses.opened(self._client.address):
            return False
        self._counted = self._client.address
        return True

    def _refused(self, why: str) -> None:
        self._edge.count("handshake_refused", why)
        if why not in ("barred", "address_full"):  # waiting must end for one who keeps knocking
            self._edge.addresses.failed(self._client.address or self._peer)
        self._call_at(self._time() + self._settings.closing_s, self._transport.abort)

    def _begin(self, encrypted: bool) -> None:
        self._protocol.parser.close()
        self._protocol = build_protocol(self._settings)
        self._stream = FrameStream(
            self._protocol,
            limit=self._settings.message_bytes,
            flush=self._flush,
            text=self._text if self._settings.allow_text else None,
            lane=self._lane,
        )
        set_socket_options(self._transport.get_extra_info("socket"), self._settings)
        # The transport calls pause_writing as soon as more than the limit waits.
        self._transport.set_write_buffer_limits(high=self._settings.unsent_bytes)
        if not encrypted:
            self._fd = self._transport.get_extra_info("socket").fileno()
        self._open = True
        self._edge.count("websocket_opened", "accepted")
        try:
            self._handler = self._edge.accept(self)
        except Exception:
            logger.exception("accepting a connection failed")
            self._fail(self._settings.internal_code, "", "handler_error")

    # Messages.

    def _deliver(self, message: bytes) -> None:
        assert self._handler is not None, "messages come after the handshake"
        try:
            self._handler.message(message)
        except Exception:
            # The session's own bugs end its connection, never the server.
            logger.exception("handling a message failed")
            self._fail(self._settings.internal_code, "", "handler_error")

    def _text(self, message: bytes) -> None:
        if self._open:
            cast(Any, self._handler).text(message)  # conformance tests only: settings.allow_text

    def _write(self, data: bytes) -> None:
        self._transport.write(data)
        if self._transport.get_write_buffer_size():
            self._withdraw()

    def _flush(self) -> None:
        for chunk in self._protocol.data_to_send():
            if self._is_lost:
                return
            if chunk != SEND_EOF:
                self._write(chunk)
            elif self._transport.can_write_eof():
                # Not close(): with bytes still arriving the kernel would answer them with a reset,
                # and the peer might lose our close frame. The close timer ends what does not end.
                self._transport.write_eof()
            else:
                self._transport.close()

    # Deadlines.

    def _miss_hello(self) -> None:
        self._fail(self._settings.hello_code, "no hello in time", "no_hello")

    def _watch_silence(self) -> None:
        settings = self._settings
        if self._is_taken_over and self._edge.receiver is not None:
            self._heard_at = max(self._heard_at, self._edge.receiver.heard_at(self._fd))
        quiet_s = self._time() - self._heard_at
        if quiet_s >= settings.silent_s:
            self._fail(settings.silent_code, "nothing received", "silent")
            return
        pings = int(quiet_s / settings.ping_s)
        if pings:
            self._protocol.send_ping(b"")
            self._flush()
        next_s = min((pings + 1) * settings.ping_s, settings.silent_s)
        self._call_at(self._heard_at + next_s + TIMER_SLACK_S, self._watch_silence)

    # Endings.

    def _fail(self, code: int, reason: str, why: str, *, flush: bool = True) -> None:
        """Closes without waiting for the peer's answer, which is not to be expected."""
        if not self._open:
            return
        self._protocol.fail(code, reason)
        self._end(code, why)
        if flush:
            self._flush()

    def _end_by_peer(self, stream: FrameStream) -> None:
        is_violation = self._protocol.parser_exc is not None or self._protocol.close_rcvd is None
        self._end(stream.close_code, "violation" if is_violation else "peer")

    def _end(self, code: int, why: str) -> None:
        """Begins the end, once: nothing is sent or delivered from here on."""
        self._read_again()
        self._fd = -1
        self._withdraw()
        self._withdraw = _nothing
        if not self._open:
            return
        self._open = False
        self._code = int(code)
        self._edge.count("websocket_closed", why)
        if not self._is_admitted and self._is_blamed(why):
            self._edge.addresses.failed(self.address)
        self._loop.call_soon(self._tell_closed)
        if not self._is_lost:
            self._call_at(self._time() + self._settings.closing_s, self._transport.abort)

    def _read_again(self) -> None:
        """Lets the transport read: the end of a connection is its business."""
        if self._is_taken_over:
            self._is_taken_over = False
            assert self._edge.receiver is not None, "it took over"
            self._edge.receiver.give_back(self._fd, self)
            if not self._is_lost and not self._transport.is_closing():
                self._transport.resume_reading()

    def _is_blamed(self, why: str) -> bool:
        """Whether ending before the hello was good counts as a failed hello.

        Who leaves by itself, or meets a full or stopping server, has done nothing wrong.
        """
        if why in ("peer", "lost", "handler_error"):
            return False
        return self._code not in self._settings.blameless_codes

    def _tell_closed(self) -> None:
        handler, self._handler = self._handler, _DEAF
        if handler is None:
            return
        try:
            handler.closed(self._code)
        except Exception:
            logger.exception("a handler failed to close")

    def _call_at(self, when: float, action: Any) -> None:
        self._cancel_timer()
        self._timer = self._loop.call_at(when, action)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _nothing() -> None:
    pass


class _Deaf:
    """Stands where the handler was, so that the session can be freed before the socket is."""

    def message(self, data: bytes) -> None:
        raise AssertionError("nothing is delivered after a close began")

    def closed(self, code: int) -> None:
        raise AssertionError("a connection closes once")


_DEAF = _Deaf()


def _fitting(reason: str) -> str:
    """As much of a reason as a close frame holds."""
    return reason.encode()[:REASON_BYTES].decode(errors="ignore")
