"""What is measured: ages and errors from small worlds whose answers are known."""

import numpy as np
import pytest

from aukio_bench._decode import View
from aukio_bench.meters import SETTLED_TICKS, Meter, Truth, Watch, percentiles
from aukio_bench.walkers import Walkers
from aukio_protocol.codec import encode
from aukio_protocol.messages import Introduce
from aukio_protocol.motion import Gait, Motion
from aukio_protocol.snapshot import Record, Snapshot, encode_snapshot

HZ = 20
METRE = 65536


class Scene:
    """Two bots: row 0 with slot 5 watches, row 1 with slot 9 walks north from the origin."""

    def __init__(self) -> None:
        self.walkers = Walkers(2, HZ)
        self.truth = Truth(self.walkers, 2, 64)
        self.meter = Meter(self.truth)
        self.meter.is_on = True
        self.view = View(64, 5, 100, HZ)
        self.watch = Watch(0, self.view, self.meter, np.random.default_rng(0))
        for row, slot in ((0, 5), (1, 9)):
            self.walkers.place(row, 100, 0, 0, 0)
            self.truth.enter(row, slot, 100)
        self.view.introduce(encode(Introduce(9, 0, 0, "Aino", b"", 0)))
        self.tell(101, Record(9, Motion(0, 0, 0, 0, 0), (0, 0)), now=0)

    def walk(self, tick: int, gait: Gait) -> None:
        gaits = np.array([0, gait])
        self.walkers.step(slice(0, 2), tick, np.zeros(2, int), np.zeros(2, int), gaits)

    def tell(self, tick: int, *records: Record, now: float) -> None:
        self.meter.look(0, self.view, self.watch, tick)
        data = encode_snapshot(Snapshot(tick % 65536, 0, 0, records), HZ)
        assert self.view.apply(data) == 0
        self.meter.reflect(self.view, self.watch, now)

    def walking(self, tick: int) -> Record:
        at = tick % 64
        z = (int(self.walkers.zs[1, at]) + 128) // 256 * 256
        speed = int(self.walkers.speeds[1, at])
        return Record(9, Motion(0, 0, z, 0, 0, speed, Gait.WALK), None, whole=False)


def test_the_age_of_a_motion_is_from_its_input_to_the_record_that_shows_it() -> None:
    scene = Scene()
    scene.truth.change(np.array([1]), 102, np.array([1.0]))
    scene.walk(102, Gait.WALK)
    scene.tell(102, scene.walking(102), now=1.04)
    assert np.concatenate(scene.meter.samples.ages) == pytest.approx([0.04])


def test_a_record_that_does_not_show_the_change_yet_does_not_count() -> None:
    scene = Scene()
    scene.truth.change(np.array([1]), 102, np.array([1.0]))
    scene.walk(102, Gait.WALK)
    scene.tell(102, Record(9, Motion(0, 0, 0, 0, 0), None, whole=False), now=1.04)
    scene.walk(103, Gait.WALK)
    scene.tell(103, scene.walking(103), now=1.09)
    assert np.concatenate(scene.meter.samples.ages) == pytest.approx([0.09])


def test_the_error_is_what_a_viewer_had_just_before_its_next_news() -> None:
    scene = Scene()
    for tick in range(102, 104):
        scene.walk(tick, Gait.WALK)
        scene.tell(tick, now=0)
    for tick in range(104, 140):
        scene.walk(tick, Gait.WALK)
    scene.meter.settle(103 + SETTLED_TICKS)
    errors = np.concatenate(scene.meter.samples.near)
    walked = [-int(scene.walkers.zs[1, tick % 64]) / METRE for tick in (102, 103)]
    assert errors[-2:] == pytest.approx(walked), "the viewer still believes the walker stands"


def test_a_correction_changes_the_truth_that_errors_are_judged_by() -> None:
    scene = Scene()
    scene.walk(102, Gait.WALK)
    scene.tell(102, now=0)
    scene.walkers.zs[1, 102 % 64] = 0
    scene.meter.settle(102 + SETTLED_TICKS)
    assert np.concatenate(scene.meter.samples.near)[-1] == 0


def test_percentiles_of_nothing_are_no_number() -> None:
    assert np.isnan(percentiles([], (50, 99))).all()
    assert percentiles([np.array([1.0, 3.0]), np.array([2.0])], (50,)) == [2.0]
