"""Bytes that must be refused, and why: protocol/vectors/rejects.json.

A snapshot is refused by a viewer that knows nobody and whose last snapshot (or welcome) was of tick
0; its records are given as fields of bits, since no encoder writes them.
"""

from typing import Any

import msgpack

from . import messages as m
from .codec import encode
from .errors import CLOSE_CODES, Reason
from .messages import SNAPSHOT_ID
from .motion import Input, Motion, encode_input
from .record import FREE, MOVING, RARE, STILL, TURNING, Record
from .snapshot import Snapshot, encode_snapshot
from .version import VERSION
from .wire import BitWriter

SCHEMA = bytes.fromhex("0011223344556677")
Bits = tuple[int, int]  # a value and its width
AHEAD, ASIDE, KEPT, FULL = (0, 1), (1, 1), (0, 1), (0, 1)  # no side, a side, no ramp, not late
#: From its kind on: a rare record with a whole place (0, 0, 0), not in the air; its form follows.
WHOLE: tuple[Bits, ...] = ((RARE, 2), (0, 1), (1, 1), (0, 23), (0, 23), (0, 17), (0, 1))
FALLS: tuple[Bits, ...] = (*WHOLE[:-1], (1, 1), (0, 8))
MOVES: tuple[Bits, ...] = (*WHOLE, (MOVING, 2), (0, 10))
TURNS: tuple[Bits, ...] = (*WHOLE, (TURNING, 2), (0, 12))
WALKS: tuple[Bits, ...] = (*TURNS, AHEAD, (1, 2), KEPT)
IS_FREE: tuple[Bits, ...] = ((FREE, 2), (0, 10))


def rejects() -> list[dict[str, Any]]:
    """Every case: what `sender` sends, and with which reason it is refused."""
    hello = bytes((m.Hello.ID,))
    fields = [VERSION, SCHEMA, "Väinö", b"", "fi", "", b"", ""]

    def packed(*changes: tuple[int, Any]) -> bytes:
        values = list(fields)
        for index, value in changes:
            values[index] = value
        return hello + bytes(msgpack.packb(values, use_bin_type=True))

    plain = encode_input(Input(1, 2, 3, 4))
    bad = [
        ("empty", "client", b"", Reason.UNKNOWN_MESSAGE),
        ("unknown id", "client", b"\x7f\x90", Reason.UNKNOWN_MESSAGE),
        ("a message of the other side", "client", encode(m.People(1)), Reason.UNKNOWN_MESSAGE),
        ("oversized", "client", bytes((m.Leave.ID,)) + b"\x90" * 16, Reason.OVERSIZED),
        ("no array", "client", bytes((m.Leave.ID, 0xC0)), Reason.MALFORMED),
        ("trailing byte", "client", encode(m.Leave()) + b"\x00", Reason.MALFORMED),
        ("field missing", "client", hello + msgpack.packb(fields[:-1]), Reason.MALFORMED),
        ("field too many", "client", hello + msgpack.packb([*fields, 0]), Reason.MALFORMED),
        ("float for an integer", "client", packed((0, 1.0)), Reason.MALFORMED),
        ("number out of range", "client", packed((0, 65536)), Reason.MALFORMED),
        ("negative number", "client", packed((0, -1)), Reason.MALFORMED),
        ("text for bytes", "client", packed((3, "look")), Reason.MALFORMED),
        ("text not in NFC", "client", packed((2, "Va\u0308ino")), Reason.MALFORMED),
        ("text with NUL", "client", packed((2, "a\0b")), Reason.MALFORMED),
        ("text too long", "client", packed((2, "n" * 97)), Reason.MALFORMED),
        (
            "secret too long",
            "client",
            packed((6, bytes(33))),
            Reason.MALFORMED,
        ),
        (
            "long form of a number",
            "client",
            bytes((m.Gesture.ID, 0x91, 0xCC, 0x01)),
            Reason.MALFORMED,
        ),
        (
            "long form of a text",
            "client",
            bytes((m.Say.ID, 0x91, 0xD9, 1)) + b"a",
            Reason.MALFORMED,
        ),
        ("broken UTF-8", "client", bytes((m.Say.ID, 0x91, 0xA1, 0xFF)), Reason.MALFORMED),
        ("deep nesting", "client", bytes((m.Gesture.ID,)) + b"\x91" * 12, Reason.MALFORMED),
        ("map", "client", bytes((m.Gesture.ID, 0x81, 0x01, 0x01)), Reason.MALFORMED),
        ("extension", "client", bytes((m.Gesture.ID, 0x91, 0xD4, 0x01, 0x01)), Reason.MALFORMED),
        ("input cut short", "client", plain[:-1], Reason.MALFORMED),
        ("input with gait 3", "client", plain[:10] + b"\x0c", Reason.MALFORMED),
        ("input with bit 15", "client", plain[:10] + b"\x80", Reason.MALFORMED),
        ("input that flags an absent claim", "client", plain[:10] + b"\x20", Reason.MALFORMED),
        *((name, "server", data, Reason.MALFORMED) for name, data in _snapshots().items()),
    ]
    return [
        {
            "name": name,
            "sender": sender,
            "hex": data.hex(),
            "reason": reason.name,
            "close": CLOSE_CODES[reason],
        }
        for name, sender, data, reason in bad
    ]


def _snapshots() -> dict[str, bytes]:
    still = encode_snapshot(Snapshot(1, (Record(4, Motion(0, 0, 0, 0, 0)),)), 20, 0)
    bits = {
        "record of an unknown entity": ((STILL, 2), (0, 1), (0, 9), (0, 9), (0, 10)),
        "record that enters without a whole place": (
            *((RARE, 2), (1, 1), (0, 10), (0, 1), (0, 9), (0, 9), (0, 1)),
            *(*IS_FREE, (1, 10), (45, 8), (1, 2)),
        ),
        "moving record that stands": (*MOVES, AHEAD, (0, 2), (0, 8)),
        "moving record that keeps its speed": (*MOVES, AHEAD, (3, 2), KEPT),
        "moving record with a side of nought": (*MOVES, ASIDE, (0, 3), (1, 2), KEPT),
        "ramp at the speed of walking": (*MOVES, AHEAD, (1, 2), (1, 1), (45, 8)),
        "ramp at the speed of running": (*MOVES, AHEAD, (2, 2), (1, 1), (128, 8)),
        "ramp at the speed of standing": (
            *(*TURNS, AHEAD, (0, 2), (1, 1), (0, 8)),
            *((0, 1), (1, 4), FULL),
        ),
        "turning record that keeps its speed": (
            *(*TURNS, AHEAD, (3, 2), KEPT),
            *((0, 1), (1, 4), FULL),
        ),
        "turning record that turns by nought to the left": (*WALKS, (1, 1), (0, 4), FULL),
        "turning record that turns no more": (*WALKS, (0, 1), (1, 4), (1, 1), (0, 6)),
        "turning record that writes its full belief": (*WALKS, (0, 1), (1, 4), (1, 1), (12, 6)),
        "free record that could stand still": (*WHOLE, *IS_FREE, (1, 10), (0, 8), (0, 2)),
        "free record that could move": (*WHOLE, *IS_FREE, (0, 10), (45, 8), (1, 2)),
        "still record in the air": (*FALLS, (STILL, 2), (0, 10)),
        "moving record in the air": (*FALLS, (MOVING, 2), (0, 10), AHEAD, (1, 2), KEPT),
    }
    legal = (*WHOLE, (STILL, 2), (0, 10))
    return {
        "snapshot of one byte": still[:1],
        "snapshot without its tick": still[:2],
        "snapshot with half a whole tick": bytes((SNAPSHOT_ID, 16, 0)),
        "snapshot of the tick before": bytes((SNAPSHOT_ID, 0, 0)),
        "snapshot with a whole tick without need": bytes((SNAPSHOT_ID, 16, 255, 0)),
        "snapshot with a whole tick that goes back": bytes((SNAPSHOT_ID, 16, 0, 128)),
        "snapshot with half an answer": bytes((SNAPSHOT_ID, 8, 1, 0, 0)),
        "snapshot without the correction it flags": bytes((SNAPSHOT_ID, 1, 1)),
        "correction with an illegal flag": bytes((SNAPSHOT_ID, 1, 1)) + bytes(23) + b"\x10",
        "leaves that are none": bytes((SNAPSHOT_ID, 2, 1, 0)),
        "poses that are none": bytes((SNAPSHOT_ID, 4, 1, 0)),
        "pose cut short": bytes((SNAPSHOT_ID, 4, 1, 1)) + bytes(18),
        "snapshot with k and no records": bytes((SNAPSHOT_ID, 32, 1)),
        "snapshot cut short": still[:-1],
        "snapshot with a trailing byte": still + b"\x00",
        "snapshot with padding bits": still[:-1] + bytes((still[-1] | 0x80,)),
        "snapshot with padding bits of no records": bytes((SNAPSHOT_ID, 0, 1, 1)),
        "record with a k that its gap does not give": _of_bits((0, 1), (0, 1), *legal, k=1),
        "record beyond the last slot": _of_bits(((1 << 512) - 1, 512), (0, 1), (0, 7), *legal, k=7),
    } | {name: _of_bits((0, 1), *fields) for name, fields in bits.items()}


def _of_bits(*fields: Bits, k: int = 0) -> bytes:
    """A snapshot of tick 1 with these bits for its records."""
    out = BitWriter()
    for value, width in fields:
        out.unsigned(value, width)
    return bytes((SNAPSHOT_ID, k << 5, 1)) + out.to_bytes()
