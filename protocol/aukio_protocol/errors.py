"""Why a conversation ends: reason codes, close codes and the errors that carry them.

ProtocolError                  the peer broke a rule; the session answers with its reason and ends
├── MalformedMessage           bytes that no encoder of ours could have written
├── UnknownMessage             a first byte that names no message of this sender
├── OversizedMessage           more bytes than the message may have
└── WrongState                 a message that is not legal now
"""

from enum import IntEnum, unique


@unique
class Reason(IntEnum):
    """Reason codes of `refuse` and `goodbye`; each has one close code (see `CLOSE_CODES`)."""

    LEFT = 0  # the person left on purpose
    MALFORMED = 1
    UNKNOWN_MESSAGE = 2
    WRONG_STATE = 3
    OVERSIZED = 4
    TOO_MANY = 5  # a rate limit was exceeded for too long
    VERSION = 6  # other wire version or schema hash: reload, then resume
    NAME = 7  # the name cannot be used
    FULL = 8  # the world holds as many people as it may
    BUSY = 9  # the server is overloaded; retry later
    TICKET = 10  # the ticket or link is not valid
    TAKEN_OVER = 11  # another connection resumed this session
    HELLO_LATE = 12  # no complete hello in time
    SLOW = 13  # the client did not read fast enough
    RESTART = 14  # the server stops and will be back
    SILENT = 15  # nothing was heard for too long
    INTERNAL = 16  # our fault
    ADDRESS = 17  # too many failed attempts or connections from this address
    WORLD = 18  # there is no such world here
    PUT_OUT = 19  # by somebody who may, for some minutes


#: Websocket close codes (RFC 6455, 7.4.2: 4000-4999 are private use), one for each reason.
CLOSE_CODES: dict[Reason, int] = {
    reason: 1000 if reason is Reason.LEFT else 4000 + int(reason) for reason in Reason
}

#: The client may come back by itself with its resume secret.
RESUMABLE = frozenset(
    {Reason.VERSION, Reason.BUSY, Reason.SLOW, Reason.RESTART, Reason.SILENT, Reason.INTERNAL}
)


class ProtocolError(Exception):
    """The peer broke a rule of the wire.

    Attributes:
        reason: what the session tells the peer and counts.
    """

    reason = Reason.MALFORMED


class MalformedMessage(ProtocolError):
    """Bytes that no encoder of ours could have written."""


class UnknownMessage(ProtocolError):
    """A first byte that names no message this sender may send."""

    reason = Reason.UNKNOWN_MESSAGE


class OversizedMessage(ProtocolError):
    """More bytes than the message may have."""

    reason = Reason.OVERSIZED


class WrongState(ProtocolError):
    """A message that is not legal in the present state of the session."""

    reason = Reason.WRONG_STATE
