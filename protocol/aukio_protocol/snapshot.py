"""Snapshots: what one tick tells one viewer. This is the readable reference of the layout.

```
0      u8   0x81
1      u8   bit 0 correction, 1 leaves, 2 poses, 3 answer, 4 whole tick, 5-7 k of the records' gaps
2      u8   low byte of the tick: the first tick after the one before that has it
            (u16 tick if bit 4: only when it is more than 255 after the one before)
[answer: u16 sequence of the last input that was simulated,
         i8 how early it came, in 1/16 tick (negative: late)]
[correction, 24 bytes: u16 tick, i32 x, i32 y, i32 z, i32 vertical, u16 yaw, u16 heading,
                       u8 speed, u8 flags (bit 0 air, bit 1 moved by the server, bits 2-3 gait)]
[leaves: u8 count, then u16 each: slots to forget]
[poses: u8 count, then u16 slot and 17 bytes each]
the records as bits to the end, then zero bits to a whole byte
```

Records stand in ascending order of slots, each slot once; before each stands the gap, the number of
slots left out since the one before (-1 at first), as a Rice code: gap >> k 1 bits and a 0, then the
low k bits of gap. What follows the gap is drawn in `record.py`. There is no count of records: each
has more than 8 bits, so fewer than 8 bits left are padding. Everything holds at the snapshot's
tick: a record that waited was moved on by the server.

k is not free: it is the binary logarithm of the mean gap, rounded down (`rice_parameter`).
"""

import struct
from dataclasses import dataclass, field

from .errors import MalformedMessage
from .messages import SNAPSHOT_ID
from .motion import UNIT, Gait
from .pose import POSE_BYTES, Pose
from .record import (
    FREE,
    MOVING,
    RARE,
    SIDE,
    STILL,
    TURNING,
    Record,
    motion_form,
    nearest_place,
    read_record,
    vertical_step,
    write_record,
)
from .wire import BitReader, BitWriter

LAST_SLOT = 0xFFFF
LARGEST_K = 7
LONGEST_SHORT_TICK = 255  # ticks after the one before that the low byte tells

#: What a record is made of stands in `record.py`; whoever deals with snapshots finds it here too.
__all__ = [
    "FREE",
    "MOVING",
    "RARE",
    "SIDE",
    "STILL",
    "TURNING",
    "Answer",
    "Correction",
    "Record",
    "Snapshot",
    "decode_snapshot",
    "encode_correction",
    "encode_snapshot",
    "motion_form",
    "nearest_place",
    "read_tick",
    "rice_parameter",
    "vertical_step",
]

_CORRECTION = struct.Struct("<HiiiiHHBB")


@dataclass(frozen=True, slots=True)
class Answer:
    """News of the viewer's inputs: the last that was simulated, and how early it came.

    Units: margin -128..127 in 1/16 tick, negative: late.
    """

    input: int
    margin: int


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
class Snapshot:
    """One decoded snapshot. Without an answer no input was simulated since the one before."""

    tick: int
    records: tuple[Record, ...] = ()
    leaves: tuple[int, ...] = ()
    answer: Answer | None = None
    correction: Correction | None = None
    poses: tuple[tuple[int, Pose], ...] = field(default=())


def encode_snapshot(snapshot: Snapshot, tick_hz: int, before: int) -> bytes:
    """Encodes a snapshot; the motions must lie on the wire's steps already.

    Args:
        before: the tick of the snapshot before; for the first, that of the welcome.
    """
    records = snapshot.records
    k = rice_parameter(len(records), records[-1].slot) if records else 0
    gaps, previous = BitWriter(), -1
    for record in records:
        gaps.rice(record.slot - previous - 1, k)
        write_record(gaps, record, tick_hz)
        previous = record.slot
    return _encode_head(snapshot, before, k) + gaps.to_bytes()


def decode_snapshot(
    data: bytes, tick_hz: int, before: int, believed: dict[int, tuple[int, int]] | None = None
) -> Snapshot:
    """Decodes a snapshot.

    Args:
        before: the tick of the snapshot before; for the first, that of the welcome.
        believed: slot → (x, z), position units, where the viewer's own extrapolation has each
            known entity at the snapshot's tick, which `read_tick` tells.

    Raises:
        MalformedMessage: anything that `encode_snapshot` would not write, and a record without
            a whole position for an entity that is not in `believed`.
    """
    tick = read_tick(data, before)
    flags, take = data[1], BitReader(data)
    take.unsigned(32 if flags & 16 else 24)
    answer = Answer(take.unsigned(16), take.signed(8)) if flags & 8 else None
    correction = _read_correction(take) if flags & 1 else None
    leaves = tuple(take.unsigned(16) for _ in range(take.unsigned(8))) if flags & 2 else ()
    poses = _read_poses(take) if flags & 4 else ()
    if (flags & 2 and not leaves) or (flags & 4 and not poses):
        raise MalformedMessage("a snapshot flags a part that is empty")
    records = _read_records(take, flags >> 5, tick_hz, believed or {})
    return Snapshot(tick, records, leaves, answer, correction, poses)


def read_tick(data: bytes, before: int) -> int:
    """The tick of a snapshot, from its first bytes and the tick of the one before.

    Raises:
        MalformedMessage: no snapshot, or a tick that is not in its one legal form.
    """
    if len(data) < 3 or data[0] != SNAPSHOT_ID or (data[1] & 16 and len(data) < 4):
        raise MalformedMessage("a snapshot has a wrong id, or is shorter than its head")
    if data[1] & 16:
        tick = int.from_bytes(data[2:4], "little")
        if not LONGEST_SHORT_TICK < (tick - before) % UNIT < UNIT // 2:
            raise MalformedMessage("a tick is written whole where its low byte would do")
        return tick
    later = (data[2] - before) % 256
    if not later:
        raise MalformedMessage("a snapshot repeats the low byte of the tick before")
    return (before + later) % UNIT


def rice_parameter(count: int, last_slot: int) -> int:
    """The k of the gaps of so many records that end at this slot: log2 of the mean, down."""
    mean = (last_slot + 1 - count) // count
    return min(LARGEST_K, max(0, mean.bit_length() - 1))


def encode_correction(fix: Correction) -> bytes:
    """The 24 bytes of a correction, as they stand in a snapshot."""
    place = (fix.tick, fix.x, fix.y, fix.z, fix.vertical, fix.yaw, fix.heading, fix.speed)
    return _CORRECTION.pack(*place, fix.air | fix.moved << 1 | fix.gait << 2)


def _encode_head(snapshot: Snapshot, before: int, k: int) -> bytes:
    fix, answer, later = snapshot.correction, snapshot.answer, (snapshot.tick - before) % UNIT
    assert 0 < later < UNIT // 2, "a snapshot is later than the one before"
    is_whole = later > LONGEST_SHORT_TICK
    flags = (fix is not None) | bool(snapshot.leaves) << 1 | bool(snapshot.poses) << 2
    flags |= (answer is not None) << 3 | is_whole << 4 | k << 5
    data = bytes((SNAPSHOT_ID, flags))
    data += struct.pack("<H", snapshot.tick) if is_whole else bytes((snapshot.tick & 255,))
    if answer is not None:
        data += struct.pack("<Hb", answer.input, answer.margin)
    if fix is not None:
        data += encode_correction(fix)
    if snapshot.leaves:
        data += bytes((len(snapshot.leaves),))
        data += b"".join(slot.to_bytes(2, "little") for slot in snapshot.leaves)
    if snapshot.poses:
        data += bytes((len(snapshot.poses),))
        data += b"".join(
            slot.to_bytes(2, "little") + pose.to_bytes() for slot, pose in snapshot.poses
        )
    return data


def _read_correction(take: BitReader) -> Correction:
    place = (take.unsigned(16), take.signed(32), take.signed(32), take.signed(32), take.signed(32))
    angles = (take.unsigned(16), take.unsigned(16), take.unsigned(8))
    flags = take.unsigned(8)
    if flags >> 4:
        raise MalformedMessage("a correction has an illegal flag")
    gait = Gait(flags >> 2)
    return Correction(*place, *angles, air=bool(flags & 1), moved=bool(flags & 2), gait=gait)


def _read_poses(take: BitReader) -> tuple[tuple[int, Pose], ...]:
    count = take.unsigned(8)
    found = []
    for _ in range(count):
        slot = take.unsigned(16)
        found.append((slot, Pose.from_bytes(take.unsigned(POSE_BYTES * 8).to_bytes(17, "little"))))
    return tuple(found)


def _read_records(
    take: BitReader, k: int, tick_hz: int, believed: dict[int, tuple[int, int]]
) -> tuple[Record, ...]:
    records: list[Record] = []
    slot = -1
    while take.bits_left >= 8:
        slot += 1 + take.rice(k, LAST_SLOT - slot - 1)
        records.append(read_record(take, slot, tick_hz, believed))
    take.finish()
    if k != (rice_parameter(len(records), slot) if records else 0):
        raise MalformedMessage("the gaps are not written with the k that they give")
    return tuple(records)
