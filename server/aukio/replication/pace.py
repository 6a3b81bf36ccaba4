"""How much a viewer can take now: the answer to slow clients."""

from collections import deque
from enum import Enum, auto

THIN_S = 0.25  # lag above its least that halves the budget and leaves out the far
SKIP_S = 0.5  # lag above its least that makes a viewer wait
GONE_S = 10.0  # waiting this long ends the connection; the session can be resumed
DEAF_S = 3.0  # no input for so long thins: a client sends at least two a second


class Readiness(Enum):
    """What a viewer can be sent in this tick."""

    FULL = auto()  # everything its budget allows
    THIN = auto()  # near and focus only, on half the budget
    SKIP = auto()  # nothing; its changes wait
    GONE = auto()  # it has waited too long


class Pace:
    """Follows how far a viewer's client is behind, from the ticks it says it has applied.

    The kernel and proxies hide a slow client for seconds; its own word does not.
    Units: ticks, except where a name says seconds.
    """

    __slots__ = ("_heard", "_hz", "_lag", "_least", "_sent", "_stuck_since")

    def __init__(self, tick: int, tick_hz: int) -> None:
        self._hz = tick_hz
        self._sent: deque[int] = deque(maxlen=256)
        self._lag = 0
        self._least = 1 << 30
        self._stuck_since: int | None = None
        self._heard = tick

    def sent(self, tick: int) -> None:
        """A snapshot of this tick was handed to the socket."""
        self._sent.append(tick)

    def heard(self, seen: int, tick: int) -> None:
        """An input came that had seen the snapshot of tick `seen`."""
        newest = None
        while self._sent and self._sent[0] <= seen:
            newest = self._sent.popleft()
        if newest is not None:
            # The first word of a snapshot bounds the way there and back from above.
            self._least = min(self._least, tick - newest)
        self._lag = tick - self._sent[0] if self._sent else 0
        self._heard = tick

    def readiness(self, unsent_bytes: int, tick: int) -> Readiness:
        """What the viewer can take at `tick`. Bytes still unsent mean it waits, always."""
        lag = max(0, self._lag - self._least)
        is_deaf = bool(self._sent) and tick - self._heard > DEAF_S * self._hz
        if is_deaf:
            lag = 0  # its last word is old; what the socket takes tells more
        if not unsent_bytes and lag <= SKIP_S * self._hz:
            self._stuck_since = None
            return Readiness.THIN if is_deaf or lag > THIN_S * self._hz else Readiness.FULL
        if self._stuck_since is None:
            self._stuck_since = tick
        stuck = tick - self._stuck_since
        return Readiness.GONE if stuck > GONE_S * self._hz else Readiness.SKIP
