"""Every byte of the wire, written from SPEC.md and its golden bytes alone.

This folder knows nothing of the project's code: that is its point. It was written by somebody who
had read the specification only, and proves that one can.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgpack

PROTOCOL = Path(__file__).parents[2] / "protocol"
_LINE = re.search(
    r"Version (\d+), schema hash `([0-9a-f]{16})`", (PROTOCOL / "SPEC.md").read_text()
)
assert _LINE is not None, "SPEC.md tells version and schema hash"
VERSION, SCHEMA = int(_LINE[1]), bytes.fromhex(_LINE[2])
REASONS = [
    "LEFT",
    "MALFORMED",
    "UNKNOWN_MESSAGE",
    "WRONG_STATE",
    "OVERSIZED",
    "TOO_MANY",
    "VERSION",
    "NAME",
    "FULL",
    "BUSY",
    "TICKET",
    "TAKEN_OVER",
    "HELLO_LATE",
    "SLOW",
    "RESTART",
    "SILENT",
    "INTERNAL",
    "ADDRESS",
    "WORLD",
]
CLOSE_CODES = {name: 4000 + number if number else 1000 for number, name in enumerate(REASONS)}
U8, U16, U32 = (0, 255), (0, 65535), (0, 2**32 - 1)
I16, I32 = (-(2**15), 2**15 - 1), (-(2**31), 2**31 - 1)
Field = tuple[str, type, int, int]  # name, type, least and most: of the value, or of the length


def _field(spec: str) -> Field:
    name, kind, *bounds = spec.split(":")
    ranges = {"u8": U8, "u16": U16, "u32": U32, "i16": I16, "i32": I32, "bool": (0, 1)}
    low, high = ranges.get(kind) or (int(bounds[0]), int(bounds[1]))
    return name, {"str": str, "bytes": bytes, "bool": bool}.get(kind, int), low, high


NAMED = "name:str:1:96"
#: id: (name, most bytes, fields)
CONTROL: dict[int, tuple[str, int, list[Field]]] = {
    number: (name, limit, [_field(spec) for spec in fields.split()])
    for number, name, limit, fields in (
        (0x10, "Hello", 1024, "version:u16 schema:bytes:8:8 name:str:0:96 look:bytes:0:16 language:str:0:16 "
                              "ticket:str:0:256 secret:bytes:0:32 spot:str:0:64"),
        (0x11, "ClockPing", 16, "time:u32"),
        (0x12, "Say", 2100, "text:str:1:500"),
        (0x13, "Gesture", 16, "kind:u8"),
        (0x14, "Hold", 16, "posture:u8"),
        (0x15, "Dress", 32, "look:bytes:0:16"),
        (0x16, "Go", 80, "spot:str:1:64"),
        (0x17, "Use", 80, "object:str:1:64"),
        (0x18, "Kick", 16, "entity:u16 generation:u8"),
        (0x19, "Silence", 16, "entity:u16 generation:u8 silenced:bool"),
        (0x1F, "Leave", 16, ""),
        (0x90, "Welcome", 1024, f"entity:u16 generation:u8 {NAMED} secret:bytes:32:32 resumed:bool world:str:1:64 "
                                "scene:str:0:64 walk:str:0:64 tick:u16 tick_hz:u8 x:i32 y:i32 z:i32 yaw:u16"),
        (0x91, "Refuse", 512, "reason:u8 detail:str:0:300 retry:u32 version:u16 schema:bytes:8:8"),
        (0x92, "ClockPong", 32, "time:u32 tick:u16 phase:u16"),
        (0x93, "Introduce", 512, f"entity:u16 generation:u8 kind:u8 {NAMED} look:bytes:0:16 posture:u8"),
        (0x94, "Said", 2600, f"entity:u16 {NAMED} text:str:1:500"),
        (0x95, "Gestured", 32, "entity:u16 kind:u8"),
        (0x96, "ObjectState", 512, "object:str:1:64 version:u32 state:str:1:64 tick:u16"),
        (0x97, "People", 16, "count:u16"),
        (0x98, "Saved", 96, "what:u8 version:u32 object:str:0:64"),
        (0x99, "Notice", 1400, "code:u8 text:str:0:300"),
        (0x9A, "FarCrowd", 1040, "cell:u8 west:i16 north:i16 width:u8 counts:bytes:0:1024"),
        (0x9B, "Rebuilt", 256, "scene:str:0:64 walk:str:0:64 tick:u16"),
        (0x9C, "Portal", 1400, "to:str:0:300"),
        (0x9D, "Rights", 96, "role:str:1:64 rights:u8"),
        (0x9E, "Silenced", 16, "entity:u16 generation:u8 silenced:bool"),
        (0x9F, "Goodbye", 512, "reason:u8 resumable:bool retry:u32 detail:str:0:300"),
    )
}  # fmt: skip
IDS = {name: number for number, (name, _, _) in CONTROL.items()}


class Broken(Exception):
    """A message that breaks a rule; `reason` names it."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(f"{reason}: {why}")
        self.reason = reason


def need(holds: bool, why: str) -> None:
    if not holds:
        raise Broken("MALFORMED", why)


# Control messages


def decode_control(data: bytes, sender: str = "server") -> tuple[str, dict[str, Any]]:
    """The name and the fields of a control message of the client or the server."""
    if not data or data[0] not in CONTROL or (data[0] < 0x80) != (sender == "client"):
        raise Broken("UNKNOWN_MESSAGE", f"no control message of the {sender}: {data[:1].hex()}")
    name, limit, layout = CONTROL[data[0]]
    if len(data) > limit:
        raise Broken("OVERSIZED", f"{len(data)} bytes of {name}")
    try:
        values = msgpack.unpackb(data[1:], raw=False, strict_map_key=True)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise Broken("MALFORMED", f"{name} is not MessagePack: {error}") from None
    need(
        type(values) is list and len(values) == len(layout), f"{name} is no array of {len(layout)}"
    )
    for value, (key, kind, low, high) in zip(values, layout, strict=True):
        need(type(value) is kind, f"{name}.{key} is no {kind.__name__}")
        need(
            low <= (len(value) if kind in (str, bytes) else value) <= high,
            f"{name}.{key} is out of range",
        )
        if kind is str:
            need(
                "\0" not in value and unicodedata.is_normalized("NFC", value),
                f"{name}.{key} is no legal text",
            )
    need(
        msgpack.packb(values, use_bin_type=True) == data[1:], f"{name} is not in its shortest form"
    )
    return name, {key: value for (key, *_), value in zip(layout, values, strict=True)}


def encode_control(name: str, /, **fields: Any) -> bytes:
    layout = CONTROL[IDS[name]][2]
    assert fields.keys() == {key for key, *_ in layout}, (
        f"{name} has other fields than {sorted(fields)}"
    )
    data = bytes([IDS[name]]) + msgpack.packb(
        [fields[key] for key, *_ in layout], use_bin_type=True
    )
    decode_control(data, "client" if IDS[name] < 0x80 else "server")
    return data


# Bits, inputs and poses

Pose = dict[str, Any]
HEAD = {
    "x": -7,
    "y": 8,
    "z": -7,
    "yaw": 8,
    "pitch": 8,
    "roll": 6,
}  # bits of each field, negative: signed
HAND = {"x": -8, "y": -8, "z": -8, "yaw": 7, "pitch": 6, "roll": 6, "grip": 3}


class Bits:
    """Reads the given data or, without any, writes: each `code` method goes through the fields of both ways."""

    def __init__(self, data: bytes | None = None) -> None:
        self.reads = data is not None
        self.value, self.size, self.at = (
            int.from_bytes(data or b"", "little"),
            8 * len(data or b""),
            0,
        )

    def code(self, width: int, value: int = 0) -> int:
        """The next field, of -width bits and signed if negative: read, or `value` as written."""
        low, width = (-(1 << -width - 1), -width) if width < 0 else (0, width)
        if self.reads:
            need(self.at + width <= self.size, "the message is cut short")
            raw = self.value >> self.at & (1 << width) - 1
            value = raw - (1 << width) if raw >= low + (1 << width) else raw
        else:
            assert low <= value < low + (1 << width), f"{value} does not fit {width} bits"
            self.value |= (value & (1 << width) - 1) << self.at
        self.at += width
        return value

    def code_all(self, into: dict[str, Any], unit: int = 1, **widths: int) -> None:
        for key, width in widths.items():
            into[key] = unit * self.code(width, into.get(key, 0) // unit)

    def code_pose(self, pose: Pose | None) -> Pose:
        pose = pose or {"left": {}, "right": {}}
        self.code_all(pose, **HEAD)
        self.code_all(pose["left"], **HAND)
        self.code_all(pose["right"], **HAND)
        return pose

    def rice(self, k: int, value: int = 0) -> int:
        """The next Rice code (SN4): a 1 for each whole 2**k, a 0, and the rest in k bits."""
        ones = 0
        while self.code(1, ones < value >> k):
            ones += 1
            need(ones << k < 65536, "a gap beyond all slots")
        return ones << k | self.code(k, value % 2**k)

    @property
    def left(self) -> int:
        """How many bits are still to read."""
        return self.size - self.at

    def pad(self) -> None:
        need(self.code(-self.at % 8) == 0, "padding bits are not zero")

    def close(self) -> bytes:
        need(not self.reads or self.at == self.size, "trailing bytes")
        return self.value.to_bytes(self.at // 8, "little")


@dataclass
class Input:
    sequence: int = 0
    tick: int = 0
    seen: int = 0
    yaw: int = 0
    heading: int = 0
    gait: int = 0
    jump: bool = False
    claim: list[int] | None = None
    pose: Pose | None = None


def _code_input(bits: Bits, wish: Input) -> Input:
    need(bits.code(8, 0x01) == 0x01, "not an input")
    bits.code_all(vars(wish), sequence=16, tick=16, seen=16, yaw=16, heading=10, gait=2)
    wish.jump = bool(bits.code(1, wish.jump))
    claim, pose, zero = (
        bits.code(1, wish.claim is not None),
        bits.code(1, wish.pose is not None),
        bits.code(1),
    )
    need(wish.gait < 3 and not zero, "gait 3 or bit 15 of an input")
    wish.claim = [bits.code(16, value) for value in wish.claim or (0, 0)] if claim else None
    wish.pose = bits.code_pose(wish.pose) if pose else None
    return wish


def encode_input(wish: Input) -> bytes:
    _code_input(bits := Bits(), replace(wish))
    return bits.close()


def decode_input(data: bytes) -> Input:
    wish = _code_input(bits := Bits(data), Input())
    bits.close()
    return wish


# Motion

SINE = [round(65536 * math.sin(2 * math.pi * i / 1024)) for i in range(1024)]
GAIT_SPEED = (0, 45, 128)
STILL, MOVING, TURNING, FREE = range(4)
RARE = 3


@dataclass
class Motion:
    x: int = 0
    y: int = 0
    z: int = 0
    yaw: int = 0
    heading: int = 0
    speed: int = 0
    gait: int = 0
    turn: int = 0
    bend: int = 0
    air: bool = False
    vertical: int = 0

    @property
    def metres(self) -> tuple[float, float, float]:
        return self.x / 65536, self.y / 65536, self.z / 65536

    @property
    def form(self) -> int:
        """The only legal form of a record of it (SN6)."""
        if self.air or self.gait == 3:
            return FREE
        stands = self.gait == self.speed == 0
        if not stands and (self.heading - self.yaw) % 8192:
            return FREE
        return TURNING if self.bend else STILL if stands else MOVING


def advance(motion: Motion, hz: int, ticks: int = 1) -> Motion:
    """The motion some ticks later (MO1)."""
    m = replace(motion)
    for _ in range(ticks):
        if m.bend > 0:
            rate = (m.turn**2 * 87381 // (225 * hz) + 8) // 16 * 16 * (-1 if m.turn < 0 else 1)
            m.yaw, m.heading, m.bend = (
                (m.yaw + rate) % 65536,
                (m.heading + rate) % 65536,
                m.bend - 1,
            )
            if m.bend == 0:
                m.yaw, m.heading = ((a + 32) // 64 * 64 % 65536 for a in (m.yaw, m.heading))
                m.turn = 0
        target, step = (*GAIT_SPEED, m.speed)[m.gait], 640 // hz
        m.speed += max(-step, min(step, target - m.speed))
        length, i = m.speed * 2048 // hz, (m.heading + 32) // 64 % 1024
        m.x += (length * SINE[i] + 32768) // 65536
        m.z -= (length * SINE[(i + 256) % 1024] + 32768) // 65536
        if m.air:
            m.vertical = max(m.vertical - 642253 // hz**2, -(127 * 8192) // hz)
            m.y += m.vertical
    return m


def resolve_low(low: int, believed: int, coarse: bool) -> int:
    """A whole position from its low bits and the one believed, in 1/65536 m (SN7)."""
    step, window = (2048, 128) if coarse else (512, 512)
    b = (believed + step // 2) // step
    d = (low - b) % window
    return step * (b + d - (window if 2 * d >= window else 0))


def lies_coarse(m: Motion) -> bool:
    """Whether a motion lies on the coarse steps (SN6)."""
    return not (m.x % 2048 or m.z % 2048 or (m.yaw % 256 and m.form != TURNING))


# Snapshots


@dataclass
class Record:
    slot: int = 0
    motion: Motion = field(default_factory=Motion)
    enter: list[int] | None = None  # generation and kind
    whole: bool = False


@dataclass
class Snapshot:
    tick: int = 0
    records: list[Record] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    answer: dict[str, int] | None = None  # input and margin
    correction: dict[str, Any] | None = None
    poses: list[list[Any]] = field(default_factory=list)


#: where a slot is believed at a tick (x, y, z); None: not known
Believe = Callable[[int, int], tuple[int, int, int] | None]


def decode_snapshot(data: bytes, hz: int, before: int, believe: Believe) -> Snapshot:
    """All of a snapshot, low positions resolved; `y` without air and whole is the height believed before."""
    shot = _code_snapshot(bits := Bits(data), Snapshot(), hz, before, believe)
    bits.close()
    return shot


def encode_snapshot(shot: Snapshot, hz: int, before: int) -> bytes:
    _code_snapshot(bits := Bits(), shot, hz, before, lambda slot, tick: (0, 0, 0))
    return bits.close()


def _code_snapshot(bits: Bits, shot: Snapshot, hz: int, before: int, believe: Believe) -> Snapshot:
    need(bits.code(8, 0x81) == 0x81, "not a snapshot")
    corrected = bits.code(1, shot.correction is not None)
    leaves, poses = bits.code(1, bool(shot.leaves)), bits.code(1, bool(shot.poses))
    answered = bits.code(1, shot.answer is not None)
    far = bits.code(1, (shot.tick - before) % 65536 > 255)
    k = bits.code(3, _k(shot.records))
    if far:
        shot.tick = bits.code(16, shot.tick)
        need(
            255 < (shot.tick - before) % 65536 < 32768,
            "a tick that goes back, or whole for nothing",
        )
    else:
        ahead = (bits.code(8, shot.tick % 256) - before) % 256
        need(ahead > 0, "a tick that comes again")
        shot.tick = (before + ahead) % 65536
    if answered:
        shot.answer = dict(shot.answer or {})
        bits.code_all(shot.answer, input=16, margin=-8)
    if corrected:
        shot.correction = _code_correction(bits, dict(shot.correction or {}))
    if leaves:
        count = bits.code(8, len(shot.leaves))
        shot.leaves = [bits.code(16, slot) for slot in shot.leaves or [0] * count]
        need(len(set(shot.leaves)) == count > 0, "leaves that are none or come twice")
    if poses:
        count = bits.code(8, len(shot.poses))
        need(count > 0, "poses that are none")
        shot.poses = [
            [bits.code(16, slot), bits.code_pose(pose)]
            for slot, pose in shot.poses or [[0, None]] * count
        ]
    _code_records(bits, shot, hz, k, believe)
    return shot


def _code_correction(bits: Bits, c: dict[str, Any]) -> dict[str, Any]:
    bits.code_all(c, tick=16, x=-32, y=-32, z=-32, vertical=-32, yaw=16, heading=16, speed=8)
    c["air"] = bool(bits.code(1, c.get("air", 0)))
    c["moved"] = bool(bits.code(1, c.get("moved", 0)))
    c["gait"] = bits.code(2, c.get("gait", 0))
    need(bits.code(4) == 0, "a correction with an illegal flag")
    return c


def _k(records: list[Record]) -> int:
    """The k that the gaps of these records give (SN16)."""
    if not records:
        return 0
    mean = (records[-1].slot + 1 - len(records)) // len(records)
    return min(7, max(0, mean.bit_length() - 1))


def _code_records(bits: Bits, shot: Snapshot, hz: int, k: int, believe: Believe) -> None:
    """The records: when writing those of the snapshot, when reading those up to the end."""
    previous, written = -1, iter(shot.records)
    records: list[Record] = []
    while bits.left >= 8 if bits.reads else len(records) < len(shot.records):
        record = Record() if bits.reads else next(written)
        record.slot = previous + 1 + bits.rice(k, record.slot - previous - 1)
        need(record.slot < 65536, "a slot above all")
        is_gone = record.slot in shot.leaves
        known = None if is_gone else believe(record.slot, shot.tick)
        _code_record(bits, record, hz, known)
        records.append(record)
        previous = record.slot
    bits.pad()
    shot.records = records
    need(k == _k(records), "another k than the gaps give")


def _code_record(bits: Bits, record: Record, hz: int, known: tuple[int, int, int] | None) -> None:
    m = record.motion
    is_rare = record.whole or m.form == FREE
    kind = form = bits.code(2, RARE if is_rare else m.form)
    if kind == RARE and bits.code(1, record.enter is not None):
        widths = zip((8, 2), record.enter or (0, 0), strict=True)
        record.enter = [bits.code(width, value) for width, value in widths]
    record.whole = kind == RARE and bool(bits.code(1, record.whole))
    need(record.whole or record.enter is None, "an entry without its whole place")
    coarse = kind != RARE and bool(bits.code(1, lies_coarse(m)))
    if record.whole:
        bits.code_all(vars(m), 512, x=-23, z=-23, y=-17)
    else:
        step, width = (2048, 7) if coarse else (512, 9)
        low_x, low_z = (bits.code(width, value // step % (1 << width)) for value in (m.x, m.z))
        need(known is not None, f"low bits of slot {record.slot}, which is not known")
        if bits.reads:
            m.x, m.z = resolve_low(low_x, known[0], coarse), resolve_low(low_z, known[2], coarse)
            m.y = known[1]
    if kind == RARE:
        m.air = bool(bits.code(1, m.air))
        if m.air:
            if not record.whole:
                bits.code_all(vars(m), 512, y=-17)
            m.vertical = bits.code(-8, (2 * m.vertical * hz + 8192) // 16384) * 8192 // hz
        form = bits.code(2, m.form)
        need(record.whole or form == FREE, "a rare record for nothing")
    _code_motion(bits, m, form, hz, coarse)
    need(form == m.form, "a record in another form than its own")
    need(kind == RARE or coarse == lies_coarse(m), "a motion on the coarse steps written fine")


def _code_motion(bits: Bits, m: Motion, form: int, hz: int, coarse: bool) -> None:
    if form == TURNING:
        bits.code_all(vars(m), 16, yaw=12)
    elif coarse:
        bits.code_all(vars(m), 256, yaw=8)
    else:
        bits.code_all(vars(m), 64, yaw=10)
    if form == FREE:
        bits.code_all(vars(m), 64, heading=10)
        bits.code_all(vars(m), speed=8, gait=2)
        return
    side = (m.heading - m.yaw) % 65536 // 8192
    if form == STILL or not bits.code(1, side > 0):
        side = 0
    else:
        side = bits.code(3, side)
        need(side > 0, "aside, yet straight ahead")
    m.heading = (m.yaw + 8192 * side) % 65536
    if form == STILL:
        return
    m.gait = bits.code(2, m.gait)
    need(m.gait < 3, "gait 3 that is not free")
    slows = form == MOVING and m.gait == 0  # then its speed always stands there
    ramp = slows or bits.code(1, m.speed != GAIT_SPEED[m.gait])
    m.speed = bits.code(8, m.speed) if ramp else GAIT_SPEED[m.gait]
    need(not ramp or m.speed != GAIT_SPEED[m.gait], "a ramp at the gait's own speed")
    if form == TURNING:
        left, turn = bits.code(1, m.turn < 0), bits.code(4, abs(m.turn))
        need(turn > 0 or not left, "no turn, yet to the left")
        full = (3 * hz + 4) // 5
        late = bits.code(1, m.bend != full)
        m.turn, m.bend = -turn if left else turn, bits.code(6, m.bend) if late else full
        need(not late or m.bend != full, "a full belief told as a late one")


def decode_message(
    data: bytes,
    sender: str,
    hz: int = 20,
    before: int = 0,
    believe: Believe = lambda slot, tick: None,
) -> Any:
    """Any message: an input, a snapshot, or the name and the fields of a control message."""
    if sender == "client" and data[:1] == b"\x01":
        return decode_input(data)
    if sender == "server" and data[:1] == b"\x81":
        return decode_snapshot(data, hz, before, believe)
    return decode_control(data, sender)


# Taking part
