"""The clips that were recorded with the real client: whole, within their budget, and alive."""

from pathlib import Path

import numpy as np
import pytest

from aukio_bench.replay import Clip, read_clips

FOLDER = Path(__file__).parents[2] / "bench/motion"
CLIPS = read_clips(FOLDER, tick_hz=20)
KEYBOARD = [clip for clip in CLIPS if clip.source == "keyboard and mouse"]
HEADSET = [clip for clip in CLIPS if clip.source == "headset"]


def test_there_are_three_at_a_desk_and_one_in_a_headset() -> None:
    assert (len(KEYBOARD), len(HEADSET)) == (3, 1)


def test_all_clips_together_stay_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.glob("*.json")) <= 200_000


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_a_clip_lasts_a_minute(clip: Clip) -> None:
    assert clip.ticks == 1200


@pytest.mark.parametrize("clip", KEYBOARD, ids=lambda clip: clip.name)
def test_somebody_at_a_desk_walks_stops_and_turns(clip: Clip) -> None:
    moving = clip.gait > 0
    assert 0.2 < moving.mean() < 0.95
    assert (np.diff(clip.gait.astype(int)) != 0).sum() >= 6, "starts and stops"
    assert (np.diff(clip.yaw)[moving[1:]] != 0).sum() >= 40, "turns while walking"


@pytest.mark.parametrize("clip", HEADSET, ids=lambda clip: clip.name)
def test_head_and_hands_in_a_headset_move_most_of_the_time(clip: Clip) -> None:
    assert clip.posed.mean() > 0.99
    changed = (clip.poses[2:] != clip.poses[:-2]).any(axis=1)
    assert changed.mean() > 0.75, "in a tenth of a second something moves"
