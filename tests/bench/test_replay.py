"""Recorded motion: a tiny made-up clip, read, refused and replayed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aukio_bench.motion import Habits, Wander
from aukio_bench.replay import Clip, ClipTrouble, Replay, read_clip, read_clips
from aukio_protocol.motion import UNIT

HZ = 20
POSE = bytes(range(17)).hex()
#: Stands, walks east, jumps while it runs on, stands again; 20 ticks.
INPUTS: list[list[Any]] = [
    [0, 0, 0, 0, 0, None],
    [5, 16384, 256, 1, 0, None],
    [10, 16384, 256, 2, 1, POSE],
    [15, 100, 256, 0, 0, None],
]


def write(folder: Path, **changed: Any) -> Path:
    told = {
        "format": "aukio-motion",
        "version": 1,
        "tick_hz": HZ,
        "source": "made up",
        "seconds": 1,
        "inputs": INPUTS,
    }
    file = folder / "clip.json"
    file.write_text(json.dumps(told | changed), "utf-8")
    return file


def test_a_clip_holds_each_input_until_the_next_and_a_jump_in_its_own_tick(tmp_path: Path) -> None:
    clip = read_clip(write(tmp_path), HZ)
    assert clip.ticks == 20
    assert clip.gait.tolist() == [0] * 5 + [1] * 5 + [2] * 5 + [0] * 5
    assert np.flatnonzero(clip.jump).tolist() == [10]
    assert clip.yaw[[4, 5, 19]].tolist() == [0, 16384, 100]
    assert np.flatnonzero(clip.posed).tolist() == [10, 11, 12, 13, 14]
    assert clip.poses[12].tobytes().hex() == POSE


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"version": 2}, "expected aukio-motion 1"),
        ({"tick_hz": 30}, "recorded at 30 Hz"),
        ({"inputs": []}, "not a motion clip"),
        ({"inputs": [[3, 0, 0, 0, 0, None]]}, "first input is not at tick 0"),
        ({"inputs": [[0, 0, 0, 3, 0, None]]}, "out of its range"),
        ({"inputs": [[0, 0, 1024, 0, 0, None]]}, "out of its range"),
        ({"inputs": [INPUTS[0], INPUTS[0]]}, "ticks do not grow"),
        ({"inputs": [[0, 0, 0, 0, 0, "00"]]}, "a pose has 17 bytes"),
    ],
)
def test_what_is_no_clip_is_refused_by_name(
    tmp_path: Path, changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(ClipTrouble, match=why) as told:
        read_clip(write(tmp_path, **changed), HZ)
    assert "clip.json" in str(told.value)


def test_a_folder_without_clips_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClipTrouble, match="no motion clip"):
        read_clips(tmp_path, HZ)


def replayed(clip: Clip, count: int, half_m: float = 100) -> Replay:
    random = np.random.default_rng(4)
    motion = Replay(Wander(count, HZ, Habits(half_m=half_m), random), [clip], count)
    for row in range(count):
        motion.begin(row, 0, (0.0, 0.0))
    return motion


def test_every_bot_replays_the_clip_from_its_own_offset_and_turned(tmp_path: Path) -> None:
    count, clip = 30, read_clip(write(tmp_path), HZ)
    motion, here = replayed(clip, count), np.zeros(count)
    gaits, yaws, ways = [], [], []
    for tick in range(100, 120):
        motion.decide(slice(0, count), tick, here, here)
        gaits.append(motion.gait.copy())
        yaws.append(motion.yaw.copy())
        ways.append(motion.ways(slice(None)).astype(int))
    for row in range(count):
        seen = [int(gait[row]) for gait in gaits]
        starts = [n for n in range(20) if seen[n:] + seen[:n] == clip.gait.tolist()]
        assert starts, f"bot {row} plays the clip round"
        at = [(tick - starts[0]) % 20 for tick in range(20)]
        turned = {round(yaw[row] - clip.yaw[n]) % UNIT for yaw, n in zip(yaws, at, strict=True)}
        assert len(turned) == 1, "by one angle"
        assert {(way[row] - clip.heading[n]) % 1024 for way, n in zip(ways, at, strict=True)} == {
            turned.pop() // 64
        }
    assert len({tuple(int(gait[row]) for gait in gaits) for row in range(count)}) > 5


def test_who_comes_to_the_border_is_turned_towards_the_middle(tmp_path: Path) -> None:
    clip = read_clip(write(tmp_path, inputs=[[0, 0, 0, 2, 0, None]]), HZ)
    count = 40
    motion = replayed(clip, count, half_m=30)
    x, z = np.zeros(count), np.zeros(count)
    for tick in range(1, 2000):
        motion.decide(slice(0, count), tick, x, z)
        angle = motion.ways(slice(None)) * 2 * np.pi / 1024
        x, z = x + 0.2 * np.sin(angle), z - 0.2 * np.cos(angle)
        assert max(np.abs(x).max(), np.abs(z).max()) < 30
