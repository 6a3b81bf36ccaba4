"""What happened in the world, for those who tell the clients."""

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
    """A named object has a new state."""

    name: str
    version: int
    state: str


Event = Spoke | Gestured | Diverged | Held | Rescued | PortalEntered | ObjectChanged
