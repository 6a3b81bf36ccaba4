"""What the simulation accepts: wishes after validation, with ids resolved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

POSE_BYTES = 17

#: One wish: yaw 1/65536 turn; flags: bits 0-9 heading, 10-11 gait, 12 jump; the claim, if the
#: client predicts: low 16 bits of x and z in 1/256 m at the start of `tick`; seen: the tick of the
#: last snapshot the client had applied; margin: how early it came, in 1/16 tick.
MOVE = np.dtype(
    [
        *(("slot", "<i4"), ("sequence", "<u2"), ("tick", "<u2"), ("seen", "<u2")),
        *(("yaw", "<u2"), ("flags", "<u2"), ("claim_x", "<u2"), ("claim_z", "<u2")),
        *(("predicted", "u1"), ("posed", "u1"), ("margin", "i1")),
    ]
)


@dataclass(frozen=True, slots=True)
class Move:
    """A walker's wish from a tick on; see MOVE. gait 0-2; claim: None when not predicting."""

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


@dataclass(frozen=True, slots=True)
class Moves:
    """The wishes of one tick, each client's in order.

    Shapes: rows (N,) of MOVE; poses (N, 17) uint8; waits (N,) float64, seconds since each came.
    """

    rows: NDArray[np.void]
    poses: NDArray[np.uint8]
    waits: NDArray[np.float64]

    @classmethod
    def of(cls, moves: Sequence[Move]) -> Self:
        """The same as columns."""
        rows = np.zeros(len(moves), MOVE)
        poses = np.zeros((len(moves), POSE_BYTES), np.uint8)
        for n, move in enumerate(moves):
            flags = move.heading | move.gait << 10 | move.jump << 12
            claim = move.claim or (0, 0)
            has = (move.claim is not None, move.pose is not None)
            numbers = (move.slot, move.sequence, move.tick, move.seen, move.yaw, flags)
            rows[n] = (*numbers, *claim, *has, 0)
            if move.pose is not None:
                poses[n] = np.frombuffer(move.pose, np.uint8)
        return cls(rows, poses, np.zeros(len(moves)))
