"""The server's time, as clients estimate it from clock pongs."""

from collections import deque


class ServerClock:
    """The server's time in ticks, from clock pongs: the one with the least round trip wins."""

    def __init__(self) -> None:
        self.tick_hz = 20
        self._heard: deque[tuple[float, float]] = deque(maxlen=16)
        self._offset = 0.0

    def note(self, sent: float, received: float, tick: int, phase: int) -> None:
        """Takes a pong: the server's tick (unwrapped) and its phase, and when it was asked."""
        trip = received - sent
        offset = tick - 1 + phase / 65536 - (sent + trip / 2) * self.tick_hz
        if self._heard and offset < self._offset - 1 - trip * self.tick_hz:
            self._heard.clear()  # the server dropped time: what was heard before is void
        self._heard.append((trip, offset))
        self._offset = min(self._heard)[1]

    @property
    def has_started(self) -> bool:
        """Whether anything was ever heard."""
        return self._offset != 0.0

    def forget(self) -> None:
        """The server is another one now: what was heard is void."""
        self._heard.clear()

    def start(self, now: float, tick: int) -> None:
        """A first guess, from a welcome."""
        if not self._heard:
            self._offset = tick - now * self.tick_hz

    def ticks(self, now: float) -> float:
        """The server's time at `now`."""
        return self._offset + now * self.tick_hz

    def time_of(self, ticks: float) -> float:
        """When the server's time is `ticks`."""
        return (ticks - self._offset) / self.tick_hz
