"""Writes protocol/vectors/: named examples with their golden bytes, read by both test suites.

`python -m aukio_protocol.vectors` writes; `--check` compares only. Byte strings are hex, and
bytes fields of messages are written as {"hex": …}.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgpack

from . import messages as m
from .codec import encode
from .errors import CLOSE_CODES, Reason
from .motion import Gait, Input, Motion, advance, encode_input
from .pose import Hand, Pose
from .snapshot import Correction, Record, Snapshot, encode_snapshot
from .version import VERSION

FOLDER = Path(__file__).parents[1] / "vectors"
SCHEMA = bytes.fromhex("0011223344556677")
SECRET = bytes(range(32))
POSE = Pose(
    -3, 108, 5, 250, 12, 60, Hand(-20, 10, -30, 5, 60, 3, 2), Hand(21, 9, -128, 127, 0, 63, 7)
)


def control_messages() -> dict[str, m.Message]:
    """One example or more of each control message."""
    return {
        "hello": m.Hello(VERSION, SCHEMA, "Väinö", b"\x01\x02", "fi", "", b"", "hall"),
        "hello, resuming": m.Hello(VERSION, SCHEMA, "", b"", "en", "", SECRET, ""),
        "hello, widest": m.Hello(
            65535, b"\xff" * 8, "n" * 96, b"\xff" * 16, "x" * 16, "t" * 256, SECRET, "s" * 64
        ),
        "clock ping": m.ClockPing(0),
        "clock ping, last millisecond": m.ClockPing(0xFFFF_FFFF),
        "say": m.Say("Hei! 👋"),
        "say, longest": m.Say("😀" * 500),
        "gesture": m.Gesture(m.EmoteKind.CLAP),
        "hold": m.Hold(m.Posture.SITTING | m.Posture.IN_HEADSET),
        "dress": m.Dress(b"\x07" * 16),
        "go": m.Go("quay"),
        "leave": m.Leave(),
        "welcome": m.Welcome(
            7, 1, "Väinö", SECRET, False, "yard", "ab12", "cd34", 65535, 20, -65536, 0, 98304, 16384
        ),
        "refuse": m.Refuse(Reason.FULL, "The world is full.", 5000, VERSION, SCHEMA),
        "clock pong": m.ClockPong(123456, 65535, 32768),
        "introduce": m.Introduce(300, 255, m.Kind.AVATAR, "Aino", b"\x00\x05", m.Posture.HAND_UP),
        "said": m.Said(300, "Aino", "Moi"),
        "gestured": m.Gestured(128, m.EmoteKind.WAVE),
        "object state": m.ObjectState("gate", 70000, "open"),
        "people": m.People(256),
        "saved": m.Saved(m.SavedWhat.SESSION, 1),
        "notice": m.Notice(m.NoticeCode.RESCUED, "You fell out of the world and were put back."),
        "goodbye": m.Goodbye(Reason.RESTART, True, 2000, "The server restarts."),
    }


def inputs() -> dict[str, Input]:
    """Inputs of every shape."""
    return {
        "stand": Input(0, 0, 65535, 0),
        "run and jump": Input(65535, 65530, 65526, 16384, 256, Gait.RUN, True),
        "walk with a claim": Input(5, 100, 97, 65535, 1023, Gait.WALK, claim=(1, 65535)),
        "pose": Input(6, 101, 98, 1, pose=POSE),
        "claim and pose": Input(7, 102, 99, 2, 3, Gait.WALK, claim=(258, 772), pose=POSE),
    }


def motions() -> dict[str, Motion]:
    """Motions of every form, all on the wire's steps."""
    return {
        "still": Motion(-256, 0, 512, 64, 64),
        "walking north": Motion(0, 0, 0, 0, 0, 45, Gait.WALK),
        "running sideways": Motion(25600, 0, -25600, 16384, 32768, 128, Gait.RUN),
        "starting to run": Motion(0, 0, 0, 128, 128, 32, Gait.RUN),
        "turning left while walking": Motion(0, 0, 0, 60001, 60001, 45, Gait.WALK, -7, 12),
        "turning in place": Motion(2560, 0, 2560, 5, 5, 0, Gait.STAND, 15, 3),
        "braking": Motion(0, 0, 0, 64, 64, 70, Gait.STAND),
        "sliding along a wall": Motion(768, 0, 0, 0, 8256, 33, Gait.KEEP),
        "falling": Motion(0, 65536, 0, 0, 0, 128, Gait.RUN, air=True, vertical=-409600 // 20),
        "at the edge of the wire": Motion(-(2**23) * 256, -(2**17) * 256, (2**23 - 1) * 256, 0, 0),
    }


def snapshots() -> dict[str, Snapshot]:
    """Snapshots with every part, alone and together (tick_hz 20)."""
    cases = {
        f"record, {name}": Snapshot(1, 2, 3, (Record(4, motion),))
        for name, motion in motions().items()
    }
    walker = motions()["walking north"]
    near = Record(130, walker, whole=False)
    fall = Record(3, motions()["falling"], whole=False)
    fix = Correction(65534, -1, 2, -3, -8000, 65535, 64, 128, True, True, Gait.KEEP)
    cases |= {
        "empty": Snapshot(65535, 0, -128),
        "enter": Snapshot(0, 0, 127, (Record(0, walker, (255, m.Kind.PROP)),)),
        "gaps": Snapshot(9, 9, 0, tuple(Record(s, walker) for s in (0, 1, 129, 258, 65535))),
        "low positions": Snapshot(9, 9, 0, (fall, near)),
        "leaves": Snapshot(9, 9, 0, leaves=(0, 65535, 3)),
        "correction": Snapshot(9, 9, 0, correction=fix),
        "poses": Snapshot(9, 9, 0, poses=((130, POSE),)),
        "everything": Snapshot(9, 65535, -1, (near,), (7,), fix, ((130, POSE),)),
    }
    return cases


#: Where a viewer believes the entities of low-position records to be.
BELIEVED = dict.fromkeys((3, 130), (0, 0))


def rejects() -> list[dict[str, Any]]:
    """Bytes that must be refused, with the reason. `sender` sends them."""
    hello = bytes((m.Hello.ID,))
    fields = [VERSION, SCHEMA, "Väinö", b"", "fi", "", b"", ""]

    def packed(*changes: tuple[int, Any]) -> bytes:
        values = list(fields)
        for index, value in changes:
            values[index] = value
        return hello + bytes(msgpack.packb(values, use_bin_type=True))

    plain = encode_input(Input(1, 2, 3, 4))
    still = encode_snapshot(Snapshot(1, 2, 3, (Record(4, Motion(0, 0, 0, 0, 0)),)), 20)
    turning = bytearray(
        encode_snapshot(Snapshot(1, 2, 3, (Record(4, Motion(0, 0, 0, 0, 0, turn=-8, bend=5)),)), 20)
    )
    turning[22] ^= 0x02  # the one bit of its turn: left is set, and nothing to turn
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
        ("snapshot cut short", "server", still[:-1], Reason.MALFORMED),
        (
            "snapshot with an illegal flag",
            "server",
            still[:6] + b"\x08" + still[7:],
            Reason.MALFORMED,
        ),
        ("snapshot with a trailing byte", "server", still + b"\x00", Reason.MALFORMED),
        (
            "snapshot with padding bits",
            "server",
            still[:-1] + bytes((still[-1] | 0x80,)),
            Reason.MALFORMED,
        ),
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


def vector_files() -> Iterator[tuple[str, Any]]:
    """Every file of vectors with its content."""
    yield (
        "control.json",
        [
            {
                "name": name,
                "type": type(v).__name__,
                "sender": v.SENDER.value,
                "fields": _plain(v),
                "hex": encode(v).hex(),
            }
            for name, v in control_messages().items()
        ],
    )
    yield (
        "inputs.json",
        [
            {"name": n, "fields": _jsonable(asdict(v)), "hex": encode_input(v).hex()}
            for n, v in inputs().items()
        ],
    )
    yield (
        "snapshots.json",
        {
            "tick_hz": 20,
            "believed": {str(slot): place for slot, place in BELIEVED.items()},
            "cases": [
                {"name": n, "fields": _jsonable(asdict(v)), "hex": encode_snapshot(v, 20).hex()}
                for n, v in snapshots().items()
            ],
        },
    )
    yield (
        "motion.json",
        [_course(name, motion, hz) for hz in (10, 20, 60) for name, motion in motions().items()],
    )
    yield "rejects.json", rejects()


def main() -> None:
    """Writes the vectors, or checks them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when stale")
    check = parser.parse_args().check
    FOLDER.mkdir(exist_ok=True)
    for name, content in vector_files():
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        path = FOLDER / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if check:
            sys.exit(f"stale, run `make vectors`: protocol/vectors/{name}")
        path.write_text(text, encoding="utf-8")


def _course(name: str, motion: Motion, tick_hz: int) -> dict[str, Any]:
    """Where a motion leads in 40 ticks, for the extrapolation tests of both sides."""
    places, at = [], motion
    for _ in range(40):
        at = advance(at, tick_hz)
        places.append([at.x, at.y, at.z, at.yaw, at.heading, at.speed])
    return {"name": name, "tick_hz": tick_hz, "from": _jsonable(asdict(motion)), "then": places}


def _plain(message: m.Message) -> dict[str, Any]:
    return {name: _jsonable(getattr(message, name)) for name in message.__struct_fields__}


def _jsonable(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_jsonable(item) for item in value]
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


if __name__ == "__main__":
    main()
