"""What is measured: small worlds whose answers are known, and random ones against the slow twin."""

import random

import numpy as np
import pytest

from aukio_bench._decode import View
from aukio_bench._truth import BINS, KINDS, TALLIES, Lookout
from aukio_bench.meters import AWAY_TICKS, SETTLED_TICKS, Meter, Truth, percentiles
from aukio_bench.walkers import Walkers
from aukio_protocol.codec import encode
from aukio_protocol.messages import Introduce
from aukio_protocol.motion import Gait, Motion
from aukio_protocol.snapshot import Record, Snapshot, encode_snapshot
from oracles.judging import SlowJudge, bin_of

HZ = 20
METRE = 65536
SPAN = 1 / 64 / 2 + 0.002  # a bin's half width, relatively, and a little


class Scene:
    """Two bots: row 0 with slot 5 watches, row 1 with slot 9 walks north from the origin."""

    def __init__(self) -> None:
        self.walkers = Walkers(2, HZ)
        self.truth = Truth(self.walkers, 2, 64)
        self.meter = Meter(self.truth, HZ)
        self.meter.is_on = True
        self.view = View(64, 5, 100, HZ)
        for row, slot in ((0, 5), (1, 9)):
            self.walkers.place(row, 100, 0, 0, 0)
            self.truth.enter(row, slot, 100)
        self.watch = Lookout(self.meter.judge, 0, self.view, np.random.default_rng(0))
        self.view.introduce(encode(Introduce(9, 0, 0, "Aino", b"", 0)))
        self.walk(101, Gait.STAND)
        self.tell(101, Record(9, Motion(0, 0, 0, 0, 0), (0, 0)), now=0)

    def walk(self, tick: int, gait: Gait) -> None:
        gaits = np.array([0, gait])
        self.walkers.step(slice(0, 2), tick, np.zeros(2, int), np.zeros(2, int), gaits)

    def tell(self, tick: int, *records: Record, now: float = 0) -> None:
        self.watch.look(tick)
        data = encode_snapshot(Snapshot(tick % 65536, records), HZ, self.view.tick % 65536)
        assert self.view.apply(data) == 0
        self.watch.reflect(now)

    def walking(self, tick: int, gait: Gait = Gait.WALK) -> Record:
        at = tick % 64
        z = (int(self.walkers.zs[at, 1]) + 256) // 512 * 512
        speed = int(self.walkers.speeds[at, 1])
        return Record(9, Motion(0, 0, z, 0, 0, speed, gait), None, whole=False)

    def count(self, kind: str) -> int:
        return int(self.meter.judge.counts[[name for name, _ in KINDS].index(kind)].sum())


def test_the_age_of_a_motion_is_from_its_input_to_the_record_that_shows_it() -> None:
    scene = Scene()
    scene.truth.change(np.array([1]), 102, np.array([1.0]))
    scene.walk(102, Gait.WALK)
    scene.tell(102, scene.walking(102), now=1.04)
    assert scene.meter.points("age_all", 50)[0] == pytest.approx(0.04, rel=SPAN)
    assert scene.meter.points("age_near", 50)[0] == pytest.approx(0.04, rel=SPAN)
    assert scene.count("age_all") == 1


def test_a_record_that_does_not_show_the_change_yet_does_not_count() -> None:
    scene = Scene()
    scene.truth.change(np.array([1]), 102, np.array([1.0]))
    scene.walk(102, Gait.WALK)
    scene.tell(102, Record(9, Motion(0, 0, 0, 0, 0), None, whole=False), now=1.04)
    scene.walk(103, Gait.WALK)
    scene.tell(103, scene.walking(103), now=1.09)
    assert scene.count("age_all") == 1
    assert scene.meter.points("age_all", 50)[0] == pytest.approx(0.09, rel=SPAN)


def test_the_error_is_what_a_viewer_had_just_before_its_next_news() -> None:
    scene = Scene()
    scene.walk(102, Gait.WALK)
    scene.tell(102)
    walked = -int(scene.walkers.zs[102 % 64, 1]) / METRE
    for tick in range(103, 104 + SETTLED_TICKS):
        scene.walk(tick, Gait.WALK)
    scene.meter.settle(102 + SETTLED_TICKS)
    assert scene.count("movers") == 1, "the viewer still believes the walker stands"
    assert scene.meter.points("movers", 50)[0] == pytest.approx(walked, rel=SPAN, abs=1e-4)


def test_a_correction_changes_the_truth_that_errors_are_judged_by() -> None:
    scene = Scene()
    scene.walk(102, Gait.WALK)
    scene.tell(102)
    scene.walkers.zs[102 % 64, 1] = 0
    scene.meter.settle(102 + SETTLED_TICKS)
    assert scene.meter.points("near", 100)[0] < 0.0001


def test_a_ghost_walks_on_the_screen_after_a_snapshot_that_could_have_told() -> None:
    scene = Scene()
    scene.walk(102, Gait.WALK)
    scene.tell(102, scene.walking(102))
    for tick in range(103, 110):  # it ramps down in these, and nobody is told
        scene.walk(tick, Gait.STAND)
        scene.tell(tick)
    scene.meter.settle(109 + SETTLED_TICKS)
    stood = sum(int(scene.walkers.speeds[tick % 64, 1]) == 0 for tick in range(103, 109))
    assert stood > 3
    assert scene.meter.tally("near_ghosts") == stood, "the last tick has no snapshot after it yet"
    assert scene.meter.tally("longest_ghost") == stood


def test_looks_that_wait_for_their_turn_are_judged_before_the_paths_are_forgotten() -> None:
    scene = Scene()
    for tick in range(102, 200):
        scene.walk(tick, Gait.WALK)
        scene.tell(tick, scene.walking(tick))
        scene.meter.settle(tick, most=0)
    assert scene.count("movers") > 40
    assert scene.meter.tally("wrong") == 0
    assert scene.meter.tally("late_looks") == 0


def test_after_a_gap_a_ghost_is_another_ghost() -> None:
    scene = Scene()
    scene.walk(102, Gait.WALK)
    scene.tell(102, scene.walking(102))
    for tick in range(103, 202):
        scene.walk(tick, Gait.STAND)
        scene.tell(tick)
        if tick in (150, 201):
            scene.meter.settle(tick)
    scene.meter.settle_all(201)
    assert scene.meter.tally("late_looks") > 0
    assert 0 < scene.meter.tally("longest_ghost") < 90


def test_who_is_not_told_of_a_walk_waits() -> None:
    scene = Scene()
    for tick in range(102, 112):
        scene.walk(tick, Gait.WALK)
        scene.tell(tick)
    scene.meter.settle(111 + SETTLED_TICKS)
    off = [abs(int(scene.walkers.zs[tick % 64, 1])) / METRE > 0.036 for tick in range(101, 111)]
    assert scene.meter.tally("near_waiting") == sum(off) > 5


def test_who_has_left_long_ago_is_extra() -> None:
    scene = Scene()
    scene.truth.leave(1)
    scene.tell(101 + AWAY_TICKS)
    assert scene.truth.extra(scene.view) == 0
    scene.tell(102 + AWAY_TICKS)
    assert scene.truth.extra(scene.view) == 1


@pytest.mark.parametrize("seed", range(4))
def test_the_kernel_counts_what_the_slow_twin_counts(seed: int) -> None:
    print("seed", seed)
    rng, count = random.Random(seed), 70
    walkers = Walkers(count, HZ)
    truth = Truth(walkers, count, 256)
    meter = Meter(truth, HZ)
    meter.is_on = True
    slots = rng.sample(range(256), count)
    for row, slot in enumerate(slots):
        x, z = (rng.randrange(-60 * METRE, 60 * METRE) for _ in range(2))
        walkers.place(row, 100, x, z, rng.randrange(65536))
        truth.enter(row, slot, 100)
    view = View(256, slots[0], 100, HZ)
    watch = Lookout(meter.judge, 0, view, np.random.default_rng(seed))
    slow = SlowJudge(walkers, truth, HZ)
    everybody = set(range(1, count))
    yaw, gait = np.zeros(count, np.int64), np.zeros(count, np.int64)
    told, unknown = set(), 5
    for tick in range(101, 190):
        for row in rng.sample(range(count), 6):
            yaw[row], gait[row] = rng.randrange(1024) * 64, rng.choice((0, 0, 1, 2))
        walkers.step(slice(0, count), tick, yaw, yaw // 64, gait)
        if rng.random() < 0.2:
            continue  # no frame in this tick
        watch.look(tick)
        slow.look(0, view, everybody, tick)
        records = []
        for row in sorted(rng.sample(range(1, count - unknown), 12), key=lambda r: slots[r]):
            at, slot = tick % 64, slots[row]
            x, z = ((int(a[at, row]) + 256) // 512 * 512 for a in (walkers.xs, walkers.zs))
            facing, speed = int(walkers.yaws[at, row]) // 64 * 64, int(walkers.speeds[at, row])
            way = int(walkers.heading[row])
            motion = Motion(x, 0, z, facing, way, speed, Gait(int(gait[row])))
            if not (speed or gait[row]):
                motion = Motion(x, 0, z, facing, facing)
            if row not in told:
                told.add(row)
                view.introduce(encode(Introduce(slot, 0, 0, "Aino", b"", 0)))
                records.append(Record(slot, motion, (0, 0)))
            else:
                records.append(Record(slot, motion, None))
        data = encode_snapshot(Snapshot(tick, tuple(records)), HZ, view.tick)
        assert view.apply(data) == 0
        meter.settle(tick)
        slow.settle(tick - SETTLED_TICKS)
    meter.settle_all(200)
    slow.settle(200)
    for name in TALLIES:
        assert meter.tally(name) == slow.tallies[name], name
    for number, (name, unit) in enumerate(KINDS):
        expected = np.zeros(BINS, np.int64)
        for value in slow.values[name]:
            expected[bin_of(value, unit)] += 1
        assert (meter.judge.counts[number] == expected).all(), name
    assert slow.tallies["near_waiting"] > 50
    assert slow.tallies["ghosts"] > 10
    assert slow.tallies["missing"] > 50
    assert len(slow.values["wait"]) > 10


def test_percentiles_lie_in_their_bin() -> None:
    rng = np.random.default_rng(1)
    values = np.sort(rng.exponential(0.05, 20_000))
    counts = np.bincount([bin_of(v, 0.004) for v in values], minlength=BINS)
    for point in (1, 50, 95, 99):
        found = percentiles(counts, 0.004, (point,))[0]
        assert found == pytest.approx(np.percentile(values, point), rel=0.017, abs=0.0001)


def test_percentiles_of_nothing_are_no_number() -> None:
    assert np.isnan(percentiles(np.zeros(BINS, np.int64), 0.004, (50, 99))).all()
