"""The bench's bad line: late, uneven, in order."""

import itertools
import random

from aukio_bench.forwarder import Line, Way


def arrivals(line: Line, seed: int = 1) -> list[float]:
    way = Way(line, random.Random(seed))
    return [way.due(n / 20, 0.0) - n / 20 for n in range(2000)]


def test_a_way_has_one_delay_of_its_span() -> None:
    delays = {round(arrivals(Line((0.01, 0.1)), seed)[5], 9) for seed in range(30)}
    assert len(delays) == 30
    assert min(delays) >= 0.01 and max(delays) <= 0.1


def test_jitter_comes_on_top_and_nothing_overtakes() -> None:
    late = arrivals(Line((0.05, 0.05), jitter_s=0.2))
    due = [n / 20 + delay for n, delay in enumerate(late)]
    assert due == sorted(due)
    assert min(late) >= 0.05 and max(late) <= 0.25 + 1e-9
    assert max(late) - min(late) > 0.1


def test_stalls_of_a_second_come_about_so_often() -> None:
    late = arrivals(Line((0.0, 0.0), stall_s=1.0, every_s=10.0))
    begins = sum(after > before + 0.5 for before, after in itertools.pairwise(late))
    assert 5 <= begins <= 16, "about ten in 100 s"
    assert max(late) <= 1.0 + 1e-9
