"""What the simulation accepts: wishes after validation, with ids resolved."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A walker's wish from a tick on.

    Units: yaw 1/65536 turn; heading 1/1024 turn; gait 0-2; claim: low 16 bits of the predicted
    x and z in 1/256 m at the start of `tick`, or None when the client does not predict; seen: the
    tick of the last snapshot the client had applied.
    """

    slot: int
    sequence: int
    tick: int
    seen: int
    yaw: int
    heading: int
    gait: int
    jump: bool
    claim: tuple[int, int] | None = None
    pose: bytes | None = None
