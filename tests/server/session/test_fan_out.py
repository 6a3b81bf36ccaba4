"""Messages for many: each gets all of them, in order, whatever the parts."""

import random

import numpy as np
import pytest

from aukio.session._fan_out import gather
from aukio.session.fan_out import MOST, FanOut
from oracles import fan_out as oracle


def slots(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def texts(pieces: tuple[np.ndarray, np.ndarray, np.ndarray]) -> list[bytes]:
    data, begins, ends = pieces
    return [data[a:b].tobytes() for a, b in zip(begins, ends, strict=True)]


def test_each_gets_what_is_due_to_it_in_order_whatever_the_parts() -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    rng = random.Random(seed)
    fan_out = FanOut(40)
    said: list[list[bytes]] = [[] for _ in range(40)]
    got = [b""] * 40
    for n in range(400):
        match rng.randrange(4):
            case 0 | 1 if not fan_out.is_full:
                to = sorted(rng.sample(range(40), rng.randrange(41)))
                fan_out.put(slots(*to), b"%d;" % n)
                for slot in to:
                    said[slot].append(b"%d;" % n)
            case 2:
                slot = rng.randrange(40)
                fan_out.forget(slot)
                said[slot] = []
                got[slot] = b""
            case _:
                part = fan_out.next(rng.randrange(1, 12))
                if rng.random() < 0.5:
                    part = slots(*rng.sample(range(40), 7))
                for slot, text in zip(part.tolist(), texts(fan_out.take(part)), strict=True):
                    got[slot] += text
                    assert got[slot] == b"".join(said[slot])
    while fan_out:
        part = fan_out.next(9)
        assert part.size, "what is due to somebody comes to its turn"
        for slot, text in zip(part.tolist(), texts(fan_out.take(part)), strict=True):
            got[slot] += text
    assert got == [b"".join(one) for one in said]


def test_turns_go_round() -> None:
    fan_out = FanOut(8)
    fan_out.put(slots(0, 2, 4, 6), b"a")
    first = fan_out.next(3)
    assert first.tolist() == [0, 2, 4]
    fan_out.take(first)
    fan_out.put(slots(0, 1), b"b")
    assert fan_out.next(2).tolist() == [6, 0], "who has waited for longest comes before"
    assert fan_out.next(9).tolist() == [1, 6, 0]


def test_nothing_is_due_when_all_is_taken_or_forgotten() -> None:
    fan_out = FanOut(8)
    assert not fan_out
    fan_out.put(slots(), b"nobody")
    assert not fan_out
    fan_out.put(slots(3, 4), b"a")
    fan_out.take(slots(3))
    assert fan_out
    fan_out.forget(4)
    assert not fan_out
    assert texts(fan_out.take(slots(3, 4))) == [b"", b""]


def test_more_messages_than_bits_are_refused_until_all_is_taken() -> None:
    fan_out = FanOut(8)
    for n in range(MOST):
        fan_out.put(slots(5), b"%d" % n)
    assert fan_out.is_full
    with pytest.raises(OverflowError):
        fan_out.put(slots(5), b"one too many")
    assert texts(fan_out.take(slots(5))) == [b"".join(b"%d" % n for n in range(MOST))]
    assert not fan_out.is_full


@pytest.mark.parametrize("kinds", [3, 200])
def test_kernel_and_oracle_gather_the_same(kinds: int) -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    rng = random.Random(seed)
    frames = [rng.randbytes(rng.randrange(1, 40)) for _ in range(MOST)]
    sums = [rng.getrandbits(MOST) if rng.random() < 0.8 else 0 for _ in range(kinds)]
    due = np.array([rng.choice(sums) for _ in range(300)], np.uint64)
    slow = due.tolist()
    for _ in range(4):
        part = rng.sample(range(300), 100)
        begins, ends = np.zeros((2, 100), np.int64)
        joined = gather(due, slots(*part), frames, begins, ends)
        got = [joined[a:b] for a, b in zip(begins, ends, strict=True)]
        assert got == oracle.gather(slow, part, frames)
        assert due.tolist() == slow


def test_a_slot_beyond_the_last_is_refused() -> None:
    room = np.zeros(1, np.int64)
    for slot in (-1, 4):
        with pytest.raises(IndexError):
            gather(np.ones(4, np.uint64), slots(slot), [b"a"], room, room.copy())
    with pytest.raises(ValueError, match="an entry for each"):
        gather(np.ones(4, np.uint64), slots(0, 1), [b"a"], room, room.copy())
