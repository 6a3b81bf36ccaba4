"""How long chat and emotes are under way: from the speaker's write to who hears them."""

from aukio_bench._swarm import Swarm

SAYING, GESTURE = 0, 1


class Hearing:
    """Times sayings and gestures, one of each kind of an avatar at a time.

    `first_s` and `last_s` are seconds from the write to the socket until the first and the last
    who heard it had received it (the speaker's own echo does not count).
    """

    def __init__(self, swarm: Swarm) -> None:
        self.first_s: list[float] = []
        self.last_s: list[float] = []
        self.heard: list[int] = []
        self._swarm = swarm
        self._sent: dict[tuple[int, int], float] = {}

    def listen(self, kind: int, slot: int, sent: float, *, counts: bool) -> None:
        """An avatar has just said or made something; what it did before is added up."""
        self._collect(kind, slot)
        self._swarm.listen(kind, slot, sent)
        if counts:
            self._sent[kind, slot] = sent

    def collect(self) -> None:
        """Adds up everything that was heard until now."""
        for kind, slot in list(self._sent):
            self._collect(kind, slot)

    def _collect(self, kind: int, slot: int) -> None:
        sent = self._sent.pop((kind, slot), None)
        count = int(self._swarm.heard[kind, slot])
        if sent is not None and count:
            self.first_s.append(float(self._swarm.first[kind, slot]) - sent)
            self.last_s.append(float(self._swarm.last[kind, slot]) - sent)
            self.heard.append(count)
