"""The input kernel against its oracle."""

import random

import numpy as np
import pytest

from aukio.session._inbox import FINE, MALFORMED, OVER_RATE, OVERSIZED, Inbox
from aukio.session.limits import INPUTS
from aukio.sim.commands import MOVE, Moves
from aukio.sim.entities import Entities
from aukio.sim.movement import Movement
from aukio_protocol.motion import Gait, Input, encode_input
from aukio_protocol.pose import Hand, Pose
from harness import flat_field
from oracles.inbox import Inbox as Oracle

WORDS = {FINE: "fine", OVER_RATE: "over rate", OVERSIZED: "oversized", MALFORMED: "malformed"}


def kernel(capacity: int = 64) -> Inbox:
    return Inbox(capacity, INPUTS.per_second, INPUTS.burst, MOVE)


def some_pose(rng: random.Random) -> Pose:
    def hand() -> Hand:
        place = [rng.randrange(-60, 60) for _ in range(3)]
        return Hand(*place, rng.randrange(128), rng.randrange(64), rng.randrange(64), 3)

    lean = rng.choice([3, 40])
    head = (rng.randrange(-lean, lean), rng.randrange(60, 130), rng.randrange(-lean, lean))
    return Pose(*head, 5, 250, 60, hand(), hand())


def some_bytes(rng: random.Random, sequence: int) -> bytes:
    if rng.random() < 0.1:
        return bytes([1]) + rng.randbytes(rng.randrange(40))
    wish = Input(
        sequence=(sequence + rng.choice([0, 1, 1, 2, -3, 32767, 32768])) % 65536,
        tick=rng.randrange(65536),
        seen=rng.randrange(65536),
        yaw=rng.randrange(65536),
        heading=rng.randrange(1024),
        gait=Gait(rng.randrange(3)),
        jump=rng.random() < 0.2,
        claim=(rng.randrange(65536), rng.randrange(65536)) if rng.random() < 0.5 else None,
        pose=some_pose(rng) if rng.random() < 0.4 else None,
    )
    data = encode_input(wish)
    return data + b"x" if rng.random() < 0.05 else data


@pytest.mark.parametrize("seed", range(8))
def test_kernel_and_oracle_take_the_same_inputs(seed: int) -> None:
    rng = random.Random(seed)
    inbox, oracle, now = kernel(), Oracle(), 100.0
    for slot in range(5):
        inbox.start(slot, now)
        oracle.start(slot, now)
    for tick in range(65_400, 65_700):
        for _ in range(rng.choice([0, 3, 3, 60])):
            now += rng.random() / 400
            slot = rng.randrange(5) if rng.random() < 0.8 else 0
            data = some_bytes(rng, oracle.queues[slot].sequence or 0)
            assert WORDS[inbox.put(slot, data, now)] == oracle.put(slot, data, now), f"seed {seed}"
        if rng.random() < 0.02:
            gone = rng.randrange(5)
            inbox.start(gone, now)
            oracle.start(gone, now)
        now += 0.05
        rows, poses, waits = inbox.drain(tick, now, 20)
        assert waits.size == rows.size and (waits >= 0).all()
        expected = oracle.drain(tick, now, 20)
        wanted = Moves.of([move for move, _ in expected])
        wanted.rows["margin"] = [margin for _, margin in expected]
        got = {n: (row.tolist(), bytes(poses[n])) for n, row in enumerate(rows)}
        for n, row in enumerate(rows):
            if not row["posed"]:
                got[n] = (row.tolist(), bytes(17))
        told = [(row.tolist(), bytes(wanted.poses[n])) for n, row in enumerate(wanted.rows)]
        assert sorted(got.values()) == sorted(told), f"seed {seed}, tick {tick}"
        for slot in range(5):
            mine = [row for row, _ in got.values() if row[0] == slot]
            assert mine == [row for row, _ in told if row[0] == slot], "each client's in order"


def test_rows_of_another_layout_never_reach_the_kernels() -> None:
    with pytest.raises(ValueError):
        Inbox(64, INPUTS.per_second, INPUTS.burst, np.dtype([("slot", "<i4")]))
    movement = Movement(Entities(64), flat_field(), 20)
    rows = np.zeros(6, MOVE)
    for wrong in (rows[::2], rows["slot"].copy()):
        with pytest.raises(ValueError):
            movement.place(wrong, 1)
