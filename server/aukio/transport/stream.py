"""A websocket after its handshake, without its socket: bytes in, whole messages out."""

from collections.abc import Callable, Iterator

from websockets.frames import BINARY, CONT, TEXT, CloseCode, Frame
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from aukio.transport._lane import extent, take


class FrameStream:
    """Splits one connection's bytes into frames and its frames into messages.

    Two paths lead through it. Plain frames (complete, masked, FIN, binary) go through the lane, a
    kernel. Every other frame goes to the websockets library, which knows all the rules: control
    frames, fragments, violations. The lane acts only at a frame boundary, with the connection open,
    no fragment in progress and nothing waiting to be sent; the tests hold both paths to the same
    messages and the same close code under any split of any stream.

    The library consumes a frame's header before its payload has come, so its state does not tell
    where a frame ends. Therefore this class measures each frame it hands over: `_owed` counts what
    the library still needs of the current one, and a header too short to be measured is held back.

    Args:
        protocol: the library's connection, after its handshake.
        limit: the longest message, in bytes.
        flush: called whenever the library has bytes to send, before the next message is yielded, so
            that answers leave in the order of what they answer.
        text: takes text messages, checked UTF-8; None refuses them with 1003.
        lane: False sends every frame through the library (tests and measurements).
    """

    __slots__ = (
        "_flush",
        "_fragments",
        "_held",
        "_is_text",
        "_lane",
        "_limit",
        "_owed",
        "_protocol",
        "_text",
    )

    def __init__(
        self,
        protocol: ServerProtocol,
        *,
        limit: int,
        flush: Callable[[], None],
        text: Callable[[bytes], None] | None = None,
        lane: bool = True,
    ) -> None:
        self._protocol = protocol
        self._limit = limit
        self._flush = flush
        self._text = text
        self._lane = lane
        self._held = b""
        self._owed = 0
        self._fragments: list[bytes] | None = None  # of the message in progress
        self._is_text = False  # whether that message is text

    @property
    def close_code(self) -> int:
        """The code this connection ended with; 1006 when it ended without a close frame."""
        close = self._protocol.close_sent
        return CloseCode.ABNORMAL_CLOSURE.value if close is None else int(close.code)

    @property
    def is_between_frames(self) -> bool:
        """Whether the lane alone may take what comes next: a message begins with it."""
        if self._held or self._owed or not self._lane or self._fragments is not None:
            return False
        return self._protocol.state is OPEN

    def receive_plain(self, data: bytes) -> list[bytes] | None:
        """The messages in these bytes if the lane alone can take them all, as almost always.

        None: nothing was taken, and `receive` has to be asked.
        """
        if not self.is_between_frames:
            return None
        messages: list[bytes] = []
        return messages if take(data, 0, self._limit, messages) == len(data) else None

    def receive(self, data: bytes) -> Iterator[bytes]:
        """Yields the binary messages that these bytes complete.

        Exhaust it even when the messages are no longer wanted: the closing handshake is in it.
        """
        if self._held:
            data = self._held + data
            self._held = b""
        at = 0
        while at < len(data):
            if self._protocol.state is not OPEN:
                yield from self._feed(data[at:])
                return
            if self._owed:
                part = data[at : at + self._owed]
                self._owed -= len(part)
                at += len(part)
                yield from self._feed(part)
                continue
            if self._lane and self._fragments is None:
                messages: list[bytes] = []
                at = take(data, at, self._limit, messages)
                yield from messages
                if at == len(data) or self._protocol.state is not OPEN:
                    continue
            self._owed = extent(data, at)
            if not self._owed:
                self._held = data[at:]
                return

    def receive_eof(self) -> None:
        """Takes the end of the stream: no more bytes will come."""
        if self._held and self._protocol.state is OPEN:
            self._protocol.receive_data(self._held)
            self._held = b""
        self._protocol.receive_eof()
        self._flush()

    def release(self) -> None:
        """Cuts what refers back to the connection, after its end.

        Connection, stream and the library's generator refer to each other; uncut, each closed
        connection would wait for the collector, which never runs its oldest generation in a tick.
        """
        self._flush = _nothing
        self._text = None
        self._protocol.parser.close()

    def _feed(self, data: bytes) -> Iterator[bytes]:
        """Hands at most one frame to the library and yields the message it completes, if any."""
        protocol = self._protocol
        protocol.receive_data(data)
        self._flush()
        for event in protocol.events_received():
            assert isinstance(event, Frame), "requests end with the handshake"
            if protocol.state is not OPEN:
                return  # a close has begun; what was on its way is not wanted any more
            if event.opcode is TEXT and self._text is None:
                protocol.fail(CloseCode.UNSUPPORTED_DATA, "binary messages only")
                self._flush()
                return
            yield from self._assemble(event)

    def _assemble(self, event: Frame) -> Iterator[bytes]:
        if event.opcode is TEXT or event.opcode is BINARY:
            self._fragments = []
            self._is_text = event.opcode is TEXT
        elif event.opcode is not CONT:
            return  # the library has answered control frames already
        assert self._fragments is not None, "the library refuses a stray continuation"
        self._fragments.append(bytes(event.data))
        if not event.fin:
            return
        message, self._fragments = b"".join(self._fragments), None
        if self._is_text:
            self._deliver_text(message)
        else:
            yield message

    def _deliver_text(self, message: bytes) -> None:
        assert self._text is not None, "text was refused at its first fragment"
        try:
            message.decode()
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA, "text is not UTF-8")
            self._flush()
        else:
            self._text(message)


def _nothing() -> None:
    pass
