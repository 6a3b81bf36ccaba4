"""Writes protocol/vectors/: named examples with their golden bytes, read by both test suites.

`python -m aukio_protocol.vectors` writes; `--check` compares only. Byte strings are hex, and
bytes fields of messages are written as {"hex": …}.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from . import messages as m
from .codec import encode
from .errors import Reason
from .motion import Gait, Input, Motion, advance, encode_input
from .pose import Hand, Pose
from .rejects import rejects
from .snapshot import Answer, Correction, Record, Snapshot, encode_snapshot
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
        "use": m.Use("gate"),
        "kick": m.Kick(300, 255),
        "silence": m.Silence(7, 1, True),
        "leave": m.Leave(),
        "welcome": m.Welcome(
            7, 1, "Väinö", SECRET, False, "yard", "ab12", "cd34", 65535, 20, -65536, 0, 98304, 16384
        ),
        "refuse": m.Refuse(Reason.FULL, "The world is full.", 5000, VERSION, SCHEMA),
        "clock pong": m.ClockPong(123456, 65535, 32768),
        "introduce": m.Introduce(300, 255, m.Kind.AVATAR, "Aino", b"\x00\x05", m.Posture.HAND_UP),
        "said": m.Said(300, "Aino", "Moi"),
        "gestured": m.Gestured(128, m.EmoteKind.WAVE),
        "object state": m.ObjectState("gate", 70000, "open", 65535),
        "people": m.People(256),
        "saved": m.Saved(m.SavedWhat.SESSION, 1, ""),
        "saved object": m.Saved(m.SavedWhat.OBJECT, 70000, "gate"),
        "notice": m.Notice(m.NoticeCode.RESCUED, "You fell out of the world and were put back."),
        "far crowd": m.FarCrowd(8, -3, -32768, 2, bytes((0, 1, 255, 0))),
        "far crowd, nobody": m.FarCrowd(8, 0, 0, 0, b""),
        "far crowd, widest": m.FarCrowd(255, 32767, 32767, 255, b"\xff" * 1020),
        "rebuilt": m.Rebuilt("ab12", "cd34", 65535),
        "portal": m.Portal("yard#gate"),
        "rights": m.Rights("teacher", m.Right.SPEAK | m.Right.USE),
        "silenced": m.Silenced(300, 255, False),
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
        "still": Motion(-512, 0, 1024, 64, 64),
        "walking north": Motion(0, 0, 0, 0, 0, 45, Gait.WALK),
        "running sideways": Motion(25600, 0, -25600, 16384, 32768, 128, Gait.RUN),
        "starting to run": Motion(0, 0, 0, 128, 128, 32, Gait.RUN),
        "walking backwards to the right": Motion(0, 0, 0, 64, 24640, 45, Gait.WALK),
        "turning left while walking": Motion(0, 0, 0, 60016, 60016, 45, Gait.WALK, -7, 12),
        "turning, half told": Motion(0, 0, 0, 32, 49184, 60, Gait.RUN, 4, 63),
        "turning in place": Motion(2560, 0, 2560, 16, 16, 0, Gait.STAND, 15, 3),
        "believed to turn, does not": Motion(0, 0, 0, 0, 0, 45, Gait.WALK, 0, 5),
        "braking": Motion(0, 0, 0, 64, 64, 70, Gait.STAND),
        "braking sideways, turning": Motion(0, 0, 0, 80, 8272, 70, Gait.STAND, 1, 12),
        "sliding along a wall": Motion(1536, 0, 0, 0, 8256, 33, Gait.KEEP),
        "walking at an odd angle": Motion(0, 0, 0, 0, 64, 45, Gait.WALK),
        "falling": Motion(0, 65536, 0, 0, 0, 128, Gait.RUN, air=True, vertical=-409600 // 20),
        "at the edge of the wire": Motion(-(2**22) * 512, -(2**16) * 512, (2**22 - 1) * 512, 0, 0),
    }


def snapshots() -> dict[str, tuple[int, Snapshot]]:
    """The tick before and a snapshot, with every part, alone and together (tick_hz 20)."""
    at = motions()
    cases = {f"record, {name}": Snapshot(1, (Record(4, motion),)) for name, motion in at.items()}
    walker, everybody = at["walking north"], range(2, 9)
    near = Record(130, walker, whole=False)
    fall = Record(3, at["falling"], whole=False)
    fix = Correction(65534, -1, 2, -3, -8000, 65535, 64, 128, True, True, Gait.KEEP)
    cases |= {
        "empty": Snapshot(1),
        "enter": Snapshot(1, (Record(0, walker, (255, m.Kind.PROP)),)),
        "gaps": Snapshot(1, tuple(Record(s, walker) for s in (0, 1, 129, 258, 65535))),
        "no gaps": Snapshot(1, tuple(Record(s, walker, whole=False) for s in everybody)),
        "the last slot alone": Snapshot(1, (Record(65535, walker),)),
        "low positions": Snapshot(1, (fall, near)),
        "leaves": Snapshot(1, leaves=(0, 65535, 3)),
        "answer": Snapshot(1, answer=Answer(65535, -128)),
        "correction": Snapshot(1, correction=fix),
        "poses": Snapshot(1, poses=((130, POSE),)),
        "everything": Snapshot(1, (near,), (7,), Answer(0, 127), fix, ((130, POSE),)),
    }
    cases |= {
        f"low, {name}": Snapshot(1, (Record(3, _low(motion), whole=False),))
        for name, motion in at.items()
    }
    coarse = Motion(3 * 2048, 0, -2 * 2048, 512, 512, 45, Gait.WALK)
    for name, motion in (
        ("coarse", coarse),
        ("coarse place, fine yaw", replace(coarse, yaw=576, heading=576)),
        ("coarse yaw, fine place", replace(coarse, x=512)),
        ("coarse, turning", replace(coarse, yaw=16, heading=16, turn=3, bend=12)),
    ):
        cases[name] = Snapshot(1, (Record(3, motion, whole=False),))
    numbered = {name: (0, snapshot) for name, snapshot in cases.items()}
    return numbered | {
        "over the end of the low byte": (254, Snapshot(256)),
        "over the end of ticks": (65535, Snapshot(3)),
        "the last short tick": (200, Snapshot(455)),
        "the first whole tick": (200, Snapshot(456)),
        "a whole tick over the end": (65000, Snapshot(900, (near,))),
    }


def _low(motion: Motion) -> Motion:
    """A motion near where its viewer believes it; on the ground, the floor tells the height."""
    return replace(motion, x=512, y=motion.y if motion.air else 0, z=-512)


#: Where a viewer believes the entities of low-position records to be.
BELIEVED = dict.fromkeys((2, 3, 4, 5, 6, 7, 8, 130), (0, 0))


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
                {
                    "name": name,
                    "before": before,
                    "fields": _jsonable(asdict(snapshot)),
                    "hex": encode_snapshot(snapshot, 20, before).hex(),
                }
                for name, (before, snapshot) in snapshots().items()
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
