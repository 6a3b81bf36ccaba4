"""What wandering bots do at every tick, slow and obvious; see `aukio_bench._wander`."""

import math
from collections.abc import Sequence

UNIT = 65536


def turned(yaw: float, turn: float, *, is_turning: bool) -> float:
    """Where a bot faces a tick later, in angle units."""
    return (yaw + turn) % UNIT if is_turning else yaw


def walks_out(x_m: float, z_m: float, yaw: float, gait: int, limit_m: float) -> bool:
    """Whether a bot is beyond the border and walks further out."""
    angle = yaw * 2 * math.pi / UNIT
    east, south = math.sin(angle), -math.cos(angle)
    return bool(gait) and (
        (abs(x_m) > limit_m and x_m * east > 0) or (abs(z_m) > limit_m and z_m * south > 0)
    )


def is_due(wish: Sequence[int], last: Sequence[int], sent: int, latest: int) -> bool:
    """Whether a wish is to be sent: it is new, or the last one was sent long ago."""
    return list(wish) != list(last) or sent <= latest
