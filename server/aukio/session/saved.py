"""What is stored of a session, so that it survives a crash."""

from dataclasses import dataclass

from aukio.sim.simulation import Placement
from aukio.world.roles import GUEST


@dataclass(frozen=True, slots=True)
class SavedSession:
    """A session on disk. `key` names it for good; `version` counts within one run only."""

    key: str
    secret_hash: bytes
    former_hash: bytes  # empty: none
    name: str
    look: bytes
    placement: Placement
    version: int = 0
    posture: int = 0
    role: str = GUEST
    silenced: bool = False
