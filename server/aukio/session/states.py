"""The states of a session."""

from enum import Enum, auto


class SessionState(Enum):
    """Each member says what the client has and lacks."""

    GREETING = auto()  # has a connection; lacks everything else: its hello is awaited
    JOINED = auto()  # has an avatar in the world and a secret; is sent snapshots
    PARKED = auto()  # has an avatar and a secret; lacks a connection, may come back
    ENDED = auto()  # has nothing any more
