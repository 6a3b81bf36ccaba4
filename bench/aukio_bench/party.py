"""Who comes: the people of a run, as they are brought to a crowd."""

from collections.abc import Callable
from dataclasses import dataclass

from aukio_bench.motion import Habits
from aukio_bench.replay import Clip

Guise = tuple[str, bytes]  # a name and a look


def plain_guise(row: int) -> Guise:
    """The same for a bot however often it comes."""
    return f"Bot {row}", bytes((row * 7 + n) % 5 for n in range(8))


@dataclass(frozen=True, slots=True)
class Role:
    """Some of the people: how many, how they behave, whether they sit and wear a headset."""

    share: float  # of all; of the last role: whoever is left
    habits: Habits
    headset: bool = False
    most: int = 4000  # and never more than so many


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes: how many, how they behave, how they spread from where they enter."""

    count: int
    habits: Habits
    spread_m: float = 0.0  # of the disc they enter in: from it they first run all over the plaza
    sample: float = 0.05  # share of the bots that is compared with the truth, at least 5
    first: int = 0  # who come first, and are waited for and sampled; 0: all
    guise: Callable[[int], Guise] = plain_guise  # of a row; asked anew whenever it joins
    roles: tuple[Role, ...] = ()  # none: everybody has the same habits
    clips: tuple[Clip, ...] = ()  # recorded motion, in place of habits
    comes_back: bool = False  # resumes by itself when a connection ends (SPEC ST7)
    is_silent: bool = False  # nobody chats or makes emotes
    lead_ticks: float = 0.0  # acts so much earlier: over a line as long as that

    def parts(self) -> list[tuple[slice, Role]]:
        """Which rows have which role."""
        roles = self.roles or (Role(1.0, self.habits),)
        parts, start = [], 0
        for role in roles:
            wanted = self.count if role is roles[-1] else round(self.count * role.share)
            stop = min(self.count, start + min(max(1, wanted), role.most))
            if role is roles[-1]:
                stop = self.count
            parts.append((slice(start, stop), role))
            start = stop
        return parts
