"""Motion: the steps of the wire, the input of a walker, and the one extrapolation formula.

Positions are integers in 1/65536 m on the axes x east, y up, z south; angles are 1/65536 turn
clockwise from north. Records carry positions in 1/128 m and headings in 1/1024 turn; the
simulation snaps what it publishes to these steps, so both ends advance a record identically.
"""

import math
import struct
from dataclasses import dataclass, replace
from enum import IntEnum

from .errors import MalformedMessage
from .messages import INPUT_ID
from .pose import POSE_BYTES, Pose

UNIT = 65536  # positions: steps per metre; angles: steps per turn
PLACE_STEP = 256  # of a claim: 1/256 m in position units
RECORD_STEP = 512  # of a place in a record: 1/128 m in position units
COARSE_STEP = 2048  # of a place in a coarse one: 1/32 m
HEADING_STEP = 64  # 1/1024 turn in angle units
YAW_STEP = 16  # of the yaw of somebody who turns, so of turn rates too: 1/4096 turn
COARSE_YAW_STEP = 256  # of the yaw in a coarse record: 1/256 turn

SPEED_STEP = 2048  # one speed step is 1/32 m/s: this many position units per second
WALK_SPEED = 45  # 1.41 m/s
RUN_SPEED = 128  # 4.00 m/s
ACCELERATION = 640  # speed steps per second: 20 m/s^2
GRAVITY = 642_253  # position units per second squared: 9.8 m/s^2
JUMP_SPEED = 203_162  # position units per second: 3.1 m/s, a jump of 0.49 m
VERTICAL_STEP = 8192  # one vertical speed step is 1/8 m/s: position units per second
VERTICAL_LIMIT = 127  # vertical speed steps; nothing falls faster
TURN_UNIT = 87_381  # angle units per second of turn rate 15: 480 degrees per second
TURN_STEPS = 15

RADIUS = 19_661  # of a walker: 0.30 m
STEP_HEIGHT = 22_938  # climbed or followed down without leaving the ground: 0.35 m
SUBSTEP = 8192  # longest stretch between two looks at the walls: 0.125 m
PUSH_LIMIT = 9830  # a wall pushes a walker out by at most 0.15 m at a time
WALL_TOLERANCE = 1311  # how much nearer than RADIUS a walker may stand: 0.02 m, the field's step

INPUT_WINDOW = 10  # ticks an input may be late and still be placed where it belongs
INPUT_LEAD = 2  # ticks an input may be early

#: round(65536 sin) over 1,024 headings.
SINE: tuple[int, ...] = tuple(round(UNIT * math.sin(2 * math.pi * i / 1024)) for i in range(1024))


class Gait(IntEnum):
    """What a walker's speed tends to."""

    STAND = 0
    WALK = 1
    RUN = 2
    KEEP = 3  # in records only: the present speed goes on


def turn_rate(index: int, tick_hz: int) -> int:
    """Angle units per tick of turn index -15..15 (square law: fine near zero).

    Whole steps of the yaw, so that a turning record stays writable wherever it has turned to.
    """
    rate = index * index * TURN_UNIT // (TURN_STEPS * TURN_STEPS * tick_hz)
    rate = (rate + YAW_STEP // 2) // YAW_STEP * YAW_STEP
    return -rate if index < 0 else rate


def turn_belief(tick_hz: int) -> int:
    """Ticks a published turn rate is believed: 0.6 s."""
    return (3 * tick_hz + 4) // 5


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion record at full precision: where an entity is and how it goes on.

    Units: x, y, z 1/65536 m; yaw, heading 1/65536 turn; speed 1/32 m/s; turn index -15..15;
    bend ticks for which the turn goes on; vertical speed position units per tick.
    """

    x: int
    y: int
    z: int
    yaw: int
    heading: int
    speed: int = 0
    gait: Gait = Gait.STAND
    turn: int = 0
    bend: int = 0
    air: bool = False
    vertical: int = 0


def advance(motion: Motion, tick_hz: int) -> Motion:
    """Moves a record on by one tick. Servers and clients use exactly this."""
    yaw, heading, bend = motion.yaw, motion.heading, motion.bend
    if bend:
        rate = turn_rate(motion.turn, tick_hz)
        yaw, heading, bend = (yaw + rate) % UNIT, (heading + rate) % UNIT, bend - 1
        if not bend:  # back onto the wire's grid, so that later records are exact
            yaw, heading = snap_heading(yaw), snap_heading(heading)
    speed = approach(motion.speed, target_speed(motion), ACCELERATION // tick_hz)
    dx, dz = stride(heading, speed, tick_hz)
    vertical, y = motion.vertical, motion.y
    if motion.air:
        vertical = max(vertical - GRAVITY // tick_hz**2, -VERTICAL_LIMIT * VERTICAL_STEP // tick_hz)
        y += vertical
    return replace(
        motion,
        x=motion.x + dx,
        y=y,
        z=motion.z + dz,
        yaw=yaw,
        heading=heading,
        speed=speed,
        turn=motion.turn if bend else 0,
        bend=bend,
        vertical=vertical,
    )


def stride(heading: int, speed: int, tick_hz: int) -> tuple[int, int]:
    """The displacement (dx, dz) of one tick, in position units."""
    length = speed * SPEED_STEP // tick_hz
    index = (heading + HEADING_STEP // 2) // HEADING_STEP % 1024
    east = (length * SINE[index] + UNIT // 2) // UNIT
    north = (length * SINE[(index + 256) % 1024] + UNIT // 2) // UNIT
    return east, -north


def target_speed(motion: Motion) -> int:
    """The speed a record tends to."""
    return (0, WALK_SPEED, RUN_SPEED, motion.speed)[motion.gait]


def approach(value: int, target: int, step: int) -> int:
    """`value` moved toward `target` by at most `step`."""
    return min(value + step, target) if value < target else max(value - step, target)


def snap_heading(angle: int) -> int:
    """The nearest heading of the wire (1/1024 turn), in angle units."""
    return (angle + HEADING_STEP // 2) // HEADING_STEP * HEADING_STEP % UNIT


@dataclass(frozen=True, slots=True)
class Input:
    """What a walker wishes, from client tick `tick` on.

    Units: yaw 1/65536 turn; heading 0..1023 in 1/1024 turn; claim: the low 16 bits of the
    predicted x and z (1/256 m) at the start of `tick`, or None if the client does not predict.
    """

    sequence: int
    tick: int
    seen: int
    yaw: int
    heading: int = 0
    gait: Gait = Gait.STAND
    jump: bool = False
    claim: tuple[int, int] | None = None
    pose: Pose | None = None


_INPUT = struct.Struct("<BHHHHH")
_CLAIM = struct.Struct("<HH")


def encode_input(wish: Input) -> bytes:
    """Encodes an input.

    ```
    0      u8   0x01
    1-2    u16  sequence, wrapping, +1 for each input
    3-4    u16  tick from which the wish holds
    5-6    u16  tick of the last snapshot applied
    7-8    u16  yaw
    9-10   u16  bits 0-9 heading, 10-11 gait (0-2), 12 jump, 13 claim, 14 pose, 15 zero
    [claim: u16 x, u16 z]   [pose: 17 bytes]
    ```
    """
    assert wish.gait is not Gait.KEEP, "an input has no gait KEEP"
    flags = wish.heading | wish.gait << 10 | wish.jump << 12
    flags |= (wish.claim is not None) << 13 | (wish.pose is not None) << 14
    data = _INPUT.pack(INPUT_ID, wish.sequence, wish.tick, wish.seen, wish.yaw, flags)
    if wish.claim is not None:
        data += _CLAIM.pack(*wish.claim)
    return data + wish.pose.to_bytes() if wish.pose is not None else data


def decode_input(data: bytes) -> Input:
    """Decodes an input.

    Raises:
        MalformedMessage: wrong length, gait 3, or bit 15 set.
    """
    if len(data) < _INPUT.size:
        raise MalformedMessage(f"an input has at least {_INPUT.size} bytes, got {len(data)}")
    _, sequence, tick, seen, yaw, flags = _INPUT.unpack_from(data)
    has_claim, has_pose = flags >> 13 & 1, flags >> 14 & 1
    size = _INPUT.size + has_claim * _CLAIM.size + has_pose * POSE_BYTES
    if flags >> 15 or flags >> 10 & 3 == Gait.KEEP or len(data) != size:
        raise MalformedMessage("an input has a wrong length or an illegal flag")
    claim = _CLAIM.unpack_from(data, _INPUT.size) if has_claim else None
    return Input(
        sequence=sequence,
        tick=tick,
        seen=seen,
        yaw=yaw,
        heading=flags & 1023,
        gait=Gait(flags >> 10 & 3),
        jump=bool(flags >> 12 & 1),
        claim=claim,
        pose=Pose.from_bytes(data[-POSE_BYTES:]) if has_pose else None,
    )
