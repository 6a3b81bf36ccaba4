"""Token buckets: how much of each kind of message a client may send."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A lasting rate per second and the burst above it."""

    per_second: float
    burst: float


INPUTS = Rate(30, 60)
CHAT = Rate(1, 6)
GESTURES = Rate(2, 6)
POSTURES = Rate(2, 6)
LOOKS = Rate(0.5, 4)
WAYS = Rate(0.5, 3)  # to a named spot
MODERATION = Rate(2, 6)
USES = Rate(2, 6)  # of things
CLOCK = Rate(4, 12)
OFFENCES = Rate(1, 60)  # messages over their rate; beyond this the session ends


class Bucket:
    """A token bucket. Time is passed in, in seconds of any monotonic clock."""

    __slots__ = ("_rate", "_since", "_tokens")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._tokens = rate.burst
        self._since = now

    def take(self, now: float) -> bool:
        """Takes a token if there is one."""
        earned = (now - self._since) * self._rate.per_second
        self._tokens = min(self._rate.burst, self._tokens + earned)
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
