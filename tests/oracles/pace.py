"""The pace of one viewer, slow and obvious: a list of what was sent and not heard of."""

from dataclasses import dataclass, field

FULL, THIN, SKIP, GONE = range(4)


@dataclass
class Pace:
    """Units: ticks, except where a name says seconds."""

    hz: int
    heard_at: int
    sent: list[int] = field(default_factory=list)
    lag: int = 0
    least: int = 1 << 30
    stuck_since: int | None = None

    def heard(self, seen: int, tick: int) -> None:
        """An input came that had seen the snapshot of tick `seen`."""
        taken = [at for at in self.sent if at <= seen]
        self.sent = [at for at in self.sent if at > seen]
        if taken:
            self.least = min(self.least, tick - taken[-1])
        self.lag = tick - self.sent[0] if self.sent else 0
        self.heard_at = tick

    def readiness(self, unsent_bytes: int, tick: int) -> int:
        """What the viewer can take at `tick`."""
        lag = max(0, self.lag - self.least)
        is_deaf = bool(self.sent) and tick - self.heard_at > 3 * self.hz
        if is_deaf:
            lag = 0
        if not unsent_bytes and lag <= 0.5 * self.hz:
            self.stuck_since = None
            return THIN if is_deaf or lag > 0.25 * self.hz else FULL
        if self.stuck_since is None:
            self.stuck_since = tick
        return GONE if tick - self.stuck_since > 10 * self.hz else SKIP
