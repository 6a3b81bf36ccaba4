"""The golden bytes, read by somebody who knows SPEC.md only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from stranger.wire import (
    CLOSE_CODES,
    PROTOCOL,
    Broken,
    Motion,
    advance,
    decode_control,
    decode_input,
    decode_message,
    decode_snapshot,
    encode_control,
    encode_input,
    encode_snapshot,
)

VECTORS = PROTOCOL / "vectors"


def _golden(name: str) -> Any:
    def bare(item: dict[str, Any]) -> Any:
        return bytes.fromhex(item["hex"]) if item.keys() == {"hex"} else item

    return json.loads((VECTORS / f"{name}.json").read_text(), object_hook=bare)


def _repeats(
    case: dict[str, Any],
    decode: Callable[[bytes], Any],
    encode: Callable[[Any], bytes],
    fields: Any,
) -> None:
    decoded = decode(bytes.fromhex(case["hex"]))
    plain = decoded if isinstance(decoded, tuple) else asdict(decoded)
    assert plain == fields, f"{case['name']!r} decodes to other fields"
    assert encode(decoded).hex() == case["hex"], f"{case['name']!r} encodes to other bytes"


def test_accept_vectors() -> None:
    for case in _golden("control"):
        decode = partial(decode_control, sender=case["sender"])
        _repeats(
            case,
            decode,
            lambda named: encode_control(named[0], **named[1]),
            (case["type"], case["fields"]),
        )
    for case in _golden("inputs"):
        _repeats(case, decode_input, encode_input, case["fields"])
    golden = _golden("snapshots")
    hz, known = (
        golden["tick_hz"],
        {int(slot): (x, 0, z) for slot, (x, z) in golden["believed"].items()},
    )
    for case in golden["cases"]:
        now = {"hz": hz, "before": case["before"]}
        decode = partial(decode_snapshot, **now, believe=lambda slot, tick: known.get(slot))
        _repeats(case, decode, partial(encode_snapshot, **now), case["fields"])


def test_reject_vectors() -> None:
    for case in _golden("rejects"):
        try:
            decoded = decode_message(bytes.fromhex(case["hex"]), case["sender"])
        except Broken as broken:
            assert broken.reason == case["reason"], f"{case['name']!r} is refused with {broken}"
            assert CLOSE_CODES[broken.reason] == case["close"], (
                f"{case['name']!r} closes with another code"
            )
        else:
            raise AssertionError(f"{case['name']!r} is not refused but decoded to {decoded}")


def test_motion_vectors() -> None:
    for case in _golden("motion"):
        motion = Motion(**case["from"])
        for tick, then in enumerate(case["then"], 1):
            motion = advance(motion, case["tick_hz"])
            now = [motion.x, motion.y, motion.z, motion.yaw, motion.heading, motion.speed]
            assert now == then, f"{case['name']!r} at {case['tick_hz']} Hz strays at tick {tick}"
