"""Attention: who talks comes first for a while, and for those who heard it last until the last."""

import numpy as np

from aukio.replication.attention import Attention


def firsts(focus: np.ndarray[tuple[int, ...], np.dtype[np.uint64]], viewer: int) -> list[int]:
    return [n for n in range(128) if int(focus[viewer, n >> 6]) >> (n & 63) & 1]


def viewers(*slots: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    return np.array(slots, np.int32)


def test_who_talks_comes_first_until_its_time_is_over() -> None:
    focus = np.zeros((128, 2), np.uint64)
    attention = Attention(focus)
    attention.turn(viewers(1, 2, 70), 70, until=10)
    attention.turn(viewers(2), 3, until=12)
    assert firsts(focus, 2) == [3, 70]
    assert firsts(focus, 70) == [], "nobody is first for oneself"
    attention.expire(10)
    assert firsts(focus, 1) == [70], "its last tick counts"
    attention.expire(11)
    assert firsts(focus, 1) == []
    assert firsts(focus, 2) == [3]


def test_whoever_heard_somebody_again_keeps_them_first() -> None:
    focus = np.zeros((128, 2), np.uint64)
    attention = Attention(focus)
    attention.turn(viewers(1, 2), 5, until=10)
    attention.turn(viewers(2, 3), 5, until=20)
    attention.expire(11)
    assert [firsts(focus, viewer) for viewer in (1, 2, 3)] == [[], [5], [5]]
    attention.expire(21)
    assert not focus.any()
