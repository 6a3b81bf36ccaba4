"""The golden bytes, read as a stranger would: decode gives the values, encode gives the bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from aukio_protocol import messages as m
from aukio_protocol.codec import decode, encode
from aukio_protocol.errors import CLOSE_CODES, ProtocolError
from aukio_protocol.motion import Gait, Motion, advance, decode_input, encode_input
from aukio_protocol.snapshot import decode_snapshot, encode_snapshot
from aukio_protocol.vectors import control_messages, inputs, snapshots

FOLDER = Path(__file__).parents[2] / "protocol/vectors"


def load(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def named(cases: list[Any]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", named(load("control.json")))
def test_CV2_control_messages_have_one_encoding(case: Any) -> None:
    data, message = bytes.fromhex(case["hex"]), control_messages()[case["name"]]
    assert decode(data, m.Sender(case["sender"])) == message
    assert encode(message) == data


def test_every_control_message_has_a_vector() -> None:
    seen = {case["type"] for case in load("control.json")}
    assert seen == {message.__name__ for message in m.MESSAGES}


@pytest.mark.parametrize("case", named(load("inputs.json")))
def test_IN1_inputs(case: Any) -> None:
    data, wish = bytes.fromhex(case["hex"]), inputs()[case["name"]]
    assert decode_input(data) == wish
    assert encode_input(wish) == data


@pytest.mark.parametrize("case", named(load("snapshots.json")["cases"]))
def test_SN1_snapshots(case: Any) -> None:
    data, (before, snapshot) = bytes.fromhex(case["hex"]), snapshots()[case["name"]]
    assert before == case["before"]
    believed = {
        int(slot): tuple(place) for slot, place in load("snapshots.json")["believed"].items()
    }
    got = decode_snapshot(data, 20, before, believed)
    assert encode_snapshot(got, 20, before) == data, "what was decoded encodes to the same bytes"
    if all(record.whole for record in snapshot.records):
        assert got == snapshot


@pytest.mark.parametrize(
    "case", load("motion.json"), ids=lambda c: f"{c['name']} at {c['tick_hz']}"
)
def test_MO1_courses(case: Any) -> None:
    start = dict(case["from"])
    motion = Motion(**(start | {"gait": Gait(start["gait"])}))
    for place in case["then"]:
        motion = advance(motion, case["tick_hz"])
        got = [motion.x, motion.y, motion.z, motion.yaw, motion.heading, motion.speed]
        assert got == place


@pytest.mark.parametrize("case", named(load("rejects.json")))
def test_ER1_rejects_give_their_reason(case: Any) -> None:
    data = bytes.fromhex(case["hex"])
    with pytest.raises(ProtocolError) as caught:
        if data[:1] == bytes((m.INPUT_ID,)) and case["sender"] == "client":
            decode_input(data)
        elif data[:1] == bytes((m.SNAPSHOT_ID,)) and case["sender"] == "server":
            decode_snapshot(data, 20, 0)
        else:
            decode(data, m.Sender(case["sender"]))
    assert caught.value.reason.name == case["reason"]
    assert CLOSE_CODES[caught.value.reason] == case["close"]
