"""What happened in the world, for those who tell the clients."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Spoke:
    """Somebody said something; `hearers` are the slots it reaches, the speaker included."""

    slot: int
    text: str
    hearers: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Gestured:
    """Somebody made an emote; `hearers` are the slots that see it."""

    slot: int
    kind: int
    hearers: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Diverged:
    """A walker's own prediction is wrong, or it does not predict: its client needs the truth."""

    slot: int
    moved: bool = False  # the server put it elsewhere: prediction could not know


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody holds themselves otherwise; see `entities.SITTING`."""

    slot: int


@dataclass(frozen=True, slots=True)
class Rescued:
    """A walker fell out of the world and was put back."""

    slot: int


@dataclass(frozen=True, slots=True)
class PortalEntered:
    """Somebody stepped into a portal; `to` says where it leads (see `world.model.Portal`)."""

    slot: int
    to: str


@dataclass(frozen=True, slots=True)
class ObjectChanged:
    """A named object has a new state, which holds from a tick on."""

    name: str
    version: int
    state: str
    tick: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """The world says something, to one avatar or (None) to everybody; a text by language."""

    slot: int | None
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A rule puts somebody on a spot of the world."""

    slot: int
    spot: str


@dataclass(frozen=True, slots=True)
class Postponed:
    """An action of a rule is due at a tick, or (None) no longer; `key` names it for good."""

    key: str
    due: int | None


@dataclass(frozen=True, slots=True)
class KeptOut:
    """Somebody stepped into a zone that is not for their role, and was put back; `is_news`: they
    have not been told just before."""

    slot: int
    is_news: bool


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A wall came to be where somebody stands."""

    slot: int


Event = (
    Spoke
    | Gestured
    | Diverged
    | Held
    | Rescued
    | PortalEntered
    | ObjectChanged
    | Told
    | Sent
    | Postponed
    | KeptOut
    | Enclosed
)
