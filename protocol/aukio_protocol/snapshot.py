"""Snapshots: what one tick tells one viewer. This is the readable reference of the layout.

```
0      u8   0x81
1-2    u16  tick
3-4    u16  sequence of the last input that was simulated
5      i8   how early that input came, in 1/16 tick (negative: late)
6      u8   bit 0 correction, bit 1 leaves, bit 2 poses, bits 3-7 zero
[correction, 24 bytes: u16 tick, i32 x, i32 y, i32 z, i32 vertical, u16 yaw, u16 heading,
                       u8 speed, u8 flags (bit 0 air, bit 1 moved by the server, bits 2-3 gait)]
[leaves: u8 count, then u16 each: slots to forget]
u16 count of records, then the records as bits, then zero bits to a whole byte
[poses: u8 count, then u16 slot and 17 bytes each]
```

A record, as bits (see `wire.py` for their order); slots ascend strictly:

```
wide 1      0: slot = previous + 1 + gap, gap 7   1: slot 16          (previous starts at -1)
enter 1     1: generation 8, kind 2; then whole is 1
whole 1     1: x 24, z 24, y 18, signed, 1/256 m   0: low 10 bits of x, low 10 bits of z
air 1       1: y 18 signed 1/256 m (unless whole); vertical 8 signed, 1/8 m/s
motion 2    0 still     yaw 10
            1 straight  yaw 10, run 1, side 3, ramp 1 [speed 8]
            2 turning   yaw 16, gait 2, side 3, ramp 1 [speed 8], left 1, turn 4, bend 6
            3 free      yaw 10, heading 10, speed 8, gait 2
```

heading = yaw + side/8 turn, in the still, straight and turning forms; ramp 0: the speed is that of
the gait. Everything holds at `tick`: a record that waited was moved on by the server.
"""

import struct
from dataclasses import dataclass, field

from .errors import MalformedMessage
from .messages import SNAPSHOT_ID
from .motion import (
    HEADING_STEP,
    PLACE_STEP,
    RUN_SPEED,
    UNIT,
    VERTICAL_STEP,
    WALK_SPEED,
    Gait,
    Motion,
)
from .pose import POSE_BYTES, Pose
from .wire import BitReader, BitWriter

STILL, STRAIGHT, TURNING, FREE = range(4)
SIDE = UNIT // 8
WINDOW = 1024  # low bits of a place: 4 m

_HEAD = struct.Struct("<BHHbB")
_CORRECTION = struct.Struct("<HiiiiHHBB")


@dataclass(frozen=True, slots=True)
class Correction:
    """The viewer's own avatar as the server has it after tick `tick`, at full precision.

    `gait` is how it goes on, as in a record: a client that predicts itself knows better.
    """

    tick: int
    x: int
    y: int
    z: int
    vertical: int
    yaw: int
    heading: int
    speed: int
    air: bool = False
    moved: bool = False
    gait: Gait = Gait.STAND


@dataclass(frozen=True, slots=True)
class Record:
    """News of one entity. `enter` holds (generation, kind) if the viewer did not know it."""

    slot: int
    motion: Motion
    enter: tuple[int, int] | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One decoded snapshot."""

    tick: int
    input: int
    margin: int
    records: tuple[Record, ...] = ()
    leaves: tuple[int, ...] = ()
    correction: Correction | None = None
    poses: tuple[tuple[int, Pose], ...] = field(default=())


def encode_snapshot(snapshot: Snapshot, tick_hz: int) -> bytes:
    """Encodes a snapshot; the motions must lie on the wire's steps already."""
    head, records = _encode_head(snapshot), BitWriter()
    previous = -1
    for record in snapshot.records:
        _write_record(records, record, previous, tick_hz)
        previous = record.slot
    data = head + len(snapshot.records).to_bytes(2, "little") + records.to_bytes()
    if snapshot.poses:
        data += bytes((len(snapshot.poses),))
        for slot, pose in snapshot.poses:
            data += slot.to_bytes(2, "little") + pose.to_bytes()
    return data


def decode_snapshot(
    data: bytes, tick_hz: int, believed: dict[int, tuple[int, int]] | None = None
) -> Snapshot:
    """Decodes a snapshot.

    Args:
        believed: slot → (x, z), position units, where the viewer's own extrapolation has each
            known entity at the snapshot's tick.

    Raises:
        MalformedMessage: anything that `encode_snapshot` would not write, and a record without
            a whole position for an entity that is not in `believed`.
    """
    if len(data) < _HEAD.size:
        raise MalformedMessage("a snapshot is shorter than its head")
    message, tick, wish, margin, flags = _HEAD.unpack_from(data)
    if message != SNAPSHOT_ID or flags >> 3:
        raise MalformedMessage("a snapshot has a wrong id or an illegal flag")
    take = BitReader(data[_HEAD.size :])
    correction = _read_correction(take) if flags & 1 else None
    leaves = tuple(take.unsigned(16) for _ in range(take.unsigned(8))) if flags & 2 else ()
    records, previous = [], -1
    for _ in range(take.unsigned(16)):
        record = _read_record(take, previous, tick_hz, believed or {})
        records.append(record)
        previous = record.slot
    take.align()
    poses = _read_poses(take) if flags & 4 else ()
    take.finish()
    if (flags & 2 and not leaves) or (flags & 4 and not poses):
        raise MalformedMessage("a snapshot flags a part that is empty")
    return Snapshot(tick, wish, margin, tuple(records), leaves, correction, poses)


def _encode_head(snapshot: Snapshot) -> bytes:
    fix = snapshot.correction
    flags = (fix is not None) | bool(snapshot.leaves) << 1 | bool(snapshot.poses) << 2
    data = _HEAD.pack(SNAPSHOT_ID, snapshot.tick, snapshot.input, snapshot.margin, flags)
    if fix is not None:
        data += encode_correction(fix)
    if snapshot.leaves:
        data += bytes((len(snapshot.leaves),))
        data += b"".join(slot.to_bytes(2, "little") for slot in snapshot.leaves)
    return data


def encode_correction(fix: Correction) -> bytes:
    """The 24 bytes of a correction, as they stand in a snapshot."""
    place = (fix.tick, fix.x, fix.y, fix.z, fix.vertical, fix.yaw, fix.heading, fix.speed)
    return _CORRECTION.pack(*place, fix.air | fix.moved << 1 | fix.gait << 2)


def motion_form(motion: Motion) -> int:
    """The form a record of this motion is written in."""
    if motion.air or motion.gait is Gait.KEEP:
        return FREE
    if not (motion.gait or motion.speed or motion.bend):
        return STILL
    if (motion.heading - motion.yaw) % SIDE:
        return FREE
    if motion.bend:
        return TURNING
    return STRAIGHT if motion.gait else FREE


def _write_record(out: BitWriter, record: Record, previous: int, tick_hz: int) -> None:
    gap = record.slot - previous - 1
    if gap < 128:
        out.unsigned(gap << 1, 8)
    else:
        out.unsigned(record.slot << 1 | 1, 17)
    out.unsigned(record.enter is not None, 1)
    if record.enter is not None:
        out.unsigned(record.enter[0], 8)
        out.unsigned(record.enter[1], 2)
    motion = record.motion
    out.unsigned(record.whole, 1)
    if record.whole:
        for value, bits in ((motion.x, 24), (motion.z, 24), (motion.y, 18)):
            out.signed(value // PLACE_STEP, bits)
    else:
        out.unsigned(motion.x // PLACE_STEP % WINDOW, 10)
        out.unsigned(motion.z // PLACE_STEP % WINDOW, 10)
    out.unsigned(motion.air, 1)
    if motion.air:
        if not record.whole:
            out.signed(motion.y // PLACE_STEP, 18)
        out.signed(vertical_step(motion.vertical, tick_hz), 8)
    _write_motion(out, motion)


def _write_motion(out: BitWriter, motion: Motion) -> None:
    form = motion_form(motion)
    out.unsigned(form, 2)
    if form is TURNING:
        out.unsigned(motion.yaw, 16)
    else:
        out.unsigned(motion.yaw // HEADING_STEP, 10)
    if form is FREE:
        out.unsigned(motion.heading // HEADING_STEP, 10)
        out.unsigned(motion.speed, 8)
        out.unsigned(motion.gait, 2)
    elif form is not STILL:
        if form is STRAIGHT:
            out.unsigned(motion.gait is Gait.RUN, 1)
        else:
            out.unsigned(motion.gait, 2)
        out.unsigned((motion.heading - motion.yaw) % UNIT // SIDE, 3)
        ramp = motion.speed != (0, WALK_SPEED, RUN_SPEED)[motion.gait]
        out.unsigned(ramp, 1)
        if ramp:
            out.unsigned(motion.speed, 8)
        if form is TURNING:
            out.unsigned(motion.turn < 0, 1)
            out.unsigned(abs(motion.turn), 4)
            out.unsigned(motion.bend, 6)


def vertical_step(vertical: int, tick_hz: int) -> int:
    """A vertical speed (position units per tick) as the nearest wire step."""
    return (2 * vertical * tick_hz + VERTICAL_STEP) // (2 * VERTICAL_STEP)


def _read_correction(take: BitReader) -> Correction:
    place = (take.unsigned(16), take.signed(32), take.signed(32), take.signed(32), take.signed(32))
    angles = (take.unsigned(16), take.unsigned(16), take.unsigned(8))
    flags = take.unsigned(8)
    if flags >> 4:
        raise MalformedMessage("a correction has an illegal flag")
    gait = Gait(flags >> 2)
    return Correction(*place, *angles, air=bool(flags & 1), moved=bool(flags & 2), gait=gait)


def _read_record(
    take: BitReader, previous: int, tick_hz: int, believed: dict[int, tuple[int, int]]
) -> Record:
    slot = _read_slot(take, previous)
    enter = (take.unsigned(8), take.unsigned(2)) if take.unsigned(1) else None
    whole = bool(take.unsigned(1))
    y = 0
    if whole:
        x, z, y = (take.signed(bits) * PLACE_STEP for bits in (24, 24, 18))
    else:
        if enter is not None or slot not in believed:
            raise MalformedMessage("a record of an unknown entity has no whole position")
        near_x, near_z = believed[slot]
        x = nearest_place(near_x, take.unsigned(10))
        z = nearest_place(near_z, take.unsigned(10))
    air, vertical = bool(take.unsigned(1)), 0
    if air:
        y = y if whole else take.signed(18) * PLACE_STEP
        vertical = take.signed(8) * VERTICAL_STEP // tick_hz
    motion = _read_motion(take, (x, y, z), air, vertical)
    return Record(slot, motion, enter, whole)


def _read_slot(take: BitReader, previous: int) -> int:
    if not take.unsigned(1):
        slot = previous + 1 + take.unsigned(7)
        if slot > 0xFFFF:
            raise MalformedMessage("a slot lies beyond 65,535")
        return slot
    slot = take.unsigned(16)
    if slot - previous - 1 < 128:
        raise MalformedMessage("a slot is written wide where its gap would do")
    return slot


def nearest_place(believed: int, low: int) -> int:
    """The place (position units) with these low 10 bits that is nearest to the believed one."""
    base = (believed + PLACE_STEP // 2) // PLACE_STEP
    offset = (low - base) % WINDOW
    return (base + (offset if offset < WINDOW // 2 else offset - WINDOW)) * PLACE_STEP


def _read_motion(take: BitReader, place: tuple[int, int, int], air: bool, vertical: int) -> Motion:
    form = take.unsigned(2)
    yaw = take.unsigned(16) if form == TURNING else take.unsigned(10) * HEADING_STEP
    heading, speed, gait, turn, bend = yaw, 0, Gait.STAND, 0, 0
    if form == FREE:
        heading, speed = take.unsigned(10) * HEADING_STEP, take.unsigned(8)
        gait = Gait(take.unsigned(2))
    elif form != STILL:
        gait = Gait(1 + take.unsigned(1)) if form == STRAIGHT else Gait(take.unsigned(2))
        heading = (yaw + take.unsigned(3) * SIDE) % UNIT
        normal = (0, WALK_SPEED, RUN_SPEED, 0)[gait]
        ramp = take.unsigned(1)
        speed = take.unsigned(8) if ramp else normal
        if ramp and speed == normal:
            raise MalformedMessage("a ramp is written for the gait's own speed")
        if form == TURNING:
            left = take.unsigned(1)
            turn, bend = take.unsigned(4), take.unsigned(6)
            if left and not turn:
                raise MalformedMessage("a turn of nought is written as one to the left")
            turn = -turn if left else turn
    motion = Motion(*place, yaw, heading, speed, gait, turn, bend, air, vertical)
    if motion_form(motion) != form:
        raise MalformedMessage("a motion is not written in its one legal form")
    return motion


def _read_poses(take: BitReader) -> tuple[tuple[int, Pose], ...]:
    count = take.unsigned(8)
    found = []
    for _ in range(count):
        slot = take.unsigned(16)
        found.append((slot, Pose.from_bytes(take.unsigned(POSE_BYTES * 8).to_bytes(17, "little"))))
    return tuple(found)
