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
    RECORD_STEP,
    RUN_SPEED,
    UNIT,
    WALK_SPEED,
    YAW_STEP,
    Gait,
    Motion,
    advance,
    turn_belief,
)
from aukio_protocol.pose import Hand, Pose
from aukio_protocol.rejects import rejects
from aukio_protocol.snapshot import (
    FREE,
    SIDE,
    STILL,
    Answer,
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
        case 1:  # moving, often ramping
            gait = rng.choice((Gait.STAND, Gait.WALK, Gait.RUN))
            heading = (yaw + rng.choice((0, 0, rng.randrange(8))) * SIDE) % UNIT
            speed = rng.choice((WALK_SPEED, RUN_SPEED, rng.randrange(1, 256)))
        case 2:  # turning
            yaw = rng.randrange(UNIT // YAW_STEP) * YAW_STEP
            gait = rng.choice((Gait.STAND, Gait.WALK, Gait.RUN))
            heading = (yaw + rng.randrange(8) * SIDE) % UNIT
            speed, turn = rng.randrange(256), rng.randrange(-15, 16)
            bend = rng.choice((turn_belief(HZ), rng.randrange(1, 64)))
        case 3:  # free
            heading = rng.randrange(1024) * HEADING_STEP
            speed, gait = rng.randrange(256), rng.choice(tuple(Gait))
        case 4:  # in the air
            heading = rng.randrange(1024) * HEADING_STEP
            air, vertical = True, rng.randrange(-128, 128) * 8192 // HZ
    if around is None:
        x, z = (rng.randrange(-100_000, 100_000) * RECORD_STEP for _ in range(2))
    else:
        x, z = (
            ((at + 256) // RECORD_STEP + rng.randrange(-250, 250)) * RECORD_STEP
            for at in (around.x, around.z)
        )
    if rng.random() < 0.4:  # on the coarse steps
        x, z, aside = x // 2048 * 2048, z // 2048 * 2048, heading - yaw
        yaw = yaw if bend else yaw // 256 * 256
        heading = (yaw + aside) % UNIT
    y = rng.randrange(-500, 500) * RECORD_STEP
    motion = Motion(x, y, z, yaw, heading, speed, gait, turn, bend, air, vertical)
    return replace(motion, heading=yaw) if motion_form(motion) == STILL else motion


def random_pose(rng: random.Random) -> Pose:
    return Pose.from_bytes(rng.randbytes(17))


class Model:
    """What a viewer should know, kept with the readable codec."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.tick = self.before = self.rng.randrange(65536)
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
        step = rng.choice((1, 2, 5, 60, 200, 300))
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
        answer = Answer(rng.randrange(65536), rng.randrange(-128, 128))
        poses = tuple(
            (slot, random_pose(rng))
            for slot in rng.sample(sorted(self.known), min(len(self.known), rng.randrange(3)))
        )
        told = answer if rng.random() < 0.3 else None
        return Snapshot(self.tick, tuple(records), leaves, told, fix, poses)

    def send(self) -> tuple[Snapshot, bytes]:
        """A legal snapshot of the present tick and its bytes, after the one sent before."""
        snapshot, before = self.compose(), self.before
        self.before = self.tick
        return snapshot, encode_snapshot(snapshot, HZ, before)

    def assert_agrees(self) -> None:
        assert set(np.flatnonzero(self.view.rows["known"])) == set(self.known)
        assert self.view.known == len(self.known)
        for slot, motion in self.known.items():
            found = self.view.motion(slot, self.view.tick)
            assert found == astuple(motion), f"slot {slot}"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_kernel_believes_what_the_readable_codec_says(seed: int) -> None:
    model, answer = Model(seed), Answer(0, 0)
    for _ in range(60):
        model.advance(model.rng.choice((1, 1, 1, 2, 7, 30, 255, 256)))
        snapshot, data = model.send()
        assert FAULTS[model.view.apply(data)] == "fine"
        assert model.view.answered == (snapshot.answer is not None)
        answer = snapshot.answer or answer
        assert (model.view.input, model.view.margin) == (answer.input, answer.margin)
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
    assert model.view.apply(model.send()[1]) == 0
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
            assert model.view.apply(model.send()[1]) == 0
        model.advance(1)
        believed = {slot: (motion.x, motion.z) for slot, motion in model.known.items()}
        before, data = model.before, corrupt(model.send()[1], rng)
        fault = model.view.apply(data)
        assert 0 <= fault < len(FAULTS)
        try:
            decode_snapshot(data, HZ, before, believed)
        except MalformedMessage:
            refused += 1
            assert fault, f"taken, though the readable codec refuses {data.hex()}"
    assert refused > 15, "the corruption really breaks messages"


def corrupt(data: bytes, rng: random.Random) -> bytes:
    """Some bits turned, cut off, or left over."""
    broken = bytearray(data)
    for _ in range(rng.choice((0, 1, 1, 3))):
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
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
        head = b"\x81" if rng.random() < 0.8 else b""
        assert 0 <= view.apply(head + rng.randbytes(rng.randrange(60))) < len(FAULTS)


def fault_of(
    view: View, *records: Record, tick: int = 1, before: int | None = None, **parts: object
) -> str:
    """What the kernel finds wrong with a snapshot of these records."""
    snapshot = replace(Snapshot(tick, records), **parts)  # type: ignore[arg-type]
    return FAULTS[view.apply(encode_snapshot(snapshot, HZ, tick - 1 if before is None else before))]


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
    assert FAULTS[view.apply(bytes((0x81, 16, 4, 0)))] == "tick_goes_back"


def test_cv5_ticks_wrap() -> None:
    view = View(SLOTS, OWN, 65_530, HZ)
    assert fault_of(view, tick=3, before=65_530) == "fine"
    assert view.tick == 65_539


def test_sn14_a_whole_tick_is_for_what_the_low_byte_cannot_tell() -> None:
    assert FAULTS[acquainted().apply(bytes((0x81, 16, 255, 0)))] == "longer_than_needed"
    view = acquainted()
    assert fault_of(view, tick=256, before=0) == "fine"
    assert view.tick == 256


def test_sn15_without_an_answer_the_one_before_stays() -> None:
    view = acquainted()
    assert fault_of(view, answer=Answer(9, -3)) == "fine"
    assert (view.answered, view.input, view.margin) == (True, 9, -3)
    assert fault_of(view, tick=2) == "fine"
    assert (view.answered, view.input, view.margin) == (False, 9, -3)


def test_po2_who_enters_may_have_a_pose_at_once() -> None:
    pose = random_pose(random.Random(1))
    found = fault_of(acquainted(), Record(3, STANDING, (4, 0)), poses=((3, pose),))
    assert found == "fine"
    assert fault_of(acquainted(), poses=((3, pose),)) == "unknown_entity"


def test_sn16_another_k_than_the_gaps_give_is_a_fault() -> None:
    data = bytearray(encode_snapshot(Snapshot(1), HZ, 0))
    data[1] |= 1 << 5
    assert FAULTS[acquainted().apply(bytes(data))] == "wrong_k"


@pytest.mark.parametrize("name", [case["name"] for case in rejects() if case["sender"] == "server"])
def test_er1_what_the_vectors_refuse_is_a_fault(name: str) -> None:
    data = next(bytes.fromhex(case["hex"]) for case in rejects() if case["name"] == name)
    view = View(SLOTS, OWN, 0, HZ)
    view.introduce(encode(Introduce(0, 0, 0, "Aino", b"", 0)))
    assert view.apply(data), "the kernel takes what is refused"


def test_sn6_a_rare_record_without_need_is_a_fault() -> None:
    view, free = acquainted(), replace(STANDING, gait=Gait.KEEP)
    assert fault_of(view, Record(3, STANDING, (4, 0))) == "fine"
    assert motion_form(free) == FREE
    data = bytearray(encode_snapshot(Snapshot(2, (Record(3, free, whole=False),)), HZ, 1))
    # gap 3 and kind 2 with k 1; enter, whole 0; place 18; air 0; then the form: still, yaw 10
    bit = 3 * 8 + 3 + 2 + 2 + 18 + 1
    value = int.from_bytes(data, "little") & ((1 << bit) - 1)
    size = (bit + 2 + 10 + 7) // 8
    assert FAULTS[view.apply(value.to_bytes(size, "little"))] == "longer_than_needed"


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
