"""A websocket as the session sees it: what it may call, and what it will be called with."""

from collections.abc import Callable
from typing import Protocol

from aukio.session._inbox import Inbox


class Handler(Protocol):
    """Receives what one connection brings; one handler per connection."""

    def message(self, data: bytes) -> None:
        """Takes one complete binary message."""

    def closed(self, code: int) -> None:
        """Learns that the connection has ended; called exactly once, and nothing is called after.

        It comes from the event loop, soon after the close began, never from inside `send`, `close`
        or `message`: a handler need not expect to be re-entered.

        Args:
            code: ours if we closed first, the peer's if it did (1005 when it gave none), 1006 when
                the connection was lost.
        """


class Connection(Protocol):
    """One live websocket.

    Warning: `descriptor` names a file descriptor only until `withdraw` is called (see `admitted`):
    after a close the kernel gives the number to another connection.
    """

    @property
    def address(self) -> str:
        """The client's address; a forwarded one is believed only from a listed proxy."""

    @property
    def secure(self) -> bool:
        """Whether the client's own connection is encrypted, here or at a listed proxy."""

    @property
    def path(self) -> str:
        """The request's path, without its query."""

    @property
    def unsent_bytes(self) -> int:
        """What waits in user space; the kernel's own buffer is not counted."""

    def send(self, payload: bytes) -> None:
        """Sends one binary message at once; does nothing when a close has begun."""

    def write_frames(self, frames: bytes) -> None:
        """Writes bytes that already are whole frames, or the rest of one after a short write.

        They must be immutable: the transport keeps a reference until the last byte has left.
        """

    def close(self, code: int, reason: str = "") -> None:
        """Begins the closing handshake; later calls do nothing.

        Raises:
            ValueError: the code may not be sent in a close frame.
        """

    def descriptor(self) -> int:
        """The file descriptor when writing to it now is safe, else -1.

        Safe: no TLS, handshake done, no close begun, nothing waiting in user space.
        """

    def admitted(self, withdraw: Callable[[], None]) -> None:
        """Tells that the hello was good: its deadline ends, silence is watched from now on.

        `withdraw` is called, from then on, at every moment from which a descriptor that was lent
        may not be used any more: something waits in user space, or a close has begun.
        """

    def lead_inputs(self, inbox: Inbox, slot: int) -> None:
        """Lets inputs go straight to a slot of an inbox, where that is possible.

        The handler is still brought every input that breaks a rule, and everything else.
        """


Accept = Callable[[Connection], Handler]
"""Makes the handler of a new connection. It may not await; an exception closes with 1011."""

Count = Callable[[str, str], None]
"""Counts one event under a name and a reason, for metrics."""
