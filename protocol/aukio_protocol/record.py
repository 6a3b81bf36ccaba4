"""Records: news of one entity within a snapshot, as bits (see `wire.py` for their order).

```
kind 2   0 still     coarse 1, place, yaw
         1 moving    coarse 1, place, yaw, M
         2 turning   coarse 1, place, yaw 12, T
         3 rare      enter 1 [generation 8, kind 2],
                     whole 1 (1 if enter): x 23, z 23, y 17, signed, 1/128 m   0: fine place
                     air 1: [y 17 signed 1/128 m unless whole] vertical 8 signed, 1/8 m/s
                     form 2: 0 still, yaw 10   1 moving, yaw 10, M   2 turning, yaw 12, T
                             3 free, yaw 10, heading 10, speed 8, gait 2
coarse   0: fine, place low 9 bits of x, low 9 bits of z, 1/128 m; yaw 10
         1: place low 7 bits of x, low 7 bits of z, 1/32 m; yaw 8
M        aside 1 [side 3], gait 2; gait 0: speed 8   else: ramp 1 [speed 8]
T        aside 1 [side 3], gait 2, ramp 1 [speed 8], left 1, turn 4, late 1 [bend 6]
```

A motion that lies on the coarse steps, its yaw too unless it turns, is written coarse.

heading = yaw + side/8 turn, in the still, moving and turning forms; ramp 0: the speed is that of
the gait; late 0: the turn goes on for its full belief.
"""

from dataclasses import dataclass

from .errors import MalformedMessage
from .motion import (
    COARSE_STEP,
    COARSE_YAW_STEP,
    HEADING_STEP,
    RECORD_STEP,
    RUN_SPEED,
    UNIT,
    VERTICAL_STEP,
    WALK_SPEED,
    YAW_STEP,
    Gait,
    Motion,
    turn_belief,
)
from .wire import BitReader, BitWriter

STILL, MOVING, TURNING, FREE = range(4)  # forms of a motion
RARE = 3  # a record's kind is its form, unless it is rare
SIDE = UNIT // 8
FINE_BITS, COARSE_BITS = 9, 7  # low bits of a place: 4 m


@dataclass(frozen=True, slots=True)
class Record:
    """News of one entity. `enter` holds (generation, kind) if the viewer did not know it."""

    slot: int
    motion: Motion
    enter: tuple[int, int] | None = None
    whole: bool = True


def write_record(out: BitWriter, record: Record, tick_hz: int) -> None:
    """Appends a record, from its kind on; the motion must lie on the wire's steps already."""
    motion, form = record.motion, motion_form(record.motion)
    if not record.whole and form != FREE:
        coarse = is_coarse(motion)
        out.unsigned(form, 2)
        out.unsigned(coarse, 1)
        _write_low_place(out, motion, coarse=coarse)
        _write_motion(out, motion, form, tick_hz, coarse=coarse)
    else:
        out.unsigned(RARE, 2)
        _write_rare(out, record, tick_hz)
        out.unsigned(form, 2)
        _write_motion(out, motion, form, tick_hz, coarse=False)


def read_record(
    take: BitReader, slot: int, tick_hz: int, believed: dict[int, tuple[int, int]]
) -> Record:
    """Takes a record, from its kind on.

    Args:
        believed: slot → (x, z), position units, as for `decode_snapshot`.

    Raises:
        MalformedMessage: anything that `write_record` would not write, and a record without a
            whole position for an entity that is not in `believed`.
    """
    kind, enter, whole, coarse = take.unsigned(2), None, False, False
    if kind == RARE:
        enter = (take.unsigned(8), take.unsigned(2)) if take.unsigned(1) else None
        whole = bool(take.unsigned(1))
    else:
        coarse = bool(take.unsigned(1))
    y = 0
    if whole:
        x, z, y = (take.signed(bits) * RECORD_STEP for bits in (23, 23, 17))
    else:
        if enter is not None or slot not in believed:
            raise MalformedMessage("a record of an unknown entity has no whole position")
        bits = COARSE_BITS if coarse else FINE_BITS
        x, z = (nearest_place(near, take.unsigned(bits), coarse=coarse) for near in believed[slot])
    air, vertical, form = False, 0, kind
    if kind == RARE:
        air = bool(take.unsigned(1))
        if air:
            y = y if whole else take.signed(17) * RECORD_STEP
            vertical = take.signed(8) * VERTICAL_STEP // tick_hz
        form = take.unsigned(2)
        if not whole and form != FREE:
            raise MalformedMessage("a record is written as a rare one without need")
    motion = _read_motion(take, form, (x, y, z, air, vertical), tick_hz, coarse=coarse)
    if motion_form(motion) != form:
        raise MalformedMessage("a motion is not written in its one legal form")
    if kind != RARE and is_coarse(motion) is not coarse:
        raise MalformedMessage("a motion on coarse steps is written fine")
    return Record(slot, motion, enter, whole)


def motion_form(motion: Motion) -> int:
    """The form a record of this motion is written in."""
    if motion.air or motion.gait is Gait.KEEP:
        return FREE
    if (motion.gait or motion.speed) and (motion.heading - motion.yaw) % SIDE:
        return FREE
    if motion.bend:
        return TURNING
    return MOVING if motion.gait or motion.speed else STILL


def is_coarse(motion: Motion) -> bool:
    """Whether a motion lies on the coarse steps: its place, and its yaw unless it turns."""
    if motion.x % COARSE_STEP or motion.z % COARSE_STEP:
        return False
    return motion.bend > 0 or motion.yaw % COARSE_YAW_STEP == 0


def nearest_place(believed: int, low: int, *, coarse: bool) -> int:
    """The place (position units) with these low bits that is nearest to the believed one."""
    step, window = (COARSE_STEP, 1 << COARSE_BITS) if coarse else (RECORD_STEP, 1 << FINE_BITS)
    base = (believed + step // 2) // step
    offset = (low - base) % window
    return (base + (offset if offset < window // 2 else offset - window)) * step


def vertical_step(vertical: int, tick_hz: int) -> int:
    """A vertical speed (position units per tick) as the nearest wire step."""
    return (2 * vertical * tick_hz + VERTICAL_STEP) // (2 * VERTICAL_STEP)


def _write_rare(out: BitWriter, record: Record, tick_hz: int) -> None:
    motion, enter = record.motion, record.enter
    assert record.whole or enter is None, "who enters has a whole place"
    out.unsigned(enter is not None, 1)
    if enter is not None:
        out.unsigned(enter[0], 8)
        out.unsigned(enter[1], 2)
    out.unsigned(record.whole, 1)
    if record.whole:
        for value, bits in ((motion.x, 23), (motion.z, 23), (motion.y, 17)):
            out.signed(_steps(value, RECORD_STEP), bits)
    else:
        _write_low_place(out, motion, coarse=False)
    out.unsigned(motion.air, 1)
    if motion.air:
        if not record.whole:
            out.signed(_steps(motion.y, RECORD_STEP), 17)
        out.signed(vertical_step(motion.vertical, tick_hz), 8)


def _write_low_place(out: BitWriter, motion: Motion, *, coarse: bool) -> None:
    step, bits = (COARSE_STEP, COARSE_BITS) if coarse else (RECORD_STEP, FINE_BITS)
    out.unsigned(_steps(motion.x, step) % (1 << bits), bits)
    out.unsigned(_steps(motion.z, step) % (1 << bits), bits)


def _write_motion(out: BitWriter, motion: Motion, form: int, tick_hz: int, *, coarse: bool) -> None:
    if form == TURNING:
        out.unsigned(_steps(motion.yaw, YAW_STEP), 12)
    elif coarse:
        out.unsigned(_steps(motion.yaw, COARSE_YAW_STEP), 8)
    else:
        out.unsigned(_steps(motion.yaw, HEADING_STEP), 10)
    if form == FREE:
        out.unsigned(_steps(motion.heading, HEADING_STEP), 10)
        out.unsigned(motion.speed, 8)
        out.unsigned(motion.gait, 2)
    elif form != STILL:
        _write_way(out, motion, form)
    if form == TURNING:
        out.unsigned(motion.turn < 0, 1)
        out.unsigned(abs(motion.turn), 4)
        late = motion.bend != turn_belief(tick_hz)
        out.unsigned(late, 1)
        if late:
            out.unsigned(motion.bend, 6)


def _write_way(out: BitWriter, motion: Motion, form: int) -> None:
    side = _steps((motion.heading - motion.yaw) % UNIT, SIDE)
    out.unsigned(side != 0, 1)
    if side:
        out.unsigned(side, 3)
    out.unsigned(motion.gait, 2)
    ramp = motion.speed != (0, WALK_SPEED, RUN_SPEED)[motion.gait]
    if form == TURNING or motion.gait:
        out.unsigned(ramp, 1)
    if ramp:
        out.unsigned(motion.speed, 8)


def _steps(value: int, step: int) -> int:
    steps, rest = divmod(value, step)
    assert not rest, f"{value} lies between two steps of {step}"
    return steps


def _read_motion(
    take: BitReader,
    form: int,
    place: tuple[int, int, int, bool, int],
    tick_hz: int,
    *,
    coarse: bool,
) -> Motion:
    x, y, z, air, vertical = place
    bits, step = (8, COARSE_YAW_STEP) if coarse else (10, HEADING_STEP)
    bits, step = (12, YAW_STEP) if form == TURNING else (bits, step)
    yaw = take.unsigned(bits) * step
    heading, speed, gait, turn, bend = yaw, 0, Gait.STAND, 0, 0
    if form == FREE:
        heading, speed = take.unsigned(10) * HEADING_STEP, take.unsigned(8)
        gait = Gait(take.unsigned(2))
    elif form != STILL:
        side, gait, speed = _read_way(take, form)
        heading = (yaw + side * SIDE) % UNIT
    if form == TURNING:
        turn, bend = _read_turn(take, tick_hz)
    return Motion(x, y, z, yaw, heading, speed, gait, turn, bend, air, vertical)


def _read_way(take: BitReader, form: int) -> tuple[int, Gait, int]:
    """Side, gait and speed of who moves or turns."""
    aside = take.unsigned(1)
    side = take.unsigned(3) if aside else 0
    if aside and not side:
        raise MalformedMessage("a side of nought is written")
    gait = Gait(take.unsigned(2))
    if gait is Gait.KEEP:
        raise MalformedMessage("a motion is not written in its one legal form")
    normal = (0, WALK_SPEED, RUN_SPEED)[gait]
    ramp = take.unsigned(1) if form == TURNING or gait else 1
    speed = take.unsigned(8) if ramp else normal
    if ramp and speed == normal:
        raise MalformedMessage("a ramp is written for the gait's own speed")
    return side, gait, speed


def _read_turn(take: BitReader, tick_hz: int) -> tuple[int, int]:
    """The turn and for how many ticks it goes on."""
    left, turn = take.unsigned(1), take.unsigned(4)
    if left and not turn:
        raise MalformedMessage("a turn of nought is written as one to the left")
    belief = turn_belief(tick_hz)
    late = take.unsigned(1)
    bend = take.unsigned(6) if late else belief
    if late and bend == belief:
        raise MalformedMessage("a full belief is written out")
    return -turn if left else turn, bend
