"""The decoding kernel against the readable codec and the one extrapolation formula."""

import random
from dataclasses import astuple, replace

import numpy as np
import pytest

from aukio_bench._decode import BELIEF, FAULTS, View
from aukio_protocol.codec import encode
from aukio_protocol.errors import MalformedMessage
from aukio_protocol.messages import Introduce
from aukio_protocol.motion import (
    HEADING_STEP,
    PLACE_STEP,
    RUN_SPEED,
    UNIT,
    WALK_SPEED,
    Gait,
    Motion,
    advance,
)
from aukio_protocol.pose import Hand, Pose
from aukio_protocol.snapshot import (
    SIDE,
    Correction,
    Record,
    Snapshot,
    decode_snapshot,
    encode_snapshot,
    motion_form,
)

HZ = 20
SLOTS = 512
OWN = 7


def snapped_motion(rng: random.Random, around: Motion | None = None) -> Motion:
    """A random motion on the wire's steps; near `around` if one is given."""
    yaw = rng.randrange(1024) * HEADING_STEP
    heading, speed, gait, turn, bend = yaw, 0, Gait.STAND, 0, 0
    air, vertical = False, 0
    match rng.randrange(5):
        case 1:  # straight, often ramping
            gait = rng.choice((Gait.WALK, Gait.RUN))
            heading = (yaw + rng.randrange(8) * SIDE) % UNIT
            speed = rng.choice((WALK_SPEED, RUN_SPEED, rng.randrange(256)))
        case 2:  # turning
            yaw = rng.randrange(UNIT)
            gait = rng.choice((Gait.STAND, Gait.WALK, Gait.RUN))
            heading = (yaw + rng.randrange(8) * SIDE) % UNIT
            speed, turn, bend = rng.randrange(256), rng.randrange(-15, 16), rng.randrange(1, 64)
        case 3:  # free
            heading = rng.randrange(1024) * HEADING_STEP
            speed, gait = rng.randrange(256), rng.choice(tuple(Gait))
        case 4:  # in the air
            heading = rng.randrange(1024) * HEADING_STEP
            air, vertical = True, rng.randrange(-128, 128) * 8192 // HZ
    if around is None:
        x, z = (rng.randrange(-200_000, 200_000) * PLACE_STEP for _ in range(2))
    else:
        x, z = (
            ((at + 128) // PLACE_STEP + rng.randrange(-500, 500)) * PLACE_STEP
            for at in (around.x, around.z)
        )
    y = rng.randrange(-500, 500) * PLACE_STEP
    if motion_form(Motion(0, 0, 0, yaw, heading, speed, gait)) == 0:
        heading = yaw
    return Motion(x, y, z, yaw, heading, speed, gait, turn, bend, air, vertical)


def random_pose(rng: random.Random) -> Pose:
    return Pose.from_bytes(rng.randbytes(17))


class Model:
    """What a viewer should know, kept with the readable codec."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.tick = self.rng.randrange(65536)
        self.known: dict[int, Motion] = {}
        self.generations: dict[int, int] = {}
        self.view = View(SLOTS, OWN, self.tick, HZ)

    def advance(self, ticks: int) -> None:
        for _ in range(ticks):
            for slot, motion in self.known.items():
                self.known[slot] = advance(motion, HZ)
        self.tick = (self.tick + ticks) % 65536

    def introduce(self, slot: int) -> None:
        self.generations[slot] = self.rng.randrange(256)
        told = Introduce(slot, self.generations[slot], 0, "Aino", b"", 0)
        assert self.view.introduce(encode(told)) == 0

    def compose(self) -> Snapshot:
        """A legal snapshot of the present tick; `known` becomes what it tells."""
        rng = self.rng
        leaves = tuple(rng.sample(sorted(self.known), min(len(self.known), rng.randrange(3))))
        for slot in leaves:
            del self.known[slot]
        records = []
        step = rng.choice((1, 5, 60, 200))
        for slot in sorted(rng.sample(range(0, SLOTS, step), min(12, SLOTS // step))):
            if slot == OWN:
                continue
            believed = self.known.get(slot)
            whole = believed is None or rng.random() < 0.2
            motion = snapped_motion(rng, None if whole else believed)
            if believed is None:
                self.introduce(slot)
                records.append(Record(slot, motion, (self.generations[slot], 0)))
            elif whole:
                records.append(Record(slot, motion, None))
            else:
                y = motion.y if motion.air else 0
                records.append(Record(slot, replace(motion, y=y), None, whole=False))
                if not motion.air:
                    motion = replace(motion, y=believed.y)  # SN8, without the walk field
            self.known[slot] = motion
        fix = None
        if rng.random() < 0.3:
            places = (rng.randrange(-(1 << 31), 1 << 31) for _ in range(4))
            fix = Correction(self.tick, *places, 5, 6, 7, air=rng.random() < 0.5)
        poses = tuple(
            (slot, random_pose(rng))
            for slot in rng.sample(sorted(self.known), min(len(self.known), rng.randrange(3)))
        )
        return Snapshot(self.tick, 9, -3, tuple(records), leaves, fix, poses)

    def assert_agrees(self) -> None:
        assert set(np.flatnonzero(self.view.rows["known"])) == set(self.known)
        assert self.view.known == len(self.known)
        for slot, motion in self.known.items():
            found = self.view.motion(slot, self.view.tick)
            assert found == astuple(motion), f"slot {slot}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_kernel_believes_what_the_readable_codec_says(seed: int) -> None:
    model = Model(seed)
    for _ in range(60):
        model.advance(model.rng.choice((1, 1, 1, 2, 7, 30)))
        snapshot = model.compose()
        data = encode_snapshot(snapshot, HZ)
        assert FAULTS[model.view.apply(data)] == "fine"
        assert (model.view.input, model.view.margin) == (snapshot.input, snapshot.margin)
        assert model.view.tick % 65536 == snapshot.tick
        assert [int(s) for s in model.view.touched[: model.view.records]] == [
            record.slot for record in snapshot.records
        ]
        assert (model.view.correction is not None) == (snapshot.correction is not None)
        model.assert_agrees()


@pytest.mark.parametrize("seed", range(6))
def test_rows_are_moved_on_only_when_asked_and_then_as_by_the_formula(seed: int) -> None:
    model = Model(seed)
    model.advance(1)
    assert model.view.apply(encode_snapshot(model.compose(), HZ)) == 0
    slots = np.array(sorted(model.known), np.int32)
    start = model.view.tick
    for ahead in range(1, 90):
        model.advance(1)
        places = np.zeros((slots.size, 5), np.int32)
        model.view.expect(slots, start + ahead, places)
        for slot, (known, x, z, yaw, speed) in zip(slots.tolist(), places.tolist(), strict=True):
            motion = model.known[slot]
            assert (known, x, z) == (1, motion.x, motion.z), f"slot {slot}, {ahead} ticks on"
            assert (yaw, speed) == (motion.yaw, motion.speed)


@pytest.mark.parametrize("seed", range(8))
def test_corrupted_bytes_give_a_fault_wherever_the_readable_codec_refuses(seed: int) -> None:
    rng = random.Random(seed)
    refused = 0
    for _ in range(60):
        model = Model(rng.randrange(1 << 30))
        for _ in range(2):
            model.advance(1)
            good = encode_snapshot(model.compose(), HZ)
            assert model.view.apply(good) == 0
        model.advance(1)
        believed = {slot: (motion.x, motion.z) for slot, motion in model.known.items()}
        data = corrupt(encode_snapshot(model.compose(), HZ), rng)
        fault = model.view.apply(data)
        assert 0 <= fault < len(FAULTS)
        try:
            decode_snapshot(data, HZ, believed)
        except MalformedMessage:
            refused += 1
            assert fault, f"taken, though the readable codec refuses {data.hex()}"
    assert refused > 15, "the corruption really breaks messages"


def corrupt(data: bytes, rng: random.Random) -> bytes:
    """Some bits turned, cut off, or left over."""
    broken = bytearray(data)
    for _ in range(rng.choice((0, 1, 1, 3))):
        broken[rng.randrange(3, len(broken))] ^= 1 << rng.randrange(8)
    match rng.randrange(4):
        case 0:
            del broken[rng.randrange(len(broken)) :]
        case 1:
            broken += rng.randbytes(rng.randrange(1, 5))
    return bytes(broken)


@pytest.mark.slow
def test_random_bytes_never_crash_the_kernel() -> None:
    rng = random.Random(5)
    for _ in range(3000):
        view = View(SLOTS, OWN, 0, HZ)
        for slot in range(0, SLOTS, 3):
            view.introduce(encode(Introduce(slot, slot % 256, 0, "Aino", b"", 0)))
        head = b"\x81\x01\x00" if rng.random() < 0.8 else b""
        assert 0 <= view.apply(head + rng.randbytes(rng.randrange(60))) < len(FAULTS)


def fault_of(view: View, *records: Record, tick: int = 1, **parts: object) -> str:
    """What the kernel finds wrong with a snapshot of these records."""
    snapshot = replace(Snapshot(tick, 0, 0, records), **parts)  # type: ignore[arg-type]
    return FAULTS[view.apply(encode_snapshot(snapshot, HZ))]


STANDING = Motion(0, 0, 0, 0, 0)


def acquainted(generation: int = 4) -> View:
    view = View(SLOTS, OWN, 0, HZ)
    assert view.introduce(encode(Introduce(3, generation, 0, "Aino", b"", 0))) == 0
    return view


def test_sn4_an_entity_that_was_never_introduced_is_a_fault() -> None:
    found = fault_of(acquainted(), Record(4, STANDING, (4, 0)))
    assert found == "never_introduced"


def test_sn12_another_generation_than_the_introduced_one_is_a_fault() -> None:
    assert fault_of(acquainted(), Record(3, STANDING, (5, 0))) == "wrong_generation"


def test_sn4_only_strangers_enter() -> None:
    view = acquainted()
    assert fault_of(view, Record(3, STANDING, (4, 0))) == "fine"
    assert fault_of(view, Record(3, STANDING, (4, 0)), tick=2) == "entity_known_already"


def test_sn7_news_of_an_unknown_entity_are_a_fault() -> None:
    assert fault_of(acquainted(), Record(3, STANDING, None, whole=False)) == "unknown_entity"


def test_sn4_ones_own_avatar_is_never_among_the_records() -> None:
    assert fault_of(acquainted(), Record(OWN, STANDING, (4, 0))) == "own_avatar"


def test_sn3_a_slot_may_leave_and_enter_in_one_snapshot() -> None:
    view = acquainted()
    assert fault_of(view, Record(3, STANDING, (4, 0))) == "fine"
    view.introduce(encode(Introduce(3, 5, 0, "Eero", b"", 0)))
    assert fault_of(view, Record(3, STANDING, (5, 0)), tick=2, leaves=(3,)) == "fine"
    assert fault_of(view, tick=3, leaves=(9,)) == "leave_of_unknown"


def test_sn10_snapshots_come_in_the_order_of_their_ticks() -> None:
    view = acquainted()
    assert fault_of(view, tick=5) == "fine"
    assert fault_of(view, tick=5) == "tick_goes_back"
    assert fault_of(view, tick=4) == "tick_goes_back"


def test_cv5_ticks_wrap() -> None:
    view = View(SLOTS, OWN, 65_530, HZ)
    assert fault_of(view, tick=3) == "fine"
    assert view.tick == 65_539


def test_cv2_a_second_way_to_write_no_turn_is_a_fault() -> None:
    turning = Motion(0, 0, 0, 0, 0, WALK_SPEED, Gait.WALK, 0, 5)
    data = bytearray(encode_snapshot(Snapshot(1, 0, 0, (Record(3, turning, (4, 0)),)), HZ))
    assert acquainted().apply(bytes(data)) == 0
    # gap 8, enter 11, whole 67, air 1, motion 2, yaw 16, gait 2, side 3, ramp 1: then `left`
    bit = 9 * 8 + 8 + 11 + 67 + 1 + 2 + 16 + 2 + 3 + 1
    data[bit // 8] |= 1 << bit % 8
    assert FAULTS[acquainted().apply(bytes(data))] == "form_not_legal"


def test_introductions_are_read_in_their_shortest_form_only() -> None:
    view = View(SLOTS, OWN, 0, HZ)
    assert FAULTS[view.introduce(b"\x93\x96\xcc\x05\x04")] == "introduction_malformed"
    assert FAULTS[view.introduce(b"\x93\x96")] == "introduction_malformed"
    assert FAULTS[view.introduce(b"\x93\x96\xcd\x02\x00\x04")] == "slot_out_of_range"
    assert FAULTS[view.introduce(b"\x93\x96\xcd\x01\xff\xcc\xff")] == "fine"


def test_a_row_has_32_bytes() -> None:
    assert BELIEF.itemsize == 32, "three thousand bots with a row for each of them fit in memory"


def test_a_hand_of_a_pose_is_skipped_whole() -> None:
    assert (
        len(Pose(0, 0, 0, 0, 0, 0, Hand(0, 0, 0, 0, 0, 0, 0), Hand(0, 0, 0, 0, 0, 0, 0)).to_bytes())
        == 17
    )
