"""The units and constants of the simulation.

They equal the wire's steps (`aukio_protocol.motion`), which the simulation must not import; a
test holds the two together. Positions are 1/65536 m on axes x east, y up, z south; angles are
1/65536 turn clockwise from north; speeds are 1/32 m/s.
"""

import math

import numpy as np
from numpy.typing import NDArray

UNIT = 65536
PLACE_STEP = 256
RECORD_STEP = 512
COARSE_STEP = 2048
HEADING_STEP = 64
YAW_STEP = 16
COARSE_YAW_STEP = 256
SPEED_STEP = 2048
WALK_SPEED = 45
RUN_SPEED = 128
ACCELERATION = 640
GRAVITY = 642_253
JUMP_SPEED = 203_162
VERTICAL_STEP = 8192
VERTICAL_LIMIT = 127
TURN_UNIT = 87_381
TURN_STEPS = 15
RADIUS = 19_661
STEP_HEIGHT = 22_938
SUBSTEP = 8192
PUSH_LIMIT = 9830
WALL_TOLERANCE = 1311
INPUT_WINDOW = 10
INPUT_LEAD = 2

STAND, WALK, RUN, KEEP = range(4)


def sine_table() -> NDArray[np.int32]:
    """round(65536 sin) over 1,024 headings, (1024,) int32."""
    values = [round(UNIT * math.sin(2 * math.pi * i / 1024)) for i in range(1024)]
    return np.array(values, dtype=np.int32)


def metres(value: int) -> float:
    """A position in metres."""
    return value / UNIT


def position(value_m: float) -> int:
    """Metres as a position."""
    return round(value_m * UNIT)
