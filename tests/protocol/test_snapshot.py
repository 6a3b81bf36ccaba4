"""Snapshots: any legal one survives its own bytes, any other bytes are refused."""

import random
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from aukio_protocol.errors import MalformedMessage, ProtocolError
from aukio_protocol.messages import SNAPSHOT_ID
from aukio_protocol.motion import (
    COARSE_STEP,
    RECORD_STEP,
    TURN_STEPS,
    YAW_STEP,
    Gait,
    Motion,
    advance,
    decode_input,
    encode_input,
    turn_belief,
    turn_rate,
)
from aukio_protocol.pose import Pose
from aukio_protocol.snapshot import (
    FREE,
    RARE,
    STILL,
    TURNING,
    Answer,
    Correction,
    Record,
    Snapshot,
    decode_snapshot,
    encode_snapshot,
    motion_form,
    nearest_place,
    read_tick,
    rice_parameter,
)
from aukio_protocol.vectors import BELIEVED, snapshots
from aukio_protocol.wire import BitReader, BitWriter

HZ = 20
EVERYONE = dict.fromkeys(range(300), (0, 0)) | BELIEVED

u8, u16, i32 = st.integers(0, 255), st.integers(0, 65535), st.integers(-(2**31), 2**31 - 1)


@st.composite
def motions(draw: st.DrawFn) -> Motion:
    """Any motion on the wire's steps, with nothing that its form cannot carry."""
    x, z = (draw(st.integers(-(2**22), 2**22 - 1)) * RECORD_STEP for _ in range(2))
    y = draw(st.integers(-(2**16), 2**16 - 1)) * RECORD_STEP
    yaw, heading = (draw(st.integers(0, 1023)) * 64 for _ in range(2))
    speed, gait = draw(st.one_of(st.sampled_from((0, 45, 128)), u8)), draw(st.sampled_from(Gait))
    if draw(st.booleans()):
        vertical = draw(st.integers(-128, 127)) * 8192 // HZ
        return Motion(x, y, z, yaw, heading, speed, gait, air=True, vertical=vertical)
    motion = Motion(x, y, z, yaw, heading, speed, gait)
    if draw(st.booleans()) and gait is not Gait.KEEP:
        aside = draw(st.integers(0, 7)) * 8192
        yaw = draw(st.integers(0, 4095)) * YAW_STEP
        turn, bend = draw(st.integers(-15, 15)), draw(st.integers(0, 63))
        motion = replace(motion, yaw=yaw, heading=(yaw + aside) % 65536, turn=turn, bend=bend)
    match motion_form(motion):
        case form if form == TURNING:
            return motion
        case form if form == STILL:
            yaw = motion.yaw // 64 * 64
            return replace(motion, yaw=yaw, heading=yaw, turn=0, bend=0)
        case form if form == FREE:
            return replace(motion, turn=0, bend=0)
    yaw = motion.yaw // 64 * 64
    aside = (motion.heading - motion.yaw) // 8192 * 8192
    return replace(motion, yaw=yaw, heading=(yaw + aside) % 65536, turn=0, bend=0)


@st.composite
def records(draw: st.DrawFn, slots: st.SearchStrategy[int]) -> tuple[Record, ...]:
    """Records of slots; those without a whole place are near where `EVERYONE` believes them."""
    found = []
    for slot in sorted(draw(st.sets(slots, max_size=12))):
        motion, enter = draw(motions()), None
        whole = slot not in EVERYONE or draw(st.booleans())
        if whole and draw(st.booleans()):
            enter = (draw(u8), draw(st.integers(0, 3)))
        if not whole:
            step = draw(st.sampled_from((RECORD_STEP, COARSE_STEP)))
            most = 2 * 65536 // step
            x, z = (draw(st.integers(-most, most - 1)) * step for _ in range(2))
            motion = replace(motion, x=x, z=z, y=motion.y if motion.air else 0)
        found.append(Record(slot, motion, enter, whole))
    return tuple(found)


corrections = st.builds(
    Correction,
    **dict.fromkeys(("tick", "yaw", "heading"), u16),
    **dict.fromkeys(("x", "y", "z", "vertical"), i32),
    speed=u8,
    air=st.booleans(),
    moved=st.booleans(),
    gait=st.sampled_from(Gait),
)
poses = st.binary(min_size=17, max_size=17).map(Pose.from_bytes)


@st.composite
def legal(draw: st.DrawFn) -> tuple[int, Snapshot]:
    """Any tick before, and any snapshot that may follow it."""
    before = draw(u16)
    tick = (before + draw(st.one_of(st.integers(1, 300), st.integers(1, 32767)))) % 65536
    slots = draw(st.sampled_from((st.integers(0, 40), st.integers(0, 299), u16)))
    return before, Snapshot(
        tick,
        draw(records(slots)),
        tuple(draw(st.lists(u16, max_size=4))),
        draw(st.none() | st.builds(Answer, u16, st.integers(-128, 127))),
        draw(st.none() | corrections),
        tuple(draw(st.lists(st.tuples(u16, poses), max_size=3))),
    )


@given(legal())
def test_SN1_any_snapshot_survives_its_own_bytes(case: tuple[int, Snapshot]) -> None:
    before, snapshot = case
    data = encode_snapshot(snapshot, HZ, before)
    assert decode_snapshot(data, HZ, before, EVERYONE) == snapshot


@given(legal(), st.data())
def test_SN6_changed_bytes_are_refused_or_have_their_one_form(
    case: tuple[int, Snapshot], data: st.DataObject
) -> None:
    before, snapshot = case
    assert_one_form(encode_snapshot(snapshot, HZ, before), before, data)


@given(st.sampled_from(sorted(snapshots())), st.data())
def test_SN6_changed_vectors_are_refused_or_have_their_one_form(
    name: str, data: st.DataObject
) -> None:
    before, snapshot = snapshots()[name]
    assert_one_form(encode_snapshot(snapshot, HZ, before), before, data)


def assert_one_form(whole: bytes, before: int, data: st.DataObject) -> None:
    """Changes some bytes: what is still taken encodes to just these bytes."""
    raw = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        snapshot = decode_snapshot(bytes(raw), HZ, before, EVERYONE)
    except ProtocolError:
        return
    assert encode_snapshot(snapshot, HZ, before) == bytes(raw)


@given(st.binary(max_size=60), u16)
def test_SN13_any_bytes_are_a_snapshot_or_refused(body: bytes, before: int) -> None:
    data = bytes((SNAPSHOT_ID,)) + body
    try:
        snapshot = decode_snapshot(data, HZ, before, EVERYONE)
    except ProtocolError:
        return
    assert encode_snapshot(snapshot, HZ, before) == data


@given(u16, st.integers(1, 32767))
def test_SN14_each_later_tick_has_one_form(before: int, later: int) -> None:
    tick = (before + later) % 65536
    data = encode_snapshot(Snapshot(tick), HZ, before)
    assert len(data) == (3 if later < 256 else 4)
    assert read_tick(data, before) == tick


@pytest.mark.parametrize("form", ["yaw", "moving", "turning"])
def test_SN4_a_rare_record_without_need_is_refused(form: str) -> None:
    rest = {
        "yaw": ((0, 2), (0, 10)),
        "moving": ((1, 2), (0, 10), (0, 1), (1, 2), (0, 1)),
        "turning": ((2, 2), (0, 12), (0, 1), (1, 2), (0, 1), (0, 1), (1, 4), (0, 1)),
    }[form]
    out = BitWriter()
    for value, width in ((0, 1), (RARE, 2), (0, 1), (0, 1), (0, 9), (0, 9), (0, 1), *rest):
        out.unsigned(value, width)
    with pytest.raises(MalformedMessage, match="without need"):
        decode_snapshot(bytes((SNAPSHOT_ID, 0, 1)) + out.to_bytes(), HZ, 0, EVERYONE)


@settings(deadline=None)  # 65,535 ones take the readable codec long on a busy machine
@given(st.integers(0, 65535), st.integers(0, 7))
def test_SN4_a_rice_code_gives_back_its_value(value: int, k: int) -> None:
    out = BitWriter()
    out.rice(value, k)
    assert out.bit_length == (value >> k) + 1 + k
    assert BitReader(out.to_bytes()).rice(k, 65535) == value
    if value:
        with pytest.raises(MalformedMessage):
            BitReader(out.to_bytes()).rice(k, value - 1)


@given(st.sets(u16, min_size=1, max_size=200))
def test_SN4_gaps_cost_at_most_two_bits_above_k_on_average(slots: set[int]) -> None:
    gaps, ordered = BitWriter(), sorted(slots)
    k = rice_parameter(len(ordered), ordered[-1])
    for before, slot in zip((-1, *ordered), ordered, strict=False):
        gaps.rice(slot - before - 1, k)
    # With the largest k, 65,535 slots hold no more than 512 steps of it.
    assert gaps.bit_length <= len(slots) * (k + 1) + max(2 * len(slots), 512)


@given(st.binary(max_size=64))
def test_IN1_any_bytes_are_an_input_or_refused(data: bytes) -> None:
    try:
        wish = decode_input(data)
    except ProtocolError:
        return
    assert encode_input(wish)[1:] == data[1:]


@given(st.integers(-(2**30), 2**30), st.integers(-130_000, 130_000))
def test_SN7_low_bits_find_any_place_within_two_metres(believed: int, off: int) -> None:
    place = (believed + off) // RECORD_STEP * RECORD_STEP
    assert nearest_place(believed, place // RECORD_STEP % 512, coarse=False) == place
    place = (believed + off) // COARSE_STEP * COARSE_STEP
    assert nearest_place(believed, place // COARSE_STEP % 128, coarse=True) == place


@given(motions(), st.integers(1, 40), st.sampled_from((10, 20, 30, 60)))
def test_MO1_a_motion_stays_on_steps_that_can_be_written(
    motion: Motion, ticks: int, tick_hz: int
) -> None:
    for _ in range(ticks):
        motion = advance(motion, tick_hz)
    rounded = (motion.x + 256) // 512 * 512, (motion.z + 256) // 512 * 512
    if not motion.air and all(abs(at) < 2**30 for at in rounded):
        motion = replace(motion, x=rounded[0], y=0, z=rounded[1])
        encode_snapshot(Snapshot(1, (Record(0, motion),)), tick_hz, 0)


def test_SN6_a_motion_on_coarse_steps_is_never_written_fine() -> None:
    out = BitWriter()
    for value, bits in ((0, 1), (STILL, 2), (0, 1), (4, 9), (4, 9), (4, 10)):
        out.unsigned(value, bits)
    with pytest.raises(MalformedMessage, match="coarse"):
        decode_snapshot(bytes((0x81, 0, 1)) + out.to_bytes(), HZ, 0, EVERYONE)


def test_MO1_turn_rates_are_whole_steps_of_the_yaw_and_grow() -> None:
    for tick_hz in (10, 20, 30, 60):
        rates = [turn_rate(index, tick_hz) for index in range(TURN_STEPS + 1)]
        assert rates == sorted(rates)
        assert not any(rate % YAW_STEP for rate in rates)
        assert [turn_rate(-index, tick_hz) for index in range(16)] == [-rate for rate in rates]


def crowd(rng: random.Random) -> Snapshot:
    """A frame of a crowd: 40 of 1,000 slots, half still, 35 % moving, 15 % turning."""
    told = []
    for n, slot in enumerate(sorted(rng.sample(range(1000), 40))):
        place = rng.randrange(-200, 200) * RECORD_STEP, 0, rng.randrange(-200, 200) * RECORD_STEP
        yaw, gait = (
            rng.randrange(1024) * 64,
            rng.choice((Gait.WALK, Gait.WALK, Gait.WALK, Gait.RUN)),
        )
        speed = (45, 128)[gait - 1]
        motion = Motion(*place, yaw, yaw)
        share = n * 7 % 20  # shuffles without chance: 10, 7 and 3 of every 20
        if share >= 10:
            motion = replace(motion, speed=speed, gait=gait)
        if share >= 17:
            yaw = rng.randrange(4096) * YAW_STEP
            turn = rng.choice((-1, 1)) * rng.randrange(4, 12)
            motion = replace(motion, yaw=yaw, heading=yaw, turn=turn, bend=turn_belief(HZ))
        told.append(Record(slot, motion, whole=False))
    return Snapshot(1, tuple(told))


def test_SN4_a_record_of_a_crowd_costs_at_most_five_and_a_half_bytes() -> None:
    rng, sizes = random.Random(4), []
    everybody = dict.fromkeys(range(1000), (0, 0))
    for _ in range(50):
        snapshot = crowd(rng)
        data = encode_snapshot(snapshot, HZ, 0)
        assert decode_snapshot(data, HZ, 0, everybody) == snapshot
        sizes.append((len(data) - 3) / 40)
    mean = sum(sizes) / len(sizes)
    print(f"seed 4: {mean:.2f} bytes a record")
    assert mean <= 5.5
