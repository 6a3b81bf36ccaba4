"""Records: news of one entity within a snapshot, as bits (see `wire.py` for their order).

```
kind 2   0 still     place, yaw 10
         1 moving    place, M
         2 turning   place, T
         3 rare      enter 1 [generation 8, kind 2],
                     whole 1 (1 if enter): x 23, z 23, y 17, signed, 1/128 m   0: place
                     air 1: [y 17 signed 1/128 m unless whole] vertical 8 signed, 1/8 m/s
                     form 2: 0 still, yaw 10   1 moving, M   2 turning, T
                             3 free, yaw 10, heading 10, speed 8, gait 2
place    low 9 bits of x, low 9 bits of z, 1/128 m
M        yaw 10, aside 1 [side 3], gait 2; gait 0: speed 8   else: ramp 1 [speed 8]
T        yaw 12, aside 1 [side 3], gait 2, ramp 1 [speed 8], left 1, turn 4, late 1 [bend 6]
```

heading = yaw + side/8 turn, in the still, moving and turning forms; ramp 0: the speed is that of
the gait; late 0: the turn goes on for its full belief.
"""

from dataclasses import dataclass

from .errors import MalformedMessage
from .motion import (
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
WINDOW_BITS = 9  # low bits of a place: 4 m
WINDOW = 1 << WINDOW_BITS


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
        out.unsigned(form, 2)
        _write_low_place(out, motion)
    else:
        out.unsigned(RARE, 2)
        _write_rare(out, record, tick_hz)
        out.unsigned(form, 2)
    _write_motion(out, motion, form, tick_hz)


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
    kind, enter, whole = take.unsigned(2), None, False
    if kind == RARE:
        enter = (take.unsigned(8), take.unsigned(2)) if take.unsigned(1) else None
        whole = bool(take.unsigned(1))
    y = 0
    if whole:
        x, z, y = (take.signed(bits) * RECORD_STEP for bits in (23, 23, 17))
    else:
        if enter is not None or slot not in believed:
            raise MalformedMessage("a record of an unknown entity has no whole position")
        near_x, near_z = believed[slot]
        x = nearest_place(near_x, take.unsigned(WINDOW_BITS))
        z = nearest_place(near_z, take.unsigned(WINDOW_BITS))
    air, vertical, form = False, 0, kind
    if kind == RARE:
        air = bool(take.unsigned(1))
        if air:
            y = y if whole else take.signed(17) * RECORD_STEP
            vertical = take.signed(8) * VERTICAL_STEP // tick_hz
        form = take.unsigned(2)
        if not whole and form != FREE:
            raise MalformedMessage("a record is written as a rare one without need")
    motion = _read_motion(take, form, (x, y, z, air, vertical), tick_hz)
    if motion_form(motion) != form:
        raise MalformedMessage("a motion is not written in its one legal form")
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


def nearest_place(believed: int, low: int) -> int:
    """The place (position units) with these low 9 bits that is nearest to the believed one."""
    base = (believed + RECORD_STEP // 2) // RECORD_STEP
    offset = (low - base) % WINDOW
    return (base + (offset if offset < WINDOW // 2 else offset - WINDOW)) * RECORD_STEP


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
        _write_low_place(out, motion)
    out.unsigned(motion.air, 1)
    if motion.air:
        if not record.whole:
            out.signed(_steps(motion.y, RECORD_STEP), 17)
        out.signed(vertical_step(motion.vertical, tick_hz), 8)


def _write_low_place(out: BitWriter, motion: Motion) -> None:
    out.unsigned(_steps(motion.x, RECORD_STEP) % WINDOW, WINDOW_BITS)
    out.unsigned(_steps(motion.z, RECORD_STEP) % WINDOW, WINDOW_BITS)


def _write_motion(out: BitWriter, motion: Motion, form: int, tick_hz: int) -> None:
    if form == TURNING:
        out.unsigned(_steps(motion.yaw, YAW_STEP), 12)
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
    take: BitReader, form: int, place: tuple[int, int, int, bool, int], tick_hz: int
) -> Motion:
    x, y, z, air, vertical = place
    yaw = take.unsigned(12) * YAW_STEP if form == TURNING else take.unsigned(10) * HEADING_STEP
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
