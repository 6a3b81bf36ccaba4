"""Heads and hands of bots: legal poses that move as people's do."""

import numpy as np
import pytest

from aukio_bench.headset import POSE_HZ, Headsets, pack_poses
from aukio_protocol.pose import Hand, Pose

HZ = 20
EVERYBODY = slice(0, 40)


def test_fields_are_packed_as_the_readable_codec_says() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        signed = [int(v) for v in rng.integers(-64, 64, 8)]
        y, yaw, pitch = (int(v) for v in rng.integers(0, 256, 3))
        angles = [int(v) for v in rng.integers(0, 64, 7)]
        grips = [int(v) for v in rng.integers(0, 8, 2)]
        left = Hand(*signed[2:5], angles[1] * 2, angles[2], angles[3], grips[0])
        right = Hand(*signed[5:8], angles[4], angles[5], angles[6], grips[1])
        pose = Pose(signed[0], y, signed[1], yaw, pitch, angles[0], left, right)
        row = [signed[0], y, signed[1], yaw, pitch, angles[0], *signed[2:5]]
        row += [angles[1] * 2, angles[2], angles[3], grips[0], *signed[5:8], *angles[4:7], grips[1]]
        assert pack_poses(np.array([row])).tobytes() == pose.to_bytes()


def poses_of(row: int, seconds: float) -> list[Pose]:
    sets = Headsets(EVERYBODY.stop, HZ, np.random.default_rng(2))
    return [
        Pose.from_bytes(sets.poses(EVERYBODY, tick)[row].tobytes())
        for tick in range(round(seconds * HZ))
    ]


def test_heads_never_rest_and_poses_are_within_reach() -> None:
    poses = poses_of(3, 20)
    assert len({(p.x, p.y, p.yaw, p.pitch) for p in poses}) > 20
    for pose in poses:
        for hand in (pose.left, pose.right):
            away = np.hypot(hand.x - pose.x, hand.z - pose.z) / 64
            reach = np.hypot(away, (hand.y + 64 - pose.y) / 64)
            assert reach < 1.25, "IN7: else the server ignores it"
            assert np.hypot(pose.x, pose.z) / 64 < 0.6


def test_hands_gesture_half_of_the_time_by_15_centimetres() -> None:
    swings = []
    for row in range(20):
        heights = np.array([pose.right.y / 64 for pose in poses_of(row, 60)])
        parts = heights.reshape(-1, 10)  # half a second: one swing
        swings.append(np.ptp(parts, axis=1) > 0.2)
    assert np.mean(swings) == pytest.approx(0.5, abs=0.12)


def test_everybody_sends_ten_poses_a_second() -> None:
    sets = Headsets(EVERYBODY.stop, HZ, np.random.default_rng(2))
    due = np.array([sets.due(EVERYBODY, tick) for tick in range(HZ)])
    assert (due.sum(axis=0) == POSE_HZ).all()
